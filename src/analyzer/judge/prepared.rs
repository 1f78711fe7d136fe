//! What is found out of an attempt by itself: its facts, the lines to quote, what its lines show by the way. Attempts are prepared in parallel.
//!
//! Not the job of this file: what other attempts tell of it, and the verdict.

use crate::analyzer::{Options, outline::Outline};
use crate::{
    event::{At, Kind, RawLine, Record, Speaker, Stack},
    facts::{self, Known, Outcome, Shown},
    grammar::Grammar,
    keys::Keys,
    trace::Attempt,
    verdict::{Evidence, Quote},
};

/// Most lines quoted for one attempt.
const MOST_QUOTES: usize = 12;

/// An attempt with its facts and quotes, not yet judged.
pub(super) struct Prepared {
    pub(super) outline: Outline,
    pub(super) known: Known,
    pub(super) evidence: Evidence,
    pub(super) findings: Vec<(Shown, At)>,
    /// The server's software as far as only a library's words show it.
    pub(super) of_library: Option<Stack>,
    /// Its records, where an account of them is wanted.
    pub(super) records: Option<Vec<Record>>,
}

impl Prepared {
    /// `None` where nothing happened that could be judged.
    pub(super) fn of(
        attempt: Attempt,
        grammar: &Grammar,
        keys: &Keys,
        options: Options,
    ) -> Option<Self> {
        if nothing_happened(&attempt.records) {
            return None;
        }
        let known = facts::derive(&attempt, keys);
        let evidence = evidence(&attempt.records, &known)?;
        let findings = facts::findings(&attempt.records, &known)
            .into_iter()
            .map(|found| (found, attempt.records[found.record].at))
            .collect();
        let (outline, records) = Outline::of(attempt, &known);
        let of_library = library(&known, &evidence, &outline.stacks, grammar);
        let records = options.account.then_some(records);
        Some(Self { outline, known, evidence, findings, of_library, records })
    }
}

/// The server's software by the library whose words gave the reason, where no line shows it.
fn library(
    known: &Known,
    evidence: &Evidence,
    stacks: &[Stack],
    grammar: &Grammar,
) -> Option<Stack> {
    if known.key.outcome == Outcome::Accepted
        || stacks.iter().any(|stack| stack.speaker() == Speaker::Server)
    {
        return None;
    }
    let told = known.said.as_ref().map(|said| &*said.text);
    told.into_iter()
        .chain(known.exception.as_deref())
        .find_map(|text| grammar.whose_words(text))
        .or_else(|| evidence.iter().find_map(|quote| grammar.whose_words(&quote.text())))
}

/// Whether the lines are only the end, or the middle, of a connection of which nothing else is in the log.
fn nothing_happened(records: &[Record]) -> bool {
    records.iter().all(|r| {
        matches!(
            r.event.kind,
            Kind::Closed(_)
                | Kind::Heartbeat
                | Kind::HeartbeatLost
                | Kind::Raised(_)
                | Kind::UpgradeFailed
        ) || matches!(&r.event.kind, Kind::Disconnected(None))
    })
}

/// The lines to quote: all when they are few; else the beginning, what surrounds the decision, and the end. Of an attempt that was let in nobody asks
/// why: its first line and the one that decided will do.
fn evidence(records: &[Record], known: &Known) -> Option<Evidence> {
    let last = records.len().checked_sub(1)?;
    let decisive = known.decisive;
    let middle = decisive.unwrap_or(last);
    let mut picked: Vec<usize> = if known.key.outcome == Outcome::Accepted {
        vec![0, middle]
    } else if records.len() <= MOST_QUOTES {
        (0..records.len()).collect()
    } else {
        let from = middle.saturating_sub(4);
        (0..3).chain(from..(from + 8).min(records.len())).chain([last]).collect()
    };
    picked.sort_unstable();
    picked.dedup();
    let lines = RawLine::apart(picked.iter().map(|&i| &records[i].line));
    let mut quotes = picked.iter().zip(lines).map(|(&i, line)| {
        let record = &records[i];
        Quote {
            at: record.at,
            stamp: record.stamp,
            speaker: record.event.speaker,
            line,
            decisive: decisive == Some(i),
        }
    });
    let first = quotes.next()?;
    Some(Evidence::new(first, quotes.collect()))
}
