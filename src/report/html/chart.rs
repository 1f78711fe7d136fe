//! Charts as inline SVG: failures over time by cause, and the funnel. Each has its numbers in a table beside it, for those who do not see it.

use maud::{Markup, html};
use strum::IntoEnumIterator;

use crate::{
    facts::Step,
    report::{Report, sums::series::Point, words},
    rules::cause::Cause,
    time::Stamp,
};

/// Causes with a colour of their own; the rest share the last.
const COLOURS: usize = 7;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 200.0;
/// Room below for the times.
const BELOW: f64 = 22.0;
/// Room on the left for the numbers.
const LEFT: f64 = 44.0;

/// Failures over time, stacked by cause.
pub(super) fn over_time(report: &Report) -> Markup {
    let points: Vec<(Stamp, Point)> = report.sums.series.points().collect();
    let most = points.iter().map(|(_, point)| point.failed()).max().unwrap_or(0);
    let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) else {
        return html! {};
    };
    if most == 0 {
        return html! {};
    }
    let causes: Vec<Cause> = report.causes.iter().map(|cause| cause.cause).collect();
    let step = words::duration(report.sums.series.seconds());
    html! {
        h2 id="over-time" { "Failures over time" }
        div class="wide" tabindex="0" role="region" aria-labelledby="over-time" {
        svg class="chart" viewBox={ "0 0 " (WIDTH) " " (HEIGHT + BELOW) } role="img" aria-labelledby="over-time" {
            line class="axis" x1=(LEFT) y1=(HEIGHT) x2=(WIDTH) y2=(HEIGHT) {}
            text x="0" y="16" { (most) }
            text x="0" y=(HEIGHT) { "0" }
            text x=(LEFT) y=(HEIGHT + 16.0) { (words::clock(*first, true, false)) }
            text x=(WIDTH) y=(HEIGHT + 16.0) text-anchor="end" { (words::clock(*last, true, false)) }
            @for (n, (at, point)) in points.iter().enumerate() {
                (bar(&causes, *at, point, n, points.len(), most))
            }
        }
        }
        ul class="legend" {
            @for (n, cause) in causes.iter().take(COLOURS).enumerate() {
                li { svg viewBox="0 0 10 10" aria-hidden="true" { rect class={ "c" (n) } width="10" height="10" {} } (cause) }
            }
            @if causes.len() > COLOURS {
                li { svg viewBox="0 0 10 10" aria-hidden="true" { rect class="c7" width="10" height="10" {} } "others" }
            }
        }
        p class="soft" { "One bar stands for " (step) "." }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a picture is coarser")]
fn bar(causes: &[Cause], at: Stamp, point: &Point, n: usize, of: usize, most: u64) -> Markup {
    if point.failed() == 0 {
        return html! {};
    }
    let room = (WIDTH - LEFT) / of as f64;
    let width = (room * 0.85).min(40.0);
    let x = LEFT + room * n as f64 + (room - width) / 2.0;
    let mut counts = [0_u64; COLOURS + 1];
    for (cause, count) in &point.causes {
        let place = causes.iter().position(|c| c == cause).unwrap_or(COLOURS).min(COLOURS);
        counts[place] += count;
    }
    let mut below = HEIGHT;
    let title = format!("{}: {} failed", words::clock(at, true, false), point.failed());
    html! {
        g {
            title { (title) }
            @for (place, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                @let height = count as f64 / most as f64 * (HEIGHT - 16.0);
                @let y = { below -= height; below };
                rect class={ "c" (place) } x=(tenths(x)) y=(tenths(y)) width=(tenths(width)) height=(tenths(height.max(0.5))) {}
            }
        }
    }
}

/// How many attempts were seen to take each step.
#[expect(clippy::cast_precision_loss, reason = "a picture is coarser")]
pub(super) fn funnel(report: &Report) -> Markup {
    let all = report.totals.attempts;
    if all == 0 {
        return html! {};
    }
    let steps = Step::iter().map(|step| (words::step(step), report.sums.steps[step as usize]));
    html! {
        h2 id="funnel" { "How far they got" }
        table class="funnel" aria-labelledby="funnel" {
            caption { "As far as the logs show it: not all of them tell of every step." }
            thead { tr { th scope="col" { "step" } th scope="col" class="number" { "attempts" } th scope="col" { "of all" } } }
            tbody {
                @for (name, count) in std::iter::once(("tried to connect", all)).chain(steps) {
                    tr {
                        td { (name) }
                        td class="number" { (count) }
                        td {
                            svg viewBox="0 0 400 12" preserveAspectRatio="none" aria-hidden="true" {
                                rect class="c1" width=(tenths(count as f64 / all as f64 * 400.0)) height="12" {}
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One digit behind the point is enough for a picture.
fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
