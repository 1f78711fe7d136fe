//! Causes: the table, and for each what happened, why, and what to change.

use maud::{Markup, html};

use super::{super::story, prose, value};
use crate::{
    report::{CauseReport, Report, words},
    rules::file::Fix,
    time::Stamp,
    verdict::{Quote, Verdict},
};

pub(super) fn table(causes: &[CauseReport]) -> Markup {
    if causes.is_empty() {
        return html! {};
    }
    html! {
        h2 id="causes" { "Causes" }
        div class="wide" tabindex="0" role="region" aria-labelledby="causes" {
            table class="causes" {
                thead { tr {
                    th scope="col" { "cause" } th scope="col" class="number" { "attempts" } th scope="col" class="number" { "share" }
                    th scope="col" class="number" { "clients" } th scope="col" { "first" } th scope="col" { "last" }
                } }
                tbody { @for cause in causes { (row(cause)) } }
            }
        }
    }
}

fn row(cause: &CauseReport) -> Markup {
    let time = |stamp: Option<_>| {
        stamp.map_or_else(|| "?".to_owned(), |stamp| words::clock(stamp, true, false))
    };
    html! {
        tr {
            td { a href={ "#" (cause.cause) } { (cause.cause) } br; span class="soft" { (prose(&cause.advice.title)) } }
            td class="number" { (cause.count) }
            td class="number" { (words::percent(cause.share)) }
            td class="number" {
                @match cause.clients {
                    Some(tally) => { (tally.count) @if tally.more { "+" } }
                    None => { "?" }
                }
            }
            td class="time" { (time(cause.first)) }
            td class="time" { (time(cause.last)) }
        }
    }
}

pub(super) fn section(report: &Report, cause: &CauseReport) -> Markup {
    let advice = &cause.advice;
    html! {
        section class="cause" id=(cause.cause) data-cause=(cause.cause) {
            h2 { (cause.cause) ": " (prose(&advice.title)) }
            p class="soft" { (words::several(cause.count, "attempt")) }
            @for (n, verdict) in cause.samples.iter().enumerate() {
                details open[n == 0] {
                    summary { (value(&story::told(verdict))) }
                    (timeline(report, verdict))
                }
            }
            h3 { "Why" }
            @for paragraph in advice.why.split("\n\n") { p { (prose(paragraph)) } }
            @if !advice.check.is_empty() {
                h3 { "How to make sure" }
                ol { @for check in &advice.check { li { (prose(check)) } } }
            }
            @if !advice.fixes.is_empty() {
                h3 { "What to change" }
                (fixes(&advice.fixes))
            }
            @if advice.fixes_left > 0 {
                p class="soft" { (words::several(advice.fixes_left as u64, "more way")) " to change it: " code { "siotrace explain " (cause.cause) } }
            }
        }
    }
}

/// The lines of one attempt, each with the time since the one before it.
fn timeline(report: &Report, verdict: &Verdict) -> Markup {
    let quotes: Vec<&Quote> = verdict.evidence.iter().collect();
    let before = std::iter::once(None).chain(quotes.iter().map(|quote| quote.stamp));
    html! {
        @if let Some(ids) = story::ids(verdict) { p class="soft" { (value(&ids)) } }
        @for remark in story::remarks(verdict) { p { (super::super::shown(&remark)) } }
        ol class="steps" {
            @for (quote, before) in quotes.iter().zip(before) {
                li class=[quote.decisive.then_some("decisive")] {
                    span class="gap" { (gap(before, quote)) }
                    code { (super::super::shown(report.source(quote.at))) ":" (quote.at.line) }
                    " " code { (super::super::shown(&quote.text())) }
                }
            }
        }
        p class="soft" { "How sure: " (words::surety(verdict.confidence)) "." }
    }
}

/// The time since the line before, or, where that is not known, the time itself.
fn gap(before: Option<Stamp>, quote: &Quote) -> String {
    quote.stamp.map_or_else(String::new, |at| {
        let since = before.and_then(|before| at.since(before));
        since.map_or_else(|| words::clock(at, false, true), words::gap)
    })
}

pub(super) fn fixes(fixes: &[Fix]) -> Markup {
    html! {
        ol {
            @for fix in fixes {
                li {
                    b { (<&str>::from(fix.side)) @if let Some(software) = fix.software() { ", " (software) } ": " }
                    (prose(&fix.text))
                    @if let Some(code) = &fix.code { pre tabindex="0" { code { (code.trim_end()) } } }
                }
            }
        }
    }
}
