//! The room as a whole: any bytes in, whole lines out.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use proptest::prelude::*;

use super::*;
use crate::error::Error;

/// All blocks joined, and the fault at the end.
fn read_all(mut blocks: Blocks) -> (Vec<u8>, Stats, Option<Error>) {
    let (mut text, mut lines, mut fault) = (Vec::new(), 0, None);
    for item in blocks.by_ref() {
        assert!(fault.is_none(), "something follows a fault");
        match item {
            Ok(block) => {
                assert_eq!(block.first_line, lines + 1);
                assert!(!block.bytes.is_empty() && block.bytes.len() <= BLOCK_SIZE);
                lines += block.lines;
                text.extend(block.bytes);
            }
            Err(error) => fault = Some(error),
        }
    }
    assert!(blocks.next().is_none(), "the end is the end");
    let stats = blocks.stats();
    assert_eq!(stats.lines, lines);
    (text, stats, fault)
}

fn read_bytes(bytes: &[u8]) -> (Vec<u8>, Stats, Option<Error>) {
    read_all(Blocks::from_reader("test", io::Cursor::new(bytes.to_vec())))
}

/// The text in the fixtures, from line `from` to before line `to`.
fn steady(from: usize, to: usize) -> Vec<u8> {
    (from..to)
        .flat_map(|n| {
            format!("2026-11-22 14:00:{:02} INFO steady line {}\n", n % 60, n % 10).into_bytes()
        })
        .collect()
}

const FIXTURE_LINES: usize = 24_000;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text).unwrap();
    writer.finish().unwrap()
}

fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut writer = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::default());
    writer.write_all(text).unwrap();
    writer.finish().unwrap()
}

/// The same text in each compression, in two members, frames or streams.
fn packed() -> [(Compression, Vec<u8>); 4] {
    let (one, two) = (steady(0, FIXTURE_LINES / 2), steady(FIXTURE_LINES / 2, FIXTURE_LINES));
    [
        (Compression::Gzip, [gzip(&one), gzip(&two)].concat()),
        (Compression::Zstd, include_bytes!("../../tests/fixtures/input/two-frames.zst").to_vec()),
        (Compression::Bzip2, [bzip2(&one), bzip2(&two)].concat()),
        (Compression::Xz, include_bytes!("../../tests/fixtures/input/two-streams.xz").to_vec()),
    ]
}

#[test]
fn every_compression_is_unpacked_to_its_last_member() {
    for (compression, bytes) in packed() {
        let (text, stats, fault) = read_bytes(&bytes);
        assert!(fault.is_none(), "{fault:?}");
        assert!(text == steady(0, FIXTURE_LINES), "{compression}");
        assert_eq!(stats.compression, Some(compression));
        assert_eq!(
            (stats.bytes_read, stats.bytes),
            (bytes.len() as u64, text.len() as u64),
            "{compression}"
        );
        assert_eq!(stats.lines, FIXTURE_LINES as u64);
    }
}

#[test]
fn of_a_file_that_is_cut_short_the_beginning_is_read() {
    let whole = steady(0, FIXTURE_LINES);
    for (compression, bytes) in packed() {
        // In the second half's data: the first member is whole.
        let short = &bytes[..bytes.len() - 60];
        let (text, stats, fault) = read_bytes(short);
        assert!(whole.starts_with(&text), "{compression}");
        assert!(text.len() >= whole.len() / 2, "{compression}: only {} bytes", text.len());
        let Some(Error::Truncated { at, lines, .. }) = fault else {
            panic!("{compression}: {fault:?}")
        };
        assert_eq!((at, lines), (short.len() as u64, stats.lines), "{compression}");
    }
}

#[test]
fn of_a_frame_that_breaks_off_no_whole_block_is_lost() {
    let (_, bytes) = packed()[1].clone();
    // The first frame alone, without its checksum: it has several blocks, all smaller together than the window.
    let skip = memchr::memmem::find(&bytes, b"\x50\x2a\x4d\x18").unwrap();
    let (text, _, fault) = read_bytes(&bytes[..skip - 4]);
    assert!(matches!(fault, Some(Error::Truncated { .. })), "{fault:?}");
    assert!(text.len() >= 256 * 1024, "{}", text.len());
}

#[test]
fn damage_is_said_and_what_stands_before_it_is_read() {
    let whole = steady(0, FIXTURE_LINES);
    for (compression, mut bytes) in packed() {
        // Where the last part's data is, before its sums.
        let at = bytes.len() - 70;
        for byte in &mut bytes[at..at + 8] {
            *byte ^= 0x5a;
        }
        let (text, _, fault) = read_bytes(&bytes);
        assert!(
            matches!(fault, Some(Error::Corrupt { .. } | Error::Truncated { .. })),
            "{compression}: {fault:?}"
        );
        assert!(
            text.len() + 32 * 1024 >= whole.len() / 2,
            "{compression}: only {} bytes",
            text.len()
        );
        let same = text.len().min(whole.len() / 2);
        assert!(text[..same] == whole[..same], "{compression}");
    }
}

#[test]
fn text_is_passed_on_as_it_stands() {
    let table: [(&[u8], &[u8], u64); 10] = [
        // bytes, text, lines
        (b"", b"", 0),
        (b"\n", b"\n", 1),
        (b"a", b"a", 1),
        (b"a\nb", b"a\nb", 2),
        (b"a\r\nb\r\n", b"a\r\nb\r\n", 2),
        (b"\xef\xbb\xbfa\n", b"a\n", 1),
        (b"\xef\xbb\xbf", b"", 0),
        (b"caf\xe9 \xff\n", b"caf\xe9 \xff\n", 1),
        (b"\x1b[31mred\x1b[0m\n", b"\x1b[31mred\x1b[0m\n", 1),
        (b"a long enough line\0\n", b"a long enough line\n", 1),
    ];
    for (bytes, want, lines) in table {
        let (text, stats, fault) = read_bytes(bytes);
        assert!(fault.is_none(), "{fault:?}");
        assert_eq!((text.as_slice(), stats.lines), (want, lines), "{}", bytes.escape_ascii());
        assert_eq!(stats.bytes_read, bytes.len() as u64, "{}", bytes.escape_ascii());
    }
}

#[test]
fn utf_16_is_read_as_utf_8() {
    let text = "2026-11-22 14:00:00 INFO grüße\r\n".repeat(2000);
    for (unit, encoding) in [
        (u16::to_le_bytes as fn(u16) -> [u8; 2], Encoding::Utf16Le),
        (u16::to_be_bytes, Encoding::Utf16Be),
    ] {
        for mark in ["", "\u{feff}"] {
            let bytes: Vec<u8> = format!("{mark}{text}").encode_utf16().flat_map(unit).collect();
            for bytes in [gzip(&bytes), bytes] {
                let (got, stats, fault) = read_bytes(&bytes);
                assert!(fault.is_none(), "{fault:?}");
                assert!(got == text.as_bytes(), "{encoding:?} {mark:?}");
                assert_eq!((stats.encoding, stats.bytes_read), (encoding, bytes.len() as u64));
                assert_eq!(stats.bytes, text.len() as u64);
            }
        }
    }
}

#[test]
fn a_hole_at_the_beginning_is_left_out() {
    for hole in [100, 8192, 3_000_000] {
        let bytes = [vec![0; hole], steady(0, 100)].concat();
        let (text, stats, fault) = read_bytes(&bytes);
        assert!(fault.is_none(), "{fault:?}");
        assert!(text == steady(0, 100), "{hole}");
        assert_eq!((stats.nul_bytes, stats.bytes_read), (hole as u64, bytes.len() as u64));
    }
}

#[test]
fn a_line_of_any_length_is_read_to_its_bound() {
    let long = vec![b'x'; 5_000_000];
    let bytes = [b"one\n", long.as_slice(), b"\ntwo\n", long.as_slice()].concat();
    let (text, stats, _) = read_bytes(&bytes);
    let kept = &long[..MAX_LINE];
    assert!(text == [b"one\n", kept, b"\ntwo\n", kept].concat());
    assert_eq!((stats.lines, stats.lines_cut), (4, 2));
    assert_eq!(stats.bytes_read, text.len() as u64 + stats.bytes_cut);
}

#[test]
fn what_is_no_log_is_refused_with_a_hint() {
    let table: [(Vec<u8>, &str); 4] = [
        (
            b"PK\x03\x04\x14\0".to_vec(),
            "test is not a log: it looks like a zip archive; unpack it first",
        ),
        (
            gzip(b"PK\x03\x04\x14\0"),
            "test is not a log: it looks like a zip archive; unpack it first",
        ),
        (gzip(&gzip(b"text\n")), "test is not a log: it looks like gzip data; unpack it first"),
        (
            [7, 1, 0, 2].repeat(100),
            "test is not a log: it looks like binary data; name the log file instead",
        ),
    ];
    for (bytes, want) in table {
        let (text, _, fault) = read_bytes(&bytes);
        assert!(text.is_empty());
        assert_eq!(fault.map(|f| f.to_string()).as_deref(), Some(want));
    }
}

#[test]
fn messages_say_what_to_do() {
    let (_, bytes) = packed()[0].clone();
    let (_, _, fault) = read_bytes(&bytes[..100]);
    let said = fault.unwrap().to_string();
    let lines: String = said.chars().filter(|c| !c.is_ascii_digit()).collect();
    assert_eq!(
        lines,
        "test is cut short: the gzip data stops at byte  in mid-stream; its first  lines were analysed, copy the file again for the rest"
    );
    let Err(fault) = open(&Location::File("nowhere.log".into())) else { panic!("it exists") };
    assert_eq!(fault.to_string(), "cannot open nowhere.log");
    let (text, _, fault) = read_all(open_later(&Location::File("nowhere.log".into())).unwrap());
    assert!(text.is_empty());
    assert_eq!(fault.unwrap().to_string(), "cannot open nowhere.log");
}

#[test]
fn a_file_that_is_opened_when_it_is_its_turn_gives_the_same_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.log");
    for size in [0, 10, 5000, 100_000] {
        std::fs::write(&path, "a line of a log\n".repeat(size)).unwrap();
        let location = Location::File(path.clone());
        let (now, stats, _) = read_all(open(&location).unwrap());
        let mut later = open_later(&location).unwrap();
        assert!(!later.is_at_end());
        let first = later.next();
        assert_eq!(later.is_at_end(), now.len() <= BLOCK_SIZE, "{size}");
        let first = first.map_or(Vec::new(), |block| block.unwrap().bytes);
        let rest = later.by_ref().flat_map(|block| block.unwrap().bytes);
        assert!(first.into_iter().chain(rest).eq(now), "{size}");
        assert_eq!(later.stats(), stats);
    }
}

/// Gives its bytes in portions of changing size, and fails at the end if it is told to.
struct Portioned {
    bytes: io::Cursor<Vec<u8>>,
    sizes: Vec<usize>,
    turn: usize,
    fails: bool,
}

impl Read for Portioned {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let size = self.sizes[self.turn % self.sizes.len()].min(buf.len());
        let read = self.bytes.read(&mut buf[..size])?;
        if read == 0 && self.fails {
            Err(io::Error::other("the disk is on fire"))
        } else {
            Ok(read)
        }
    }
}

#[test]
fn what_was_read_before_a_failure_is_handed_on() {
    let bytes = steady(0, FIXTURE_LINES);
    for packed in [bytes.clone(), gzip(&bytes)] {
        let half = packed[..packed.len() / 2].to_vec();
        let reader =
            Portioned { bytes: io::Cursor::new(half), sizes: vec![10_000], turn: 0, fails: true };
        let (text, _, fault) = read_all(Blocks::from_reader("test", reader));
        assert!(text.len() > 1000 && bytes.starts_with(&text), "{}", text.len());
        assert!(matches!(fault, Some(Error::Read { .. })), "{fault:?}");
    }
}

#[test]
fn a_traceback_is_not_torn() {
    let traceback = b"2026-11-22 ERROR boom\nTraceback (most recent call last):\n  File \"app.py\", line 3, in connect\n    decode(token)\n\
        jwt.exceptions.ExpiredSignatureError: Signature has expired\n";
    let text = traceback.repeat(20_000);
    let mut blocks = 0;
    for block in Blocks::from_reader("test", io::Cursor::new(text)) {
        let block = block.unwrap();
        assert!(block.bytes.starts_with(b"2026"));
        assert!(block.bytes.ends_with(b"expired\n"));
        blocks += 1;
    }
    assert!(blocks > 5);
}

#[test]
fn unpacking_stops_when_nobody_wants_more() {
    /// Counts what is read, and knows no end.
    struct Endless(Arc<AtomicUsize>, Vec<u8>, usize);
    impl Read for Endless {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let read = (&self.1[self.2..]).read(buf)?;
            self.2 = (self.2 + read) % self.1.len();
            self.0.fetch_add(read, Relaxed);
            Ok(read)
        }
    }
    let count = Arc::new(AtomicUsize::new(0));
    let mut blocks = Blocks::from_reader(
        "test",
        Endless(Arc::clone(&count), gzip(&steady(0, FIXTURE_LINES)), 0),
    );
    assert!(blocks.next().unwrap().is_ok());
    // It comes to rest, however slow the machine; one that read on would not in any time.
    let mut still = 0;
    let mut before = 0;
    for _ in 0..600 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        let now = count.load(Relaxed);
        still = if now == before { still + 1 } else { 0 };
        before = now;
        if still == 10 {
            drop(blocks);
            return;
        }
    }
    panic!("it reads on without bound");
}

#[test]
fn blocks_can_move_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Blocks>();
    is_send::<Error>();
}

/// A log with everything that moves a cut: tracebacks, long lines, NULs.
fn restless() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => (0_usize..2000).prop_map(|n| steady(n, n + 1000)),
        2 => Just(b"Traceback (most recent call last):\n  File\nKeyError: 'x'\n".repeat(200)),
        1 => (1_usize..3).prop_map(|n| vec![b'y'; n * 200_000]),
        1 => Just(b"some text and a nul \0 and a line end\n".to_vec()),
        1 => Just(b"\n".repeat(5000)),
    ];
    proptest::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn cuts_do_not_depend_on_portions(bytes in restless(), sizes in proptest::collection::vec(1_usize..100_000, 1..8)) {
        let at_once: Vec<_> = Blocks::from_reader("a", io::Cursor::new(bytes.clone())).map(Result::unwrap).collect();
        let reader = Portioned { bytes: io::Cursor::new(bytes.clone()), sizes, turn: 0, fails: false };
        let in_portions: Vec<_> = Blocks::from_reader("b", reader).map(Result::unwrap).collect();
        prop_assert!(at_once == in_portions);
        let unpacked: Vec<_> = Blocks::from_reader("c", io::Cursor::new(gzip(&bytes))).map(Result::unwrap).collect();
        prop_assert!(at_once == unpacked);
    }

    #[test]
    fn what_is_left_out_is_counted(bytes in restless()) {
        let (text, stats, fault) = read_bytes(&bytes);
        prop_assert!(fault.is_none());
        prop_assert_eq!(stats.bytes, bytes.len() as u64);
        prop_assert_eq!(stats.bytes_read, text.len() as u64 + stats.bytes_cut + stats.nul_bytes);
        if stats.bytes_cut + stats.nul_bytes == 0 {
            prop_assert!(text == bytes);
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(
        magic in prop_oneof![
            Just(&b""[..]), Just(&b"\x1f\x8b\x08"[..]), Just(&b"\x28\xb5\x2f\xfd"[..]),
            Just(&b"BZh91AY&SY"[..]), Just(&b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46"[..]), Just(&b"\xff\xfe"[..]),
        ],
        rest in proptest::collection::vec(any::<u8>(), 0..2000),
    ) {
        read_bytes(&[magic, &rest].concat());
    }

    #[test]
    fn any_damage_is_survived(which in 0_usize..4, at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let (_, mut bytes) = packed()[which].clone();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let (_, _, fault) = read_bytes(&bytes);
        if let Some(Error::Corrupt { source, .. }) = fault {
            prop_assert!(source.to_string() != "the decoder gave up");
        }
    }
}
