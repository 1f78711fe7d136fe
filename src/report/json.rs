//! For a dashboard: the whole report as one JSON document.
//!
//! The keys are a contract, like those of the attempt record: all are always there, unknown values are `null`.

mod causes;
mod findings;
mod overview;
mod patterns;
mod reading;
mod rest;

use std::io::{self, Write};

use serde::Serialize;

use self::{
    causes::CauseView,
    findings::FindingView,
    overview::{FunnelView, LatencyView, SeriesView, TopView},
    patterns::{ClockView, PatternView},
    reading::{DroppedView, InputView, UnmatchedView},
};

#[cfg(test)]
use super::schema::Names;
use super::{Options, Report, Tally, line::acts};
use crate::{event::At, rules::cause::Cause};

/// The document's version; a change of meaning raises it, a new key does not.
pub const SCHEMA: &str = "siotrace.report/1";

/// Writes the report; of the options only `top` matters here.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&Document::new(report, options))?;
    writeln!(out, "{}", showable(text))
}

/// Writes the report behind its first members: for whoever has written the version already, and more behind it.
pub(super) fn write_rest(
    report: &Report,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    rest::write(&Body::new(report, options), out)
}

/// Escapes what JSON allows in strings and a terminal acts on: DEL, the C1 controls, and marks that turn the direction of text.
/// None of them can stand outside a string, so they can be replaced wherever they are.
pub(super) fn showable(text: String) -> String {
    use std::fmt::Write as _;

    // All of them begin with one of four bytes, which are rare.
    let leads = memchr::memchr3_iter(0x7f, 0xc2, 0xe2, text.as_bytes())
        .chain(memchr::memchr_iter(0xef, text.as_bytes()));
    if !leads.into_iter().any(|at| text[at..].starts_with(acts)) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            // To a string, writing cannot fail.
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// The whole report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document<'a> {
    /// The document's version.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    schema: &'static str,
    /// For `siotrace merge`, only there with `--mergeable`: all attempts and the run. What is in it may change with its own version.
    // It is written as attempts close, before the rest is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "serde_json::Map<String, serde_json::Value>"))]
    shard: Option<()>,
    #[serde(flatten)]
    body: Body<'a>,
}

/// The report but for its version.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Body<'a> {
    /// The siotrace that wrote it.
    version: &'static str,
    /// What was read.
    inputs: Vec<InputView<'a>>,
    /// Attempts by outcome.
    totals: TotalsView,
    /// The same as parts of all attempts, 0 to 1.
    rates: RatesView,
    /// Different client addresses; `null` when the logs show none.
    clients: Option<TallyView>,
    /// How many attempts each layer said no to, from the client inwards.
    layers: Vec<LayerView>,
    /// How many attempts show lines of each software; one can show several.
    stacks: Vec<StackView>,
    /// The causes that were asked for; empty means all.
    only: &'a [Cause],
    /// How many causes were found; `causes` may hold fewer when they were limited.
    causes_found: usize,
    /// The causes, the most frequent first.
    causes: Vec<CauseView<'a>>,
    /// What the attempts show together, what explains most failures first.
    patterns: Vec<PatternView<'a>>,
    /// Clocks that differ.
    clocks: Vec<ClockView>,
    /// Attempts over time.
    series: SeriesView,
    /// How many attempts were seen to take each step, in order.
    funnel: Vec<FunnelView>,
    /// How long decisions took.
    latency: LatencyView,
    /// Who failed most.
    top: TopView,
    /// What is wrong besides.
    findings: Vec<FindingView<'a>>,
    /// Lines that speak of Socket.IO and were not understood.
    unmatched: UnmatchedView<'a>,
    /// Requests of health checks and of pages left open: nobody tried to connect by them.
    foreign_requests: u64,
    /// What a bound dropped.
    dropped: DroppedView,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TotalsView {
    attempts: u64,
    accepted: u64,
    rejected: u64,
    abandoned: u64,
    undecided: u64,
    failed: u64,
}

/// Parts of all attempts; `null` when there are none.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RatesView {
    accepted: Option<f64>,
    rejected: Option<f64>,
    abandoned: Option<f64>,
    undecided: Option<f64>,
    failed: Option<f64>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TallyView {
    count: usize,
    /// Whether there are no more than that.
    exact: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LayerView {
    #[cfg_attr(test, schemars(with = "Names<crate::facts::Layer>"))]
    layer: &'static str,
    count: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StackView {
    #[cfg_attr(test, schemars(with = "Names<crate::event::Stack>"))]
    stack: &'static str,
    count: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PlaceView<'a> {
    source: &'a str,
    line: u64,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report, options: &Options) -> Self {
        Self { schema: SCHEMA, shard: None, body: Body::new(report, options) }
    }
}

impl<'a> Body<'a> {
    fn new(report: &'a Report, options: &Options) -> Self {
        let Report {
            totals,
            clients,
            layers,
            stacks,
            only,
            causes,
            patterns,
            findings,
            sums,
            summary,
        } = report;
        Self {
            version: env!("CARGO_PKG_VERSION"),
            inputs: summary.inputs.iter().map(InputView::new).collect(),
            totals: TotalsView {
                attempts: totals.attempts,
                accepted: totals.accepted,
                rejected: totals.rejected,
                abandoned: totals.abandoned,
                undecided: totals.undecided,
                failed: totals.failed,
            },
            rates: RatesView {
                accepted: rate(totals.accepted, totals.attempts),
                rejected: rate(totals.rejected, totals.attempts),
                abandoned: rate(totals.abandoned, totals.attempts),
                undecided: rate(totals.undecided, totals.attempts),
                failed: rate(totals.failed, totals.attempts),
            },
            clients: clients.map(TallyView::from),
            layers: layers
                .iter()
                .map(|(layer, count)| LayerView { layer: layer.into(), count: *count })
                .collect(),
            stacks: stacks
                .iter()
                .map(|(stack, count)| StackView { stack: stack.into(), count: *count })
                .collect(),
            only,
            causes_found: causes.len(),
            causes: report
                .shown(options.top)
                .iter()
                .map(|cause| CauseView::new(cause, report))
                .collect(),
            patterns: patterns
                .found
                .iter()
                .map(|pattern| PatternView::new(pattern, report))
                .collect(),
            clocks: patterns.clocks.iter().map(|clock| ClockView::new(clock, report)).collect(),
            series: SeriesView::new(&sums.series),
            funnel: overview::funnel(report),
            latency: LatencyView::new(&sums.latency),
            top: TopView::new(report),
            findings: findings.iter().map(|finding| FindingView::new(finding, report)).collect(),
            unmatched: UnmatchedView::new(report),
            foreign_requests: summary.foreign_requests,
            dropped: DroppedView::new(report),
        }
    }
}

impl<'a> PlaceView<'a> {
    fn new(at: At, report: &'a Report) -> Self {
        Self { source: report.source(at), line: at.line }
    }
}

impl From<Tally> for TallyView {
    fn from(tally: Tally) -> Self {
        Self { count: tally.count, exact: !tally.more }
    }
}

#[allow(clippy::cast_precision_loss)] // exact up to 2^53 attempts
fn rate(part: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| rounded(part as f64 / all as f64))
}

/// Four digits: more would only be noise in a diff.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{empty, outage};

    fn written(report: &Report, options: &Options) -> String {
        let mut out = Vec::new();
        write(report, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_whole_report_is_one_document() {
        let text = written(&outage(), &Options::default());
        let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!("json_outage", text);
    }

    #[test]
    fn a_report_of_nothing_has_the_same_keys() {
        let keys = |text: &str| -> Vec<String> {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            value.as_object().unwrap().keys().cloned().collect()
        };
        let options = Options::default();
        assert_eq!(keys(&written(&empty(), &options)), keys(&written(&outage(), &options)));
    }

    #[test]
    fn the_number_of_causes_is_told_even_when_few_are_shown() {
        let text = written(&outage(), &Options { top: Some(1), ..Options::default() });
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["causes"].as_array().unwrap().len(), 1);
        assert_eq!(value["causes_found"], 3);
    }
}
