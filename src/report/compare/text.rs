//! A comparison for a person: one line that says whether it got worse, and a table of what changed.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::{Change, Comparison, Shift, Side};
use crate::report::{Options, page::Page, style::Tone, words};

/// Writes it.
pub fn write(comparison: &Comparison, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Comparison { before, after, failed, causes, worse, .. } = comparison;
    let mut page = Page::new(options, out);
    let (tone, told) = match (*worse, failed.change) {
        (true, _) => (Tone::Bad, "worse"),
        (false, Change::Fallen | Change::Gone) => (Tone::Good, "better"),
        (false, _) => (Tone::Strong, "no worse"),
    };
    let rate = |rate| rate_in_words(rate);
    page.title(
        tone,
        &format!(
            "{told}: {} failed before, {} after",
            rate(failed.rate_before),
            rate(failed.rate_after)
        ),
    )?;
    page.sentence(2, &format!("before: {}", side(before)))?;
    page.sentence(2, &format!("after:  {}", side(after)))?;
    if causes.is_empty() {
        return Ok(());
    }
    page.blank()?;
    let mut table = Table::new();
    table
        .load_style(if page.ascii() {
            presets::ASCII_FULL_CONDENSED
        } else {
            presets::UTF8_FULL_CONDENSED
        })
        .set_header(["cause", "change", "before", "after"]);
    for cause in causes {
        let Shift { change, before, after, rate_before, rate_after } = &cause.shift;
        table.add_row([
            words_of(&cause.cause),
            <&str>::from(change).to_owned(),
            format!("{before} ({})", rate(*rate_before)),
            format!("{after} ({})", rate(*rate_after)),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    if let Some(width) = options.width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    writeln!(page.out, "{table}")
}

/// A name from a report that somebody else may have written.
fn words_of(name: &str) -> String {
    crate::report::shown(name)
}

fn side(side: &Side) -> String {
    format!("{}, {} failed · {}", words::several(side.attempts, "attempt"), side.failed, side.name)
}

/// `1.2 %`, with as many digits as it takes to tell two of them apart.
fn rate_in_words(rate: Option<f64>) -> String {
    match rate.map(|rate| rate * 100.0) {
        None => "none".to_owned(),
        Some(0.0) => "0 %".to_owned(),
        Some(percent) if percent < 1.0 => format!("{percent:.2} %"),
        Some(percent) if percent < 10.0 => format!("{percent:.1} %"),
        Some(percent) => format!("{percent:.0} %"),
    }
}
