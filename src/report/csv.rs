//! For a spreadsheet: one row an attempt, written as attempts close.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe in front, by which it is shown as the text it is: whoever names himself `=HYPERLINK(…)` must not reach the desk
//! of the one who opens the file.

use std::{borrow::Cow, io};

use super::AttemptRecord;
use crate::rules::cause::Cause;

/// The columns, in order; they are added to at the end, never changed.
const COLUMNS: [&str; 20] = [
    "outcome",
    "cause",
    "also",
    "confidence",
    "layer",
    "started",
    "decided",
    "engine_sid",
    "socket_sid",
    "namespace",
    "client",
    "user",
    "stack",
    "findings",
    "said",
    "status",
    "origin",
    "source",
    "line",
    "evidence",
];

/// Writes the names of the columns.
pub fn write_head(out: &mut dyn io::Write) -> io::Result<()> {
    row(out, &COLUMNS)
}

/// Writes one attempt.
pub fn write(record: &AttemptRecord<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let also: Vec<_> = record.also.iter().map(|cause| cause.as_str()).collect();
    let findings: Vec<_> = record.findings.iter().map(|finding| finding.as_str()).collect();
    let status = record.detail.status.map(|status| status.to_string());
    let line = record.decisive().map(|line| line.line.to_string());
    let cells: [&str; COLUMNS.len()] = [
        record.outcome,
        record.cause.map(Cause::as_str).unwrap_or_default(),
        &also.join(" "),
        record.confidence,
        record.layer.unwrap_or_default(),
        record.started.as_deref().unwrap_or_default(),
        record.decided.as_deref().unwrap_or_default(),
        record.engine_sid.unwrap_or_default(),
        record.socket_sid.unwrap_or_default(),
        record.namespace.as_deref().unwrap_or_default(),
        record.client.as_deref().unwrap_or_default(),
        record.user.as_deref().unwrap_or_default(),
        record.stack.unwrap_or_default(),
        &findings.join(" "),
        record.detail.said.as_deref().unwrap_or_default(),
        status.as_deref().unwrap_or_default(),
        record.detail.origin.as_deref().unwrap_or_default(),
        record.decisive().map(|line| line.source).unwrap_or_default(),
        line.as_deref().unwrap_or_default(),
        record.decisive().map(|line| line.text.as_str()).unwrap_or_default(),
    ];
    row(out, &cells)
}

fn row(out: &mut dyn io::Write, cells: &[&str; COLUMNS.len()]) -> io::Result<()> {
    // Most rows fit, so that none is copied from one text to the other piece by piece.
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(1024)
        .from_writer(Vec::with_capacity(1024));
    for cell in cells {
        writer.write_field(harmless(cell).as_ref())?;
    }
    writer.write_record(None::<&[u8]>)?;
    let line = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    out.write_all(&line)
}

/// `cell` without control characters, and with an apostrophe in front where a spreadsheet would calculate.
fn harmless(cell: &str) -> Cow<'_, str> {
    let shown = super::wrap::harmless(cell);
    if shown.starts_with(['=', '+', '-', '@', '|', '%']) {
        Cow::Owned(format!("'{shown}"))
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::UserName,
        report::testing::{expired, nameless, record},
        verdict::Verdict,
    };

    fn written(verdicts: &[Verdict]) -> String {
        let mut out = Vec::new();
        write_head(&mut out).unwrap();
        for verdict in verdicts {
            write(&record(verdict), &mut out).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_row_an_attempt() {
        insta::assert_snapshot!("csv", written(&[expired(0), nameless()]).replace('\r', ""));
    }

    #[test]
    fn a_reader_of_csv_gets_back_as_many_cells_as_there_are_columns() {
        let mut verdict = expired(0);
        verdict.user = Some(UserName::new("a \"quoted\", name\nof two lines"));
        let text = written(&[verdict]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!((rows.len(), rows[0].len()), (1, COLUMNS.len()));
        assert_eq!(&rows[0][11], "a \"quoted\", name\\nof two lines");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for name in ["=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "%x"] {
            let mut verdict = nameless();
            verdict.user = Some(UserName::new(name));
            let text = written(&[verdict]);
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            assert_eq!(&row[11], format!("'{name}"));
        }
    }
}
