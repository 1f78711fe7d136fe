//! One cause: what happened, on the example of one attempt; why; what to change.

use std::io;

use crate::{
    report::{CauseReport, Report, page::Page, story, style::Tone, words},
    verdict::Verdict,
};

pub(super) fn write(
    page: &mut Page<'_>,
    report: &Report,
    number: usize,
    cause: &CauseReport,
) -> io::Result<()> {
    let advice = &cause.advice;
    page.title(Tone::of(advice.severity), &format!("{number} {}: {}", cause.cause, advice.title))?;

    if let Some(verdict) = cause.samples.first() {
        page.heading("what happened")?;
        what_happened(page, cause, verdict)?;
        page.blank()?;
        for quote in verdict.evidence.iter() {
            let place = format!("{}:{}", report.source(quote.at), quote.at.line);
            page.quote(quote == verdict.evidence.decisive(), &place, &quote.text())?;
        }
    }
    if !advice.why.is_empty() {
        page.heading("why")?;
        page.prose(4, &advice.why)?;
    }
    page.list("how to make sure", &advice.check)?;
    page.fixes(&advice.fixes)?;
    if advice.fixes_left > 0 {
        let more = words::several(advice.fixes_left as u64, "more way");
        page.blank()?;
        page.sentence(4, &format!("{more} to change it: siotrace explain {}", cause.cause))?;
    }
    Ok(())
}

fn what_happened(page: &mut Page<'_>, cause: &CauseReport, verdict: &Verdict) -> io::Result<()> {
    if cause.count > 1 {
        page.sentence(
            4,
            &format!("{} ended like this one:", words::several(cause.count, "attempt")),
        )?;
    }
    page.sentence(4, &story::told(verdict))?;
    if let Some(ids) = story::ids(verdict) {
        page.sentence(4, &ids)?;
    }
    for remark in story::remarks(verdict) {
        page.sentence(4, &remark)?;
    }
    if !cause.also.is_empty() {
        let also: Vec<String> =
            cause.also.iter().map(|(cause, count)| format!("{cause} ({count})")).collect();
        page.sentence(4, &format!("Also seen with it: {}.", also.join(", ")))?;
    }
    page.sentence(4, &format!("How sure: {}.", words::surety(verdict.confidence)))
}
