//! Whether clients alone write a log. An application's own sentences are the same on both sides (`Socket connection failed: no`), but a socket that ends has a reason, and the
//! clients' library has other words for it than the servers'.

use memchr::memmem;

use super::{
    Scan,
    cursor::{Cursor, decode},
};
use crate::{envelope::Peeler, event::Speaker, grammar::Understood};

/// What only a client's library says.
const CLIENTS: [&str; 4] =
    ["io client disconnect", "io server disconnect", "xhr poll error", "xhr post error"];

/// What only a server's library says; and the debug output of a client's, which says by itself whose it is.
const OTHERS: [&str; 6] = [
    "client namespace disconnect",
    "server namespace disconnect",
    "server shutting down",
    "socket.io:",
    "engine.io-client",
    "socket.io-client",
];

/// Most lines that are read to find out.
const MOST: usize = 500;

/// Whether `bytes`, the beginning of a log, hold a client's words and no line of a server or a proxy.
pub(super) fn is_clients(scan: &Scan<'_>, bytes: &[u8]) -> bool {
    let holds = |words: &[&str]| words.iter().any(|w| memmem::find(bytes, w.as_bytes()).is_some());
    if !holds(&CLIENTS) || holds(&OTHERS) {
        return false;
    }
    let (grammar, wrappers) = (scan.grammar, Peeler::with_year(scan.year));
    let mut cursor = Cursor::new(bytes, 1);
    let mut hits = grammar.scanner().hits(bytes);
    for _ in 0..MOST {
        let Some(hit) = hits.next(cursor.at()) else { break };
        cursor.seek(hit);
        let line = decode(cursor.take());
        // What an application says in words of its own may be of either side.
        if let Understood::Event(event, Some(of)) = grammar.read(&wrappers.peel(&line))
            && !grammar.is_free_wording(of)
            && event.speaker != Speaker::Client
        {
            return false;
        }
    }
    true
}
