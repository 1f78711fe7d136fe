//! What the first bytes of an input say of the rest: compression, encoding, or that it is no log.
//!
//! Names are not asked: `app.log.1` may be gzip, and a pipe has no name.

use std::fmt;

/// How many bytes from the beginning are looked at.
pub(super) const HEAD: usize = 8 * 1024;

/// How many of them decide about UTF-16 without a byte order mark.
const UTF16_HEAD: usize = 512;

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// RFC 1952; all members are read.
    Gzip,
    /// RFC 8878; all frames are read.
    Zstd,
    /// bzip2; all streams are read.
    Bzip2,
    /// The xz container; all streams are read.
    Xz,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        })
    }
}

/// How an input's text is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, or some other superset of ASCII: passed on as it stands.
    #[default]
    Utf8,
    /// UTF-16, low byte first: what Windows `PowerShell` writes with `>`.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

/// The compression whose magic bytes `head` begins with.
pub(super) fn compression(head: &[u8]) -> Option<Compression> {
    match head {
        [0x1f, 0x8b, 8, ..] => Some(Compression::Gzip),
        // The second is a skippable frame; pzstd writes one first.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Some(Compression::Zstd)
        }
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => {
            Some(Compression::Bzip2)
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
        _ => None,
    }
}

/// The encoding of a text that begins with `head`, and the length of its byte order mark.
pub(super) fn encoding(head: &[u8]) -> (Encoding, usize) {
    match head {
        [0xef, 0xbb, 0xbf, ..] => return (Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => return (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => return (Encoding::Utf16Be, 2),
        _ => {}
    }
    let head = head.get(..UTF16_HEAD).unwrap_or(head);
    let units = head.len() / 2;
    let (mut first, mut second) = (0, 0);
    for pair in head.chunks_exact(2) {
        first += usize::from(pair.first() == Some(&0));
        second += usize::from(pair.last() == Some(&0));
    }
    // Log text is mostly ASCII, so one half of nearly every unit is zero and the other never is.
    let mostly = |zeros: usize| units >= 2 && zeros * 10 >= units * 6;
    let hardly = |zeros: usize| zeros * 20 <= units;
    if mostly(second) && hardly(first) {
        (Encoding::Utf16Le, 0)
    } else if mostly(first) && hardly(second) {
        (Encoding::Utf16Be, 0)
    } else {
        (Encoding::Utf8, 0)
    }
}

/// What an input is that is no log, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    pub(super) what: &'static str,
    pub(super) hint: &'static str,
}

const UNPACK: &str = "unpack it first";
const NAME_A_LOG: &str = "name the log file instead";
const CAPTURE: &str = "siotrace reads logs, not packets";

/// File types that people have beside their logs, by their first bytes.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "a zip archive", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a rar archive", UNPACK),
    (b"\x04\x22\x4d\x18", "lz4 data", UNPACK),
    (b"\x1f\x9d", "compress (.Z) data", UNPACK),
    (b"\x1f\x8b", "gzip data", UNPACK),
    (b"\x28\xb5\x2f\xfd", "zstd data", UNPACK),
    (b"\xfd7zXZ\0", "xz data", UNPACK),
    (b"LPKSHHRH", "a systemd journal", "export it with `journalctl --file NAME -o short-iso`"),
    (b"ElfFile\0", "a Windows event log", "export it as text"),
    (b"\xd4\xc3\xb2\xa1", "a packet capture", CAPTURE),
    (b"\xa1\xb2\xc3\xd4", "a packet capture", CAPTURE),
    (b"\x0a\x0d\x0d\x0a", "a packet capture", CAPTURE),
    (b"\x7fELF", "a program", NAME_A_LOG),
    (b"\x89PNG", "an image", NAME_A_LOG),
    (b"GIF8", "an image", NAME_A_LOG),
    (b"\xff\xd8\xff", "an image", NAME_A_LOG),
    (b"%PDF-", "a PDF document", NAME_A_LOG),
    (b"SQLite format 3\0", "a database", NAME_A_LOG),
];

/// Says whether a text or file that begins with `head` is no log. Compression that siotrace reads must have been asked for before: here it is
/// foreign, because something was compressed twice.
pub(super) fn foreign(head: &[u8]) -> Option<Foreign> {
    if let Some(&(_, what, hint)) = MAGIC.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Some(Foreign { what, hint });
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(Foreign { what: "a tar archive", hint: UNPACK });
    }
    let binary = Foreign { what: "binary data", hint: NAME_A_LOG };
    let share = |count: usize, percent: usize| count * 100 > head.len() * percent;
    let nuls = memchr::memchr_iter(0, head).count();
    // Terminals' own control characters (BEL to CR, ESC) are at home in logs.
    let controls: usize = head.chunks(128).map(|chunk| usize::from(controls(chunk))).sum();
    // Random bytes have a tenth of control characters. Text in an old 8-bit encoding is as little UTF-8 as they are, but has none.
    let not_utf8 = || head.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let foreign =
        share(nuls, 10) || share(controls, 30) || (share(controls, 5) && share(not_utf8(), 20));
    foreign.then_some(binary)
}

/// How many of at most 255 bytes are control characters that logs have none of. Without a branch, so that many bytes are looked at at once: of small files all are.
fn controls(chunk: &[u8]) -> u8 {
    let control = |byte: &u8| {
        let (byte, below) = (*byte, u8::from(*byte < 32) | u8::from(*byte == 127));
        let at_home = byte == 0 || byte == 27 || byte.wrapping_sub(7) < 7;
        below & u8::from(!at_home)
    };
    chunk.iter().map(control).sum()
}

/// Whether it is something that siotrace wrote: it quotes logs.
pub(super) fn is_report(head: &[u8]) -> bool {
    let begins = |mark: &[u8]| memchr::memmem::find(&head[..head.len().min(64)], mark).is_some();
    begins(b"\"siotrace.") && begins(b"\"schema\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn compression_is_known_by_its_first_bytes() {
        let table: [(&[u8], Option<Compression>); 7] = [
            (b"\x1f\x8b\x08\0", Some(Compression::Gzip)),
            (b"\x28\xb5\x2f\xfd\0", Some(Compression::Zstd)),
            (b"\x50\x2a\x4d\x18\0", Some(Compression::Zstd)),
            (b"BZh91AY&SY\0", Some(Compression::Bzip2)),
            (b"\xfd7zXZ\0\0", Some(Compression::Xz)),
            (b"BZh9 is how bzip2 begins", None),
            (b"", None),
        ];
        for (head, want) in table {
            assert_eq!(compression(head), want, "{head:?}");
        }
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_its_zeros() {
        let text = "2026-11-22 14:00:00 [INFO] grüße 日本\r\n";
        let table = [
            (text.as_bytes().to_vec(), (Encoding::Utf8, 0)),
            (format!("\u{feff}{text}").into_bytes(), (Encoding::Utf8, 3)),
            (utf16(text, u16::to_le_bytes), (Encoding::Utf16Le, 0)),
            (utf16(text, u16::to_be_bytes), (Encoding::Utf16Be, 0)),
            (utf16("\u{feff}日本", u16::to_le_bytes), (Encoding::Utf16Le, 2)),
            (utf16("\u{feff}日本", u16::to_be_bytes), (Encoding::Utf16Be, 2)),
            (b"a\0".to_vec(), (Encoding::Utf8, 0)),
            (Vec::new(), (Encoding::Utf8, 0)),
        ];
        for (head, want) in table {
            assert_eq!(encoding(&head), want, "{head:?}");
        }
    }

    #[test]
    fn control_characters_are_counted_but_for_those_of_terminals() {
        for byte in 0..=u8::MAX {
            let is_one = matches!(byte, 1..=6 | 14..=26 | 28..=31 | 127);
            assert_eq!(controls(&[b'x', byte]), u8::from(is_one), "{byte}");
        }
    }

    #[test]
    fn what_is_no_log_is_named() {
        let mut tar = b"app.log".to_vec();
        tar.resize(257, 0);
        tar.extend_from_slice(b"ustar\0");
        let noise: Vec<u8> = (0..8192_u32)
            .map(|i| i.wrapping_mul(2_654_435_761).rotate_left(11).to_le_bytes()[0])
            .collect();
        let table: [(&[u8], Option<&str>); 12] = [
            (b"PK\x03\x04...", Some("a zip archive")),
            (b"LPKSHHRH", Some("a systemd journal")),
            (b"\x7fELF\x02\x01", Some("a program")),
            (&tar, Some("a tar archive")),
            (&noise, Some("binary data")),
            (b"a\0b\0\0\0\0\0", Some("binary data")),
            (b"\x1b[32mINFO\x1b[0m connected\n", None),
            (b"2026-11-22 connected\0\n", None),
            ("Подключение отклонено\n".as_bytes(), None),
            (b"\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0\n", None),
            (b"caf\xe9\n", None),
            (b"", None),
        ];
        for (head, want) in table {
            assert_eq!(foreign(head).map(|f| f.what), want, "{}", head.escape_ascii());
        }
    }
}
