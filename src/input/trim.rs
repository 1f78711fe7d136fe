//! Leaves out what no line may have: NUL bytes, and what runs past [`MAX_LINE`].
//!
//! Works in place on the buffer that becomes a block. Which bytes are kept depends on the stream alone, however it is portioned.

use memchr::{memchr, memrchr};

use super::{MAX_LINE, Stats};

/// Trims one stream.
#[derive(Debug, Default)]
pub(super) struct Trim {
    /// Where in the buffer the unfinished last line begins.
    line_start: usize,
    /// That line has reached its bound: everything up to its end goes.
    dropping: bool,
}

impl Trim {
    /// Trims the new part of `buf`, which begins at `from`.
    pub(super) fn apply(&mut self, buf: &mut Vec<u8>, from: usize, stats: &mut Stats) {
        drop_nuls(buf, from, stats);
        if self.dropping {
            let Some(end) = find(buf, from) else {
                stats.bytes_cut += (buf.len() - from) as u64;
                buf.truncate(from);
                return;
            };
            stats.bytes_cut += (end - from) as u64;
            buf.drain(from..end);
            self.dropping = false;
            self.line_start = from + 1;
        }
        // The last line end within reach of a line's beginning: lines between are short, so most bytes are not looked at.
        while let Some(reach) = buf.get(self.line_start..self.line_start + MAX_LINE + 1) {
            if let Some(end) = memrchr(b'\n', reach) {
                self.line_start += end + 1;
            } else {
                self.cut_line(buf, stats);
                if self.dropping {
                    return;
                }
            }
        }
        if let Some(end) = memrchr(b'\n', buf.get(self.line_start..).unwrap_or_default()) {
            self.line_start += end + 1;
        }
    }

    /// The first `length` bytes of the buffer became a block; the rest moved to the front.
    pub(super) fn moved(&mut self, length: usize) {
        self.line_start = self.line_start.saturating_sub(length);
    }

    /// Cuts the line at `line_start`, which is too long.
    fn cut_line(&mut self, buf: &mut Vec<u8>, stats: &mut Stats) {
        let bound = self.line_start + MAX_LINE;
        let end = find(buf, bound);
        let cut_to = end.unwrap_or(buf.len());
        stats.lines_cut += 1;
        stats.bytes_cut += (cut_to - bound) as u64;
        buf.drain(bound..cut_to);
        match end {
            Some(_) => self.line_start = bound + 1,
            None => self.dropping = true,
        }
    }
}

/// The first line end of `buf` at `from` or after it.
fn find(buf: &[u8], from: usize) -> Option<usize> {
    memchr(b'\n', buf.get(from..)?).map(|at| from + at)
}

fn drop_nuls(buf: &mut Vec<u8>, from: usize, stats: &mut Stats) {
    let Some(first) = buf.get(from..).and_then(|new| memchr(0, new)) else { return };
    let before = buf.len();
    let mut kept = from + first;
    for at in from + first..before {
        if let Some(&byte) = buf.get(at).filter(|byte| **byte != 0)
            && let Some(slot) = buf.get_mut(kept)
        {
            *slot = byte;
            kept += 1;
        }
    }
    buf.truncate(kept);
    stats.nul_bytes += (before - kept) as u64;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trims `text` in portions of `size`.
    fn trimmed(text: &[u8], size: usize) -> (Vec<u8>, Stats) {
        let (mut trim, mut buf, mut stats) = (Trim::default(), Vec::new(), Stats::default());
        for portion in text.chunks(size) {
            let from = buf.len();
            buf.extend_from_slice(portion);
            trim.apply(&mut buf, from, &mut stats);
        }
        (buf, stats)
    }

    #[test]
    fn a_line_is_cut_at_the_bound_and_not_before() {
        let line = |length: usize| [vec![b'x'; length], b"\n".to_vec()].concat();
        for size in [MAX_LINE / 3, MAX_LINE, MAX_LINE + 1, 4 * MAX_LINE] {
            let text =
                [line(1), line(MAX_LINE), line(MAX_LINE + 1), line(3 * MAX_LINE), b"end".to_vec()]
                    .concat();
            let want =
                [line(1), line(MAX_LINE), line(MAX_LINE), line(MAX_LINE), b"end".to_vec()].concat();
            let (got, stats) = trimmed(&text, size);
            assert!(got == want, "{size}: {} instead of {}", got.len(), want.len());
            assert_eq!((stats.lines_cut, stats.bytes_cut), (2, 1 + 2 * MAX_LINE as u64), "{size}");
        }
    }

    #[test]
    fn nuls_go_and_are_counted() {
        for size in 1..12 {
            let (got, stats) = trimmed(b"\0\0a\0b\n\0\nc", size);
            assert_eq!((got.as_slice(), stats.nul_bytes), (b"ab\n\nc".as_slice(), 4), "{size}");
        }
    }
}
