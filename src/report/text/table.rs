//! The table of causes.

use std::io;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use unicode_width::UnicodeWidthStr;

use crate::{
    report::{CauseReport, Report, page::Page, words},
    time::Stamp,
};

/// The columns, in the order in which they are given up when there is no room for all: the last one first.
const COLUMNS: [&str; 6] = ["cause", "attempts", "share", "clients", "first", "last"];

/// So many are always shown.
const LEAST: usize = 2;

pub(super) fn write(
    page: &mut Page<'_>,
    report: &Report,
    causes: &[CauseReport],
) -> io::Result<()> {
    let stamps = || causes.iter().flat_map(|cause| [cause.first, cause.last]).flatten();
    let day = match (stamps().min(), stamps().max()) {
        (Some(first), Some(last)) => {
            !words::same_day(first, last)
                || report.summary.span().is_some_and(|(from, to)| !words::same_day(from, to))
        }
        _ => false,
    };
    let when = |at: Option<Stamp>| at.map(|at| words::clock(at, day, false));
    let cells: Vec<[Option<String>; COLUMNS.len()]> = causes
        .iter()
        .map(|cause| {
            [
                Some(cause.cause.to_string()),
                Some(cause.count.to_string()),
                Some(words::percent(cause.share)),
                cause.clients.map(|tally| tally.to_string()),
                when(cause.first),
                when(cause.last),
            ]
        })
        .collect();
    // What these logs tell of no cause needs no column.
    let told = (0..COLUMNS.len()).filter(|i| cells.iter().any(|row| row[*i].is_some()));
    let told: Vec<usize> = told.collect();
    let header: Vec<&str> = told.iter().map(|i| COLUMNS[*i]).collect();
    let rows: Vec<Vec<&str>> = cells
        .iter()
        .map(|row| told.iter().map(|i| row[*i].as_deref().unwrap_or("?")).collect())
        .collect();

    let lines = |columns, width| lines(&header, &rows, columns, width, page.ascii());
    let mut text = lines(header.len(), None);
    if let Some(width) = page.width() {
        // Times are given up in a pair: one alone says little.
        let dated = told.contains(&(COLUMNS.len() - 1));
        let mut columns = header.len();
        while !fits(&text, width) && columns > LEAST {
            columns -= if dated && columns == header.len() { 2 } else { 1 };
            text = lines(columns, None);
        }
        if !fits(&text, width) {
            text = lines(LEAST, Some(width));
        }
    }
    writeln!(page.out, "{text}")
}

fn fits(text: &str, width: usize) -> bool {
    text.lines().all(|line| line.width() <= width)
}

fn lines(
    header: &[&str],
    rows: &[Vec<&str>],
    columns: usize,
    width: Option<usize>,
    ascii: bool,
) -> String {
    let mut table = Table::new();
    let style = if ascii { presets::ASCII_FULL_CONDENSED } else { presets::UTF8_FULL_CONDENSED };
    table.load_style(style).set_header(header.iter().take(columns));
    for row in rows {
        table.add_row(row.iter().take(columns));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    if let Some(width) = width {
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.to_string()
}
