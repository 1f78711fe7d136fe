//! `--fail-on`: when a run ends with exit code 1.

use std::{fmt, str::FromStr};

use siotrace::{
    rules::{RuleSet, cause::Cause, file::Severity},
    verdict::Verdict,
};
use strum::IntoEnumIterator;

/// One condition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FailOn {
    /// An attempt failed with this cause.
    Cause(Cause),
    /// An attempt failed with a cause that is as severe as this, or more.
    Severity(Severity),
    /// More than this part of the attempts failed, 0 to 1.
    Rate(f64),
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(rate) = text.strip_prefix("rate") {
            return rate_above(rate)
                .map(Self::Rate)
                .ok_or_else(|| "write a rate as 'rate>1%' or 'rate>0.01'".to_owned());
        }
        let severities = [Severity::Low, Severity::Medium, Severity::High];
        if let Some(severity) = severities.into_iter().find(|s| <&str>::from(s) == text) {
            return Ok(Self::Severity(severity));
        }
        text.parse().map(Self::Cause).map_err(|_| Unknown(text).to_string())
    }
}

/// What follows `rate`: `>1%`, `> 0.01`.
fn rate_above(text: &str) -> Option<f64> {
    let number = text.trim_start().strip_prefix('>')?.trim();
    let rate = match number.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => number.parse().ok()?,
    };
    (0.0..=1.0).contains(&rate).then_some(rate)
}

/// A word that is none of the conditions.
struct Unknown<'t>(&'t str);

impl fmt::Display for Unknown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Cause::iter().map(Cause::as_str).chain(["low", "medium", "high"]);
        let nearest = words
            .map(|word| (strsim::damerau_levenshtein(word, self.0), word))
            .min()
            .filter(|(distance, word)| *distance <= word.len() / 2);
        if let Some((_, word)) = nearest {
            write!(f, "did you mean '{word}'? ")?;
        }
        f.write_str("It takes a cause (`siotrace explain causes` lists them), low, medium, high, or a rate as 'rate>1%'")
    }
}

/// What the conditions look at, counted while attempts close.
#[derive(Debug)]
pub(super) struct Judgement<'a> {
    conditions: &'a [FailOn],
    rules: &'a RuleSet,
    attempts: u64,
    failed: u64,
    met: bool,
}

impl<'a> Judgement<'a> {
    /// Without conditions any failed attempt is enough.
    pub(super) fn new(conditions: &'a [FailOn], rules: &'a RuleSet) -> Self {
        Self { conditions, rules, attempts: 0, failed: 0, met: false }
    }

    /// One attempt closed; `asked` is false of one whose cause was not asked for.
    pub(super) fn add(&mut self, verdict: &Verdict, asked: bool) {
        self.attempts += 1;
        if !asked || !verdict.failed() {
            return;
        }
        self.failed += 1;
        let severity = || self.rules.rule(verdict.cause?).map(|rule| rule.severity);
        self.met |= self.conditions.is_empty()
            || self.conditions.iter().any(|condition| match condition {
                FailOn::Cause(cause) => verdict.cause == Some(*cause),
                FailOn::Severity(least) => severity().is_some_and(|severity| severity >= *least),
                FailOn::Rate(_) => false,
            });
    }

    /// Whether the run has failed.
    #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 attempts")]
    pub(super) fn failed(&self) -> bool {
        let rate = self.failed as f64 / self.attempts.max(1) as f64;
        self.met || self.conditions.iter().any(|c| matches!(c, FailOn::Rate(most) if rate > *most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_as_people_write_them() {
        for (text, want) in [
            ("rate>1%", Some(FailOn::Rate(0.01))),
            ("rate > 0.5", Some(FailOn::Rate(0.5))),
            ("high", Some(FailOn::Severity(Severity::High))),
            ("sid-unknown", Some(FailOn::Cause(Cause::SidUnknown))),
            ("rate>200%", None),
            ("rate<1%", None),
            ("rate", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<FailOn>().ok(), want, "{text}");
        }
    }

    #[test]
    fn a_misspelt_condition_is_answered_with_the_right_one() {
        let error = "jwt-expird".parse::<FailOn>().unwrap_err();
        assert!(error.starts_with("did you mean 'jwt-expired'?"), "{error}");
    }
}
