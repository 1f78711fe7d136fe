//! Whether a log needs the wide search: a service may speak of its connections without one of the words that the scan looks for
//! (`[ws] client Zt7B… turned away`).

use super::{
    Scan,
    cursor::{Cursor, decode},
    first_lines::{self, Telling},
};
use crate::{
    envelope::Peeled,
    event::{Kind, Reason},
    grammar::Grammar,
};

/// Whether `bytes`, the beginning of a log, hold a line about a connection that only the wide search finds.
pub(super) fn needs_wide_search(scan: &Scan<'_>, bytes: &[u8]) -> bool {
    let grammar = scan.grammar;
    let mut may_be_any = false;
    let next = |from| grammar.wide_hit(bytes, from);
    // What the narrow search finds as well needs no wider one, unless only that makes it count.
    let is_new = |peeled: &Peeled<'_>, at: Cursor<'_>| {
        grammar.begins_with_a_client(peeled) || !grammar.scanner().finds(at.peek())
    };
    let is_sure = first_lines::any(scan, bytes, next, is_new, |line| {
        if grammar.scanner().finds(line.at.peek())
            && !grammar.is_of_any_trade(&line.event, line.peeled)
        {
            return false;
        }
        may_be_any = true;
        grammar.names_sockets(line.peeled) || refuses_a_token(grammar, &line)
    });
    // An id, and a client, may be of anything: the log must tell of connections otherwise. Where it does, all of its lines are read, or none.
    is_sure || may_be_any && tells_of_connections(scan, bytes)
}

/// Whether a line that the narrow search finds is about a connection.
fn tells_of_connections(scan: &Scan<'_>, bytes: &[u8]) -> bool {
    let grammar = scan.grammar;
    let mut hits = grammar.scanner().hits(bytes);
    let next = |from| hits.next(from);
    first_lines::any(scan, bytes, next, first_lines::whatever, |line| {
        line.of.is_some() || !grammar.is_of_any_trade(&line.event, line.peeled)
    })
}

/// Whether a client is refused for its token, by the line itself or the one above: servers of sockets look at tokens when a client connects, mail and login servers don't.
fn refuses_a_token(grammar: &Grammar, line: &Telling<'_, '_>) -> bool {
    let Kind::Refused(said) = &line.event.kind else { return false };
    if !said.reason.is_vague() {
        return said.reason.is_of_token();
    }
    let mut place = line.at;
    let above = place.back().map(decode);
    let aside = above.and_then(|above| grammar.aside(&line.by.peel(&above), true));
    aside.is_some_and(Reason::is_of_token)
}
