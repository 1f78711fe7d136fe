//! Numbers for e-mail addresses and IP addresses, in the order in which they come.
//!
//! Such values are guessed easily, so nothing is computed from them: `alice@corp.test` is the first person of the first domain. The same value gets the
//! same number in the whole run; another run counts anew.

use std::{
    io::{self, Write},
    net::{IpAddr, Ipv6Addr},
};

use rustc_hash::FxHashMap;

/// So many different values of a kind are told apart; those behind them share the last number.
const MOST: usize = 1 << 20;

/// A place in what is written that gets a number.
#[derive(Debug)]
pub(super) struct Hole {
    /// Where, in the bytes that were made.
    pub(super) at: usize,
    pub(super) what: What,
}

/// What stood there.
#[derive(Debug)]
pub(super) enum What {
    Address(IpAddr),
    Email {
        user: Box<str>,
        domain: Box<str>,
        /// `@`, or as URLs write it.
        at: &'static str,
    },
}

/// The numbers given so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    addresses: FxHashMap<IpAddr, usize>,
    users: FxHashMap<(Box<str>, Box<str>), usize>,
    domains: FxHashMap<Box<str>, usize>,
}

impl Names {
    /// Writes what stands for `what`.
    pub(super) fn write(&mut self, what: &What, out: &mut dyn Write) -> io::Result<()> {
        match what {
            What::Address(address) => {
                let number = number(&mut self.addresses, *address);
                match address {
                    IpAddr::V4(_) => write!(out, "{}", documentation(number)),
                    IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => {
                        write!(out, "::ffff:{}", documentation(number))
                    }
                    IpAddr::V6(_) => write!(out, "{}", v6(number)),
                }
            }
            What::Email { user, domain, at } => {
                let of = number(&mut self.domains, domain.clone());
                let user = number(&mut self.users, (user.clone(), domain.clone()));
                write!(out, "user{}{at}mail{}.example", user + 1, of + 1)
            }
        }
    }
}

fn number<K: std::hash::Hash + Eq>(known: &mut FxHashMap<K, usize>, what: K) -> usize {
    let next = known.len();
    if next >= MOST {
        return known.get(&what).copied().unwrap_or(MOST);
    }
    *known.entry(what).or_insert(next)
}

/// An address of the ranges for documentation (RFC 5737); when all 762 are used, of those for benchmarks (RFC 2544), again and again.
fn documentation(number: usize) -> std::net::Ipv4Addr {
    const HOSTS: usize = 254;
    const NETS: [[u8; 3]; 3] = [[203, 0, 113], [198, 51, 100], [192, 0, 2]];
    let byte = |n: usize| u8::try_from(n % 256).unwrap_or(0);
    if let Some([a, b, c]) = NETS.get(number / HOSTS) {
        return [*a, *b, *c, byte(number % HOSTS + 1)].into();
    }
    let rest = (number - NETS.len() * HOSTS) % (1 << 17);
    [198, 18 + byte(rest >> 16), byte(rest >> 8), byte(rest)].into()
}

/// An address of `2001:db8::/32` (RFC 3849).
fn v6(number: usize) -> Ipv6Addr {
    let low = u32::try_from(number + 1).unwrap_or(u32::MAX);
    Ipv6Addr::from(0x2001_0db8_u128 << 96 | u128::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(names: &mut Names, address: &str) -> String {
        let mut out = Vec::new();
        names.write(&What::Address(address.parse().unwrap()), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn addresses_become_addresses_of_documentation() {
        let mut names = Names::default();
        assert_eq!(written(&mut names, "93.184.216.34"), "203.0.113.1");
        assert_eq!(written(&mut names, "8.8.8.8"), "203.0.113.2");
        assert_eq!(written(&mut names, "93.184.216.34"), "203.0.113.1");
        assert_eq!(written(&mut names, "2a00:1450::1"), "2001:db8::3");
        assert_eq!(written(&mut names, "::ffff:9.9.9.9"), "::ffff:203.0.113.4");
        let all: std::collections::HashSet<_> = (0..100_000).map(documentation).collect();
        assert_eq!(all.len(), 100_000);
    }
}
