//! Text from ids that arrive one by one, for any tokenizer.

use super::{DecodeOptions, Tokenizer, UnknownIds};
use crate::decode::DecodeStream;
use crate::error::Result;
use crate::morph::speech::Speech;

/// Turns ids into text as they arrive; ids that no token has are left out.
///
/// What may still change is held back: of most tokenizers an incomplete character, see [`DecodeStream`]; of a hybrid one
/// the last morpheme, too, which the next one may soften or shorten.
#[derive(Debug)]
pub struct TextStream {
    options: DecodeOptions,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The ids that came before, until it is known which tokenizer they are of.
    New(Vec<u32>),
    Tokens(DecodeStream),
    Morphemes(Spoken),
}

/// What a hybrid tokenizer has said.
#[derive(Debug)]
struct Spoken {
    speech: Speech,
    /// An incomplete character.
    bytes: Vec<u8>,
}

impl TextStream {
    /// A stream that goes on after `ids` (often a prompt), whose text is not given out again unless it is still open.
    /// With `options.continuation` other ids came before these.
    pub fn new(ids: Vec<u32>, options: DecodeOptions) -> Self {
        TextStream { options: DecodeOptions { unknown: UnknownIds::Skip, ..options }, state: State::New(ids) }
    }

    /// Takes the next ids and returns the text that they settle, if any. All ids of a stream are given with the same
    /// tokenizer.
    ///
    /// Errors: those of [`DecodeStream::step`] and [`Tokenizer::decode`]; none for hybrid tokenizers.
    pub fn step(&mut self, tokenizer: &Tokenizer, ids: &[u32]) -> Result<Option<String>> {
        self.begin(tokenizer)?;
        let options = self.options;
        match &mut self.state {
            State::New(_) => Ok(None),
            State::Tokens(stream) => stream.step(ids, |ids, _| tokenizer.decode(ids, options)),
            State::Morphemes(spoken) => {
                spoken.hear(tokenizer, ids, options)?;
                Ok(some(settled(&mut spoken.bytes)))
            }
        }
    }

    /// Ends the stream: what is still held back, with U+FFFD for bytes that are no character.
    pub fn finish(mut self, tokenizer: &Tokenizer) -> Result<Option<String>> {
        self.begin(tokenizer)?;
        let options = self.options;
        match self.state {
            State::New(_) => Ok(None),
            State::Tokens(stream) => stream.finish(|ids, _| tokenizer.decode(ids, options)),
            State::Morphemes(mut spoken) => {
                if let Some(hybrid) = tokenizer.hybrid() {
                    spoken.speech.end(hybrid, &mut spoken.bytes);
                }
                Ok(some(String::from_utf8_lossy(&spoken.bytes).into_owned()))
            }
        }
    }

    fn begin(&mut self, tokenizer: &Tokenizer) -> Result<()> {
        let options = self.options;
        let State::New(ids) = &mut self.state else { return Ok(()) };
        let ids = std::mem::take(ids);
        self.state = if tokenizer.hybrid().is_some() {
            let mut spoken = Spoken { speech: Speech::new(!options.continuation), bytes: Vec::new() };
            spoken.hear(tokenizer, &ids, options)?;
            settled(&mut spoken.bytes);
            State::Morphemes(spoken)
        } else {
            State::Tokens(DecodeStream::new(ids, options.skip_special_tokens))
        };
        Ok(())
    }
}

impl Spoken {
    fn hear(&mut self, tokenizer: &Tokenizer, ids: &[u32], options: DecodeOptions) -> Result<()> {
        let Some(hybrid) = tokenizer.hybrid() else { return Ok(()) };
        ids.iter().try_for_each(|&id| tokenizer.hear(hybrid, id, options, &mut self.speech, &mut self.bytes))
    }
}

/// Takes all but an incomplete character at the end, as `String::from_utf8_lossy` would read the whole.
fn settled(bytes: &mut Vec<u8>) -> String {
    let mut text = String::new();
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let (valid, wrong) = match std::str::from_utf8(rest) {
            Ok(valid) => (valid.len(), 0),
            Err(error) => (error.valid_up_to(), error.error_len().unwrap_or(0)),
        };
        let (whole, open) = rest.split_at(valid);
        text.push_str(&String::from_utf8_lossy(whole));
        rest = open;
        if wrong == 0 {
            break;
        }
        text.push(char::REPLACEMENT_CHARACTER);
        rest = rest.get(wrong..).unwrap_or_default();
    }
    let open = rest.len();
    bytes.drain(..bytes.len() - open);
    text
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn settled_text_is_the_lossy_text(parts in prop::collection::vec(prop::collection::vec(0x70..=0xFFu8, 0..6), 0..8)) {
            let (mut bytes, mut text) = (Vec::new(), String::new());
            for part in &parts {
                bytes.extend_from_slice(part);
                text.push_str(&settled(&mut bytes));
                prop_assert!(bytes.len() < 4);
            }
            text.push_str(&String::from_utf8_lossy(&bytes));
            prop_assert_eq!(text, String::from_utf8_lossy(&parts.concat()).into_owned());
        }
    }
}
