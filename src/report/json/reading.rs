//! What was read, what of it was not understood, and what a bound dropped.

use serde::Serialize;

use super::super::{Input, Report, summary::Template, words::timestamp};
use super::PlaceView;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct InputView<'a> {
    /// As the user gave it.
    name: &'a str,
    /// Bytes, after decompression.
    bytes: u64,
    lines: u64,
    /// Lines that were understood.
    matched: u64,
    /// Lines that speak of Socket.IO and were not understood.
    unmatched: u64,
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
    /// What is wrapped around those lines, the most frequent first: a container's files (`docker`, `cri`), prefixes (`compose`, `kubectl`, `syslog`), a logger's time and level (`logger`, `level`, `json`, `key-value`, `nestjs`), an `access-log`.
    envelopes: &'a [String],
    /// Why it was not read to its end.
    problem: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct UnmatchedView<'a> {
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
pub(super) struct DroppedView {
    /// Lines of attempts that had too many.
    events: u64,
    /// Attempts that were closed early, because too many were open.
    attempts: u64,
    /// Lines that were understood and belong to no attempt.
    unclaimed: u64,
    /// Clients, users and tokens that no pattern could be looked for in by themselves.
    uncounted: u64,
}

impl<'a> InputView<'a> {
    pub(super) fn new(input: &'a Input) -> Self {
        Self {
            name: &input.name,
            bytes: input.bytes,
            lines: input.lines,
            matched: input.matched,
            unmatched: input.unmatched,
            cut: input.cut,
            first: input.first.map(timestamp),
            last: input.last.map(timestamp),
            offset_s: input.offset,
            formats: &input.formats,
            envelopes: &input.envelopes,
            problem: input.problem.as_deref(),
        }
    }
}

impl<'a> UnmatchedView<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let unmatched = &report.summary.unmatched;
        let template = |template: &'a Template| TemplateView {
            template: &template.text,
            count: template.count,
            example: PlaceView::new(template.example, report),
        };
        Self {
            lines: unmatched.lines,
            unlisted: unmatched.unlisted,
            templates: unmatched.templates.iter().map(template).collect(),
        }
    }
}

impl DroppedView {
    pub(super) fn new(report: &Report) -> Self {
        let dropped = &report.summary.dropped;
        Self {
            events: dropped.events,
            attempts: dropped.attempts,
            unclaimed: dropped.unclaimed,
            uncounted: report.patterns.forgotten,
        }
    }
}
