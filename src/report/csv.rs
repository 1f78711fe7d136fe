//! For a spreadsheet: one row an attempt, written as attempts close.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe in front, by which it is shown as the text it is: whoever names himself `=HYPERLINK(…)` must not reach the desk
//! of the one who opens the file.

use std::{borrow::Cow, io};

use super::AttemptRecord;
use crate::{rules::cause::Cause, verdict::Verdict};

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
    row(out, COLUMNS.iter().map(|name| Cow::Borrowed(*name)))
}

/// Writes one attempt; `names` are the names of the sources, in their order.
pub fn write(verdict: &Verdict, names: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    let record = AttemptRecord::new(verdict, |n| names.get(n).map(String::as_str));
    let decisive = verdict.evidence.decisive();
    let joined = |names: Vec<&'static str>| Cow::Owned(names.join(" "));
    let text = |text: Option<Cow<'_, str>>| Cow::Owned(text.unwrap_or_default().into_owned());
    let plain = |text: Option<&str>| Cow::Owned(text.unwrap_or_default().to_owned());
    let cells: [Cow<'_, str>; COLUMNS.len()] = [
        record.outcome.into(),
        plain(record.cause.map(Cause::as_str)),
        joined(record.also.iter().map(|cause| cause.as_str()).collect()),
        record.confidence.into(),
        plain(record.layer),
        plain(record.started.as_deref()),
        plain(record.decided.as_deref()),
        plain(record.engine_sid),
        plain(record.socket_sid),
        text(record.namespace),
        text(record.client),
        text(record.user),
        plain(record.stack),
        joined(record.findings.iter().map(|finding| finding.as_str()).collect()),
        text(record.detail.said),
        record.detail.status.map(|status| status.to_string()).unwrap_or_default().into(),
        text(record.detail.origin),
        plain(names.get(usize::from(decisive.at.source.0)).map(String::as_str)),
        decisive.at.line.to_string().into(),
        Cow::Owned(decisive.text()),
    ];
    row(out, cells.into_iter())
}

fn row<'c>(out: &mut dyn io::Write, cells: impl Iterator<Item = Cow<'c, str>>) -> io::Result<()> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.map(|cell| harmless(&cell).into_owned()))?;
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
        report::testing::{expired, nameless, names},
    };

    fn written(verdicts: &[Verdict]) -> String {
        let mut out = Vec::new();
        write_head(&mut out).unwrap();
        for verdict in verdicts {
            write(verdict, &names(), &mut out).unwrap();
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
