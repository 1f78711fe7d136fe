//! Line numbers and file names that `grep`, `cat -n` and viewers put before lines.

use super::{
    super::{Level, stamp},
    Layer, layer,
};

/// Endings of files that hold logs, behind which `grep` puts a colon or a dash.
const ENDINGS: [&str; 6] = [".log", ".txt", ".out", ".err", ".json", ".ndjson"];

/// `12:M`, `12-M` as `grep -n` numbers lines, `7\tM` as `cat -n` does, and `1. M`, `1) M` of lists.
pub(in crate::envelope) fn numbered(text: &str) -> Option<Layer<'_>> {
    let digits = text.bytes().take(8).take_while(u8::is_ascii_digit).count();
    let rest = text.get(digits..)?;
    if let Some(rest) =
        ["\t", ". ", ") "].iter().find_map(|mark| rest.strip_prefix(mark)).filter(|_| digits > 0)
    {
        return Some(layer(rest, 5));
    }
    if let Some(rest) = rest.strip_prefix('-') {
        return (digits > 0 && is_behind_dash(rest)).then(|| layer(rest, 5));
    }
    let rest = rest.strip_prefix(':')?;
    // `2001:db8::1 - - [` begins with an address.
    let word = text.split(' ').next().unwrap_or_default();
    let address = word.contains("::") || word.bytes().filter(|b| *b == b':').count() > 4;
    let address = address && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
    (digits > 0 && !address && !is_packet(rest)).then(|| layer(rest, 5))
}

/// Whether what follows a number and a dash is a line: ids begin with numbers and dashes, too (`12-7qnoajx9KC1T9AAF5: Sending …`).
fn is_behind_dash(text: &str) -> bool {
    let shouted = text.bytes().take_while(u8::is_ascii_uppercase).count();
    text.starts_with(['[', '{', '<'])
        || stamp::read(text, 1970).or_else(|| stamp::dashed(text, 1970)).is_some()
        || text.get(..shouted).is_some_and(|word| Level::shouted(word).is_some())
}

/// Whether what follows a number and a colon may be a packet of that length (`83:44{`, `6:3probe`) or a part of a time, rather than a line.
fn is_packet(text: &str) -> bool {
    match text.as_bytes() {
        [b'0'..=b'9', ..] => {
            let word = text
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
                .count();
            let address = text.split('.').take(4).all(|part| part.parse::<u8>().is_ok())
                || text.bytes().take(4).any(|b| b == b'.');
            let stamped = stamp::read(text, 1970).or_else(|| stamp::dashed(text, 1970)).is_some();
            // pm2's number of a process, and the length that a drain puts before a line.
            let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
            let carried = behind.starts_with(['|', '\t'])
                || behind.starts_with(" <")
                || behind.starts_with(|c: char| !c.is_ascii());
            !(address || stamped || carried || word >= 16)
        }
        // An indented line is a traceback's or a banner's; one blank is a sentence's.
        [b' ', b' ' | b'*', ..] => false,
        [b':' | b' ', ..] | [] => true,
        _ => false,
    }
}

/// `server.log:12:M`, `server.log-M`, `logs/server.log:M`: what a search over files prints.
pub(in crate::envelope) fn searched(text: &str) -> Option<Layer<'_>> {
    let is_of_path = |b: u8| {
        b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-' | b'~' | b'@' | b'+')
    };
    let length = text.bytes().take(160).position(|b| !is_of_path(b)).unwrap_or(text.len().min(160));
    let path = text.get(..length)?;
    let (at, ending) =
        ENDINGS.iter().filter_map(|ending| Some((path.find(ending)?, *ending))).min()?;
    let mut behind = at + ending.len();
    // A rotated file has a number: `app.log.1`.
    if let Some(rotated) = text.get(behind..).and_then(|rest| rest.strip_prefix('.')) {
        let digits = rotated.bytes().take_while(u8::is_ascii_digit).count();
        behind += if digits == 0 { 0 } else { 1 + digits };
    }
    let rest = text.get(behind..)?;
    let mark = rest.chars().next().filter(|c| matches!(c, ':' | '-'))?;
    let rest = rest.get(1..)?;
    let digits = rest.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let rest = match rest.get(digits..).and_then(|rest| rest.strip_prefix(mark)) {
        Some(behind)
            if digits > 0
                && stamp::read(rest, 1970).is_none()
                && (mark == ':' || is_behind_dash(behind)) =>
        {
            behind
        }
        _ => rest,
    };
    (at > 0 && !rest.is_empty()).then(|| layer(rest, 6))
}

#[cfg(test)]
mod tests {
    use crate::envelope::Peeler;

    fn message(line: &str) -> String {
        Peeler::with_year(2026).peel(line).message.into_owned()
    }

    #[test]
    fn numbers_that_are_a_message_s_own_stay() {
        for line in [
            "83:44{\"message\":\"x\"}",
            "97:0{\"sid\":\"x\"}",
            "12-7qnoajx9KC1T9AAF5: Sending packet OPEN",
            "2001:db8::7 says",
            "12 clients connected",
            "1.5 s",
            "7:::1+0",
            "- - -",
            "* * *",
            "-----",
            "....",
        ] {
            assert_eq!(message(line), line, "{line}");
        }
    }
}
