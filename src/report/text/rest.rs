//! What is not about a cause: findings, what was not understood, and the answer when there is nothing to tell.

use std::io;

use crate::{
    report::{Credentials, FindingReport, Report, page::Page, style::Tone, words},
    time::duration,
};

/// What is wrong besides.
pub(super) fn findings(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    if report.findings.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.title(Tone::Warn, "Found besides")?;
    for finding in &report.findings {
        page.sentence(2, &seen(finding, report))?;
        if let Some(alive) = finding.counted.credentials.as_ref().and_then(alive) {
            page.sentence(4, &alive)?;
        }
        if let Some(fix) = finding.advice.fixes.first() {
            page.sentence(
                4,
                &format!("{} (siotrace explain {})", fix.text.trim(), finding.counted.finding),
            )?;
        }
    }
    Ok(())
}

fn seen(finding: &FindingReport, report: &Report) -> String {
    let counted = &finding.counted;
    let mut numbers = vec![words::several(counted.count, "line")];
    if counted.attempts > 0 {
        numbers.push(words::several(counted.attempts, "attempt"));
    }
    if let Some(at) = counted.first {
        numbers.push(format!("first at {}:{}", report.source(at), at.line));
    }
    let others = counted.sources.len().saturating_sub(1);
    if others > 0 {
        numbers.push(format!("and in {}", words::several(others as u64, "other log")));
    }
    format!("{}: {} ({})", counted.finding, finding.advice.title, numbers.join(", "))
}

/// Whether what was found can still be used.
fn alive(sums: &Credentials) -> Option<String> {
    const WHEN: &str = "at the time of the last line";
    if sums.different == 1 && !sums.more {
        return match sums {
            Credentials { live_for: Some(left), .. } => {
                Some(format!("it was still good for {} {WHEN}", duration(*left)))
            }
            Credentials { dead: 1.., .. } => Some(format!("it had expired {WHEN}")),
            Credentials { endless: 1.., .. } => Some("it never expires".to_owned()),
            _ => None,
        };
    }
    let mut parts = Vec::new();
    if let Some(left) = sums.live_for {
        let longest = duration(left);
        parts.push(match sums.live {
            1 => format!("1 still good for {longest}"),
            live => format!("{live} still good, the longest for {longest}"),
        });
    }
    if sums.endless > 0 {
        parts.push(format!("{} without expiry", sums.endless));
    }
    if sums.dead > 0 {
        parts.push(format!("{} expired", sums.dead));
    }
    let least = if sums.more { "at least " } else { "" };
    let known = usize::try_from(sums.live + sums.endless + sums.dead).unwrap_or(usize::MAX);
    let when = if sums.live + sums.dead > 0 { format!(" {WHEN}") } else { String::new() };
    let rest = match sums.different.saturating_sub(known) {
        0 => String::new(),
        _ if known == 0 => String::new(),
        rest => format!("; of {rest} the end does not show"),
    };
    let parts =
        if parts.is_empty() { String::new() } else { format!(": {}{when}", parts.join(", ")) };
    Some(format!("{least}{} different{parts}{rest}", sums.different))
}

/// What was not understood, not read, or dropped.
pub(super) fn gaps(page: &mut Page<'_>, report: &Report, list: bool) -> io::Result<()> {
    let summary = &report.summary;
    let mut gaps = Vec::new();
    let unmatched = summary.unmatched.lines;
    if unmatched > 0 {
        let speak = if unmatched == 1 { "speaks" } else { "speak" };
        let hint = if list { "" } else { "; --unmatched lists what they look like" };
        gaps.push(format!(
            "{} {speak} of Socket.IO in words that siotrace does not know{hint}",
            words::several(unmatched, "line")
        ));
    }
    let cut: u64 = summary.inputs.iter().map(|input| input.cut).sum();
    if cut > 0 {
        gaps.push(format!("{} too long, and read only in part", were(cut, "line")));
    }
    if summary.dropped.events > 0 {
        let events = were(summary.dropped.events, "event");
        gaps.push(format!("{events} left out of attempts that had too many"));
    }
    if summary.dropped.attempts > 0 {
        let attempts = were(summary.dropped.attempts, "attempt");
        gaps.push(format!("{attempts} closed before the end, because too much was open at once"));
    }
    if summary.dropped.unclaimed > 0 {
        let belong = if summary.dropped.unclaimed == 1 { "belongs" } else { "belong" };
        let lines = were(summary.dropped.unclaimed, "line");
        gaps.push(format!("{lines} understood and {belong} to no attempt that the log shows"));
    }
    // A problem names its input.
    gaps.extend(summary.inputs.iter().filter_map(|input| input.problem.clone()));
    if gaps.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.title(Tone::Strong, "Left open")?;
    for gap in gaps {
        page.sentence(2, &gap)?;
    }
    if list { templates(page, report) } else { Ok(()) }
}

fn templates(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let unmatched = &report.summary.unmatched;
    for template in &unmatched.templates {
        let place = format!("{}:{}", report.source(template.example), template.example.line);
        let text = format!("{}× {}", template.count, template.text);
        page.quote(false, &place, &text)?;
    }
    if unmatched.unlisted > 0 {
        let more = words::several(unmatched.unlisted, "more line");
        page.sentence(4, &format!("and {more} of other shapes"))?;
    }
    Ok(())
}

/// Requests that are no attempts, so that nobody looks for them among the attempts.
pub(super) fn foreign(page: &mut Page<'_>, report: &Report, indent: usize) -> io::Result<()> {
    match report.summary.foreign_requests {
        0 => Ok(()),
        1 => {
            page.sentence(indent, "1 request of a health check or a page left open is no attempt.")
        }
        many => {
            let text =
                format!("{many} requests of health checks and pages left open are no attempts.");
            page.sentence(indent, &text)
        }
    }
}

fn were(count: u64, what: &str) -> String {
    format!("{} {}", words::several(count, what), if count == 1 { "was" } else { "were" })
}

/// The answer when there is nothing to tell: what was read, and what would have been recognised.
pub(super) fn nothing(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    if report.summary.lines() == 0 {
        let text = format!("nothing to read in {}: no lines", super::inputs(report));
        return page.title(Tone::Strong, &text);
    }
    let lines = words::several(report.summary.lines(), "line");
    let text =
        format!("no Socket.IO connection attempts found in {lines} of {}", super::inputs(report));
    page.title(Tone::Strong, &text)?;
    foreign(page, report, 2)?;
    // The list itself is in the JSON report; it would fill the screen.
    page.sentence(
        2,
        "looked for the lines of Socket.IO servers, of their clients and of what stands in front",
    )?;
    page.sentence(2, "siotrace explain logging says what to switch on so that the log can tell")?;
    page.sentence(2, "siotrace explain 'ERROR TEXT' says what an error by itself points at")
}
