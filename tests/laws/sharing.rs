//! A redacted log gives the same verdicts, and holds nothing that `secrets` looks for.

use siotrace::redact::Redactor;

use crate::forms::same_after;

/// What `siotrace redact` makes of a log.
pub(crate) fn redacted(mut redactor: Redactor, log: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    redactor.run(log, &mut out).unwrap();
    out
}

#[test]
fn a_redacted_log_gives_the_same_verdicts() {
    same_after("redacting", |bytes| redacted(Redactor::new(), bytes));
    same_after("redacting with a salt", |bytes| redacted(Redactor::new().salt(b"salt"), bytes));
}

#[test]
fn a_redacted_log_is_not_changed_by_redacting_what_is_left() {
    // Pseudonyms have the shape of credentials, so they are replaced as such, and nothing else is touched.
    same_after("redacting twice", |bytes| {
        let once = redacted(Redactor::new(), bytes);
        let twice = redacted(Redactor::new(), &once);
        assert_eq!(once.len(), twice.len(), "lengths stay");
        twice
    });
}
