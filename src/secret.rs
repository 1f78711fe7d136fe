//! Credentials read from a log, kept so that they cannot be printed.
//!
//! [`Secret`] holds one credential; [`redact`](crate::payload::redact) masks those that stand in quoted
//! text. A short fingerprint stands for a secret in every output: the same in every run and shard, so
//! that reuse shows. Not the job of this room: finding credentials in text.

use std::{cell::RefCell, fmt};

use sha2::{Digest, Sha256};

/// A secret shorter than this gets no fingerprint: eight hex digits would help to guess it.
const SHORTEST_FINGERPRINTED: usize = 20;

/// A credential read from a log: a token, a cookie value, an `Authorization` value.
///
/// There is no way to print one. `Debug` and `Display` give the fingerprint, and `Serialize` is left
/// out on purpose.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Box<str>);

thread_local! {
    /// What was digested last, the latest first.
    static LAST: RefCell<[(Box<str>, Option<Fingerprint>); 4]> = RefCell::default();
}

/// Eight hex digits of a secret's SHA-256.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fingerprint(u32);

impl Secret {
    /// Locks `text` away.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The credential itself, for decoding and comparing. Never write what this returns.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// A digest by which the same secret is recognised inside one run; not for output.
    pub(crate) fn digest(&self) -> u64 {
        use std::hash::BuildHasher;
        rustc_hash::FxBuildHasher.hash_one(&self.0)
    }

    /// What stands for this secret in output; `None` when it is so short that a digest would help to
    /// guess it (passwords, PINs).
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        Fingerprint::of_repeated(&self.0)
    }
}

impl Fingerprint {
    /// The fingerprint of `text`, if it is long enough to have one.
    pub fn of(text: &str) -> Option<Self> {
        if text.len() < SHORTEST_FINGERPRINTED {
            return None;
        }
        let digest = Sha256::digest(text.as_bytes());
        Some(Self(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])))
    }

    /// As [`Self::of`], for text that has likely been asked for just before: the lines of one attempt show the same token again and again, and a
    /// digest takes longer than everything else that is done to a quoted line.
    pub(crate) fn of_repeated(text: &str) -> Option<Self> {
        LAST.with_borrow_mut(|last| {
            if let Some((_, print)) = last.iter().find(|(known, _)| **known == *text) {
                return *print;
            }
            let print = Self::of(text);
            last.rotate_right(1);
            last[0] = (text.into(), print);
            print
        })
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fingerprint() {
            Some(print) => write!(f, "secret#{print}"),
            None => f.write_str("secret"),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_debug_nor_display_shows_the_secret() {
        let secret = Secret::new("eyJhbGciOiJIUzI1NiJ9.e30.abcdefgh");
        for text in [format!("{secret}"), format!("{secret:?}"), format!("{:?}", Some(&secret))] {
            assert!(!text.contains("eyJ"), "{text}");
            assert!(text.contains("secret#"), "{text}");
        }
    }

    #[test]
    fn a_short_secret_has_no_fingerprint() {
        assert_eq!(Secret::new("hunter2").fingerprint(), None);
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "secret");
    }
}
