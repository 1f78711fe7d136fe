//! Backslashes in strings, as Python and JavaScript know them.

/// Resolves the escape whose backslash was eaten, and says how many bytes of `tail` it took.
pub(super) fn escape(tail: &str, out: &mut String) -> usize {
    let Some(kind) = tail.chars().next() else { return 0 };
    let after = kind.len_utf8();
    let hex = |from: usize, digits: usize| {
        tail.get(from..from + digits).and_then(|h| u32::from_str_radix(h, 16).ok())
    };
    let (code, taken) = match kind {
        'n' => (Some(u32::from(b'\n')), after),
        't' => (Some(u32::from(b'\t')), after),
        'r' => (Some(u32::from(b'\r')), after),
        'b' => (Some(8), after),
        'f' => (Some(12), after),
        'v' => (Some(11), after),
        'a' => (Some(7), after),
        '0' => (Some(0), after),
        '\n' => return after,
        'x' => (hex(after, 2), after + 2),
        'U' => (hex(after, 8), after + 8),
        'u' => match hex(after, 4) {
            Some(high @ 0xd800..=0xdbff) if tail.get(after + 4..after + 6) == Some("\\u") => {
                match hex(after + 6, 4) {
                    Some(low @ 0xdc00..=0xdfff) => {
                        (Some(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), after + 10)
                    }
                    _ => (Some(0xfffd), after + 4),
                }
            }
            code => (code, after + 4),
        },
        other => (Some(u32::from(other)), after),
    };
    let Some(code) = code else {
        // No valid escape: keep it as it stands.
        out.push('\\');
        out.push(kind);
        return after;
    };
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    taken
}
