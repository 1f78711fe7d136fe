//! Finds the attempts that a person means: by an id, by the client, or by the number of a cause in the report.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    ids::{ClientAddr, EngineSid, SocketSid, UserName},
    verdict::Verdict,
};

/// Attempts of one id that are kept: a client may have come a thousand times.
const MOST: usize = 20;

/// Different ids with one beginning that are kept, to be named.
const MOST_NAMED: usize = 16;

/// Ids that a misspelt one is compared with.
const MOST_KNOWN: usize = 1 << 16;

/// Ids that are told of a misspelt one.
const MOST_NEAR: usize = 3;

/// Below this, two ids have little in common: ids are made by chance.
const ALIKE: f64 = 0.7;

/// Fewer characters than this begin too many ids to mean one.
const LEAST: usize = 3;

/// Takes verdicts one by one and keeps those that are meant.
#[derive(Debug)]
pub struct Chooser {
    wanted: String,
    exact: Kept,
    /// By the whole id, of which the wanted one is the beginning.
    begun: BTreeMap<String, Kept>,
    known: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Kept {
    verdicts: Vec<Verdict>,
    left_out: u64,
}

/// What was found.
#[derive(Debug)]
pub enum Chosen {
    /// The attempts, and how many more there were.
    Attempts(Vec<Verdict>, u64),
    /// Several ids begin like this.
    Several(Vec<String>),
    /// None does; the ids that were probably meant, the nearest first.
    Nothing(Vec<String>),
}

impl Chooser {
    /// Looks for an Engine.IO sid, a Socket.IO sid, the beginning of one, an address with or without its port, or a user.
    pub fn new(wanted: &str) -> Self {
        Self {
            wanted: wanted.to_owned(),
            exact: Kept::default(),
            begun: BTreeMap::new(),
            known: BTreeSet::new(),
        }
    }

    /// Takes one attempt in.
    pub fn add(&mut self, verdict: &Verdict) {
        let sids: [Option<&str>; 2] = [
            verdict.engine_sid.as_ref().map(EngineSid::as_str),
            verdict.socket_sid.as_ref().map(SocketSid::as_str),
        ];
        let client = verdict.client.as_ref();
        let others = [
            client.map(ClientAddr::as_str),
            client.map(ClientAddr::host),
            verdict.user.as_ref().map(UserName::as_str),
        ];
        let mut names = sids.iter().chain(&others).flatten();
        if names.clone().any(|name| *name == self.wanted) {
            self.exact.add(verdict);
            return;
        }
        let begun = sids
            .iter()
            .flatten()
            .find(|sid| self.wanted.len() >= LEAST && sid.starts_with(self.wanted.as_str()));
        if let Some(sid) = begun {
            if let Some(kept) = self.begun.get_mut(*sid) {
                kept.add(verdict);
            } else if self.begun.len() < MOST_NAMED {
                self.begun.entry((*sid).to_owned()).or_default().add(verdict);
            }
        }
        // What is found exactly needs no guess.
        if self.exact.verdicts.is_empty() && self.known.len() < MOST_KNOWN {
            self.known.extend(names.by_ref().map(|name| (*name).to_owned()));
        }
    }

    /// What was found.
    pub fn finish(mut self) -> Chosen {
        if !self.exact.verdicts.is_empty() {
            return Chosen::Attempts(self.exact.verdicts, self.exact.left_out);
        }
        if self.begun.len() == 1
            && let Some((_, kept)) = self.begun.pop_first()
        {
            return Chosen::Attempts(kept.verdicts, kept.left_out);
        }
        if !self.begun.is_empty() {
            return Chosen::Several(self.begun.into_keys().collect());
        }
        let mut near: Vec<(f64, String)> = self
            .known
            .into_iter()
            .map(|name| (strsim::normalized_damerau_levenshtein(&self.wanted, &name), name))
            .filter(|(alike, _)| *alike >= ALIKE)
            .collect();
        near.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.cmp(y)));
        Chosen::Nothing(near.into_iter().take(MOST_NEAR).map(|(_, name)| name).collect())
    }
}

impl Kept {
    fn add(&mut self, verdict: &Verdict) {
        if self.verdicts.len() < MOST {
            self.verdicts.push(verdict.clone());
        } else {
            self.left_out += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{expired, nameless};

    fn chosen(wanted: &str, engines: &[&str]) -> Chosen {
        let mut chooser = Chooser::new(wanted);
        chooser.add(&nameless());
        for engine in engines {
            chooser.add(&Verdict { engine_sid: Some(EngineSid::new(engine)), ..expired(0) });
        }
        chooser.finish()
    }

    fn engines(chosen: &Chosen) -> Vec<&str> {
        let Chosen::Attempts(verdicts, _) = chosen else { panic!("{chosen:?}") };
        verdicts.iter().filter_map(|v| v.engine_sid.as_ref()).map(EngineSid::as_str).collect()
    }

    const TWO: [&str; 2] = ["Xk2mQ9pLr7TzWb5cAAAA", "Xk2mQ9pLr7TzWb5cAAAB"];

    #[test]
    fn a_whole_id_or_a_beginning_that_only_one_has_is_enough() {
        assert_eq!(engines(&chosen(TWO[0], &TWO)), [TWO[0]]);
        assert_eq!(engines(&chosen("Xk2", &TWO[..1])), [TWO[0]]);
        // One id may be the beginning of another.
        assert_eq!(engines(&chosen("Xk2m", &["Xk2m", TWO[0]])), ["Xk2m"]);
    }

    #[test]
    fn a_beginning_of_several_is_answered_with_their_names() {
        let Chosen::Several(names) = chosen("Xk2", &TWO) else { panic!() };
        assert_eq!(names, TWO);
    }

    #[test]
    fn too_short_a_beginning_means_nothing() {
        assert!(matches!(chosen("Xk", &TWO), Chosen::Nothing(_)));
    }

    #[test]
    fn a_misspelt_id_is_answered_with_the_right_one() {
        let Chosen::Nothing(near) = chosen("Xk2mQ9pLr7TzWc5cAAAB", &TWO) else { panic!() };
        assert_eq!(near, [TWO[1], TWO[0]]);
        let Chosen::Nothing(near) = chosen("something else", &TWO) else { panic!() };
        assert!(near.is_empty());
    }

    #[test]
    fn a_client_is_known_by_its_address_with_and_without_the_port() {
        let verdict = expired(0);
        let client = verdict.client.as_ref().unwrap();
        for wanted in [client.as_str(), client.host()] {
            assert_eq!(engines(&chosen(wanted, &TWO)).len(), 2, "{wanted}");
        }
    }
}
