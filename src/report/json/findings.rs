//! One finding of the document: where it stands, and which credentials its lines show.

use serde::Serialize;

#[cfg(test)]
use super::super::schema::Names;
use super::super::{FindingReport, Report};
use super::{PlaceView, TallyView, causes::FixView};
use crate::rules::cause::Finding;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct FindingView<'a> {
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

impl<'a> FindingView<'a> {
    pub(super) fn new(finding: &'a FindingReport, report: &'a Report) -> Self {
        let FindingReport { counted, advice } = finding;
        Self {
            finding: counted.finding,
            title: &advice.title,
            severity: advice.severity.into(),
            count: counted.count,
            attempts: counted.attempts,
            first: counted.first.map(|at| PlaceView::new(at, report)),
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
