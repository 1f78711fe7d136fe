//! Consoles of browsers: rows copied from one, and the lines that Chromium writes of its console to standard error.
//!
//! A copied row begins with the place in the page's code: `app.js:8 M`, `(index):1 M`, `Cart.vue:44 M`. Chromium started with `--enable-logging` writes
//! `[pid:tid:MMDD/HHMMSS.uuuuuu:INFO:CONSOLE(8)] "M", source: url (8)`, and its own complaints in the same frame. Whoever writes so is a client.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
    stamp,
    words::is_number,
};

/// Endings of files that run in a browser.
const SCRIPTS: [&str; 11] =
    ["js", "mjs", "cjs", "ts", "tsx", "jsx", "vue", "svelte", "html", "htm", "php"];

/// Longest place in front of a row: a bundle's name with its hash.
const LONGEST_PLACE: usize = 120;

/// `app.js:8 M`, `(index):1 M`, `VM52:3 M`, `app.js?v=3:8:15 M`.
pub(super) fn row(text: &str) -> Option<Layer<'_>> {
    let end = text.bytes().take(LONGEST_PLACE).position(|b| b == b' ')?;
    let (place, rest) = text.split_at_checked(end)?;
    let mut file = place;
    // The line, and perhaps the column.
    for _ in 0..2 {
        match file.rsplit_once(':') {
            Some((before, number)) if is_number(number) => file = before,
            _ => break,
        }
    }
    if file.len() == place.len() {
        return None;
    }
    let name = file.split(['?', '#']).next().unwrap_or(file);
    let script = name.rsplit_once('.').is_some_and(|(_, end)| SCRIPTS.contains(&end));
    let made =
        matches!(name, "(index)" | "(anonymous)") || name.strip_prefix("VM").is_some_and(is_number);
    let rest = Some(rest.trim_start_matches(' ')).filter(|rest| !rest.is_empty())?;
    (script || made).then(|| Layer {
        kind: Kind::Console,
        rest: Cow::Borrowed(rest),
        client: true,
        ..Layer::default()
    })
}

/// `[23102:23102:1122/151444.752321:INFO:CONSOLE(8)] "M", source: https://app.example.com/app.js (8)`.
pub(super) fn chromium(text: &str, year: i32) -> Option<Layer<'_>> {
    let near = text.as_bytes().get(..160).unwrap_or(text.as_bytes());
    let end = memchr::memchr(b']', near)?;
    let head = text.get(1..end)?;
    let slash = memchr::memchr(b'/', head.as_bytes())?;
    let begin = head.get(..slash)?.rfind(':').map_or(0, |colon| colon + 1);
    let ids = head.get(..begin)?.trim_end_matches(':');
    if !ids.split(':').all(|id| id.is_empty() || is_number(id)) {
        return None;
    }
    let (stamp, rest) = stamp::slashed(head.get(begin..)?, year)?;
    let (level, place) = rest.strip_prefix(':')?.split_once(':')?;
    let level = Level::printed(level);
    let rest = text.get(end + 1..)?.strip_prefix(' ')?;
    let rest = if place.starts_with("CONSOLE") { quoted(rest) } else { rest };
    Some(Layer {
        kind: Kind::Console,
        layout: 1,
        stamp: Some(stamp),
        level,
        writer: Writer::of(ids),
        rest: Cow::Borrowed(rest),
        client: true,
        ..Layer::default()
    })
}

/// What the page printed, out of its quotes; quotes inside are not escaped.
fn quoted(text: &str) -> &str {
    let Some(inside) = text.strip_prefix('"') else { return text };
    let end = inside.rfind("\", source: ");
    end.and_then(|end| inside.get(..end)).unwrap_or(inside)
}
