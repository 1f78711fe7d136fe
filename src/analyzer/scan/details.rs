//! What a program printed behind a failure that says next to nothing: the object of the error, over several lines.

use super::cursor::{Cursor, decode};
use crate::{
    envelope::Peeler,
    event::{Reason, Said},
    grammar::Grammar,
    payload::inspect::{self, Details},
};

/// Most lines of one object.
const LONGEST: usize = 80;

/// Adds to `said` what the lines under the cursor tell. They are looked at only; whatever they are, they are read in their turn.
pub(super) fn add(grammar: &Grammar, by: &Peeler, said: &mut Said, mut ahead: Cursor<'_>) {
    if !said.reason.is_vague() {
        return;
    }
    let mut details = Details::default();
    for _ in 0..LONGEST {
        if ahead.is_at_end() {
            break;
        }
        let line = decode(ahead.take());
        if inspect::goes_on(&line) {
            details.read(&line);
            continue;
        }
        let peeled = by.peel(&line);
        if peeled.shape.is_bare() || !inspect::goes_on(&peeled.message) {
            break;
        }
        details.read(&peeled.message);
    }
    let told = details.texts.iter().filter_map(|text| grammar.meaning(text));
    let by_status = details.status.map(Reason::of_status);
    let best = told.chain(by_status).min_by_key(|r| (r.vagueness(), *r));
    if let Some(reason) = best.filter(|r| r.vagueness() < said.reason.vagueness()) {
        said.reason = reason;
    }
    if let Some(status) = details.status {
        said.text = format!("{} (HTTP {status})", said.text).into();
    }
}
