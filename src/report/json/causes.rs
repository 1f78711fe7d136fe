//! One cause of the document, with its figures, what to change, and attempts that show it.

use serde::Serialize;

#[cfg(test)]
use super::super::schema::Names;
use super::super::{Advice, AttemptRecord, CauseReport, Report, words::timestamp};
use super::{TallyView, rounded};
use crate::{
    rules::{cause::Cause, file::Fix},
    verdict::Confidence,
};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct CauseView<'a> {
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
    /// Different users; `null` when the logs name none.
    users: Option<TallyView>,
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
pub(super) struct FixView<'a> {
    #[cfg_attr(test, schemars(with = "Names<crate::rules::file::Side>"))]
    side: &'static str,
    #[cfg_attr(test, schemars(with = "Option<Names<crate::event::Stack>>"))]
    stack: Option<&'static str>,
    text: &'a str,
    code: Option<&'a str>,
}

impl<'a> CauseView<'a> {
    pub(super) fn new(cause: &'a CauseReport, report: &'a Report) -> Self {
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
            users: cause.users.map(TallyView::from),
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
    pub(super) fn new(fix: &'a Fix) -> Self {
        Self {
            side: fix.side.into(),
            stack: fix.stack.map(Into::into),
            text: &fix.text,
            code: fix.code.as_deref(),
        }
    }
}
