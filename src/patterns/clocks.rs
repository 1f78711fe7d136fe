//! Clocks that differ: of who issues tokens and who checks them, and of two logs.

use std::collections::BTreeMap;

use crate::{
    event::SourceId,
    rules::cause::Cause,
    time::{SECOND, Zone},
    verdict::{ClockSample, Verdict},
};

use super::{Clock, Clocks};

/// Stamps and issue times of whole seconds may be off by one; only more than that is a difference.
const SLACK: i64 = 1;

/// A token is presented within so many seconds of its making, if it was made for that.
const FRESH: i64 = 2;

/// A token that is a day early is none that was made just now.
const MOST: i64 = 86_400;

/// Without a zone a difference is known up to a quarter of an hour, so that only a small one can be told from none.
const QUARTER: i64 = 900;
const MOST_LOCAL: i64 = 300;

/// So many tokens must come too early before that is said of a clock where nothing was refused for it.
const LEAST_TOKENS: u64 = 3;

/// Two logs' clocks that differ by less do not matter to who reads them.
const LEAST_BETWEEN: i64 = 2 * SECOND;

/// Samples of a pair of sources that are kept; the middle one counts.
const SAMPLES: usize = 255;

/// What is known of clocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Watches {
    early: u64,
    /// Tokens that came within moments of their issue time: their issuer's clock was right.
    fresh: u64,
    most: i64,
    least: i64,
    refused: u64,
    between: BTreeMap<(SourceId, SourceId), (u64, Vec<i64>)>,
}

impl Watches {
    pub(super) fn add(&mut self, verdict: &Verdict) {
        let refused = verdict.cause == Some(Cause::JwtNotYetValid);
        self.refused += u64::from(refused);
        self.fresh += u64::from(is_fresh(verdict));
        if let Some(lead) = lead(verdict, refused) {
            self.least = if self.early == 0 { lead } else { self.least.min(lead) };
            self.most = self.most.max(lead);
            self.early += 1;
        }
        if let Some(ClockSample { ahead, behind, micros }) = verdict.detail.clocks {
            let (count, samples) = self.between.entry((ahead, behind)).or_default();
            *count += 1;
            if samples.len() < SAMPLES {
                samples.push(micros);
            }
        }
    }

    pub(super) fn finish(self) -> Vec<Clock> {
        let mut clocks = Vec::new();
        let is_told = self.early >= LEAST_TOKENS || self.early > 0 && self.refused > 0;
        if is_told && self.early > self.fresh {
            clocks.push(Clock {
                pair: Clocks::IssuerServer,
                seconds: self.most,
                least: self.least,
                samples: self.early,
                explains: self.refused,
            });
        }
        for ((a, b), (count, mut samples)) in self.between {
            samples.sort_unstable();
            let middle = samples[samples.len() / 2];
            if middle.abs() < LEAST_BETWEEN {
                continue;
            }
            let (first, second) = if middle > 0 { (a, b) } else { (b, a) };
            let least = samples.iter().map(|s| s.abs()).min().unwrap_or_default();
            clocks.push(Clock {
                pair: Clocks::Sources(first, second),
                seconds: (middle.abs() + SECOND / 2) / SECOND,
                least: least / SECOND,
                samples: count,
                explains: 0,
            });
        }
        clocks
    }
}

/// Whether a token was presented right after it was issued.
fn is_fresh(verdict: &Verdict) -> bool {
    let token = verdict.detail.token.as_ref();
    let times = token.and_then(|token| token.issued_at.zip(token.shown));
    times.is_some_and(|(issued, shown)| {
        shown.zone == Zone::Known
            && (0..=FRESH).contains(&shown.micros.div_euclid(SECOND).saturating_sub(issued))
    })
}

/// By how many seconds a token was presented before it was issued.
fn lead(verdict: &Verdict, refused: bool) -> Option<i64> {
    let token = verdict.detail.token.as_ref()?;
    let (issued, shown) = (token.issued_at?, token.shown?);
    let lead = issued.saturating_sub(shown.micros.div_euclid(SECOND));
    let lead = match shown.zone {
        Zone::Known => lead,
        // That it came too early is said by who refused it; what is left beyond quarters of an hour is by how much.
        Zone::Unknown if refused => lead.rem_euclid(QUARTER).min(MOST_LOCAL + 1),
        Zone::Unknown => 0,
    };
    let range = match shown.zone {
        Zone::Known => SLACK + 1..=MOST,
        Zone::Unknown => SLACK + 1..=MOST_LOCAL,
    };
    range.contains(&lead).then_some(lead)
}
