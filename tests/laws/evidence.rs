//! Law 1: every verdict quotes a line.

use crate::support::{run, samples};

#[test]
fn every_verdict_quotes_lines_that_stand_in_the_log() {
    for sample in samples() {
        for verdict in run(&sample.inputs).verdicts {
            for quote in verdict.evidence.iter() {
                let quoted = quote.text();
                let (name, bytes) = &sample.inputs[usize::from(quote.at.source.0)];
                let text = String::from_utf8_lossy(bytes);
                let line = usize::try_from(quote.at.line).unwrap();
                let original = text.lines().nth(line - 1);
                let original = original
                    .unwrap_or_else(|| panic!("{}: {name}:{line} is not there", sample.name));
                // What stands before the first mask, the end of a long quote, a colour or a tab, is the line as it was.
                let end = quoted.find(['‹', '…']).unwrap_or(quoted.len());
                let end = end.min(original.find(['\u{1b}', '\t']).unwrap_or(end));
                // A record of several lines is quoted as one.
                let end = end.min(original.len());
                assert_eq!(
                    quoted.get(..end),
                    original.get(..end),
                    "{}: {name}:{line}",
                    sample.name
                );
            }
        }
    }
}
