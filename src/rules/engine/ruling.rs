//! Why one cause and not another: which rules fit a set of facts, which of them gave way, and which lacked one fact.

use super::{Engine, Key, Outcome, Ready, SLOTS, is_fallback, names, values};
use crate::rules::cause::Cause;

/// More rules than this that lack one fact, and none of them is near.
const MOST_NEAR: usize = 5;

/// More values than this that a rule would take, and it asks for nothing in particular.
const MOST_WANTED: usize = 6;

/// What the rules make of a set of facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ruling {
    /// The rules that fit, the root's first, the others in the order of precedence.
    pub fired: Vec<Fired>,
    /// Rules that one other fact would have made fit.
    pub near: Vec<Near>,
}

/// A rule that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// Its cause.
    pub cause: Cause,
    /// The facts that it asks for, as they are.
    pub because: Vec<(&'static str, &'static str)>,
    /// What became of it.
    pub part: Part,
}

/// What becomes of a rule that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// It explains the failure.
    Root,
    /// It gives way to these, which fit as well and explain it better.
    Yields(Vec<Cause>),
    /// No rule says which of the two is better; the order of the causes puts the root first.
    Behind,
}

/// A rule that lacks one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// Its cause.
    pub cause: Cause,
    /// The slot that is otherwise.
    pub slot: &'static str,
    /// What it holds.
    pub is: &'static str,
    /// What the rule would have it hold.
    pub wants: Vec<&'static str>,
}

impl Engine {
    /// How the judgement of `key` comes about.
    pub fn explain(&self, key: &Key) -> Ruling {
        if key.outcome == Outcome::Accepted {
            return Ruling::default();
        }
        let values = values(key);
        let root = self.judge(key).cause;
        let fits = |rule: &&Ready| rule.fires(&values);
        let fitting: Vec<Cause> = self.rules.iter().filter(fits).map(|rule| rule.cause).collect();
        let mut fired: Vec<Fired> = self
            .rules
            .iter()
            .filter(fits)
            .filter(|rule| Some(rule.cause) == root || !is_fallback(rule.cause))
            .map(|rule| Fired {
                cause: rule.cause,
                because: rule.because(&values),
                part: if Some(rule.cause) == root {
                    Part::Root
                } else {
                    let yields = |cause: &&Cause| rule.yields_to.contains(cause);
                    let to: Vec<Cause> = fitting.iter().filter(yields).copied().collect();
                    if to.is_empty() { Part::Behind } else { Part::Yields(to) }
                },
            })
            .collect();
        fired.sort_by_key(|fired| (fired.part != Part::Root, fired.cause));
        let mut near: Vec<Near> = self
            .rules
            .iter()
            .filter(|rule| !rule.fires(&values) && !is_fallback(rule.cause))
            .filter_map(|rule| rule.near(&values))
            .collect();
        near.sort_by_key(|near| near.cause);
        if near.len() > MOST_NEAR {
            near.clear();
        }
        Ruling { fired, near }
    }
}

impl Key {
    /// What is known, by slot, in the words of rule files; what is not known is left out.
    pub fn told(&self) -> Vec<(&'static str, &'static str)> {
        let values = values(self);
        (0..SLOTS.len())
            .filter(|&slot| slot == 0 || values[slot] != 1)
            .map(|slot| (SLOTS[slot], value(slot, values[slot])))
            .collect()
    }
}

impl Ready {
    /// What it asks for that is so.
    fn because(&self, values: &[u64; SLOTS.len()]) -> Vec<(&'static str, &'static str)> {
        let fits =
            |allowed: &&[u64; SLOTS.len()]| allowed.iter().zip(values).all(|(a, v)| a & v != 0);
        let Some(allowed) = self.when.iter().find(fits) else { return Vec::new() };
        (0..SLOTS.len())
            .filter(|&slot| allowed[slot] != u64::MAX)
            .map(|slot| (SLOTS[slot], value(slot, values[slot])))
            .collect()
    }

    /// The one fact that it lacks, where it has at least one that it asks for and that is known.
    fn near(&self, values: &[u64; SLOTS.len()]) -> Option<Near> {
        let lacking = |allowed: &[u64; SLOTS.len()]| {
            let mut lacks = (0..SLOTS.len()).filter(|&slot| allowed[slot] & values[slot] == 0);
            let slot = lacks.next()?;
            // Every attempt has an outcome and a layer; that these fit brings no rule near.
            let has = |slot: usize| {
                slot > 1 && allowed[slot] & 1 == 0 && allowed[slot] & values[slot] != 0
            };
            (lacks.next().is_none() && slot > 1 && (0..SLOTS.len()).any(has))
                .then_some((slot, allowed[slot]))
        };
        let (slot, allowed) = self.when.iter().find_map(lacking)?;
        let wants: Vec<&str> = names(slot)
            .into_iter()
            .enumerate()
            .filter(|(n, _)| allowed >> n & 1 == 1)
            .map(|(_, name)| name)
            .collect();
        (wants.len() <= MOST_WANTED).then(|| Near {
            cause: self.cause,
            slot: SLOTS[slot],
            is: value(slot, values[slot]),
            wants,
        })
    }
}

/// The name of a slot's value.
fn value(slot: usize, bit: u64) -> &'static str {
    names(slot).get(bit.trailing_zeros() as usize).copied().unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::Reason,
        facts::{Repeat, TokenTime},
        rules::RuleSet,
    };

    fn ruling(key: Key) -> Ruling {
        let rules = RuleSet::builtin().unwrap();
        let ruling = rules.engine().explain(&key);
        let root = ruling.fired.iter().find(|fired| fired.part == Part::Root);
        assert_eq!(root.map(|fired| fired.cause), rules.engine().judge(&key).cause);
        ruling
    }

    fn refused(said: Option<Reason>) -> Key {
        Key { outcome: Outcome::Rejected, said, ..Key::default() }
    }

    #[test]
    fn the_root_comes_first_with_the_facts_that_it_rests_on() {
        let first = &ruling(refused(Some(Reason::TokenExpired))).fired[0];
        assert_eq!((first.cause, &first.part), (Cause::JwtExpired, &Part::Root));
        assert!(first.because.contains(&("said", "token-expired")), "{first:?}");
    }

    #[test]
    fn a_rule_that_gives_way_names_to_whom() {
        let key = Key { repeat: Repeat::SameToken, ..refused(Some(Reason::TokenExpired)) };
        let ruling = ruling(key);
        assert_eq!(ruling.fired[0].cause, Cause::StaleTokenRetry);
        let expired = ruling.fired.iter().find(|fired| fired.cause == Cause::JwtExpired).unwrap();
        assert_eq!(expired.part, Part::Yields(vec![Cause::StaleTokenRetry]));
    }

    #[test]
    fn a_rule_that_lacks_one_fact_says_which() {
        let ruling = ruling(refused(Some(Reason::TokenExpired)));
        let retry = ruling.near.iter().find(|near| near.cause == Cause::StaleTokenRetry).unwrap();
        assert_eq!((retry.slot, retry.wants.as_slice()), ("repeat", &["same-token"][..]));
    }

    #[test]
    fn what_is_not_known_is_no_fact() {
        let key = Key { token_time: TokenTime::Expired, ..refused(None) };
        assert_eq!(key.told(), [("outcome", "rejected"), ("token-time", "expired")]);
        let let_in = Key { outcome: Outcome::Accepted, ..Key::default() };
        assert_eq!(ruling(let_in), Ruling::default());
    }
}
