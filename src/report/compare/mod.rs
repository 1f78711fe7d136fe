//! Two reports held against each other: which causes are new, gone, risen or fallen, as rates of attempts and not as bare counts.
//!
//! A rate that changed by no more than chance would change it is the same: two days of one service never have the same counts.

mod side;
mod text;

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use serde::Serialize;

pub use self::{
    side::{ReadError, Side},
    text::write as text,
};

/// The document's version; a change of meaning raises it, a new key does not.
pub(super) const SCHEMA: &str = "siotrace.diff/1";

/// Standard errors between two rates that chance brings about in one of two hundred pairs, one way.
const BEYOND_CHANCE: f64 = 2.58;

/// What changed between two reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Comparison {
    /// The document's version.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    schema: &'static str,
    /// The earlier.
    pub before: Side,
    /// The later.
    pub after: Side,
    /// The part of the attempts that failed.
    pub failed: Shift,
    /// Every cause of either, what got worse first.
    pub causes: Vec<CauseShift>,
    /// Whether something got worse: a new cause, or a rate of failures that rose by more than chance.
    pub worse: bool,
}

/// One cause in both.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CauseShift {
    /// Which. A text, since the other report may come from a version that knows more causes.
    pub cause: String,
    /// How it changed.
    #[serde(flatten)]
    pub shift: Shift,
}

/// A count in both, as a part of all attempts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Shift {
    /// What became of it.
    pub change: Change,
    /// How many before.
    pub before: u64,
    /// How many after.
    pub after: u64,
    /// The same as a part of the attempts, 0 to 1; `null` where there were none.
    pub rate_before: Option<f64>,
    /// And after.
    pub rate_after: Option<f64>,
}

/// What became of a rate, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::IntoStaticStr)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Change {
    /// There was none before.
    New,
    /// Higher than before, by more than chance.
    Risen,
    /// As before, as far as so many attempts tell.
    Same,
    /// Lower than before, by more than chance.
    Fallen,
    /// There is none any more, by more than chance.
    Gone,
}

impl Comparison {
    /// Holds the two against each other.
    pub fn new(before: Side, after: Side) -> Self {
        let all = [before.attempts, after.attempts];
        let failed = Shift::new([before.failed, after.failed], all);
        let names: BTreeSet<&String> = before.causes.keys().chain(after.causes.keys()).collect();
        let count = |side: &Side, name| side.causes.get(name).copied().unwrap_or_default();
        let mut causes: Vec<CauseShift> = names
            .into_iter()
            .map(|name| CauseShift {
                cause: name.clone(),
                shift: Shift::new([count(&before, name), count(&after, name)], all),
            })
            .collect();
        let most = |cause: &CauseShift| std::cmp::Reverse(cause.shift.before + cause.shift.after);
        causes.sort_by_key(|cause| (cause.shift.change, most(cause), cause.cause.clone()));
        let shifts = std::iter::once(&failed).chain(causes.iter().map(|cause| &cause.shift));
        let worse =
            shifts.into_iter().any(|shift| matches!(shift.change, Change::New | Change::Risen));
        Self { schema: SCHEMA, before, after, failed, causes, worse }
    }

    /// Writes it as one JSON document.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        writeln!(out, "{}", super::json::showable(text))
    }
}

impl Shift {
    fn new([before, after]: [u64; 2], [all_before, all_after]: [u64; 2]) -> Self {
        let (rate_before, rate_after) = (rate(before, all_before), rate(after, all_after));
        let beyond = beyond_chance([before, after], [all_before, all_after]);
        let change = match (before, after) {
            (0, 1..) => Change::New,
            (1.., 0) if beyond => Change::Gone,
            _ if !beyond => Change::Same,
            _ if rate_after > rate_before => Change::Risen,
            _ => Change::Fallen,
        };
        Self { change, before, after, rate_before, rate_after }
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 attempts")]
fn rate(part: u64, all: u64) -> Option<f64> {
    // Six digits: a rate of one in a thousand has to show how it changes.
    (all > 0).then(|| (part as f64 / all as f64 * 1e6).round() / 1e6)
}

/// Whether two rates differ by more than chance: the test of two proportions, with the half that counts in whole numbers ask for.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 attempts")]
fn beyond_chance(parts: [u64; 2], all: [u64; 2]) -> bool {
    let [a, b] = parts.map(|part| part as f64);
    let [n, m] = all.map(|all| all as f64);
    if n == 0.0 || m == 0.0 {
        return false;
    }
    let pooled = (a + b) / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    let apart = (a / n - b / m).abs() - 0.5 * (1.0 / n + 1.0 / m);
    apart > BEYOND_CHANCE * error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: u64, all_before: u64, after: u64, all_after: u64) -> Change {
        Shift::new([before, after], [all_before, all_after]).change
    }

    #[test]
    fn a_rate_changes_when_it_is_more_than_chance() {
        assert_eq!(change(10, 1000, 60, 1000), Change::Risen);
        assert_eq!(change(60, 1000, 10, 1000), Change::Fallen);
        assert_eq!(change(10, 1000, 15, 1000), Change::Same);
        assert_eq!(change(40, 1000, 0, 1000), Change::Gone);
        // Twice as many of twice as many attempts are as many.
        assert_eq!(change(50, 1000, 100, 2000), Change::Same);
        // One of a few may just not have come again.
        assert_eq!(change(1, 10, 0, 10), Change::Same);
        assert_eq!(change(0, 1000, 1, 1000), Change::New);
        assert_eq!(change(5, 10, 0, 0), Change::Same);
        assert_eq!(change(0, 0, 0, 0), Change::Same);
    }

    fn side(attempts: u64, causes: &[(&str, u64)]) -> Side {
        Side {
            attempts,
            failed: causes.iter().map(|(_, count)| count).sum(),
            causes: causes.iter().map(|(cause, count)| ((*cause).to_owned(), *count)).collect(),
            ..Side::default()
        }
    }

    #[test]
    fn what_got_worse_comes_first_and_is_told() {
        let before = side(1000, &[("sid-unknown", 50), ("jwt-expired", 10)]);
        let after = side(1000, &[("sid-unknown", 4), ("jwt-expired", 90), ("cors-blocked", 2)]);
        let comparison = Comparison::new(before, after);
        let changes: Vec<(&str, Change)> =
            comparison.causes.iter().map(|c| (c.cause.as_str(), c.shift.change)).collect();
        assert_eq!(
            changes,
            [
                ("cors-blocked", Change::New),
                ("jwt-expired", Change::Risen),
                ("sid-unknown", Change::Fallen)
            ]
        );
        assert!(comparison.worse);
    }

    #[test]
    fn a_service_that_is_as_before_is_not_worse() {
        let day = side(1000, &[("jwt-expired", 30)]);
        assert!(!Comparison::new(day.clone(), day.clone()).worse);
        assert!(!Comparison::new(day, side(2000, &[("jwt-expired", 60)])).worse);
        assert!(!Comparison::new(Side::default(), Side::default()).worse);
    }
}
