//! The sentence of a line: its message, with what fields beside it say.
//!
//! Structured loggers part `refused: token expired` into an event and a reason. Read together again they are the sentence that people write in text. What it means is
//! the business of [`super`].

use std::borrow::Cow;

use crate::{envelope::Peeled, grammar::names::Names};

/// The message, with what its structured fields say behind it.
pub(in crate::grammar) fn sentence<'p>(peeled: &'p Peeled<'_>, names: &Names) -> Cow<'p, str> {
    let mut text = Cow::Borrowed(peeled.message.as_ref());
    for (name, value) in &peeled.fields {
        // `event.reason`, as a common schema has it.
        let name = name.rsplit_once('.').map_or(name.as_ref(), |(_, last)| last);
        let is_read = names.sentence.fields.iter().any(|field| field == name)
            || names.sentence.reasons.iter().any(|word| is_named_by(name, word));
        if is_read && !value.is_empty() {
            let text = text.to_mut();
            text.push_str("; ");
            text.push_str(value);
        }
    }
    text
}

/// Whether a name begins or ends with `word`, as a word of its own: `reason_code`, `failureReason`.
fn is_named_by(name: &str, word: &str) -> bool {
    let (name, word) = (name.as_bytes(), word.as_bytes());
    let Some(rest) = name.len().checked_sub(word.len()).filter(|rest| *rest > 0) else {
        return false;
    };
    let begins =
        name[..word.len()].eq_ignore_ascii_case(word) && !name[word.len()].is_ascii_lowercase();
    let ends = name[rest..].eq_ignore_ascii_case(word)
        && (!name[rest - 1].is_ascii_alphabetic() || name[rest].is_ascii_uppercase());
    begins || ends
}

/// A refusal's sentence with the codes in fields behind it. A number says nothing in words.
pub(super) fn with_codes<'t>(peeled: &Peeled<'_>, text: &'t str, names: &Names) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(text);
    for (name, value) in &peeled.fields {
        if names.sentence.codes.iter().any(|field| field == name)
            && value.bytes().any(|b| b.is_ascii_alphabetic())
        {
            let text = text.to_mut();
            text.push_str("; ");
            text.push_str(value);
        }
    }
    text
}
