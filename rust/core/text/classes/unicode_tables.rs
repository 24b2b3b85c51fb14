//! Classes and scripts of current Unicode, read out of the tables of the `regex-syntax` crate when first needed.

use regex_syntax::hir::{Class, HirKind};

/// What each bit of [`super::Class`] means, as a class of the `regex-syntax` crate, in the order of the bits.
const CLASSES: [&str; 10] = [
    r"\p{L}",
    r"\p{N}",
    r"\s",
    r"\p{N}",
    r"\s",
    r"[\p{P}!-/:-@\[-`{-~]",
    r"\w",
    // BERT drops "other" characters. Unassigned ones stay: in the next version of Unicode they may be letters.
    r"[[\p{Cc}\p{Cf}\p{Co}\x{FFFD}]--[\t\n\r]]",
    r"\p{M}",
    r"\p{Mn}",
];

/// First code point and class bits of every run.
pub(super) fn class_runs() -> Vec<(u32, u16)> {
    runs(CLASSES.iter().enumerate().map(|(bit, class)| (members(class), 1 << bit)))
}

/// First code point and script number of every run, with the changes of the `UnicodeScripts` splitter.
pub(super) fn script_runs() -> Vec<(u32, u8)> {
    let han = r"[\p{Han}\p{Hiragana}\p{Katakana}\x{30FC}]";
    let scripts = SCRIPTS.iter().map(|name| match *name {
        "Han" => members(han),
        name => members(&format!(r"[\p{{sc={name}}}--[{han}\x20]]")),
    });
    runs(scripts.zip(1..))
}

/// The members of a class of the `regex-syntax` crate; none if it is not one.
pub(in crate::text) fn members(class: &str) -> Vec<(char, char)> {
    let parsed = regex_syntax::parse(class);
    match parsed.as_ref().map(|hir| hir.kind()) {
        Ok(HirKind::Class(Class::Unicode(class))) => class.ranges().iter().map(|r| (r.start(), r.end())).collect(),
        _ => Vec::new(),
    }
}

/// Runs of equal value, from the members of each value's bits.
fn runs<T>(sets: impl Iterator<Item = (Vec<(char, char)>, T)>) -> Vec<(u32, T)>
where
    T: Copy + Default + std::ops::BitXor<Output = T>,
{
    // Where a range begins its bits appear, where it has ended they disappear: the same exclusive or.
    let mut changes: Vec<(u32, T)> = vec![(0, T::default())];
    for (ranges, bits) in sets {
        changes.extend(ranges.iter().flat_map(|&(first, last)| [(first as u32, bits), (last as u32 + 1, bits)]));
    }
    changes.sort_by_key(|change| change.0);
    let mut value = T::default();
    let mut runs: Vec<(u32, T)> = Vec::new();
    for (start, bits) in changes {
        value = value ^ bits;
        match runs.last_mut() {
            Some(last) if last.0 == start => last.1 = value,
            _ => runs.push((start, value)),
        }
    }
    runs
}

#[rustfmt::skip]
const SCRIPTS: &[&str] = &[
    "Adlam", "Ahom", "Anatolian_Hieroglyphs", "Arabic", "Armenian", "Avestan", "Balinese", "Bamum", "Bassa_Vah",
    "Batak", "Bengali", "Bhaiksuki", "Bopomofo", "Brahmi", "Braille", "Buginese", "Buhid", "Canadian_Aboriginal",
    "Carian", "Caucasian_Albanian", "Chakma", "Cham", "Cherokee", "Chorasmian", "Common", "Coptic", "Cuneiform",
    "Cypriot", "Cypro_Minoan", "Cyrillic", "Deseret", "Devanagari", "Dives_Akuru", "Dogra", "Duployan",
    "Egyptian_Hieroglyphs", "Elbasan", "Elymaic", "Ethiopic", "Garay", "Georgian", "Glagolitic", "Gothic",
    "Grantha", "Greek", "Gujarati", "Gunjala_Gondi", "Gurmukhi", "Gurung_Khema", "Han", "Hangul",
    "Hanifi_Rohingya", "Hanunoo", "Hatran", "Hebrew", "Hiragana", "Imperial_Aramaic", "Inherited",
    "Inscriptional_Pahlavi", "Inscriptional_Parthian", "Javanese", "Kaithi", "Kannada", "Katakana", "Kawi",
    "Kayah_Li", "Kharoshthi", "Khitan_Small_Script", "Khmer", "Khojki", "Khudawadi", "Kirat_Rai", "Lao", "Latin",
    "Lepcha", "Limbu", "Linear_A", "Linear_B", "Lisu", "Lycian", "Lydian", "Mahajani", "Makasar", "Malayalam",
    "Mandaic", "Manichaean", "Marchen", "Masaram_Gondi", "Medefaidrin", "Meetei_Mayek", "Mende_Kikakui",
    "Meroitic_Cursive", "Meroitic_Hieroglyphs", "Miao", "Modi", "Mongolian", "Mro", "Multani", "Myanmar",
    "Nabataean", "Nag_Mundari", "Nandinagari", "New_Tai_Lue", "Newa", "Nko", "Nushu", "Nyiakeng_Puachue_Hmong",
    "Ogham", "Ol_Chiki", "Ol_Onal", "Old_Hungarian", "Old_Italic", "Old_North_Arabian", "Old_Permic",
    "Old_Persian", "Old_Sogdian", "Old_South_Arabian", "Old_Turkic", "Old_Uyghur", "Oriya", "Osage", "Osmanya",
    "Pahawh_Hmong", "Palmyrene", "Pau_Cin_Hau", "Phags_Pa", "Phoenician", "Psalter_Pahlavi", "Rejang", "Runic",
    "Samaritan", "Saurashtra", "Sharada", "Shavian", "Siddham", "SignWriting", "Sinhala", "Sogdian",
    "Sora_Sompeng", "Soyombo", "Sundanese", "Sunuwar", "Syloti_Nagri", "Syriac", "Tagalog", "Tagbanwa", "Tai_Le",
    "Tai_Tham", "Tai_Viet", "Takri", "Tamil", "Tangsa", "Tangut", "Telugu", "Thaana", "Thai", "Tibetan",
    "Tifinagh", "Tirhuta", "Todhri", "Toto", "Tulu_Tigalari", "Ugaritic", "Vai", "Vithkuqi", "Wancho",
    "Warang_Citi", "Yezidi", "Yi", "Zanabazar_Square",
];
