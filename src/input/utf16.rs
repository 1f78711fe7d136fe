//! UTF-16 to UTF-8, as a stream.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};

use super::Encoding;

const CHUNK: usize = 32 * 1024;

/// Reads UTF-16 and gives UTF-8. What is no UTF-16 becomes U+FFFD.
pub(super) struct Utf16<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// How much of `input` is decoded.
    taken: usize,
    output: Vec<u8>,
    /// Which part of `output` is not handed out yet.
    ready: std::ops::Range<usize>,
    ended: bool,
}

impl<R: Read> Utf16<R> {
    /// `inner` stands behind the byte order mark, if there is one.
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        let encoding = if encoding == Encoding::Utf16Be { UTF_16BE } else { UTF_16LE };
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            input: Vec::with_capacity(CHUNK),
            taken: 0,
            output: vec![0; CHUNK],
            ready: 0..0,
            ended: false,
        }
    }

    /// Decodes until something is ready or the input is at its end.
    fn decode(&mut self) -> io::Result<()> {
        while self.ready.is_empty() && !self.ended {
            if self.taken == self.input.len() {
                self.input.clear();
                self.taken = 0;
                self.inner.by_ref().take(CHUNK as u64).read_to_end(&mut self.input)?;
            }
            let at_end = self.input.is_empty();
            let left = self.input.get(self.taken..).unwrap_or_default();
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(left, &mut self.output, at_end);
            self.taken += read;
            self.ready = 0..written;
            self.ended = at_end && result == encoding_rs::CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.decode()?;
        let mut ready = self.output.get(self.ready.clone()).unwrap_or_default();
        let read = ready.read(buf)?;
        self.ready.start += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_becomes_utf_8_and_a_half_unit_a_replacement() {
        let text = "grüße 日本 🔒 ".repeat(20_000);
        for (encoding, unit) in [
            (Encoding::Utf16Le, u16::to_le_bytes as fn(u16) -> [u8; 2]),
            (Encoding::Utf16Be, u16::to_be_bytes),
        ] {
            let mut bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
            bytes.push(b'x');
            let mut got = String::new();
            Utf16::new(bytes.as_slice(), encoding).read_to_string(&mut got).unwrap();
            assert!(got == format!("{text}\u{fffd}"), "{encoding:?}");
        }
    }
}
