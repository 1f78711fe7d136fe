//! Zstandard frames, one after the other, as a stream.
//!
//! ruzstd 0.9 decodes one frame, and holds back a window of up to 128 MiB until the frame ends. Of a frame that breaks off, that window would be
//! lost. So this room finds the blocks itself (their lengths stand before them), hands the decoder whole ones only, and where the next one is
//! missing or broken ends the frame in its stead: an empty last block.

use std::io::{self, ErrorKind, Read};

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The largest window that is decoded: what `zstd --long` uses without a number.
const MAX_WINDOW: u64 = 128 * 1024 * 1024;

const FRAME: u32 = 0xfd2f_b528;

/// An empty raw block marked as the last one, and room for a checksum.
const END_OF_FRAME: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// Reads zstd data and gives what was compressed.
pub(super) struct Zstd<R> {
    inner: R,
    decoder: FrameDecoder,
    state: State,
    /// Why the stream ends before its end; told after everything was handed out.
    fault: Option<io::Error>,
    block: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    BetweenFrames,
    InFrame { checksum: bool },
    Ended,
}

impl<R: Read> Zstd<R> {
    pub(super) fn new(inner: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW);
        Self { inner, decoder, state: State::BetweenFrames, fault: None, block: Vec::new() }
    }

    /// Reads a frame's header, or skips a frame that says to be skipped.
    fn begin_frame(&mut self) -> io::Result<State> {
        self.block.clear();
        self.inner.by_ref().take(4).read_to_end(&mut self.block)?;
        let magic = match *self.block.as_slice() {
            [] => return Ok(State::Ended),
            [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
            _ => return Err(ErrorKind::UnexpectedEof.into()),
        };
        if matches!(magic, 0x184d_2a50..=0x184d_2a5f) {
            let mut length = [0; 4];
            self.inner.read_exact(&mut length)?;
            let length = u64::from(u32::from_le_bytes(length));
            let skipped = io::copy(&mut self.inner.by_ref().take(length), &mut io::sink())?;
            return if skipped == length {
                Ok(State::BetweenFrames)
            } else {
                Err(ErrorKind::UnexpectedEof.into())
            };
        }
        if magic != FRAME {
            return Err(io::Error::new(
                ErrorKind::InvalidData,
                "what follows a frame is not zstd data",
            ));
        }
        let mut descriptor = [0];
        self.inner.read_exact(&mut descriptor)?;
        let [flags] = descriptor;
        let single_segment = flags & 0x20 != 0;
        let window = usize::from(!single_segment);
        let dictionary = [0, 1, 2, 4].get(usize::from(flags & 3)).copied().unwrap_or(0);
        let content_size = match flags >> 6 {
            0 => usize::from(single_segment),
            power => 1 << power,
        };
        self.block.push(flags);
        self.append(window + dictionary + content_size)?;
        self.decoder.init(self.block.as_slice()).map_err(io::Error::other)?;
        Ok(State::InFrame { checksum: flags & 4 != 0 })
    }

    /// Reads one block and decodes it.
    fn next_block(&mut self, checksum: bool) -> io::Result<State> {
        self.block.clear();
        self.append(3)?;
        let header = match *self.block.as_slice() {
            [a, b, c] => u32::from_le_bytes([a, b, c, 0]),
            _ => return Err(ErrorKind::UnexpectedEof.into()),
        };
        let last = header & 1 == 1;
        // A block of one repeated byte has only that byte as content.
        let content = if header >> 1 & 3 == 1 { 1 } else { header >> 3 } as usize;
        self.append(content + if last && checksum { 4 } else { 0 })?;
        self.decoder
            .decode_blocks(self.block.as_slice(), BlockDecodingStrategy::UptoBlocks(1))
            .map_err(io::Error::other)?;
        Ok(if last { State::BetweenFrames } else { State::InFrame { checksum } })
    }

    /// Reads exactly `length` bytes more into the block.
    fn append(&mut self, length: usize) -> io::Result<()> {
        let read = self.inner.by_ref().take(length as u64).read_to_end(&mut self.block)?;
        if read == length { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    /// A frame is handed out to its end: was it what was written?
    fn check(&self) -> io::Result<()> {
        match (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum()) {
            (Some(written), Some(read)) if written != read => {
                Err(io::Error::new(ErrorKind::InvalidData, "the frame's checksum is wrong"))
            }
            _ => Ok(()),
        }
    }

    fn stop(&mut self, fault: io::Error) {
        if matches!(self.state, State::InFrame { .. }) {
            // The decoder gives the rest of its window when it believes that the frame is whole. If it does not, there is no more to get.
            let _ = self
                .decoder
                .decode_blocks(END_OF_FRAME.as_slice(), BlockDecodingStrategy::UptoBlocks(1));
        }
        self.state = State::Ended;
        self.fault = Some(fault);
    }
}

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(buf);
            }
            let next = match self.state {
                State::Ended => return self.fault.take().map_or(Ok(0), Err),
                State::BetweenFrames => self.check().and_then(|()| self.begin_frame()),
                State::InFrame { checksum } => self.next_block(checksum),
            };
            match next {
                Ok(state) => self.state = state,
                Err(fault) => self.stop(fault),
            }
        }
    }
}
