//! The user agent in a line: a piece in quotes that begins with a product and its version, wherever a format puts it.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::redact::redact;

/// Agents that a thread remembers masked. A service has a few hundred.
const REMEMBERED: usize = 512;

thread_local! {
    /// To mask the same text for each attempt anew would cost more than to find it in the line.
    static MASKED: RefCell<FxHashMap<Box<str>, Box<str>>> = RefCell::default();
}

/// Longest name of a product. What is longer is something else, perhaps a secret.
const LONGEST: usize = 32;

/// `agent`, masked: what is in a header comes from a stranger.
pub fn masked(agent: &str) -> Box<str> {
    MASKED.with_borrow_mut(|known| {
        if let Some(masked) = known.get(agent) {
            return masked.clone();
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let masked: Box<str> = redact(agent).into();
        known.insert(agent.into(), masked.clone());
        masked
    })
}

/// The user agent that `line` quotes. Formats put it last, or before what the administrator added.
pub fn quoted(line: &str) -> Option<&str> {
    // What stands between two quotes is a piece or what parts two of them: the latter never looks like a product.
    line.rsplit('"').skip(1).find(|piece| begins_with_product(piece))
}

/// Whether `text` begins like `Mozilla/5.0`, and the version is one.
fn begins_with_product(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    let Some((name, version)) = first.split_once('/') else { return false };
    name.len() <= LONGEST
        && name != "HTTP"
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && version.starts_with(|c: char| c.is_ascii_digit())
        && version.len() <= LONGEST
        && version.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_found_wherever_a_format_puts_it() {
        for (line, want) in [
            (
                r#"203.0.113.61 - - [20/May/2026:06:52:22 +0000] "GET /socket.io/?EIO=4 HTTP/1.1" 200 118 "-" "Mozilla/5.0 (X11; Linux x86_64)""#,
                Some("Mozilla/5.0 (X11; Linux x86_64)"),
            ),
            (
                r#"203.0.113.61 - - [t] "GET /socket.io/ HTTP/1.1" 200 118 "https://app.example.com/" "curl/8.5.0" "198.51.100.7" rt=0.004"#,
                Some("curl/8.5.0"),
            ),
            (
                r#"{"method":"GET","url":"/socket.io/?EIO=4","headers":{"user-agent":"okhttp/4.12.0","host":"app.example.com"},"status":400}"#,
                Some("okhttp/4.12.0"),
            ),
            (r#"203.0.113.61 - - [t] "GET /socket.io/ HTTP/1.1" 200 118"#, None),
            (r#"203.0.113.61 "HTTP/1.1" 200"#, None),
            ("", None),
        ] {
            assert_eq!(quoted(line), want, "{line}");
        }
    }

    #[test]
    fn what_may_be_a_secret_is_no_agent() {
        for text in
            ["q7Zt0pLxV3nR8sKd/2mYbHc5fJw9eUa4G", "session=abc/9", "a/1;b", "/1.0", "text/html"]
        {
            assert!(!begins_with_product(text), "{text}");
        }
    }
}
