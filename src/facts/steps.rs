//! How far an attempt got, one step after the other, for the funnel of a report. It decides nothing.

use strum::{EnumCount, EnumIter, IntoEnumIterator, IntoStaticStr, VariantNames};

use super::{Known, Offered, Outcome};
use crate::{
    event::{Kind, Record},
    time::SECOND,
};

/// Whoever is in for this long was not thrown out by a late check or a first timeout (the ping interval of 25 s plus its time-out of 20 s, by default).
const STAYS: i64 = 60 * SECOND;

/// One step on the way in.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    EnumCount,
    EnumIter,
    IntoStaticStr,
    VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Step {
    /// The transport came up: the handshake was answered.
    Handshake,
    /// The client asked for a namespace, or its connect handler was entered.
    Connect,
    /// A credential of its was seen.
    Credentials,
    /// The log shows a decision.
    Decided,
    /// It was let in.
    Accepted,
    /// It was still there a minute later.
    Stayed,
}

/// The steps that an attempt was seen to take. Later steps imply no earlier ones where the log does not show them, but for the handshake and the decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Steps(u8);

impl Steps {
    /// Those of an attempt with these records, of which this is `known`.
    pub fn of(records: &[Record], known: &Known) -> Self {
        let mut steps = Self::default();
        for record in records {
            match &record.event.kind {
                Kind::Opened | Kind::Upgraded => steps.take(Step::Handshake),
                Kind::Request(request) if request.status.is_some_and(|s| s < 400) => {
                    steps.take(Step::Handshake);
                }
                Kind::ConnectAsked(_)
                | Kind::HandlerEntered(_)
                | Kind::Offered(_)
                | Kind::TokenTried(_)
                | Kind::TokenNotFound
                | Kind::SessionChecked { .. } => steps.take(Step::Connect),
                _ => {}
            }
        }
        if !matches!(known.key.offered, Offered::Unknown | Offered::None) {
            steps.take(Step::Credentials);
        }
        if matches!(known.key.outcome, Outcome::Accepted | Outcome::Rejected) {
            steps.take(Step::Decided);
        }
        if known.key.outcome == Outcome::Accepted {
            steps.take(Step::Accepted);
            steps.take(Step::Connect);
            let decided = known.decisive.and_then(|i| records.get(i)).and_then(|r| r.stamp);
            let last = records.iter().rev().find_map(|r| r.stamp);
            if let (Some(decided), Some(last)) = (decided, last)
                && last.micros - decided.micros >= STAYS
            {
                steps.take(Step::Stayed);
            }
        }
        if steps.took(Step::Connect) {
            steps.take(Step::Handshake);
        }
        steps
    }

    /// Those that either shows.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `step` was seen.
    pub fn took(self, step: Step) -> bool {
        self.0 & 1 << step as u8 != 0
    }

    /// The steps that were seen, in order.
    pub fn iter(self) -> impl Iterator<Item = Step> {
        Step::iter().filter(move |step| self.took(*step))
    }

    fn take(&mut self, step: Step) {
        self.0 |= 1 << step as u8;
    }
}

impl FromIterator<Step> for Steps {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        let mut all = Self::default();
        steps.into_iter().for_each(|step| all.take(step));
        all
    }
}
