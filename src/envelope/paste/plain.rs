//! Signs that web pages and word processors put in the place of plain ones.

/// The line without the entities by which HTML writes quotes and brackets; `None` when it has none.
pub(in crate::envelope) fn without_entities(line: &str) -> Option<String> {
    let mut out: Option<String> = None;
    let mut kept = 0;
    for at in memchr::memchr_iter(b'&', line.as_bytes()) {
        if at < kept {
            continue;
        }
        // Nearly every one stands between the parameters of a URL.
        if !line.as_bytes().get(at + 1).is_some_and(|next| b"q#algn".contains(next)) {
            continue;
        }
        let rest = line.get(at..)?;
        let Some((entity, text)) = [
            ("&quot;", "\""),
            ("&#34;", "\""),
            ("&#39;", "'"),
            ("&#x27;", "'"),
            ("&apos;", "'"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&nbsp;", " "),
            ("&amp;", "&"),
        ]
        .into_iter()
        .find(|(entity, _)| rest.starts_with(entity)) else {
            continue;
        };
        let text_so_far = out.get_or_insert_default();
        text_so_far.push_str(line.get(kept..at)?);
        text_so_far.push_str(text);
        kept = at + entity.len();
    }
    let mut out = out?;
    out.push_str(line.get(kept..)?);
    Some(out)
}

/// The line with plain quotes and blanks for those that word processors and web pages put in their place; `None` when it has none.
#[must_use]
pub fn plain(line: &str) -> Option<String> {
    let soiled = |c: char| {
        matches!(
            c,
            '\u{a0}'
                | '\u{202f}'
                | '\u{2007}'
                | '\u{200b}'
                | '\u{feff}'
                | '\u{2018}'
                | '\u{2019}'
                | '\u{201c}'
                | '\u{201d}'
                | '\u{201e}'
                | '\u{ab}'
                | '\u{bb}'
        )
    };
    if line.is_ascii() || !line.contains(soiled) {
        return None;
    }
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\u{a0}' | '\u{202f}' | '\u{2007}' => out.push(' '),
            '\u{200b}' | '\u{feff}' => {}
            '\u{2018}' | '\u{2019}' => out.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => out.push('"'),
            _ => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_typographic_signs_are_written_plainly() {
        assert_eq!(
            without_entities("0{&quot;token&quot;:&quot;x&quot;} a&amp;b&amp;lt; &gt;").as_deref(),
            Some("0{\"token\":\"x\"} a&b&lt; >")
        );
        assert_eq!(without_entities("/socket.io/?EIO=4&transport=polling&t=x"), None);
        assert_eq!(
            plain("Entering\u{a0}\u{2018}handle\u{2019}\u{200b}").as_deref(),
            Some("Entering 'handle'")
        );
        assert_eq!(plain("Grüße"), None);
    }
}
