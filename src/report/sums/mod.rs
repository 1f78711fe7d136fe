//! What is counted of all attempts while they close, in bounded memory: over time, by latency, by who they were.
//!
//! Every sum can be added to another of its kind with the result of having counted both logs at once, as long as no bound was reached; a bound that was reached is told.

pub mod latency;
pub mod rows;
pub mod series;
pub mod top;

use strum::EnumCount;

use self::{latency::Latency, rows::Rows, series::Series, top::Top};
use crate::{facts::Step, verdict::Verdict};

/// All sums over attempts.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Attempts over time.
    pub series: Series,
    /// How many attempts took each step, by the step's number.
    pub steps: [u64; Step::COUNT],
    /// From the first line of an attempt to its decision.
    pub latency: Latency,
    /// Addresses, without their ports.
    pub clients: Top,
    /// Users.
    pub users: Top,
    /// Namespaces.
    pub namespaces: Top,
    /// Values of the Origin header.
    pub origins: Top,
    /// User agents.
    pub agents: Top,
    /// The first failed attempts.
    pub rows: Rows,
}

impl Sums {
    /// Counts one attempt.
    pub fn add(&mut self, verdict: &Verdict) {
        self.series.add(verdict);
        self.rows.add(verdict);
        for step in verdict.steps.iter() {
            self.steps[step as usize] += 1;
        }
        // To the microsecond or not at all: of stamps in whole seconds the difference is mostly nothing.
        if let (Some(from), Some(to)) = (verdict.started, verdict.decided)
            && from.fraction
            && to.fraction
        {
            self.latency.add(to.micros - from.micros);
        }
        let failed = verdict.failed();
        let names = [
            (&mut self.clients, verdict.client.as_ref().map(crate::ids::ClientAddr::host)),
            (&mut self.users, verdict.user.as_ref().map(crate::ids::UserName::as_str)),
            (&mut self.namespaces, verdict.namespace.as_ref().map(crate::ids::Namespace::as_str)),
            (&mut self.origins, verdict.detail.origin.as_deref()),
            (&mut self.agents, verdict.detail.agent.as_deref()),
        ];
        for (top, name) in names {
            if let Some(name) = name {
                top.add(name, failed);
            }
        }
    }
}
