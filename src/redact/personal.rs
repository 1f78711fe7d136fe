//! Finds e-mail addresses and IP addresses in a line.
//!
//! Addresses of private networks and of the machine itself stay: they are no person's, and what is in front of what can be told from them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use memchr::memchr2_iter;

use super::names::What;

/// A place in a line, and what stands there.
pub(super) type Found = (std::ops::Range<usize>, What);

/// Longest part of an e-mail address before the `@`.
const LONGEST_USER: usize = 64;

/// Finds the e-mail addresses of `line`.
pub(super) fn emails(line: &str, found: &mut Vec<Found>) {
    let bytes = line.as_bytes();
    let mut done = 0;
    for at in memchr2_iter(b'@', b'%', bytes) {
        let sign = match bytes[at] {
            b'@' => "@",
            _ if bytes[at..].starts_with(b"%40") => "%40",
            _ => continue,
        };
        let floor = done.max(at.saturating_sub(LONGEST_USER));
        let user = bytes[floor..at]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || b"._+-".contains(b) || **b >= 0x80)
            .count();
        let start = at - user;
        let from = at + sign.len();
        let run = bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b))
            .count();
        let (Some(user), Some(domain)) = (line.get(start..at), line.get(from..from + run)) else {
            continue;
        };
        let domain = domain.trim_end_matches(['.', '-']);
        // `ssh://git@host`: a login on a machine.
        let url = bytes[..start].ends_with(b"//");
        if user.is_empty() || url || !is_domain(domain) {
            continue;
        }
        done = from + domain.len();
        found.push((
            start..done,
            What::Email {
                user: user.to_lowercase().into(),
                domain: domain.to_lowercase().into(),
                at: sign,
            },
        ));
    }
}

/// A name with a dot that ends in letters.
fn is_domain(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(host, top)| {
        !host.is_empty() && top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic())
    })
}

/// Finds the IP addresses of `line`.
pub(super) fn addresses(line: &str, found: &mut Vec<Found>) {
    let bytes = line.as_bytes();
    let part = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b'.' | b':');
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|b| part(b)).count();
        if run == 0 {
            at += 1 + bytes[at + 1..].iter().take_while(|b| !part(b)).count();
            continue;
        }
        let end = at + run;
        let start = at + lead(&bytes[..at], &bytes[at..end]);
        at = end;
        let before = bytes[..start].last();
        let after = bytes.get(end);
        let wordlike = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        if end - start < 3
            || wordlike(before) && !is_escape(&bytes[..start])
            || wordlike(after)
            || before == Some(&b'-')
        {
            continue;
        }
        let text = line.get(start..end).unwrap_or_default();
        if let Some((from, to, address)) = address(text) {
            found.push((start + from..start + to, What::Address(address)));
        }
    }
}

/// How much of a run is none of an address: the digits of an escape, and a separator.
fn lead(before: &[u8], run: &[u8]) -> usize {
    let escape =
        if before.ends_with(b"%") || before.ends_with(b"\\x") { run.len().min(2) } else { 0 };
    match &run[escape..] {
        [b':', b':', ..] => escape,
        rest => escape + rest.iter().take_while(|b| matches!(b, b':' | b'.')).count(),
    }
}

/// `%22`, `\x22`, `\n`: no part of the word behind it.
fn is_escape(before: &[u8]) -> bool {
    matches!(before, [.., b'%', _, _] | [.., b'\\', b'x', _, _] | [.., b'\\', b'n' | b't' | b'r'])
}

/// The address in a run of hex digits, dots and colons, and where it is.
fn address(text: &str) -> Option<(usize, usize, IpAddr)> {
    let bare = text.trim_end_matches(['.', ':']);
    let colons = bare.bytes().filter(|b| *b == b':').count();
    if colons >= 2 {
        // `::1:50110` may be an address and a port; it is an address, and that is good enough.
        if let Ok(v6) = bare.parse::<Ipv6Addr>() {
            let wide = bare.bytes().any(|b| b.is_ascii_digit()) && bare.len() > 3;
            return (wide && is_public(v6)).then_some((0, bare.len(), v6.into()));
        }
        if colons > 2 {
            return None;
        }
    }
    // `client:203.0.113.5:443`, and `203.0.113.5:443`.
    let mut from = 0;
    for part in bare.split(':') {
        if let Ok(v4) = part.parse::<Ipv4Addr>() {
            let [_, b, c, d] = v4.octets();
            // `Chrome/129.0.0.0` is a version.
            let host = (b, c, d) != (0, 0, 0);
            return (host && is_public_v4(v4)).then_some((from, from + part.len(), v4.into()));
        }
        from += part.len() + 1;
    }
    None
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !(address.is_private()
        || address.is_loopback()
        || address.is_unspecified()
        || address.is_link_local()
        || address.is_broadcast())
}

fn is_public(address: Ipv6Addr) -> bool {
    match address.to_ipv4_mapped() {
        Some(v4) => is_public_v4(v4),
        None => {
            !(address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str, find: fn(&str, &mut Vec<Found>)) -> Vec<String> {
        let mut all = Vec::new();
        find(line, &mut all);
        all.into_iter().map(|(range, _)| line[range].to_owned()).collect()
    }

    #[test]
    fn addresses_are_found_and_versions_and_times_are_not() {
        for (line, want) in [
            ("203.0.113.5 - - [14/Mar/2026:18:00:02 +0000]", vec!["203.0.113.5"]),
            (
                "client: 93.184.216.34:50110, upstream: http://10.0.0.12:5000/",
                vec!["93.184.216.34"],
            ),
            ("'X-Forwarded-For': '93.184.216.34, 8.8.8.8'", vec!["93.184.216.34", "8.8.8.8"]),
            ("from /93.184.216.34:50110.", vec!["93.184.216.34"]),
            (
                "[2a00:1450:4001::200e]:443 ::ffff:8.8.4.4",
                vec!["2a00:1450:4001::200e", "::ffff:8.8.4.4"],
            ),
            ("ip%3D93.184.216.34", vec!["93.184.216.34"]),
            ("127.0.0.1:5000 ::1 fe80::1 192.168.1.4 0.0.0.0", vec![]),
            (
                "Chrome/129.0.0.0 Safari/537.36 v1.2.3.4 18:00:02 std::fs aa:bb:cc:dd:ee:ff 1.2.3.4.5",
                vec![],
            ),
        ] {
            assert_eq!(found(line, addresses), want, "{line}");
        }
    }

    #[test]
    fn e_mail_addresses_are_found_and_packages_are_not() {
        for (line, want) in [
            ("user alice.b+x@mail.example.com logged in.", vec!["alice.b+x@mail.example.com"]),
            ("?email=alice%40example.com&x=1", vec!["alice%40example.com"]),
            (
                "<bob@example.org>, 'carol@example.test'",
                vec!["bob@example.org", "carol@example.test"],
            ),
            ("engine.io@6.6.2 ssh://git@host.example.com @Decorator a@b", vec![]),
        ] {
            assert_eq!(found(line, emails), want, "{line}");
        }
    }
}
