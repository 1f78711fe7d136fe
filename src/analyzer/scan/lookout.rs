//! Whether a log needs the wide search: a service may speak of its connections without one of the words that the scan looks for
//! (`[ws] client Zt7B… turned away`). Its first lines tell, and what they tell holds for the whole log, so that a long log is read as its beginning is.

use super::{
    Scan,
    cursor::{Cursor, decode},
};
use crate::{envelope::Peeler, grammar::Understood};

/// Most lines that are read to find out.
const MOST: usize = 500;

/// Whether `bytes`, the beginning of a log, hold a line about a connection that only the wide search finds.
pub(super) fn needs_wide_search(scan: &Scan<'_>, bytes: &[u8]) -> bool {
    let wrappers = Peeler::with_year(scan.year);
    let mut cursor = Cursor::new(bytes, 1);
    // An id may be of anything: what else the log speaks of must be sockets.
    let mut by_id = false;
    for hit in scan.grammar.wide_hits(bytes).take(MOST) {
        cursor.seek(hit);
        let line = cursor.take();
        if scan.grammar.scanner().finds(line) {
            continue;
        }
        let line = decode(line);
        let peeled = wrappers.peel(&line);
        if !matches!(scan.grammar.read(&peeled), Understood::Event(..)) {
            continue;
        }
        if scan.grammar.names_sockets(&peeled) {
            return true;
        }
        by_id = true;
    }
    by_id && memchr::memmem::find(bytes, b"ocket").is_some()
}
