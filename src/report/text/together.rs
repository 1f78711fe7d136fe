//! What the attempts show together.

use std::io;

use crate::report::{Report, page::Page, style::Tone, together};

/// Writes each pattern with what follows from it; without any, nothing at all.
pub(super) fn write(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let patterns = report.patterns.found.iter();
    let mut all: Vec<(String, String)> =
        patterns.map(|p| (together::sentence(p, report), together::advice(p).to_owned())).collect();
    let clocks = report.patterns.clocks.iter().filter(|clock| together::is_told(clock, report));
    all.extend(clocks.map(|c| (together::clock(c, report), together::clock_advice(c))));
    if all.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.title(Tone::Warn, "All together")?;
    for (sentence, advice) in all {
        page.sentence(2, &sentence)?;
        page.sentence(4, &advice)?;
    }
    Ok(())
}
