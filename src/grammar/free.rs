//! Free wording: what an application says in words of its own about a connection.
//!
//! A sentence that means a refusal counts only where the line also shows that it is about Socket.IO: an id, a socket word, a logger
//! of that name. `jwt expired` in a line about an API call is none of our business.

use std::borrow::Cow;

use super::phrase::Phrases;
use crate::{
    envelope::Peeled,
    event::{Event, Ids, Kind, Reason, Said, Speaker},
};

/// Fields of structured logs whose value is a sentence or a name worth reading.
const SENTENCE_FIELDS: [&str; 10] =
    ["reason", "error", "err", "exception", "exc_info", "detail", "details", "cause", "description", "err_msg"];

/// The refusal that `peeled` tells in free words, if it does.
pub(super) fn event(peeled: &Peeled<'_>, ids: Ids, phrases: &Phrases) -> Option<Event> {
    // Asked first, for it is the cheaper question, and the answer for other people's lines is no.
    if !about_socketio(&ids, peeled) {
        return None;
    }
    let text = sentence(peeled);
    let reason = phrases.meaning(&text)?;
    if !speaks_of_refusal(reason, peeled) {
        return None;
    }
    let kind = Kind::Refused(Said { reason, text: text.into() });
    Some(Event { kind, speaker: Speaker::Server, stack: None, ids, namespace: None })
}

/// The message, with what its structured fields say behind it.
pub(super) fn sentence<'p>(peeled: &'p Peeled<'_>) -> Cow<'p, str> {
    let mut text = Cow::Borrowed(peeled.message.as_ref());
    for (name, value) in &peeled.fields {
        if SENTENCE_FIELDS.contains(&name.as_ref()) && !value.is_empty() {
            let text = text.to_mut();
            text.push_str("; ");
            text.push_str(value);
        }
    }
    text
}

fn about_socketio(ids: &Ids, peeled: &Peeled<'_>) -> bool {
    ids.engine.is_some()
        || ids.socket.is_some()
        || ids.either.is_some()
        || mentions_socket(&peeled.message)
        || peeled.logger.as_deref().is_some_and(mentions_socket)
        || peeled.fields.iter().any(|(name, _)| mentions_socket(name))
}

/// Whether the word `socket` stands in `text`, in any case.
pub(super) fn mentions_socket(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), b"ocket").any(|at| at > 0 && text.as_bytes()[at - 1].eq_ignore_ascii_case(&b's'))
}

/// A vague word such as `unauthorized` counts only in a line that is a complaint: by its level, or because it says `refused` in so many words.
fn speaks_of_refusal(reason: Reason, peeled: &Peeled<'_>) -> bool {
    use crate::envelope::Level;
    match reason {
        Reason::Refused | Reason::NothingValid | Reason::TokenInvalid => {
            !matches!(peeled.level, Some(Level::Trace | Level::Debug))
        }
        _ => true,
    }
}
