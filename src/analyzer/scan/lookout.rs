//! Whether a log needs the wide search: a service may speak of its connections without one of the words that the scan looks for
//! (`[ws] client Zt7B… turned away`). Its first lines tell, and what they tell holds for the whole log, so that a long log is read as its beginning is.

use super::{
    Scan,
    cursor::{Cursor, decode},
};
use crate::{
    envelope::Peeler,
    event::{Event, Kind, Reason},
    grammar::{Grammar, Understood},
};

/// Most lines that are read to find out, of either search.
const MOST: usize = 500;

/// Whether `bytes`, the beginning of a log, hold a line about a connection that only the wide search finds.
pub(super) fn needs_wide_search(scan: &Scan<'_>, bytes: &[u8]) -> bool {
    let (grammar, wrappers) = (scan.grammar, Peeler::with_year(scan.year));
    let mut cursor = Cursor::new(bytes, 1);
    let mut may_be_any = false;
    for _ in 0..MOST {
        let Some(hit) = grammar.wide_hit(bytes, cursor.at()) else { break };
        cursor.seek(hit);
        let start = cursor;
        let line = cursor.take();
        let found = grammar.scanner().finds(line);
        let line = decode(line);
        let peeled = wrappers.peel(&line);
        let Understood::Event(event, _) = grammar.read(&peeled) else { continue };
        // What the narrow search finds as well needs no wider one, unless only that makes it count.
        if found && !grammar.is_of_any_trade(&event, &peeled) {
            continue;
        }
        if grammar.names_sockets(&peeled) || refuses_a_token(grammar, &wrappers, &event, start) {
            return true;
        }
        may_be_any = true;
    }
    if !may_be_any {
        return false;
    }
    // An id, and a client, may be of anything: the log must tell of connections otherwise. Where it does, all of its lines are read, or none.
    let mut cursor = Cursor::new(bytes, 1);
    let mut hits = grammar.scanner().hits(bytes);
    for _ in 0..MOST {
        let Some(hit) = hits.next(cursor.at()) else { break };
        cursor.seek(hit);
        let line = decode(cursor.take());
        let peeled = wrappers.peel(&line);
        match grammar.read(&peeled) {
            Understood::Event(event, None) if grammar.is_of_any_trade(&event, &peeled) => {}
            Understood::Event(..) => return true,
            _ => {}
        }
    }
    false
}

/// Whether a client is refused for its token, by the line itself or the one above: servers of sockets look at tokens when a client connects, mail and login servers don't.
fn refuses_a_token(grammar: &Grammar, by: &Peeler, event: &Event, mut line: Cursor<'_>) -> bool {
    let Kind::Refused(said) = &event.kind else { return false };
    if !said.reason.is_vague() {
        return said.reason.is_of_token();
    }
    let above = line.back().map(decode);
    above
        .is_some_and(|above| grammar.aside(&by.peel(&above), true).is_some_and(Reason::is_of_token))
}
