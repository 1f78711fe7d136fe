//! Fills buffers from one stream and makes blocks of them.
//!
//! A buffer is always filled to [`BLOCK_SIZE`] before it is cut, however little a read gives, so the cuts depend on the bytes alone. A plain file
//! is read straight into the buffer. Not through a memory map: a file that is truncated while it is mapped kills the process with SIGBUS.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use super::decompress::{Tap, Tapped};
use super::trim::Trim;
use super::utf16::Utf16;
use super::{BLOCK_SIZE, Block, Compression, Encoding, Stats, cut, sniff};
use crate::error::Error;

/// The least that is asked for in a read, even when the buffer lacks less: a long line that is being dropped would be read in drops.
const MIN_READ: usize = 64 * 1024;

/// A run of NULs at the beginning that is longer than this is a hole, not UTF-16.
const HOLE: usize = 16;

/// One stream on its way into blocks.
pub(super) struct Fill {
    name: String,
    reader: Box<dyn Read + Send>,
    /// Counts what is read where that differs from what arrives here.
    tap: Option<Arc<Tap>>,
    buf: Vec<u8>,
    trim: Trim,
    next_line: u64,
    ended: bool,
    /// What to tell once everything before it was handed out.
    fault: Option<io::Error>,
    stats: Stats,
}

impl Fill {
    /// Looks at the beginning of a stream. `packed` is how it was compressed, and what counts the compressed bytes.
    pub(super) fn begin(
        name: String,
        mut reader: Box<dyn Read + Send>,
        packed: Option<(Compression, Arc<Tap>)>,
    ) -> Result<Self, Error> {
        let (mut head, mut fault) = read_head(&mut reader);
        let mut stats = Stats::default();
        while fault.is_none() && head.len() >= HOLE && head.iter().take(HOLE).all(|b| *b == 0) {
            let hole = head.iter().position(|b| *b != 0).unwrap_or(head.len());
            stats.nul_bytes += hole as u64;
            head.drain(..hole);
            if head.is_empty() {
                (head, fault) = read_head(&mut reader);
            } else {
                fault = top_up(&mut head, &mut reader);
            }
        }
        let (encoding, mark) = sniff::encoding(&head);
        if encoding == Encoding::Utf8
            && let Some(sniff::Foreign { what, hint }) = sniff::foreign(&head)
        {
            return Err(Error::Binary { name, what, hint });
        }
        stats.encoding = encoding;
        stats.bytes_read = stats.nul_bytes + head.len() as u64;
        stats.bytes = stats.nul_bytes;
        // Less than was asked for is all there is. What is transcoded is read again from the front.
        let ended = encoding == Encoding::Utf8 && head.len() < sniff::HEAD;
        head.drain(..mark);

        let (compression, mut tap) = packed.unzip();
        stats.compression = compression;
        if fault.is_some() {
            reader = Box::new(io::empty());
        }
        if encoding != Encoding::Utf8 {
            if tap.is_none() {
                let counter = Arc::new(Tap::default());
                tap = Some(Arc::clone(&counter));
                reader = Box::new(Tapped { inner: reader, tap: counter });
            }
            reader = Box::new(Utf16::new(
                Cursor::new(std::mem::take(&mut head)).chain(reader),
                encoding,
            ));
        }
        let mut this = Self {
            name,
            reader,
            tap,
            buf: head,
            trim: Trim::default(),
            next_line: 1,
            ended,
            fault,
            stats,
        };
        this.stats.bytes += this.buf.len() as u64;
        this.trim.apply(&mut this.buf, 0, &mut this.stats);
        Ok(this)
    }

    /// What was read and left out so far.
    pub(super) fn stats(&self) -> Stats {
        let mut stats = self.stats;
        if let Some(tap) = &self.tap {
            stats.bytes_read =
                tap.bytes() + if stats.compression.is_none() { stats.bytes_read } else { 0 };
        }
        stats
    }

    /// Whether everything was handed out, and nothing is wrong with the stream.
    pub(super) fn is_at_end(&self) -> bool {
        self.ended && self.buf.is_empty() && self.fault.is_none()
    }

    /// The next block; at the end, what is wrong with the stream, once.
    pub(super) fn next_block(&mut self) -> Option<Result<Block, Error>> {
        while !self.ended && self.buf.len() < BLOCK_SIZE {
            self.read_on();
        }
        if self.buf.is_empty() {
            return self.fault.take().map(|fault| Err(self.explain(fault)));
        }
        let end = self.buf.get(..BLOCK_SIZE).map_or(self.buf.len(), cut::position);
        let mut bytes = if self.ended && end == self.buf.len() {
            Vec::new()
        } else {
            let mut next = Vec::with_capacity(BLOCK_SIZE + MIN_READ);
            next.extend_from_slice(self.buf.get(end..).unwrap_or_default());
            next
        };
        std::mem::swap(&mut bytes, &mut self.buf);
        bytes.truncate(end);
        self.trim.moved(end);

        let ends = memchr::memchr_iter(b'\n', &bytes).count() as u64;
        let lines = ends + u64::from(bytes.last() != Some(&b'\n'));
        let first_line = self.next_line;
        self.next_line += lines;
        self.stats.lines += lines;
        Some(Ok(Block { first_line, bytes, lines }))
    }

    fn read_on(&mut self) {
        let from = self.buf.len();
        // Once, when an input turns out to be longer than its head; every later buffer is made large enough.
        self.buf.reserve((BLOCK_SIZE + MIN_READ).saturating_sub(from));
        let room = BLOCK_SIZE.saturating_sub(from).max(MIN_READ);
        // `read_to_end` fills spare capacity without zeroing it first, and goes on until it has all there is room for.
        match self.reader.by_ref().take(room as u64).read_to_end(&mut self.buf) {
            Ok(read) => self.ended = read < room,
            Err(fault) => {
                self.ended = true;
                self.fault.get_or_insert(fault);
            }
        }
        let read = (self.buf.len() - from) as u64;
        self.stats.bytes += read;
        if self.tap.is_none() {
            self.stats.bytes_read += read;
        }
        self.trim.apply(&mut self.buf, from, &mut self.stats);
    }

    fn explain(&self, source: io::Error) -> Error {
        let (name, at, lines) = (self.name.clone(), self.stats().bytes_read, self.stats.lines);
        match (self.stats.compression, &self.tap) {
            (Some(compression), Some(tap)) if !tap.failed() => {
                if tap.ended() {
                    Error::Truncated { name, compression, at, lines }
                } else {
                    Error::Corrupt { name, compression, at, lines, source }
                }
            }
            _ => Error::Read { name, at, source },
        }
    }
}

/// The first bytes of a stream, and what went wrong after them.
pub(super) fn read_head(reader: &mut (dyn Read + Send)) -> (Vec<u8>, Option<io::Error>) {
    let mut head = Vec::with_capacity(sniff::HEAD);
    let fault = top_up(&mut head, reader);
    (head, fault)
}

/// Reads until `head` is as long as a head should be.
fn top_up(head: &mut Vec<u8>, reader: &mut (dyn Read + Send)) -> Option<io::Error> {
    let room = sniff::HEAD.saturating_sub(head.len());
    reader.take(room as u64).read_to_end(head).err()
}
