//! For a person with an outage: what happened, in one line; the causes, in one table; then for each what happened, why, on
//! which lines that rests, and what to change.
//!
//! Everything a log gave is made harmless for a terminal before it is written.

use std::io::{self, Write};

use super::{Options, Report, page::Page, style::Tone, words};

mod cause;
mod rest;
mod spark;
mod table;
mod together;

/// Writes the report.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options, out);
    if report.totals.attempts == 0 {
        rest::nothing(&mut page, report)?;
    } else {
        headline(&mut page, report)?;
        spark::write(&mut page, report)?;
        let shown = report.shown(options.top);
        if !shown.is_empty() {
            page.blank()?;
            table::write(&mut page, report, shown)?;
        }
        together::write(&mut page, report)?;
        for (n, cause) in shown.iter().enumerate() {
            page.blank()?;
            cause::write(&mut page, report, n + 1, cause)?;
        }
        let hidden = report.causes.len() - shown.len();
        if hidden > 0 {
            page.blank()?;
            page.sentence(
                0,
                &format!("{} not shown (--top)", words::several(hidden as u64, "more cause")),
            )?;
        }
    }
    rest::findings(&mut page, report)?;
    rest::gaps(&mut page, report, options.unmatched)
}

/// `42 attempts: 30 let in, 10 refused, 2 left · 3 causes · app.log 2026-11-22 14:02:11–14:09:50`
fn headline(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let totals = &report.totals;
    let mut parts = vec![format!("{} let in", totals.accepted)];
    for (count, what) in [
        (totals.rejected, "refused"),
        (totals.abandoned, "abandoned"),
        (totals.undecided, "undecided"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let mut facts =
        vec![format!("{}: {}", words::several(totals.attempts, "attempt"), parts.join(", "))];
    if !report.causes.is_empty() {
        facts.push(words::several(report.causes.len() as u64, "cause"));
    }
    let inputs = inputs(report);
    facts.push(match report.summary.span() {
        Some((first, last)) => format!("{inputs} {}", words::span(first, last)),
        None => inputs,
    });
    let tone = if totals.failed > 0 { Tone::Strong } else { Tone::Good };
    page.title(tone, &facts.join(" · "))?;
    rest::foreign(page, report, 0)?;
    if !report.only.is_empty() {
        let only: Vec<&str> = report.only.iter().map(|cause| cause.as_str()).collect();
        page.sentence(
            0,
            &format!("Only attempts with these causes are shown: {}.", only.join(", ")),
        )?;
    }
    Ok(())
}

/// The one input's name, or how many there are.
fn inputs(report: &Report) -> String {
    match report.summary.inputs.as_slice() {
        [] => "no input".to_owned(),
        [one] => one.name.clone(),
        many => words::several(many.len() as u64, "input"),
    }
}

#[cfg(test)]
mod tests;
