//! For a browser: one self-contained page, readable without a script and without a network.
//!
//! Log text is hostile: every value is escaped by the template, control characters are shown, and the page's own policy lets nothing run or load but its one style sheet and its one
//! script, which it names by their digests.

mod cause;
mod chart;

use std::io::{self, Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{
    Options, Report,
    sums::{rows::Row, top::Top},
    together, words,
};
use crate::payload::redact::redact;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Names listed of each kind.
const LISTED: usize = 10;

/// Writes the page; of the options only `top` matters here.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let shown = report.shown(options.top);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { "siotrace: " (headline(report)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (headline(report)) }
                    p class="soft" { (inputs(report)) }
                }
                main {
                    (tiles(report))
                    (chart::over_time(report))
                    (cause::table(shown))
                    @if shown.len() < report.causes.len() {
                        p class="soft" { (words::several((report.causes.len() - shown.len()) as u64, "more cause")) " not shown." }
                    }
                    (patterns(report))
                    (chart::funnel(report))
                    @for cause in shown { (cause::section(report, cause)) }
                    (attempts(report))
                    (names(report))
                    (findings(report))
                }
                footer { p class="soft" { "Made by siotrace " (env!("CARGO_PKG_VERSION")) ". " (left_out(report)) } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    writeln!(out, "{}", page.into_string())
}

/// Nothing but the page's own style and script.
fn policy() -> String {
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

/// A value of the log: masked once more, and its control characters shown.
fn value(text: &str) -> String {
    super::shown(&redact(text))
}

/// A name of the log, as [`value`], of a length that a table holds.
fn name_of(text: &str) -> String {
    super::shown(&words::name(text))
}

/// The rules' own texts: what stands between backticks is code.
fn prose(text: &str) -> Markup {
    html! {
        @for (n, part) in text.split('`').enumerate() {
            @if n % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn headline(report: &Report) -> String {
    let totals = &report.totals;
    format!("{}, {} failed", words::several(totals.attempts, "connection attempt"), totals.failed)
}

fn inputs(report: &Report) -> String {
    let names: Vec<String> =
        report.summary.inputs.iter().map(|input| super::shown(&input.name)).collect();
    let listed = names.get(..5).map_or_else(
        || names.join(", "),
        |few| {
            let more = names.len() - few.len();
            if more == 0 { few.join(", ") } else { format!("{} and {more} more", few.join(", ")) }
        },
    );
    match report.summary.span() {
        Some((first, last)) => format!("{listed}: {}", words::span(first, last)),
        None => listed,
    }
}

fn tiles(report: &Report) -> Markup {
    let totals = &report.totals;
    html! {
        ul class="tiles" aria-label="Outcomes" {
            @for (count, what) in [
                (totals.accepted, "let in"),
                (totals.rejected, "refused"),
                (totals.abandoned, "abandoned"),
                (totals.undecided, "undecided"),
            ] {
                li { b { (count) } (what) }
            }
            @if let Some(clients) = report.clients {
                li { b { (clients.count) @if clients.more { "+" } } "clients" }
            }
        }
    }
}

fn patterns(report: &Report) -> Markup {
    let patterns = &report.patterns;
    if patterns.found.is_empty() && patterns.clocks.is_empty() {
        return html! {};
    }
    html! {
        h2 { "What they show together" }
        ul {
            @for pattern in &patterns.found {
                li { (value(&together::sentence(pattern, report))) " " (prose(together::advice(pattern))) }
            }
            @for clock in &patterns.clocks {
                li { (value(&together::clock(clock, report))) " " (prose(&together::clock_advice(clock))) }
            }
        }
    }
}

/// The failed attempts, a line each, with the form that filters them when scripts run.
fn attempts(report: &Report) -> Markup {
    let rows: Vec<&Row> = report.sums.rows.in_time();
    if rows.is_empty() {
        return html! {};
    }
    html! {
        h2 id="attempts" { "Failed attempts" }
        form id="filter" class="filter" hidden {
            label { "Cause" select name="cause" {
                option value="" { "all" }
                @for cause in &report.causes { option { (cause.cause) } }
            } }
            label { "Client contains" input name="client" autocomplete="off"; }
            label { "From" input name="from" placeholder="2026-11-22T14:00" autocomplete="off"; }
            label { "Until" input name="until" placeholder="2026-11-22T15:00" autocomplete="off"; }
            button type="reset" { "Show all" }
            output id="shown" class="soft" aria-live="polite" {}
        }
        @if report.sums.rows.left_out() > 0 {
            p class="soft" {
                (report.sums.rows.left_out()) " more are counted above and not listed here; "
                code { "-o attempts.csv" } " has all of them."
            }
        }
        div class="wide" tabindex="0" role="region" aria-labelledby="attempts" {
            table class="attempts" {
                thead { tr {
                    th scope="col" { "time" } th scope="col" { "cause" } th scope="col" { "client" }
                    th scope="col" { "user" } th scope="col" { "namespace" } th scope="col" { "line" }
                } }
                tbody { @for row in rows { (attempt(report, row)) } }
            }
        }
    }
}

fn attempt(report: &Report, row: &Row) -> Markup {
    let name = |name: &Option<Box<str>>| name.as_deref().map(name_of).unwrap_or_default();
    let cause = row.cause.map_or("", |cause| cause.as_str());
    let at = row.at.map(words::timestamp).unwrap_or_default();
    html! {
        tr data-cause=(cause) data-client=(name(&row.client)) data-at=(at) {
            td class="time" { (row.at.map_or_else(|| "?".to_owned(), |at| words::clock(at, true, true))) }
            td { a href={ "#" (cause) } { (cause) } }
            td { (name(&row.client)) }
            td { (name(&row.user)) }
            td { (name(&row.namespace)) }
            td { code { (super::shown(report.source(row.place))) ":" (row.place.line) } }
        }
    }
}

fn names(report: &Report) -> Markup {
    let sums = &report.sums;
    html! {
        @for (title, top) in [
            ("Clients", &sums.clients),
            ("Users", &sums.users),
            ("Namespaces", &sums.namespaces),
            ("Origins", &sums.origins),
        ] {
            (most(title, top))
        }
    }
}

fn most(title: &str, top: &Top) -> Markup {
    let most: Vec<_> = top.most(LISTED).into_iter().filter(|(_, count)| count.failed > 0).collect();
    if most.is_empty() {
        return html! {};
    }
    html! {
        h2 { (title) }
        table {
            caption { "Those with the most failed attempts" }
            thead { tr { th scope="col" { "name" } th scope="col" class="number" { "failed" } th scope="col" class="number" { "attempts" } } }
            tbody {
                @for (name, count) in most {
                    tr { td { (name_of(name)) } td class="number" { (count.failed) } td class="number" { (count.attempts) } }
                }
            }
        }
    }
}

fn findings(report: &Report) -> Markup {
    if report.findings.is_empty() {
        return html! {};
    }
    html! {
        h2 { "Found besides" }
        @for finding in &report.findings {
            h3 { (finding.counted.finding.as_str()) ": " (prose(&finding.advice.title)) }
            p class="soft" {
                (words::several(finding.counted.count, "line"))
                @if let Some(at) = finding.counted.first { ", first at " code { (super::shown(report.source(at))) ":" (at.line) } }
            }
            p { (prose(&finding.advice.why)) }
            (cause::fixes(&finding.advice.fixes))
        }
    }
}

fn left_out(report: &Report) -> String {
    let mut said = Vec::new();
    let unknown = report.summary.unmatched.lines;
    if unknown > 0 {
        said.push(format!("{} of Socket.IO not understood.", words::several(unknown, "line")));
    }
    if report.sums.series.undated() > 0 {
        let undated = words::several(report.sums.series.undated(), "attempt");
        said.push(format!("{undated} without a time, not in the chart."));
    }
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::UserName,
        report::{
            ReportBuilder, Summary,
            testing::{Rules, empty, expired, outage},
        },
    };

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &Options::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_page_of_an_outage() {
        let page = written(&outage()).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        let page = page.replace(STYLE, "STYLE").replace(SCRIPT, "SCRIPT").replace("><", ">\n<");
        insta::assert_snapshot!("html", page);
    }

    #[test]
    fn log_text_is_text() {
        let rules = Rules::new();
        let mut builder = ReportBuilder::new(&rules);
        let mut verdict = expired(0);
        verdict.user = Some(UserName::new("</td><script>alert(1)</script>\u{1b}[31m"));
        builder.add(&verdict);
        let page = written(&builder.finish(Summary::default()));
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(!page.contains('\u{1b}'));
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        let page = written(&outage());
        for tag in ["src=", "<link", "@import", "url(", "<iframe", "onclick", "style=\""] {
            assert!(!page.contains(tag), "{tag}");
        }
    }

    #[test]
    fn a_log_of_nothing_has_a_page() {
        assert!(written(&empty()).contains("<h1>0 connection attempts, 0 failed</h1>"));
    }
}
