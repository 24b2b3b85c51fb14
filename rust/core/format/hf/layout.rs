//! `truncation` and `padding`.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::{Json, Node};
use super::post::Known;
use super::{FORMAT, Reading, View};
use std::num::NonZeroUsize;

use crate::encoding::{Direction, Padding, PaddingStrategy, Strategy, Truncation};
use crate::error::{Error, Result};

const DIRECTIONS: [(&str, Direction); 2] = [("Left", Direction::Left), ("Right", Direction::Right)];

const STRATEGIES: [(&str, Strategy); 3] = [
    ("LongestFirst", Strategy::LongestFirst),
    ("OnlyFirst", Strategy::OnlyFirst),
    ("OnlySecond", Strategy::OnlySecond),
];

/// `specials` is how many tokens the post-processor adds to one input: they must fit, and the stride beside them.
pub(super) fn read_truncation(node: &Node<'_, '_>, specials: usize, how: &mut Reading) -> Result<Truncation> {
    let fields = node.object(&["direction", "max_length", "strategy", "stride"], how)?;
    let max_length = fields.need("max_length")?.usize_up_to("padded_length", how.limits.padded_length)?;
    let stride = fields.need("stride")?.usize()?;
    let strategy = fields.need("strategy")?.one_of(&STRATEGIES)?;
    let direction = fields.get("direction").map_or(Ok(Direction::Right), |node| node.one_of(&DIRECTIONS))?;
    let place = |error: Error| error.of(FORMAT).at("truncation");
    let truncation = Truncation::new(max_length, stride, strategy, direction, &how.limits).map_err(place)?;
    truncation.with_special_tokens(specials).map_err(place)?;
    Ok(truncation)
}

pub(super) fn read_padding(node: &Node<'_, '_>, known: Option<Known<'_>>, how: &mut Reading) -> Result<Padding> {
    let names = &["strategy", "direction", "pad_to_multiple_of", "pad_id", "pad_type_id", "pad_token"];
    let fields = node.object(names, how)?;
    let max = how.limits.padded_length;
    let multiple = match fields.some("pad_to_multiple_of") {
        None => None,
        Some(node) => {
            let multiple = node.usize_up_to("padded_length", max)?;
            if multiple == 0 {
                how.irregular(&node.path, "expected at least 1 or null, found 0; read as null")?;
            }
            NonZeroUsize::new(multiple)
        }
    };
    let pad_id = fields.need("pad_id")?;
    let padding = Padding::new(
        read_strategy(&fields.need("strategy")?, max)?,
        fields.need("direction")?.one_of(&DIRECTIONS)?,
        multiple,
        pad_id.u32()?,
        fields.need("pad_type_id")?.u32()?,
        fields.need("pad_token")?.string()?,
        &how.limits,
    )
    .map_err(|error| error.of(FORMAT).at("padding"))?;
    if known.is_some_and(|known| !known.has(padding.pad_id())) {
        how.irregular(&pad_id.path, format!("the id {} is in no vocabulary", padding.pad_id()))?;
    }
    Ok(padding)
}

fn read_strategy(node: &Node<'_, '_>, max: u64) -> Result<PaddingStrategy> {
    if matches!(node.json, Json::String(_)) {
        return node.one_of(&[("BatchLongest", PaddingStrategy::BatchLongest)]);
    }
    let mut entries = node.entries()?;
    match (entries.next(), entries.next()) {
        (Some(("Fixed", length)), None) => Ok(PaddingStrategy::Fixed(length.usize_up_to("padded_length", max)?)),
        (Some(("BatchLongest", value)), None) if value.is_null() => Ok(PaddingStrategy::BatchLongest),
        _ => Err(node.error("expected \"BatchLongest\" or {\"Fixed\": length}")),
    }
}

fn name(direction: Direction) -> &'static str {
    match direction {
        Direction::Left => "Left",
        Direction::Right => "Right",
    }
}

impl Serialize for View<'_, Truncation> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let strategy = match self.0.strategy() {
            Strategy::LongestFirst => "LongestFirst",
            Strategy::OnlyFirst => "OnlyFirst",
            Strategy::OnlySecond => "OnlySecond",
        };
        map.serialize_entry("direction", name(self.0.direction()))?;
        map.serialize_entry("max_length", &self.0.max_length())?;
        map.serialize_entry("strategy", strategy)?;
        map.serialize_entry("stride", &self.0.stride())?;
        map.end()
    }
}

impl Serialize for View<'_, Padding> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("strategy", &View(&self.0.strategy()))?;
        map.serialize_entry("direction", name(self.0.direction()))?;
        map.serialize_entry("pad_to_multiple_of", &self.0.pad_to_multiple_of())?;
        map.serialize_entry("pad_id", &self.0.pad_id())?;
        map.serialize_entry("pad_type_id", &self.0.pad_type_id())?;
        map.serialize_entry("pad_token", &self.0.pad_token())?;
        map.end()
    }
}

impl Serialize for View<'_, PaddingStrategy> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            PaddingStrategy::BatchLongest => serializer.serialize_str("BatchLongest"),
            PaddingStrategy::Fixed(length) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("Fixed", length)?;
                map.end()
            }
        }
    }
}
