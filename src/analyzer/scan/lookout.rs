//! Whether a log needs the wide search: a service may speak of its connections without one of the words that the scan looks for
//! (`[ws] client Zt7B… turned away`). Its first lines tell, and what they tell holds for the whole log, so that a long log is read as its beginning is.

use super::{
    Scan,
    cursor::{Cursor, decode},
};
use crate::{
    envelope::{Peeled, Peeler},
    grammar::Understood,
};

/// Most lines that are read to find out, of either search.
const MOST: usize = 500;

/// Whether `bytes`, the beginning of a log, hold a line about a connection that only the wide search finds.
pub(super) fn needs_wide_search(scan: &Scan<'_>, bytes: &[u8]) -> bool {
    let (grammar, wrappers) = (scan.grammar, Peeler::with_year(scan.year));
    let tells = |peeled: &Peeled<'_>| matches!(grammar.read(peeled), Understood::Event(..));
    let mut cursor = Cursor::new(bytes, 1);
    let mut by_id = false;
    for hit in grammar.wide_hits(bytes).take(MOST) {
        cursor.seek(hit);
        let line = cursor.take();
        if grammar.scanner().finds(line) {
            continue;
        }
        let line = decode(line);
        let peeled = wrappers.peel(&line);
        if tells(&peeled) {
            if grammar.names_sockets(&peeled) {
                return true;
            }
            by_id = true;
        }
    }
    if !by_id {
        return false;
    }
    // An id may be of anything: the log must tell of connections otherwise. Where it does, all of its lines are read, or none.
    let mut cursor = Cursor::new(bytes, 1);
    let mut hits = grammar.scanner().hits(bytes);
    for _ in 0..MOST {
        let Some(hit) = hits.next(cursor.at()) else { break };
        cursor.seek(hit);
        if tells(&wrappers.peel(&decode(cursor.take()))) {
            return true;
        }
    }
    false
}
