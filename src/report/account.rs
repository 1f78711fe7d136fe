//! One attempt for a program, line by line, with the rules that judged it: what [`show`](super::show) says to a person.
//!
//! The keys are a contract, like those of the attempt record: all are always there, unknown values are `null`.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

#[cfg(test)]
use super::schema::Names;
use super::{
    AttemptRecord, Unread,
    json::showable,
    record::{EvidenceLine, name},
    show::Subject,
    words::timestamp,
};
use crate::{
    account::{Account, Told},
    event::Passage,
    rules::{
        cause::Cause,
        engine::{Fired, Near, Part},
    },
};

/// The document's version; a change of meaning raises it, a new key does not.
pub(super) const SCHEMA: &str = "siotrace.account/1";

/// Names with their values.
type Facts = [(&'static str, &'static str)];

/// The attempts that are meant by an id.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document<'a> {
    /// The document's version.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    schema: &'static str,
    /// The siotrace that wrote it.
    version: &'static str,
    /// The attempts, in the order in which they closed.
    attempts: Vec<AccountView<'a>>,
    /// How many more are meant, and are left out.
    left_out: u64,
}

/// One attempt, and how its verdict came about.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AccountView<'a> {
    /// What came out.
    attempt: AttemptRecord<'a>,
    /// All its lines, in the order of their time.
    lines: Vec<LineView<'a>>,
    /// What is known of it, by name; what is not known is left out.
    #[serde(serialize_with = "by_name")]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, String>"))]
    facts: &'a Facts,
    /// The rules that fit, first that of the cause.
    rules: Vec<RuleView<'a>>,
    /// Rules that one other fact would have made fit.
    near: Vec<NearView<'a>>,
    /// Lines that were not understood and show one of its ids.
    unread: Vec<EvidenceLine<'a>>,
    /// Lines that were not understood, show none of its ids and stand between its own.
    unread_between: Vec<EvidenceLine<'a>>,
}

/// One line, and what it did to the attempt. Its credentials are masked.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LineView<'a> {
    /// The input.
    source: &'a str,
    /// The number of the line, from 1.
    line: u64,
    /// When it was written.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    time: Option<String>,
    /// Milliseconds since the line before it, where the clocks of both can be compared.
    gap_ms: Option<f64>,
    /// Which side wrote it.
    #[cfg_attr(test, schemars(with = "Names<crate::event::Speaker>"))]
    speaker: &'static str,
    /// `up`: the client sent it; `down`: the server did; `stopped`: a proxy answered itself; `within`: nothing was sent.
    #[cfg_attr(test, schemars(extend("enum" = ["up", "down", "stopped", "within"])))]
    passage: &'static str,
    /// What it says.
    event: &'static str,
    /// The sentence or the status that it gives.
    said: Option<&'a str>,
    /// How far the attempt is with it.
    state: &'static str,
    /// Whether it decided.
    decisive: bool,
    /// The line.
    text: &'a str,
}

/// A rule that fits.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RuleView<'a> {
    /// Its cause.
    cause: Cause,
    /// `root`: it explains the failure; `yields`: it gives way to others; `behind`: the list of causes puts it behind the root.
    #[cfg_attr(test, schemars(extend("enum" = ["root", "yields", "behind"])))]
    part: &'static str,
    /// To which it gives way.
    yields_to: &'a [Cause],
    /// The facts that it asks for, as they are.
    #[serde(serialize_with = "by_name")]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, String>"))]
    because: &'a Facts,
}

/// A rule that lacks one fact.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NearView<'a> {
    /// Its cause.
    cause: Cause,
    /// The fact that is otherwise.
    fact: &'static str,
    /// What it is.
    is: &'static str,
    /// What the rule would take.
    wants: &'a [&'static str],
}

/// Writes the attempts; `left_out` more were meant.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(subjects: &[Subject<'_>], left_out: u64, out: &mut dyn Write) -> io::Result<()> {
    let attempts = subjects.iter().map(AccountView::new).collect();
    let version = env!("CARGO_PKG_VERSION");
    let document = Document { schema: SCHEMA, version, attempts, left_out };
    writeln!(out, "{}", showable(serde_json::to_string_pretty(&document)?))
}

impl<'a> AccountView<'a> {
    fn new(subject: &Subject<'a>) -> Self {
        let Subject { verdict, names, .. } = *subject;
        let source = |n: usize| names.get(n).map(String::as_str);
        let account: Option<&Account> = verdict.account.as_deref();
        let told = account.map_or(&[][..], |account| &account.told);
        let ruling = account.map(|account| &account.ruling);
        let line = |line: &'a Unread| EvidenceLine {
            source: name(line.at, source),
            line: line.at.line,
            text: line.text.clone(),
        };
        Self {
            attempt: AttemptRecord::new(verdict, source),
            lines: told.iter().map(|told| LineView::new(told, name(told.at, source))).collect(),
            facts: account.map_or(&[], |account| &account.facts),
            rules: ruling.iter().flat_map(|ruling| &ruling.fired).map(RuleView::new).collect(),
            near: ruling.iter().flat_map(|ruling| &ruling.near).map(NearView::new).collect(),
            unread: subject.own_unread().map(line).collect(),
            unread_between: subject.unread_between().into_iter().map(line).collect(),
        }
    }
}

impl<'a> LineView<'a> {
    #[expect(clippy::cast_precision_loss, reason = "exact for 285 years")]
    fn new(told: &'a Told, source: &'a str) -> Self {
        Self {
            source,
            line: told.at.line,
            time: told.stamp.map(timestamp),
            gap_ms: told.gap.map(|micros| micros as f64 / 1000.0),
            speaker: told.speaker.into(),
            passage: match told.passage {
                Passage::Up => "up",
                Passage::Down => "down",
                Passage::Stopped => "stopped",
                Passage::Within(_) => "within",
            },
            event: told.event,
            said: told.said.as_deref(),
            state: told.state.into(),
            decisive: told.decisive,
            text: &told.text,
        }
    }
}

impl<'a> RuleView<'a> {
    fn new(fired: &'a Fired) -> Self {
        let (part, yields_to): (_, &[Cause]) = match &fired.part {
            Part::Root => ("root", &[]),
            Part::Yields(to) => ("yields", to),
            Part::Behind => ("behind", &[]),
        };
        Self { cause: fired.cause, part, yields_to, because: &fired.because }
    }
}

impl<'a> NearView<'a> {
    fn new(near: &'a Near) -> Self {
        Self { cause: near.cause, fact: near.slot, is: near.is, wants: &near.wants }
    }
}

fn by_name<S: Serializer>(facts: &Facts, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(facts.iter().copied())
}
