//! Morphology: words as roots and affixes of a language pack, and what is in no lexicon as pieces.

pub mod analysis;
pub mod case;
mod costs;
pub(crate) mod file;
mod folded;
mod grammar;
pub mod hybrid;
pub mod induce;
mod lattice;
mod layout;
mod learn;
mod lexicon;
pub mod pack;
mod phonology;
pub mod side_table;
pub(crate) mod speech;
pub mod superwords;
#[cfg(test)]
mod tests;
pub mod train;
pub(crate) mod voice;
