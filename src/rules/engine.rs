//! The rule engine: which causes explain a set of facts, and which of them is the root.

mod ruling;

use rustc_hash::FxHashMap;
use strum::{IntoEnumIterator, VariantNames};

pub use self::ruling::{Fired, Near, Part, Ruling};

use super::{
    cause::Cause,
    file::{RuleHead, Wanted},
};
use crate::{
    error::Error,
    event::{Fault, Reason},
    facts::{
        Checked, Cookie, Found, Handler, Key, Layer, Offered, Outcome, Process, Repeat, Session,
        Shape, Status, TokenTime, Unlike,
    },
};

/// The slots of a [`Key`], by the names that rule files use.
const SLOTS: [&str; 17] = [
    "outcome",
    "layer",
    "said",
    "client-said",
    "fault",
    "offered",
    "shape",
    "found",
    "token-time",
    "session",
    "cookie",
    "handler",
    "status",
    "repeat",
    "unlike",
    "checked",
    "process",
];

/// What a set of facts amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The root cause.
    pub cause: Option<Cause>,
    /// Causes that also explain the refusal, and that the root outranks.
    pub also: Vec<Cause>,
}

/// All rules, ready to judge.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Ready>,
}

#[derive(Debug)]
struct Ready {
    /// Whose explanation it is.
    cause: Cause,
    /// For each alternative, for each slot, the allowed values as bits.
    when: Vec<[u64; SLOTS.len()]>,
    yields_to: Vec<Cause>,
}

impl Engine {
    /// Makes `rules` ready.
    ///
    /// # Errors
    /// [`Error::Rule`] when a condition names a slot or a value that does not exist.
    pub fn new(rules: &[RuleHead]) -> Result<Self, Error> {
        let rules = rules.iter().map(Ready::new).collect::<Result<_, _>>()?;
        Ok(Self { rules })
    }

    /// The judgement of `key`: a pure function of it.
    pub fn judge(&self, key: &Key) -> Judgement {
        if key.outcome == Outcome::Accepted {
            return Judgement::default();
        }
        let values = values(key);
        let mut fired: Vec<&Ready> = self.rules.iter().filter(|r| r.fires(&values)).collect();
        // Precedence between explanations that no rule settles is the order of the causes.
        fired.sort_by_key(|r| r.cause);
        let outranked =
            |rule: &Ready| fired.iter().any(|other| rule.yields_to.contains(&other.cause));
        let Some(root) = fired.iter().find(|r| !outranked(r)).or(fired.first()) else {
            return Judgement { cause: fallback(key.outcome), also: Vec::new() };
        };
        let also = fired
            .iter()
            .filter(|r| r.yields_to.contains(&root.cause) && !is_fallback(r.cause))
            .map(|r| r.cause)
            .collect();
        Judgement { cause: Some(root.cause), also }
    }

    /// The causes that a refusal of this meaning points at, whatever else is known. First stand those for which the meaning alone is
    /// enough, last those that ask for most besides.
    pub fn causes_of(&self, reason: Reason) -> Vec<Cause> {
        let told = 1_u64 << (reason as u64 + 1);
        let fault = Fault::iter()
            .filter(|f| f.meaning() == reason)
            .fold(0, |bits, f| bits | 1_u64 << (f as u64 + 1));
        let mut causes: Vec<((usize, usize), Cause)> = self
            .rules
            .iter()
            .filter(|rule| !is_fallback(rule.cause))
            .filter_map(|rule| {
                let besides = |alternative: &[u64; SLOTS.len()]| {
                    // The first value of a slot is that nothing is known of it: one that allows that does not point anywhere.
                    let demanding = |slot: usize| alternative[slot] & 1 == 0;
                    let points = |slot: usize| {
                        alternative[slot] & [told, told, fault][slot - 2] != 0 && demanding(slot)
                    };
                    if !(2..5).any(points) {
                        return None;
                    }
                    let demands = (2..SLOTS.len()).filter(|&slot| demanding(slot)).count();
                    Some((
                        demands,
                        alternative.iter().filter(|allowed| **allowed != u64::MAX).count(),
                    ))
                };
                Some((rule.when.iter().filter_map(besides).min()?, rule.cause))
            })
            .collect();
        causes.sort();
        causes.into_iter().map(|(_, cause)| cause).collect()
    }
}

/// A judgement remembered for each set of facts: a million attempts of forty kinds are judged forty times.
#[derive(Debug, Default)]
pub struct Memory {
    judged: FxHashMap<Key, Judgement>,
}

impl Memory {
    /// The judgement of `key` by `engine`.
    pub fn judge(&mut self, engine: &Engine, key: &Key) -> &Judgement {
        self.judged.entry(*key).or_insert_with(|| engine.judge(key))
    }
}

impl Ready {
    fn new(rule: &RuleHead) -> Result<Self, Error> {
        let when = rule
            .when
            .iter()
            .map(|alternative| {
                let mut allowed = [u64::MAX; SLOTS.len()];
                for (slot, wanted) in alternative {
                    let fault = |reason: String| Error::Rule {
                        name: rule.cause.as_str().to_owned(),
                        reason,
                    };
                    let index = SLOTS.iter().position(|s| s == slot).ok_or_else(|| {
                        fault(format!("there is no fact `{slot}`; facts: {}", SLOTS.join(", ")))
                    })?;
                    allowed[index] = bits(index, wanted).map_err(fault)?;
                }
                Ok(allowed)
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self { cause: rule.cause, when, yields_to: rule.yields_to.clone() })
    }

    fn fires(&self, values: &[u64; SLOTS.len()]) -> bool {
        self.when.iter().any(|allowed| allowed.iter().zip(values).all(|(a, v)| a & v != 0))
    }
}

/// What is said when no rule fires.
fn fallback(outcome: Outcome) -> Option<Cause> {
    match outcome {
        Outcome::Rejected => Some(Cause::RejectedUnexplained),
        Outcome::Abandoned => Some(Cause::ClientLeft),
        Outcome::Accepted | Outcome::Undecided => None,
    }
}

fn is_fallback(cause: Cause) -> bool {
    matches!(cause, Cause::RejectedUnexplained | Cause::AuthUndecided)
}

/// The facts as one bit a slot, in the order of [`SLOTS`].
fn values(key: &Key) -> [u64; SLOTS.len()] {
    // `none` is the first value of the slots that hold a reason or a fault.
    let reason = |r: Option<Reason>| 1_u64 << r.map_or(0, |r| r as u64 + 1);
    [
        1 << key.outcome as u64,
        1 << key.layer as u64,
        reason(key.said),
        reason(key.client_said),
        1 << key.fault.map_or(0, |f| f as u64 + 1),
        1 << key.offered as u64,
        1 << key.shape as u64,
        1 << key.found as u64,
        1 << key.token_time as u64,
        1 << key.session as u64,
        1 << key.cookie as u64,
        1 << key.handler as u64,
        1 << key.status as u64,
        1 << key.repeat as u64,
        1 << key.unlike as u64,
        1 << key.checked as u64,
        1 << key.process as u64,
    ]
}

/// The names of a slot's values, in the order of their bits.
fn names(slot: usize) -> Vec<&'static str> {
    let reasons = || std::iter::once("none").chain(Reason::iter().map(Into::into)).collect();
    match slot {
        0 => Outcome::VARIANTS.to_vec(),
        1 => Layer::VARIANTS.to_vec(),
        2 | 3 => reasons(),
        4 => std::iter::once("none").chain(Fault::iter().map(Into::into)).collect(),
        5 => Offered::VARIANTS.to_vec(),
        6 => Shape::VARIANTS.to_vec(),
        7 => Found::VARIANTS.to_vec(),
        8 => TokenTime::VARIANTS.to_vec(),
        9 => Session::VARIANTS.to_vec(),
        10 => Cookie::VARIANTS.to_vec(),
        11 => Handler::VARIANTS.to_vec(),
        12 => Status::VARIANTS.to_vec(),
        13 => Repeat::VARIANTS.to_vec(),
        14 => Unlike::VARIANTS.to_vec(),
        15 => Checked::VARIANTS.to_vec(),
        _ => Process::VARIANTS.to_vec(),
    }
}

fn bits(slot: usize, wanted: &Wanted) -> Result<u64, String> {
    let names = names(slot);
    let bit = |name: &String| {
        names.iter().position(|n| n == name).map(|i| 1_u64 << i).ok_or_else(|| {
            format!("`{}` cannot be `{name}`; values: {}", SLOTS[slot], names.join(", "))
        })
    };
    let any = |list: &[String]| {
        list.iter().try_fold(0, |bits, name| Ok::<u64, String>(bits | bit(name)?))
    };
    match wanted {
        Wanted::One(name) => bit(name),
        Wanted::Any(list) => any(list),
        Wanted::Not { not } => any(not).map(|bits| !bits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(rules: &str) -> Engine {
        #[derive(serde::Deserialize)]
        struct Rules {
            rule: Vec<RuleHead>,
        }
        Engine::new(&toml::from_str::<Rules>(rules).unwrap().rule).unwrap()
    }

    #[test]
    fn a_meaning_points_first_at_the_cause_that_asks_for_nothing_besides() {
        let engine = engine(
            r#"
            [[rule]]
            cause = "stale-token-retry"
            when = [{ said = "token-expired", repeat = "same-token" }]
            [[rule]]
            cause = "jwt-expired"
            when = [{ said = "token-expired" }, { said = "none", token-time = "expired" }]
            [[rule]]
            cause = "jwt-malformed"
            when = [{ said = { not = ["token-expired"] } }, { said = ["none", "token-expired"] }]
            "#,
        );
        assert_eq!(
            engine.causes_of(Reason::TokenExpired),
            [Cause::JwtExpired, Cause::StaleTokenRetry]
        );
    }

    #[test]
    fn every_fault_that_means_the_same_is_looked_for() {
        let engine = engine(
            "[[rule]]\ncause = \"gateway-error\"\nwhen = [{ fault = \"upstream-timeout\" }]",
        );
        assert_eq!(engine.causes_of(Reason::Gateway), [Cause::GatewayError]);
        assert!(engine.causes_of(Reason::Origin).is_empty());
    }
}
