//! The first lines of a log that tell anything. What they tell of the log holds for all of it, so that a long log is read as its beginning is.

use super::{
    Scan,
    cursor::{Cursor, decode},
};
use crate::{
    envelope::{Peeled, Peeler},
    event::Event,
    grammar::Understood,
};

/// Most lines that are read to find out one thing.
const MOST: usize = 500;

/// A line that tells something.
pub(super) struct Telling<'l, 'b> {
    pub(super) peeled: &'l Peeled<'l>,
    pub(super) event: Event,
    /// Whose wording it is; `None` when nobody's in particular.
    pub(super) of: Option<u16>,
    /// Where it stands.
    pub(super) at: Cursor<'b>,
    pub(super) by: &'l Peeler,
}

/// Whether one of the first lines of `bytes` in which `hits` finds a place, and which may be such, is such as `asked`.
pub(super) fn any<'b>(
    scan: &Scan<'_>,
    bytes: &'b [u8],
    mut hits: impl FnMut(usize) -> Option<usize>,
    may_be: impl Fn(&Peeled<'_>, Cursor<'b>) -> bool,
    mut asked: impl FnMut(Telling<'_, 'b>) -> bool,
) -> bool {
    let by = Peeler::with_year(scan.year);
    let mut cursor = Cursor::new(bytes, 1);
    for _ in 0..MOST {
        let Some(hit) = hits(cursor.at()) else { break };
        cursor.seek(hit);
        let at = cursor;
        let line = decode(cursor.take());
        let peeled = by.peel(&line);
        if may_be(&peeled, at)
            && let Understood::Event(event, of) = scan.grammar.read(&peeled)
            && asked(Telling { peeled: &peeled, event, of, at, by: &by })
        {
            return true;
        }
    }
    false
}

/// For those who ask of every line.
pub(super) fn whatever(_: &Peeled<'_>, _: Cursor<'_>) -> bool {
    true
}
