//! Whether clients alone write a log, so that what an application says in words of its own is said by a client.

use super::{Scan, first_lines};
use crate::event::Speaker;

/// Whether `bytes`, the beginning of a log, hold a client's words and no line of a server or a proxy.
pub(super) fn is_clients(scan: &Scan<'_>, bytes: &[u8]) -> bool {
    let grammar = scan.grammar;
    if !grammar.may_be_of_clients(bytes) {
        return false;
    }
    let mut hits = grammar.scanner().hits(bytes);
    let next = |from| hits.next(from);
    !first_lines::any(scan, bytes, next, first_lines::whatever, |line| {
        // What an application says in words of its own may be of either side.
        line.of.is_some_and(|of| !grammar.is_free_wording(of))
            && line.event.speaker != Speaker::Client
    })
}
