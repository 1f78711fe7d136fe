//! The names by which a log speaks of a connection, each a type of its own so that none can be passed
//! where another is wanted.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(CompactString);

        impl $name {
            /// Takes the id as the log shows it.
            pub fn new(text: &str) -> Self {
                Self(CompactString::new(text))
            }

            /// The id as the log shows it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&crate::payload::redact::redact(&self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                // Whoever wrote it may have masked nothing.
                String::deserialize(from)
                    .map(|text| Self::new(&crate::payload::redact::redact(&text)))
            }
        }

        #[cfg(test)]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                String::json_schema(generator)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                // A stranger may have put a token where a name belongs.
                write!(f, "{}({})", stringify!($name), crate::payload::redact::redact(&self.0))
            }
        }
    };
}

id! {
    /// The id of an Engine.IO session: `sid=` in URLs, the prefix of python-engineio's lines.
    EngineSid
}
id! {
    /// The id of one namespace's socket: `request.sid` in a Flask-SocketIO handler. From protocol 5 on
    /// it differs from the Engine.IO id of the same connection.
    SocketSid
}
id! {
    /// A namespace path, with its leading slash.
    Namespace
}
id! {
    /// Who a client is, as the log names it: a login, a number, an e-mail address.
    UserName
}
id! {
    /// A client's address as printed: `ip`, `ip:port` or a host name.
    ClientAddr
}

impl ClientAddr {
    /// The address without its port. IPv6 addresses in brackets keep their brackets.
    pub fn host(&self) -> &str {
        match self.0.rsplit_once(':') {
            Some((host, port))
                if port.bytes().all(|b| b.is_ascii_digit())
                    && (!host.contains(':') || host.ends_with(']')) =>
            {
                host
            }
            _ => &self.0,
        }
    }

    /// Whether a port is part of it.
    pub fn has_port(&self) -> bool {
        self.host().len() != self.0.len()
    }
}

impl Namespace {
    /// The default namespace, `/`.
    pub fn root() -> Self {
        Self::new("/")
    }
}

/// How many characters an id of an Engine.IO or Socket.IO session may have: 12 (custom generators) to
/// 36 (UUIDs of netty-socketio); 20 in python-engineio ≥ 4 and engine.io, 32 hex digits in python-engineio 3.
pub const SID_LENGTHS: std::ops::RangeInclusive<usize> = 8..=36;

/// Whether `text` has the shape of a session id.
pub fn looks_like_sid(text: &str) -> bool {
    SID_LENGTHS.contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The sequence number inside a 20-character id: python-engineio 4 and engine.io 4+ encode a counter of the
/// process in its last bytes, so ids given out later by one process have higher numbers.
pub fn sequence(sid: &str) -> Option<u32> {
    if sid.len() != 20 {
        return None;
    }
    sid.bytes().skip(16).try_fold(0u32, |n, b| {
        let digit = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        Some(n << 6 | u32::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_knows_its_host() {
        for (text, host) in [
            ("10.0.0.7:5555", "10.0.0.7"),
            ("10.0.0.7", "10.0.0.7"),
            ("::1", "::1"),
            ("[::1]:80", "[::1]"),
            ("web.example", "web.example"),
        ] {
            assert_eq!(ClientAddr::new(text).host(), host);
        }
    }

    #[test]
    fn later_ids_of_a_process_have_higher_sequence_numbers() {
        assert_eq!(sequence("85rwddXf5qzlW0vzAAAA"), Some(0));
        assert_eq!(sequence("PBzTjn2_ZHLDf9VBAAAB"), Some(1));
        assert_eq!(sequence("short"), None);
    }
}
