//! A place in a block, and the way from line to line.

use std::borrow::Cow;

/// Bytes of a line that are looked at in a [`Cursor::glance`].
const GLANCE: usize = 96;

/// A place in a block, always at the beginning of a line.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The number of the line at `at`.
    line: u64,
    /// Lines before this place belong to records that were read.
    floor: usize,
}

impl<'b> Cursor<'b> {
    pub(super) fn new(bytes: &'b [u8], line: u64) -> Self {
        Self { bytes, at: 0, line, floor: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn number(&self) -> u64 {
        self.line
    }

    /// Moves to the beginning of the line in which `hit` stands; what was taken so far is read.
    pub(super) fn seek(&mut self, hit: usize) {
        self.floor = self.at;
        let skipped = &self.bytes[self.at..hit];
        if let Some(start) = memchr::memrchr(b'\n', skipped) {
            self.line += memchr::memchr_iter(b'\n', &skipped[..=start]).count() as u64;
            self.at += start + 1;
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The line, without its end.
    pub(super) fn peek(&self) -> &'b [u8] {
        let rest = &self.bytes[self.at..];
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// The beginning of the line: as much of it as tells what kind of line it is.
    pub(super) fn glance(&self) -> &'b [u8] {
        let rest = &self.bytes[self.at..];
        let near = &rest[..rest.len().min(GLANCE)];
        &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())]
    }

    /// The line, and on to the next.
    pub(super) fn take(&mut self) -> &'b [u8] {
        let rest = &self.bytes[self.at..];
        let end = memchr::memchr(b'\n', rest);
        self.at += end.map_or(rest.len(), |end| end + 1);
        self.line += 1;
        let line = &rest[..end.unwrap_or(rest.len())];
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// The same place, from which one may go back over lines that were read as well.
    pub(super) fn unbounded(self) -> Self {
        Self { floor: 0, ..self }
    }

    /// The line before, if it is none that was read.
    pub(super) fn back(&mut self) -> Option<&'b [u8]> {
        if self.at <= self.floor {
            return None;
        }
        let before = self.bytes.get(self.floor..self.at - 1)?;
        self.at = self.floor + memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        self.line -= 1;
        Some(self.peek())
    }

    /// The line above, whether it was read or not.
    pub(super) fn above(&self) -> Option<&'b [u8]> {
        let before = self.bytes.get(..self.at.checked_sub(1)?)?;
        let line = &before[memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// Bad bytes cost one character, never the line.
pub(super) fn decode(line: &[u8]) -> Cow<'_, str> {
    // The check of the whole line goes by words, the repair byte by byte.
    std::str::from_utf8(line).map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed)
}
