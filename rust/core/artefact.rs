//! `hybridtok.json`: our own description of a tokenizer, which checks itself.
//!
//! The sections are JSON texts, each with the SHA-256 of its bytes, and one hash over all of them. A file also carries
//! test vectors, so that a tokenizer that no longer gives the same ids (another version, other Unicode tables) is
//! refused instead of quietly being wrong. Everything that `tokenizer.json` can say stands in one section, unchanged.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::format::hf::Reading;
use crate::limits::Limits;
use crate::models::Model;
use crate::morph::file as morph;
use crate::superword::file as superword;
use crate::text::Unicode;
use crate::tokenizer::{DecodeOptions, EncodeOptions, Tokenizer};

/// The version of the layout. A reader refuses a newer one.
pub const SCHEMA_VERSION: u32 = 1;

/// Test vectors that are run on every load; all of them are run by [`verify`].
const RUN_ON_LOAD: usize = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    format: String,
    schema_version: u32,
    tool_version: String,
    unicode: String,
    unicode_version: String,
    #[serde(borrow)]
    creation: &'a RawValue,
    #[serde(borrow)]
    tokenizer: &'a RawValue,
    /// A model that the tokenizer section has no words for.
    #[serde(borrow, default)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    self_test: &'a RawValue,
    sha256: Hashes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hashes {
    creation: String,
    tokenizer: String,
    #[serde(default)]
    model: String,
    self_test: String,
    all: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    text: String,
    ids: Vec<u32>,
    decoded: String,
}

/// The file's text. `creation` is a JSON object that says how the tokenizer was made; it is kept as it is.
///
/// Writing twice gives the same bytes. Errors: class `Argument` if `creation` is not JSON.
pub fn write(tokenizer: &Tokenizer, creation: &str) -> Result<String> {
    let creation: Box<RawValue> = serde_json::from_str(creation.trim())
        .map_err(|error| Error::argument(format!("the record of creation is not JSON: {error}")))?;
    let body = tokenizer.to_json(false);
    // With dropout the same text has other ids each time.
    let drops = matches!(&tokenizer.parts().model, Model::Bpe(bpe) if bpe.drops());
    let texts = TEXTS.iter().filter(|_| !drops);
    let vectors: Vec<Vector> = texts.filter_map(|text| vector(tokenizer, text)).collect();
    let self_test = serde_json::to_string(&vectors).map_err(|error| Error::argument(error.to_string()))?;
    let unicode = unicode_name(tokenizer.unicode());
    let (tool, unicode_version) = (env!("CARGO_PKG_VERSION"), unicode_version());
    let model = match &tokenizer.parts().model {
        Model::Hybrid(hybrid) => Some(morph::write(hybrid)),
        Model::Boundless(boundless) => Some(superword::write(boundless)),
        _ => None,
    };
    let named = [("creation", Some(creation.get())), ("tokenizer", Some(&body)), ("model", model.as_deref())];
    let named = named.into_iter().chain([("self_test", Some(self_test.as_str()))]);
    let named: Vec<(&str, &str)> = named.filter_map(|(name, section)| Some((name, section?))).collect();
    let sections: Vec<&str> = named.iter().map(|(_, section)| *section).collect();
    let all = hash_all(SCHEMA_VERSION, tool, unicode, &unicode_version, &sections);
    let mut file = format!(
        "{{\"format\":\"hybridtok\",\"schema_version\":{SCHEMA_VERSION},\"tool_version\":\"{tool}\",\
         \"unicode\":\"{unicode}\",\"unicode_version\":\"{unicode_version}\",\n"
    );
    for (name, section) in &named {
        // Writing to a String cannot fail.
        let _ = writeln!(file, "\"{name}\":{section},");
    }
    file.push_str("\"sha256\":{");
    for (name, section) in &named {
        let _ = write!(file, "\"{name}\":\"{}\",", hash(&[section]));
    }
    let _ = writeln!(file, "\"all\":\"{all}\"}}}}");
    Ok(file)
}

/// Reads a file and checks it: hashes, version, and some of its test vectors.
///
/// Errors: class `Artefact` for anything that does not hold together, `Limit` for a file above the limits.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Tokenizer> {
    let file = parse(bytes, limits)?;
    let mut how = Reading {
        limits: limits.clone(),
        unicode: unicode_of(&file.unicode)?,
        native: file.model.map(|model| native(model.get(), limits)).transpose()?,
        ..Reading::strict()
    };
    let tokenizer = Tokenizer::read_json(file.tokenizer.get().as_bytes(), &mut how).map_err(|e| e.at("tokenizer"))?;
    if matches!(tokenizer.parts().model, Model::Boundless(_)) && !tokenizer.joins() {
        return Err(Error::artefact(
            "tokenizer.pre_tokenizer",
            "a boundless model needs words of bytes, ByteLevel at the end",
        ));
    }
    check(&tokenizer, &vectors(&file)?, RUN_ON_LOAD)?;
    Ok(tokenizer)
}

/// The model of a section of its own.
fn native(section: &str, limits: &Limits) -> Result<Model> {
    #[derive(Deserialize)]
    struct Named {
        format: String,
    }
    let named: Named =
        serde_json::from_str(section).map_err(|error| Error::format("hybridtok.json", "model", error.to_string()))?;
    Ok(match named.format.as_str() {
        superword::FORMAT => Model::Boundless(superword::read(section, limits)?.into()),
        _ => Model::Hybrid(morph::read(section, limits)?.into()),
    })
}

/// Runs every test vector of a file; returns how many there are.
pub fn verify(bytes: &[u8], limits: &Limits) -> Result<usize> {
    let tokenizer = read(bytes, limits)?;
    let vectors = vectors(&parse(bytes, limits)?)?;
    check(&tokenizer, &vectors, usize::MAX)?;
    Ok(vectors.len())
}

/// The record of how the tokenizer was made, as JSON.
pub fn creation(bytes: &[u8], limits: &Limits) -> Result<String> {
    Ok(parse(bytes, limits)?.creation.get().to_owned())
}

/// Parses the file and checks its hashes.
fn parse<'a>(bytes: &'a [u8], limits: &Limits) -> Result<File<'a>> {
    if bytes.len() as u64 > limits.file_bytes {
        return Err(Error::limit("file_bytes", bytes.len() as u64, limits.file_bytes));
    }
    let file: File<'a> =
        serde_json::from_slice(bytes).map_err(|error| Error::artefact("", format!("not a valid file: {error}")))?;
    if file.format != "hybridtok" {
        return Err(Error::artefact("format", "this is not a hybridtok file"));
    }
    if file.schema_version != SCHEMA_VERSION {
        let message = format!(
            "version {} of the format; this is hybridtok {}, which reads version {SCHEMA_VERSION}",
            file.schema_version,
            env!("CARGO_PKG_VERSION")
        );
        return Err(Error::artefact("schema_version", message));
    }
    let named = [
        ("creation", Some(file.creation), &file.sha256.creation),
        ("tokenizer", Some(file.tokenizer), &file.sha256.tokenizer),
        ("model", file.model, &file.sha256.model),
        ("self_test", Some(file.self_test), &file.sha256.self_test),
    ];
    let mut sections = Vec::new();
    for (name, section, want) in named {
        let Some(section) = section.map(RawValue::get) else { continue };
        sections.push(section);
        if hash(&[section]) != *want {
            return Err(Error::artefact(name, "the checksum does not match; the file is damaged or was edited"));
        }
    }
    let all = hash_all(file.schema_version, &file.tool_version, &file.unicode, &file.unicode_version, &sections);
    if all != file.sha256.all {
        return Err(Error::artefact("sha256.all", "the checksum does not match; the file is damaged or was edited"));
    }
    Ok(file)
}

fn vectors(file: &File<'_>) -> Result<Vec<Vector>> {
    serde_json::from_str(file.self_test.get()).map_err(|error| Error::artefact("self_test", error.to_string()))
}

fn check(tokenizer: &Tokenizer, vectors: &[Vector], most: usize) -> Result<()> {
    for (at, want) in vectors.iter().take(most).enumerate() {
        let got = vector(tokenizer, &want.text);
        if got.is_none_or(|got| got.ids != want.ids || got.decoded != want.decoded) {
            let message = "this version does not give the ids that the file records; train again or use the version that wrote it";
            return Err(Error::artefact(format!("self_test[{at}]"), message));
        }
    }
    Ok(())
}

/// What a tokenizer makes of a text; none if it cannot encode it.
fn vector(tokenizer: &Tokenizer, text: &str) -> Option<Vector> {
    let ids = tokenizer.encode_ids(text, EncodeOptions::default()).ok()?;
    let decoded = tokenizer.decode(&ids, DecodeOptions::default()).ok()?;
    Some(Vector { text: text.to_owned(), ids, decoded })
}

fn hash_all(schema: u32, tool: &str, unicode: &str, unicode_version: &str, sections: &[&str]) -> String {
    let head = format!("{schema}\n{tool}\n{unicode}\n{unicode_version}\n");
    hash(&[&head, &sections.join("\n")])
}

fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part.as_bytes()));
    hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn unicode_name(unicode: Unicode) -> &'static str {
    match unicode {
        Unicode::Hf => "hf",
        Unicode::Unicode => "unicode",
    }
}

fn unicode_of(name: &str) -> Result<Unicode> {
    match name {
        "hf" => Ok(Unicode::Hf),
        "unicode" => Ok(Unicode::Unicode),
        _ => Err(Error::artefact("unicode", "the mode is \"hf\" or \"unicode\"")),
    }
}

/// The version of the Unicode tables in `unicode` mode.
pub fn unicode_version() -> String {
    let (major, minor, patch) = char::UNICODE_VERSION;
    format!("{major}.{minor}.{patch}")
}

/// What the test vectors encode: scripts, marks, numbers, spaces, control characters, and text that looks like tokens.
const TEXTS: [&str; 72] = [
    "",
    " ",
    "a",
    "Hello, world!",
    "Merhaba dünya",
    "  two  spaces  ",
    "İstanbul'daki ışıklı ĞÜŞÖÇ harfleri",
    "kitaplarımızdakilerden",
    "Çekoslovakyalılaştıramadıklarımızdan",
    "talossanikaan Hyvää päivää",
    "árvíztűrő tükörfúrógép",
    "The quick brown fox jumps over the lazy dog.",
    "It's we'll they'd I'm you've don't",
    "IT'S WE'LL THEY'D",
    "x1234567890",
    "3.14159 1,000,000 ½ ² Ⅻ",
    "2026-11-24T18:30:00+03:00",
    "https://example.org/a?b=c&d=%20#e",
    "name.surname@example.org",
    "tab\tseparated\tvalues",
    "line\nbreaks\r\nand\rreturns\n\n\n",
    "\n",
    "\t",
    "   \n   ",
    "trailing space ",
    "\u{A0}no-break\u{A0}space\u{3000}ideographic",
    "zero\u{200B}width\u{200D}joiner\u{FEFF}",
    "Привет, мир! Ёлка",
    "Γειά σου Κόσμε ΑΣ",
    "שלום עולם",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "สวัสดีชาวโลก",
    "你好，世界！",
    "こんにちは世界カタカナ",
    "안녕하세요 세계",
    "各",
    "👍",
    "👩‍👩‍👧‍👦 family",
    "🇹🇷 flag 🏳️‍🌈",
    "e\u{301} é ẹ\u{301}",
    "ﬁ ﬂ ſ K Å",
    "ǅ ǆ ß ẞ",
    "I ı İ i",
    "I\u{307} i\u{307}",
    "\u{1F600}\u{1F600}\u{1F600}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "abababababababab",
    "                                ",
    "<s> </s> <unk> <pad> [MASK]",
    "<|endoftext|>",
    "<0x41><0xFF>",
    "Ġhello ▁world ##ing",
    "ĠĠĊ",
    "def f(x):\n    return x ** 2  # square\n",
    "{\"key\": [1, 2.5, null, true]}",
    "<p class=\"x\">a &amp; b</p>",
    "SELECT * FROM t WHERE a <> 'b';",
    "Section 4.2(b)(iii) of the Agreement",
    "§ 12 Abs. 3 BGB",
    "$1,234.56 €99 ₺45 10%",
    "—“quotes” ‘single’ …",
    "a-b_c/d\\e|f~g`h",
    "!!!???...,,,;;;",
    "((()))[[[]]]{{{}}}",
    "\u{0}\u{1}\u{7F}\u{85}",
    "\u{FFFD}\u{FFFE}\u{E000}",
    "\u{10FFFF}",
    "mixed123text456",
    "CamelCaseAndSNAKE_CASE",
    "Kahvaltıda 2 yumurta, 3 zeytin yedim.",
    "The end.",
];
