//! Sums verdicts up, in bounded memory: one entry a cause, whatever the number of attempts.

use std::collections::{BTreeMap, BTreeSet};

use strum::IntoEnumIterator;

use super::{Advice, CauseReport, FindingReport, Report, Rulebook, Summary, Sums, Totals};
use crate::{
    event::{Speaker, Stack},
    facts::{Layer, Outcome},
    patterns::{Distinct, Watch},
    rules::cause::Cause,
    time::Stamp,
    verdict::{Confidence, Verdict},
};

/// Attempts that are kept whole for each cause, to be quoted.
const SAMPLES: usize = 3;

/// Takes verdicts one by one and makes the report of them.
#[derive(Debug)]
pub struct ReportBuilder<'r, R> {
    rules: &'r R,
    only: BTreeSet<Cause>,
    totals: Totals,
    clients: Distinct,
    layers: BTreeMap<Layer, u64>,
    stacks: BTreeMap<Stack, u64>,
    causes: BTreeMap<Cause, OfCause>,
    sums: Sums,
    watch: Watch,
}

/// What is kept of all attempts with one cause.
#[derive(Debug, Default)]
struct OfCause {
    count: u64,
    failed: u64,
    clients: Distinct,
    users: Distinct,
    first: Option<Stamp>,
    last: Option<Stamp>,
    confidence: BTreeMap<Confidence, u64>,
    also: BTreeMap<Cause, u64>,
    stacks: BTreeSet<Stack>,
    libraries: BTreeSet<Stack>,
    samples: Vec<Verdict>,
}

impl<'r, R: Rulebook> ReportBuilder<'r, R> {
    /// A report without attempts; its texts come from `rules`.
    pub fn new(rules: &'r R) -> Self {
        Self {
            rules,
            only: BTreeSet::new(),
            totals: Totals::default(),
            clients: Distinct::default(),
            layers: BTreeMap::new(),
            stacks: BTreeMap::new(),
            causes: BTreeMap::new(),
            watch: Watch::default(),
            sums: Sums::default(),
        }
    }

    /// Reports only these causes; the totals still count every attempt. An empty list means all.
    #[must_use]
    pub fn only(mut self, causes: &[Cause]) -> Self {
        self.only = causes.iter().copied().collect();
        self
    }

    /// Counts one attempt.
    pub fn add(&mut self, verdict: &Verdict) {
        self.totals.add(verdict);
        self.watch.add(verdict);
        self.sums.add(verdict);
        if let Some(client) = &verdict.client {
            self.clients.add(client.host());
        }
        for stack in verdict.stacks.iter().collect::<BTreeSet<_>>() {
            *self.stacks.entry(*stack).or_default() += 1;
        }
        if verdict.layer != Layer::None {
            *self.layers.entry(verdict.layer).or_default() += 1;
        }
        let Some(cause) = verdict.cause else { return };
        if self.only.is_empty() || self.only.contains(&cause) {
            self.causes.entry(cause).or_default().add(verdict);
        }
    }

    /// The report.
    pub fn finish(self, summary: Summary) -> Report {
        let explained: u64 = self.causes.values().map(|sums| sums.count).sum();
        let rules = self.rules;
        let seen: Vec<Stack> = self.stacks.keys().copied().collect();
        let mut causes: Vec<CauseReport> = self
            .causes
            .into_iter()
            .map(|(cause, sums)| sums.finish(cause, explained, &seen, rules))
            .collect();
        // Stable, over a map in the order of the closed list.
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));

        let findings = summary
            .findings
            .iter()
            .map(|counted| FindingReport {
                counted: counted.clone(),
                advice: rules.finding(counted.finding).map_or_else(
                    || Advice::bare(counted.finding.as_str()),
                    |rule| Advice::of_finding(rule, &seen),
                ),
            })
            .collect();

        Report {
            totals: self.totals,
            clients: self.clients.tally(),
            layers: Layer::iter().filter_map(|l| Some((l, *self.layers.get(&l)?))).collect(),
            stacks: self.stacks.into_iter().collect(),
            only: self.only.into_iter().collect(),
            causes,
            patterns: self.watch.finish(&summary.changes),
            findings,
            sums: self.sums,
            summary,
        }
    }
}

impl Totals {
    fn add(&mut self, verdict: &Verdict) {
        self.attempts += 1;
        self.failed += u64::from(verdict.failed());
        *match verdict.outcome {
            Outcome::Accepted => &mut self.accepted,
            Outcome::Rejected => &mut self.rejected,
            Outcome::Abandoned => &mut self.abandoned,
            Outcome::Undecided => &mut self.undecided,
        } += 1;
    }
}

impl OfCause {
    fn add(&mut self, verdict: &Verdict) {
        self.count += 1;
        self.failed += u64::from(verdict.failed());
        if let Some(client) = &verdict.client {
            self.clients.add(client.host());
        }
        if let Some(user) = &verdict.user {
            self.users.add(user.as_str());
        }
        if let Some(at) = verdict.decided.or(verdict.started) {
            self.first = Some(self.first.map_or(at, |first| first.earlier(at)));
            self.last = Some(self.last.map_or(at, |last| last.max(at)));
        }
        *self.confidence.entry(verdict.confidence).or_default() += 1;
        for also in &verdict.also {
            *self.also.entry(*also).or_default() += 1;
        }
        self.stacks.extend(&verdict.stacks);
        self.libraries.extend(verdict.of_library);
        self.keep(verdict);
    }

    /// Keeps the surest attempts, and of equally sure ones the first.
    fn keep(&mut self, verdict: &Verdict) {
        let place = self.samples.partition_point(|kept| kept.confidence >= verdict.confidence);
        if place < SAMPLES {
            self.samples.insert(place, verdict.clone());
            self.samples.truncate(SAMPLES);
        }
    }

    #[allow(clippy::cast_precision_loss)] // exact up to 2^53 attempts
    fn finish(
        self,
        cause: Cause,
        explained: u64,
        all: &[Stack],
        rules: &impl Rulebook,
    ) -> CauseReport {
        let stacks: Vec<Stack> = self.stacks.into_iter().collect();
        // What other attempts' lines show outright is surer than the words of a library.
        let shows = stacks.iter().any(|stack| stack.speaker() == Speaker::Server);
        let libraries: Vec<Stack> = self.libraries.into_iter().filter(|_| !shows).collect();
        let mut advice = rules.cause(cause).map_or_else(
            || Advice::bare(cause.as_str()),
            |rule| Advice::of_cause(rule, &stacks, &libraries, all, rules.next_log()),
        );
        let inferred = self.confidence.keys().all(|confidence| *confidence == Confidence::Inferred);
        if inferred
            && let Some(missing) = rules.next_log().missing_server(all)
            && !advice.check.iter().any(|step| step == missing)
        {
            advice.check.insert(0, missing.to_owned());
        }
        CauseReport {
            cause,
            count: self.count,
            failed: self.failed,
            share: self.count as f64 / explained as f64,
            clients: self.clients.tally(),
            users: self.users.tally(),
            first: self.first,
            last: self.last,
            confidence: self.confidence.into_iter().rev().collect(),
            also: self.also.into_iter().collect(),
            stacks,
            samples: self.samples,
            advice,
        }
    }
}
