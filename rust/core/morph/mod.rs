//! Morphology: words as roots and affixes of a language pack, and what is in no lexicon as pieces.

pub mod case;
mod costs;
mod grammar;
mod lattice;
mod learn;
mod lexicon;
pub mod pack;
mod phonology;
mod voice;

/// Temporary.
pub mod probe {
    use super::*;
    use std::collections::BTreeMap;
    /// x
    #[derive(Debug)]
    pub struct Probe {
        lexicon: lexicon::Lexicon,
        costs: costs::Costs,
    }
    /// x
    pub fn realise(pack: &pack::Pack, root: &str, flags: &str, affixes: &[&str]) -> Result<Vec<String>, String> {
        let mut files: BTreeMap<String, String> = pack.files.clone();
        files.insert("roots.tsv".into(), format!("{root}\tX\t{flags}\n"));
        files.remove("irregular.tsv");
        files.remove("morphotactics.tsv");
        let pack = pack::Pack::parse(files).map_err(|e| e.to_string())?;
        let lexicon = lexicon::Lexicon::new(pack).map_err(|e| e.to_string())?;
        let mut v = voice::Voice::default();
        v.root(&lexicon, 0, None);
        let mut out = Vec::new();
        for a in affixes {
            let at = lexicon.pack.affixes.iter().position(|x| x.name == *a).ok_or("no affix")?;
            out.push(v.affix(&lexicon, at as u32, None));
        }
        out.push(v.close(&lexicon));
        Ok(out.into_iter().map(|x| x.into_iter().collect()).collect())
    }
    impl Probe {
        /// x
        pub fn new(pack: pack::Pack, words: Vec<(String, u64)>) -> Self {
            let lexicon = lexicon::Lexicon::new(pack).unwrap();
            let words: Vec<_> =
                words.into_iter().map(|(w, count)| learn::Counted { letters: w.chars().collect(), count }).collect();
            let (costs, _) = learn::learn(&lexicon, &words, 2, &crate::progress::Progress::default()).unwrap();
            Probe { lexicon, costs }
        }
        /// x
        pub fn analyses(&self, word: &str, k: usize) -> Vec<(i64, Vec<(String, String)>)> {
            let letters: Vec<char> = word.chars().collect();
            let mut l = lattice::Lattice::default();
            l.build(&self.lexicon, &self.costs, lattice::Word { letters: &letters, ..Default::default() });
            l.best_k(k)
                .into_iter()
                .map(|(c, p)| {
                    (
                        c,
                        p.into_iter()
                            .map(|m| {
                                let s: String = letters[m.start..m.end].iter().collect();
                                let n = match m.what {
                                    lattice::What::Root(r) => {
                                        format!("{}", self.lexicon.root(r).line.replace('\t', "/"))
                                    }
                                    lattice::What::Stem => "?".into(),
                                    lattice::What::Affix(a) => self.lexicon.affix(a).name.clone(),
                                };
                                (s, if m.escaped { format!("!{n}") } else { n })
                            })
                            .collect(),
                    )
                })
                .collect()
        }
    }
}
