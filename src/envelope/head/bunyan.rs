//! bunyan's long form behind the level: `chat/8798 on vm: M (sid=abc)`, and what pino-pretty puts in parentheses, `chat/8879 on vm`.

use super::Head;
use crate::envelope::{pairs, split::split_once, words::is_name};

/// Takes name, process and host off what stands behind the level, and the fields off the end.
pub(super) fn read(mut head: Head<'_>) -> Head<'_> {
    let Some((who, rest)) = split_once(head.rest, *b": ") else { return head };
    // The place in the code may stand in parentheses.
    let place = if who.ends_with(')') { who.split_once(" (") } else { None };
    let who = place.map_or(who, |(who, _)| who);
    let mut blanks = memchr::memchr_iter(b' ', who.as_bytes());
    let on = blanks.any(|at| who.as_bytes()[at..].starts_with(b" on "));
    if !(on && named(&mut head, who)) {
        return head;
    }
    head.rest = rest;
    if let Some((message, inside)) = rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("))
    {
        let fields: Vec<_> = inside.split(", ").map(pairs::loose).collect();
        if fields.iter().all(|pairs| pairs.len() == 1) {
            head.fields.extend(fields.into_iter().flatten());
            head.rest = message;
        }
    }
    head
}

/// Reads `name/pid on host`, `pid on host` or `name/pid`; whether it was that.
pub(super) fn named<'a>(head: &mut Head<'a>, who: &'a str) -> bool {
    let (process, host) = who.split_once(" on ").unwrap_or((who, ""));
    let (name, pid) = process.rsplit_once('/').map_or((None, process), |(n, pid)| (Some(n), pid));
    let number = (1..=10).contains(&pid.len()) && pid.bytes().all(|b| b.is_ascii_digit());
    let word = |w: &str| is_name(w) && !w.contains(':');
    if !number || !name.is_none_or(word) || !(host.is_empty() || word(host)) {
        return false;
    }
    head.logger = name.or(head.logger);
    head.writer.add(who);
    true
}
