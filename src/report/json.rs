//! For a dashboard: the whole report as one JSON document.
//!
//! The keys are a contract, like those of the attempt record: all are always there, unknown values are `null`.

mod overview;

use std::io::{self, Write};

use serde::Serialize;

use self::overview::{FunnelView, LatencyView, SeriesView, TopView};

#[cfg(test)]
use super::schema::Names;
use super::{
    Advice, AttemptRecord, CauseReport, FindingReport, Input, Options, Report, Tally, line::acts,
    together, words::timestamp,
};
use crate::{
    patterns::Pattern,
    rules::{
        cause::{Cause, Finding},
        file::Fix,
    },
    verdict::Confidence,
};

/// The document's version; a change of meaning raises it, a new key does not.
pub const SCHEMA: &str = "siotrace.report/1";

/// Writes the report; of the options only `top` matters here.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&document(report, options))?;
    writeln!(out, "{}", showable(text))
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
struct InputView<'a> {
    /// As the user gave it.
    name: &'a str,
    /// Bytes, after decompression.
    bytes: u64,
    lines: u64,
    /// Lines that were understood.
    matched: u64,
    /// Lines longer than the bound, read in part.
    cut: u64,
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    first: Option<String>,
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    last: Option<String>,
    /// Seconds east of UTC that stamps without a zone were found to be.
    offset_s: Option<i64>,
    /// Whose lines it holds, the most frequent first.
    formats: &'a [String],
    /// Why it was not read to its end.
    problem: Option<&'a str>,
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
struct CauseView<'a> {
    cause: Cause,
    title: &'a str,
    #[cfg_attr(test, schemars(with = "Names<crate::rules::file::Severity>"))]
    severity: &'static str,
    count: u64,
    /// How many of them failed: of an attempt that the log never decides it is not known.
    failed: u64,
    /// Its part of the attempts whose cause is reported, 0 to 1.
    share: f64,
    clients: Option<TallyView>,
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    first: Option<String>,
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    last: Option<String>,
    confidence: ConfidenceView,
    /// What came with it.
    also: Vec<AlsoView>,
    #[cfg_attr(test, schemars(with = "Vec<Names<crate::event::Stack>>"))]
    stacks: Vec<&'static str>,
    why: &'a str,
    /// How to make sure.
    check: &'a [String],
    fixes: Vec<FixView<'a>>,
    /// How many more fixes `siotrace explain` shows.
    fixes_left: usize,
    /// Up to three attempts, the surest first.
    samples: Vec<AttemptRecord<'a>>,
}

#[derive(Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ConfidenceView {
    stated: u64,
    derived: u64,
    inferred: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AlsoView {
    cause: Cause,
    count: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FixView<'a> {
    #[cfg_attr(test, schemars(with = "Names<crate::rules::file::Side>"))]
    side: &'static str,
    #[cfg_attr(test, schemars(with = "Option<Names<crate::event::Stack>>"))]
    stack: Option<&'static str>,
    text: &'a str,
    code: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FindingView<'a> {
    finding: Finding,
    title: &'a str,
    #[cfg_attr(test, schemars(with = "Names<crate::rules::file::Severity>"))]
    severity: &'static str,
    count: u64,
    attempts: u64,
    first: Option<PlaceView<'a>>,
    /// How many of its lines each input has.
    sources: Vec<LinesView<'a>>,
    /// The credentials that its lines show.
    credentials: Option<CredentialsView>,
    why: &'a str,
    fixes: Vec<FixView<'a>>,
    /// How many more fixes `siotrace explain` shows.
    fixes_left: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LinesView<'a> {
    source: &'a str,
    lines: u64,
}

/// Different credentials; `live` and `dead` at the time of the last line.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CredentialsView {
    different: TallyView,
    /// Tokens that say no end.
    without_expiry: u64,
    live: u64,
    /// For how many seconds the longest of those that live goes on.
    live_for_s: Option<i64>,
    dead: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PlaceView<'a> {
    source: &'a str,
    line: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PatternView<'a> {
    #[serde(flatten)]
    pattern: &'a Pattern,
    sentence: String,
    advice: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ClockView {
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

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UnmatchedView<'a> {
    lines: u64,
    /// Lines whose shape found no room in the list.
    unlisted: u64,
    /// Their shapes, the most frequent first.
    templates: Vec<TemplateView<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TemplateView<'a> {
    template: &'a str,
    count: u64,
    example: PlaceView<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DroppedView {
    /// Lines of attempts that had too many.
    events: u64,
    /// Attempts that were closed early, because too many were open.
    attempts: u64,
    /// Lines that were understood and belong to no attempt.
    unclaimed: u64,
    /// Clients, users and tokens that no pattern could be looked for in by themselves.
    uncounted: u64,
}

fn document<'a>(report: &'a Report, options: &Options) -> Document<'a> {
    let Report { totals, clients, layers, only, causes, patterns, findings, sums, summary } =
        report;
    Document {
        schema: SCHEMA,
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
            .map(|pattern| PatternView {
                pattern,
                sentence: together::sentence(pattern, report),
                advice: together::advice(pattern),
            })
            .collect(),
        clocks: patterns
            .clocks
            .iter()
            .map(|clock| ClockView {
                pair: together::pair(clock, report),
                seconds: clock.seconds,
                least: clock.least,
                samples: clock.samples,
                explains: clock.explains,
                sentence: together::clock(clock, report),
                advice: together::clock_advice(clock),
            })
            .collect(),
        series: SeriesView::new(&sums.series),
        funnel: overview::funnel(report),
        latency: LatencyView::new(&sums.latency),
        top: TopView::new(report),
        findings: findings.iter().map(|finding| FindingView::new(finding, report)).collect(),
        unmatched: UnmatchedView {
            lines: summary.unmatched.lines,
            unlisted: summary.unmatched.unlisted,
            templates: summary
                .unmatched
                .templates
                .iter()
                .map(|template| TemplateView {
                    template: &template.text,
                    count: template.count,
                    example: PlaceView {
                        source: report.source(template.example),
                        line: template.example.line,
                    },
                })
                .collect(),
        },
        foreign_requests: summary.foreign_requests,
        dropped: DroppedView {
            events: summary.dropped.events,
            attempts: summary.dropped.attempts,
            unclaimed: summary.dropped.unclaimed,
            uncounted: patterns.forgotten,
        },
    }
}

impl<'a> InputView<'a> {
    fn new(input: &'a Input) -> Self {
        Self {
            name: &input.name,
            bytes: input.bytes,
            lines: input.lines,
            matched: input.matched,
            cut: input.cut,
            first: input.first.map(timestamp),
            last: input.last.map(timestamp),
            offset_s: input.offset,
            formats: &input.formats,
            problem: input.problem.as_deref(),
        }
    }
}

impl<'a> CauseView<'a> {
    fn new(cause: &'a CauseReport, report: &'a Report) -> Self {
        let mut confidence = ConfidenceView::default();
        for (kind, count) in &cause.confidence {
            *match kind {
                Confidence::Stated => &mut confidence.stated,
                Confidence::Derived => &mut confidence.derived,
                Confidence::Inferred => &mut confidence.inferred,
            } = *count;
        }
        let Advice { title, severity, why, check, fixes, fixes_left } = &cause.advice;
        Self {
            cause: cause.cause,
            title,
            severity: severity.into(),
            count: cause.count,
            failed: cause.failed,
            share: rounded(cause.share),
            clients: cause.clients.map(TallyView::from),
            first: cause.first.map(timestamp),
            last: cause.last.map(timestamp),
            confidence,
            also: cause
                .also
                .iter()
                .map(|(cause, count)| AlsoView { cause: *cause, count: *count })
                .collect(),
            stacks: cause.stacks.iter().map(Into::into).collect(),
            why,
            check,
            fixes: fixes.iter().map(FixView::new).collect(),
            fixes_left: *fixes_left,
            samples: cause
                .samples
                .iter()
                .map(|verdict| AttemptRecord::new(verdict, |n| report.input_name(n)))
                .collect(),
        }
    }
}

impl<'a> FixView<'a> {
    fn new(fix: &'a Fix) -> Self {
        Self {
            side: fix.side.into(),
            stack: fix.stack.map(Into::into),
            text: &fix.text,
            code: fix.code.as_deref(),
        }
    }
}

impl<'a> FindingView<'a> {
    fn new(finding: &'a FindingReport, report: &'a Report) -> Self {
        let FindingReport { counted, advice } = finding;
        Self {
            finding: counted.finding,
            title: &advice.title,
            severity: advice.severity.into(),
            count: counted.count,
            attempts: counted.attempts,
            first: counted.first.map(|at| PlaceView { source: report.source(at), line: at.line }),
            sources: counted
                .sources
                .iter()
                .map(|&(source, lines)| LinesView {
                    source: report.input_name(source.0.into()).unwrap_or_default(),
                    lines,
                })
                .collect(),
            credentials: counted.credentials.map(|sums| CredentialsView {
                different: TallyView { count: sums.different, exact: !sums.more },
                without_expiry: sums.endless,
                live: sums.live,
                live_for_s: sums.live_for,
                dead: sums.dead,
            }),
            why: &advice.why,
            fixes: advice.fixes.iter().map(FixView::new).collect(),
            fixes_left: advice.fixes_left,
        }
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
