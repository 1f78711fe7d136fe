//! How a verdict came about, step by step: for whoever asks of one attempt why this cause and no other.
//!
//! It is made only when it was asked for ([`Builder::account`](crate::analyzer::Builder::account)), since a run over a large log
//! could not keep it. Everything in it is masked and finished; a renderer only lays it out.

use crate::{
    event::{At, Passage, Record, Speaker},
    facts::{self, Known},
    payload::redact::redact,
    rules::engine::Ruling,
    time::Stamp,
    trace::machine::State,
};

/// How a verdict came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Every line of the attempt, in the order of time.
    pub told: Vec<Told>,
    /// What is known of it, by slot; what is not known is left out.
    pub facts: Vec<(&'static str, &'static str)>,
    /// What the rules make of that.
    pub ruling: Ruling,
}

/// One line, and what it did to the attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Where it stands.
    pub at: At,
    /// When it was written.
    pub stamp: Option<Stamp>,
    /// Microseconds since the line before it, where the clocks of both can be compared.
    pub gap: Option<i64>,
    /// Which side wrote it.
    pub speaker: Speaker,
    /// Between whom it happened.
    pub passage: Passage,
    /// What it says, by the name of the event.
    pub event: &'static str,
    /// The sentence or the status that it gives.
    pub said: Option<String>,
    /// How far the attempt is with it.
    pub state: State,
    /// Whether it decided.
    pub decisive: bool,
    /// The line.
    pub text: String,
}

impl Account {
    /// The account of an attempt with these records, of which this is `known`, and on which this is the ruling.
    pub(crate) fn of(records: &[Record], known: &Known, ruling: Ruling) -> Self {
        let mut before: Option<Stamp> = None;
        let told =
            records.iter().zip(facts::course(records)).enumerate().map(|(i, (record, state))| {
                let gap = record.stamp.zip(before).and_then(|(at, before)| at.since(before));
                before = record.stamp.or(before);
                Told {
                    at: record.at,
                    stamp: record.stamp,
                    gap,
                    speaker: record.event.speaker,
                    passage: record.event.kind.passage(record.event.speaker),
                    event: (&record.event.kind).into(),
                    said: said(record),
                    state,
                    decisive: known.decisive == Some(i),
                    text: record.line.quote(),
                }
            });
        Self { told: told.collect(), facts: known.key.told(), ruling }
    }
}

fn said(record: &Record) -> Option<String> {
    use crate::event::Kind;
    match &record.event.kind {
        Kind::Request(request) => request.status.map(|status| format!("HTTP {status}")),
        kind => {
            let text = kind.said()?.text.trim();
            (!text.is_empty()).then(|| redact(text).into_owned())
        }
    }
}
