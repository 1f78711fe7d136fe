//! The parts of the document that charts are drawn from: time series, funnel, latency, and who failed most.

use serde::Serialize;
use strum::IntoEnumIterator;

#[cfg(test)]
use super::super::schema::Names;
use super::super::{
    Report,
    sums::{
        latency::Latency,
        series::{Point, Series},
        top::{Count, Top},
    },
    words::timestamp,
};
use crate::{facts::Step, payload::redact::redact, rules::cause::Cause};

/// Names listed of each kind.
const LISTED: usize = 20;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct SeriesView {
    /// Seconds between two points.
    step_s: i64,
    points: Vec<PointView>,
    /// Attempts whose lines show no time.
    undated: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PointView {
    /// The beginning of the step.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    at: String,
    accepted: u64,
    undecided: u64,
    failed: u64,
    causes: Vec<CauseCountView>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CauseCountView {
    cause: Cause,
    count: u64,
}

/// How many attempts were seen to take a step.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct FunnelView {
    #[cfg_attr(test, schemars(with = "Names<crate::facts::Step>"))]
    step: &'static str,
    count: u64,
}

/// From the first line of an attempt to its decision, in milliseconds.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LatencyView {
    count: u64,
    p50_ms: Option<f64>,
    p95_ms: Option<f64>,
    p99_ms: Option<f64>,
    max_ms: Option<f64>,
}

/// The names with the most failed attempts.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct TopView {
    clients: NamesView,
    users: NamesView,
    namespaces: NamesView,
    origins: NamesView,
    user_agents: NamesView,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NamesView {
    names: Vec<NameView>,
    /// Attempts of names that are not listed, since too many different ones were seen.
    unlisted: CountView,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NameView {
    name: String,
    attempts: u64,
    failed: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CountView {
    attempts: u64,
    failed: u64,
}

impl SeriesView {
    pub(super) fn new(series: &Series) -> Self {
        let point = |(at, point): (_, Point)| PointView {
            at: timestamp(at),
            accepted: point.accepted,
            undecided: point.undecided,
            failed: point.failed(),
            causes: point
                .causes
                .into_iter()
                .map(|(cause, count)| CauseCountView { cause, count })
                .collect(),
        };
        Self {
            step_s: series.seconds(),
            points: series.points().map(point).collect(),
            undated: series.undated(),
        }
    }
}

/// The funnel: every step, in order.
pub(super) fn funnel(report: &Report) -> Vec<FunnelView> {
    Step::iter()
        .map(|step| FunnelView { step: step.into(), count: report.sums.steps[step as usize] })
        .collect()
}

impl LatencyView {
    pub(super) fn new(latency: &Latency) -> Self {
        let ms = |micros: u64| {
            #[expect(clippy::cast_precision_loss, reason = "exact for 285 years")]
            let micros = micros as f64;
            (micros / 100.0).round() / 10.0
        };
        Self {
            count: latency.count(),
            p50_ms: latency.quantile(0.5).map(ms),
            p95_ms: latency.quantile(0.95).map(ms),
            p99_ms: latency.quantile(0.99).map(ms),
            max_ms: latency.longest().map(ms),
        }
    }
}

impl TopView {
    pub(super) fn new(report: &Report) -> Self {
        let sums = &report.sums;
        Self {
            clients: NamesView::new(&sums.clients),
            users: NamesView::new(&sums.users),
            namespaces: NamesView::new(&sums.namespaces),
            origins: NamesView::new(&sums.origins),
            user_agents: NamesView::new(&sums.agents),
        }
    }
}

impl NamesView {
    fn new(top: &Top) -> Self {
        let Count { attempts, failed } = top.unlisted();
        Self {
            names: top
                .most(LISTED)
                .into_iter()
                .map(|(name, Count { attempts, failed })| NameView {
                    // An app may well put a token where a name belongs.
                    name: redact(name).into_owned(),
                    attempts,
                    failed,
                })
                .collect(),
            unlisted: CountView { attempts, failed },
        }
    }
}
