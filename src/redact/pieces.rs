//! A stream in pieces of whole lines.
//!
//! A piece is what a read gives, so that a log which is still being written comes out as it grows. Where the cuts fall changes nothing: lines are
//! redacted one by one, and a PEM block is not cut.

use std::io::{self, Read};

use memchr::{memmem, memrchr};

use super::text::MAX_PEM;

/// How much is asked for in a read.
const PORTION: usize = 512 * 1024;

/// Longest line that is taken whole. A longer one is cut, behind something that is in no credential if there is such.
const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// How far back the beginning of a PEM block is looked for: the longest block, and the line it begins in.
const WINDOW: usize = 2 * MAX_PEM;

/// A stream on its way into pieces.
pub(super) struct Pieces<R> {
    reader: R,
    /// What was read behind the last cut.
    rest: Vec<u8>,
    ended: bool,
}

/// Whole lines.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Never made shorter, so that it need not be zeroed for every read.
    room: Vec<u8>,
    length: usize,
}

impl Piece {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.room[..self.length]
    }

    fn read(&mut self, reader: &mut impl Read) -> io::Result<usize> {
        let end = self.length + PORTION;
        if self.room.len() < end {
            self.room.resize(end, 0);
        }
        let read = reader.read(&mut self.room[self.length..end])?;
        self.length += read;
        Ok(read)
    }

    fn set(&mut self, bytes: &[u8]) {
        if self.room.len() < bytes.len() {
            self.room.resize(bytes.len(), 0);
        }
        self.room[..bytes.len()].copy_from_slice(bytes);
        self.length = bytes.len();
    }
}

impl<R: Read> Pieces<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, rest: Vec::new(), ended: false }
    }

    /// Puts the next piece into `piece`; `false` at the end. What was read before a fault is handed out first.
    pub(super) fn next(&mut self, piece: &mut Piece) -> io::Result<bool> {
        piece.set(&self.rest);
        self.rest.clear();
        while !self.ended {
            let seen = piece.length;
            match piece.read(&mut self.reader) {
                Ok(0) => self.ended = true,
                Ok(_) => {
                    if let Some(end) = cut(piece.bytes(), seen) {
                        self.rest.extend_from_slice(&piece.bytes()[end..]);
                        piece.length = end;
                        return Ok(true);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if piece.length == 0 => return Err(error),
                // The next read meets the fault again.
                Err(_) => return Ok(true),
            }
        }
        Ok(piece.length > 0)
    }
}

/// Where a piece may end, of which everything before `seen` was looked at before.
fn cut(piece: &[u8], seen: usize) -> Option<usize> {
    let Some(last) = memrchr(b'\n', &piece[seen..]) else {
        return (piece.len() > LONGEST_LINE).then(|| within(piece, seen));
    };
    let end = seen + last + 1;
    match open_pem(&piece[..end]) {
        Some(0) => None,
        Some(start) => Some(start),
        None => Some(end),
    }
}

/// Where a line is cut that is too long: behind a space or a comma of what came last.
fn within(piece: &[u8], seen: usize) -> usize {
    let gap = piece[seen..].iter().rposition(|b| matches!(b, b' ' | b'\t' | b','));
    gap.map_or(piece.len(), |at| seen + at + 1)
}

/// The beginning of the line in which a PEM block begins that has no end yet and may get one.
fn open_pem(piece: &[u8]) -> Option<usize> {
    let from = piece.len().saturating_sub(WINDOW);
    let begin = from + memmem::find_iter(&piece[from..], b"-----BEGIN").last()?;
    let line = memrchr(b'\n', &piece[..begin]).map_or(0, |at| at + 1);
    let closed = memmem::find(&piece[begin..], b"-----END").is_some();
    (!closed && piece.len() - line < MAX_PEM).then_some(line)
}
