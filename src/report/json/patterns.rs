//! What attempts show together: figures for programs, and the sentence for people.

use serde::Serialize;

use super::super::{Report, together};
use crate::patterns::{Clock, Pattern};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct PatternView<'a> {
    #[serde(flatten)]
    pattern: &'a Pattern,
    sentence: String,
    advice: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ClockView {
    /// The first is ahead of the second.
    pair: [String; 2],
    /// By how many seconds.
    seconds: i64,
    /// The least that one sample shows.
    least: i64,
    /// From how many samples.
    samples: u64,
    /// How many failures it explains.
    explains: u64,
    sentence: String,
    advice: String,
}

impl<'a> PatternView<'a> {
    pub(super) fn new(pattern: &'a Pattern, report: &Report) -> Self {
        Self {
            pattern,
            sentence: together::sentence(pattern, report),
            advice: together::advice(pattern),
        }
    }
}

impl ClockView {
    pub(super) fn new(clock: &Clock, report: &Report) -> Self {
        Self {
            pair: together::pair(clock, report),
            seconds: clock.seconds,
            least: clock.least,
            samples: clock.samples,
            explains: clock.explains,
            sentence: together::clock(clock, report),
            advice: together::clock_advice(clock),
        }
    }
}
