//! Tokens in a text, by their shape.

use memchr::memmem;

/// The first run in `text` that has a JWT's shape: two JSON objects in base64url and a signature, which may be empty.
///
/// A Flask session cookie may begin with `eyJ` as well; its second part is a time stamp and no object.
pub fn find(text: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(found) = text.as_bytes().get(from..).and_then(|b| memmem::find(b, b"eyJ")) {
        let start = from + found;
        let header = start + segment(text, start);
        // Other candidates inside this run end where it ends, so they fail as it does: go on behind it.
        from = header.max(start + 3);
        if header - start < 8 || text.as_bytes().get(header) != Some(&b'.') {
            continue;
        }
        let payload = header + 1 + segment(text, header + 1);
        let object = text.as_bytes().get(header + 1..header + 3);
        if !matches!(object, Some(b"ey" | b"e3" | b"ew"))
            || text.as_bytes().get(payload) != Some(&b'.')
        {
            continue;
        }
        let end = payload + 1 + segment(text, payload + 1);
        return text.get(start..end);
    }
    None
}

/// How many bytes of `text` from `at` on are one segment, its padding included.
fn segment(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes().get(at..).unwrap_or_default();
    let run = bytes.iter().take_while(|b| is_base64url(**b)).count();
    let padding =
        bytes.get(run..).unwrap_or_default().iter().take(2).take_while(|b| **b == b'=').count();
    run + if run == 0 { 0 } else { padding }
}

pub(crate) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Whether the whole of `text` has a JWT's shape.
pub fn looks_like(text: &str) -> bool {
    find(text).is_some_and(|found| found.len() == text.len())
}
