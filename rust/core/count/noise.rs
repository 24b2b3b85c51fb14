//! Counts of words with errors in them, so that what training learns holds for words with errors, too.
//!
//! Boundaries move under an error because what the error makes was never seen, and falls apart where no merge is. A small
//! weight of such words is enough to give them tokens of their own. Errors are those of readers of print and of typists:
//! of 100 drawn, 60 put another character for one, 10 leave one out, 10 add a letter, 10 a space, 5 swap two; the rest
//! joins words, which words alone cannot show.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::words::{WordCounts, overflow};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::random::SplitMix;
use crate::text::segment::Segmenter;

/// What one word counts, so that a part of a count is a whole number.
pub const SCALE: u64 = 1024;

/// Words to work through before looking for an interruption.
const CHECK: usize = 1 << 8;

/// How words with errors are drawn.
#[derive(Debug, Clone)]
pub struct Noise {
    /// What a character may be taken for; a letter that is not here for any of a to z.
    pub confusions: HashMap<char, Vec<String>, FxBuildHasher>,
    /// What the copies of a word count together, as a share of what it counts; in the mean, as longer words have more
    /// errors.
    pub weight: f64,
    /// Copies of a word, unless it counts less.
    pub samples: u64,
    /// Starts the random numbers, which depend on the word and on nothing else.
    pub seed: u64,
}

impl Noise {
    /// All that `counts` has, [`SCALE`] times, and what `segmenter` cuts from copies with errors of `words`, which are of
    /// the same texts.
    ///
    /// Errors: the segmenter's; class `Training` if they are of others, or a count exceeds 64 bits; class `Interrupted`.
    pub fn add(
        &self,
        words: WordCounts,
        segmenter: &Segmenter,
        counts: WordCounts,
        progress: &Progress,
    ) -> Result<WordCounts> {
        let mut all = WordCounts::new(counts.form());
        let size = |word: &[u8], count: u64| word.len() as u128 * u128::from(count);
        let mut wanted = 0;
        counts.use_up(|word, count| {
            wanted += size(word, count);
            all.add(word, count.checked_mul(SCALE).ok_or_else(overflow)?)
        })?;
        let (mut chars, mut total, mut given) = (0.0, 0.0, 0);
        for (word, count) in words.iter() {
            chars += chars_of(word).count() as f64 * count as f64;
            total += count as f64;
            given += size(word, count);
        }
        // Both cover all text.
        if given != wanted {
            return Err(Error::training(
                "count files do not hold the whole words that errors are put into: pass the texts, or noise 0",
            ));
        }
        let mean: f64 = chars / f64::max(total, 1.0);
        let mut number = 0usize;
        let mut clean: Vec<char> = Vec::new();
        let mut noisy = String::new();
        words.use_up(|word, count| {
            number += 1;
            if number.is_multiple_of(CHECK) {
                progress.check()?;
            }
            clean.clear();
            clean.extend(chars_of(word));
            let copies = count.min(self.samples);
            let share = count as f64 / copies.max(1) as f64 * (clean.len() as f64 / mean);
            let each = (SCALE as f64 * self.weight * share).round() as u64;
            if each == 0 {
                return Ok(());
            }
            let mut random = SplitMix::of(self.seed, word);
            for _ in 0..copies {
                noisy.clear();
                if self.draw(&clean, &mut random, &mut noisy) {
                    let mut failed = Ok(());
                    segmenter.for_each_word(&noisy, &mut |piece| {
                        if failed.is_ok() {
                            failed = all.add(piece, each);
                        }
                    })?;
                    failed?;
                }
            }
            Ok(())
        })?;
        Ok(all)
    }

    /// Writes a word with one error; false if what was drawn cannot be applied.
    fn draw(&self, word: &[char], random: &mut SplitMix, noisy: &mut String) -> bool {
        let Some(last) = word.len().checked_sub(1) else { return false };
        let at = random.below(word.len());
        let operation = random.below(100);
        let (before, from) = word.split_at(at);
        let [here, after @ ..] = from else { return false };
        noisy.extend(before);
        match operation {
            0..60 if !here.is_whitespace() => {
                if !self.substitute(*here, random, noisy) {
                    return false;
                }
                noisy.extend(after);
            }
            60..70 if !here.is_whitespace() && last > 0 => noisy.extend(after),
            70..80 if at > 0 => {
                noisy.push(letter(random));
                noisy.extend(from);
            }
            80..90 if at > 0 && !here.is_whitespace() && before.last().is_some_and(|c| !c.is_whitespace()) => {
                noisy.push(' ');
                noisy.extend(from);
            }
            90..95 if !here.is_whitespace() && after.first().is_some_and(|c| c != here && !c.is_whitespace()) => {
                noisy.extend(after.first());
                noisy.push(*here);
                noisy.extend(after.get(1..).unwrap_or_default());
            }
            _ => return false,
        }
        true
    }

    fn substitute(&self, c: char, random: &mut SplitMix, noisy: &mut String) -> bool {
        match self.confusions.get(&c) {
            Some(choices) if !choices.is_empty() => {
                noisy.push_str(choices.get(random.below(choices.len())).map_or("", |choice| choice));
            }
            _ if c.is_alphabetic() => {
                let new = letter(random);
                noisy.push(new);
                return new != c;
            }
            _ => return false,
        }
        true
    }
}

fn letter(random: &mut SplitMix) -> char {
    char::from(b'a' + random.below(26) as u8)
}

/// The characters of a word in either form; whatever is no UTF-8 comes as U+FFFD.
fn chars_of(word: &[u8]) -> impl Iterator<Item = char> {
    word.utf8_chunks().flat_map(|chunk| {
        chunk.valid().chars().chain((!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::WordForm;
    use crate::limits::Limits;
    use crate::text::Unicode;

    fn noise(weight: f64, samples: u64) -> Noise {
        let confusions = [('e', vec!["c".to_owned()]), ('m', vec!["rn".to_owned()])].into_iter().collect();
        Noise { confusions, weight, samples, seed: 7 }
    }

    fn words(all: &[(&str, u64)]) -> WordCounts {
        let mut counts = WordCounts::new(WordForm::Text);
        all.iter().for_each(|(word, count)| counts.add(word.as_bytes(), *count).unwrap());
        counts
    }

    #[test]
    fn copies_differ_by_one_error_and_count_what_they_should() {
        let segmenter = Segmenter::scanning(" ?[^ ]+", Unicode::Hf, &Limits::default()).unwrap();
        let all = [("tree", 4000), (" mmm", 2000)];
        let made = noise(0.5, 1000).add(words(&all), &segmenter, words(&all), &Progress::default()).unwrap();
        let mut counts: HashMap<String, u64> = HashMap::new();
        made.iter().for_each(|(word, count)| {
            counts.insert(String::from_utf8(word.to_vec()).unwrap(), count);
        });
        assert_eq!(counts.remove("tree"), Some(4000 * SCALE));
        assert_eq!(counts.remove(" mmm"), Some(2000 * SCALE));
        // Both words have four characters; a copy of the first counts two of its 4000 in full weight.
        let single = SCALE * 2;
        assert!(counts.get("trce").is_some_and(|count| *count > 50 * single), "{counts:?}");
        assert!(counts.get(" mrnm").is_some_and(|count| *count > 30 * SCALE), "{counts:?}");
        for known in ["tre", "rtee", "tr", " ee", "trec", " mm"] {
            assert!(counts.contains_key(known), "{known}: {counts:?}");
        }
        // Two thirds or so of what is drawn can be applied.
        let sum: u64 = counts.values().sum();
        assert!((SCALE * 1800..SCALE * 3600).contains(&sum), "{sum}");
        let again = noise(0.5, 1000).add(words(&all), &segmenter, words(&all), &Progress::default()).unwrap();
        assert!(again.sorted().eq(made.sorted()));
        // Words of other texts.
        let failed = noise(0.5, 1000).add(words(&[]), &segmenter, words(&all), &Progress::default());
        assert_eq!(failed.unwrap_err().class(), crate::ErrorClass::Training);
    }
}
