//! The sentence of a line: its message, with what fields beside it say.
//!
//! Structured loggers part `refused: token expired` into an event and a reason. Read together again they are the sentence that people write in text. What it means is
//! the business of [`super`].

use std::borrow::Cow;

use crate::envelope::Peeled;

/// Fields of structured logs whose value is a sentence or a name worth reading.
const SENTENCE_FIELDS: [&str; 47] = [
    "msg",
    "message",
    "event",
    "errorName",
    "error_name",
    "errorType",
    "error_type",
    "reason",
    "error",
    "err",
    "exception",
    "exc",
    "exc_type",
    "exc_info",
    "detail",
    "details",
    "cause",
    "description",
    "err_msg",
    "why",
    "because",
    "problem",
    "grounds",
    "fault",
    "failure",
    "errmsg",
    "errorMessage",
    "error_message",
    "rejectReason",
    "reject_reason",
    "denyReason",
    "deny_reason",
    // The reason in other languages.
    "grund",
    "raison",
    "motif",
    "motivo",
    "razon",
    "causa",
    "причина",
    "原因",
    "理由",
    "사유",
    "sebep",
    "powod",
    "outcome",
    "result",
    "decision",
];

/// Fields that hold a code for why something was refused; of what was not, they tell other things.
const CODE_FIELDS: [&str; 3] = ["code", "errorCode", "error_code"];

/// The message, with what its structured fields say behind it.
pub(in crate::grammar) fn sentence<'p>(peeled: &'p Peeled<'_>) -> Cow<'p, str> {
    let mut text = Cow::Borrowed(peeled.message.as_ref());
    for (name, value) in &peeled.fields {
        // `event.reason`, as a common schema has it.
        let name = name.rsplit_once('.').map_or(name.as_ref(), |(_, last)| last);
        if SENTENCE_FIELDS.contains(&name) && !value.is_empty() {
            let text = text.to_mut();
            text.push_str("; ");
            text.push_str(value);
        }
    }
    text
}

/// A refusal's sentence with the codes in fields behind it. A number says nothing in words.
pub(super) fn with_codes<'t>(peeled: &Peeled<'_>, text: &'t str) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(text);
    for (name, value) in &peeled.fields {
        if CODE_FIELDS.contains(&name.as_ref()) && value.bytes().any(|b| b.is_ascii_alphabetic()) {
            let text = text.to_mut();
            text.push_str("; ");
            text.push_str(value);
        }
    }
    text
}
