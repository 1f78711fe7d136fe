//! Unpacks a compressed stream: all members, frames and streams of it.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use super::Compression;
use super::zstd::Zstd;

/// Memory for an xz dictionary, in KiB: four times what `xz -9` needs.
const XZ_MEMORY: u32 = 256 * 1024;

/// How much is asked of a decoder at a time. What a decoder had unpacked in the call that hits damage is lost, so this is also how much can be.
const PORTION: usize = 4 * 1024;

/// The same for gzip, which is the common case and unpacks a quarter faster in larger portions.
const GZIP_PORTION: usize = 32 * 1024;

/// Unpacks `packed`.
pub(super) fn reader(
    compression: Compression,
    packed: impl Read + Send + 'static,
) -> Box<dyn Read + Send> {
    let packed = BufReader::with_capacity(64 * 1024, packed);
    match compression {
        Compression::Gzip => {
            Box::new(Portions(flate2::bufread::MultiGzDecoder::new(packed), GZIP_PORTION))
        }
        Compression::Zstd => Box::new(Zstd::new(packed)),
        Compression::Bzip2 => {
            Box::new(Portions(bzip2::bufread::MultiBzDecoder::new(packed), PORTION))
        }
        Compression::Xz => Box::new(Portions(
            lzma_rust2::XzReader::new_mem_limit(packed, true, XZ_MEMORY),
            PORTION,
        )),
    }
}

/// Asks for a little at a time.
struct Portions<R>(R, usize);

impl<R: Read> Read for Portions<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let length = buf.len().min(self.1);
        self.0.read(buf.get_mut(..length).unwrap_or_default())
    }
}

/// What happened to the compressed bytes below a decoder. Decoders word a missing end in their own ways; that there was nothing more to read
/// says it for all of them.
#[derive(Debug, Default)]
pub(super) struct Tap {
    bytes: AtomicU64,
    ended: AtomicBool,
    failed: AtomicBool,
}

impl Tap {
    /// Compressed bytes read so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// The decoder asked for more than there is.
    pub(super) fn ended(&self) -> bool {
        self.ended.load(Relaxed)
    }

    /// Reading itself failed.
    pub(super) fn failed(&self) -> bool {
        self.failed.load(Relaxed)
    }
}

/// Reads, and notes in a [`Tap`] what it saw.
pub(super) struct Tapped<R> {
    pub(super) inner: R,
    pub(super) tap: Arc<Tap>,
}

impl<R: Read> Read for Tapped<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf);
        match &read {
            Ok(0) => self.tap.ended.store(true, Relaxed),
            Ok(length) => _ = self.tap.bytes.fetch_add(*length as u64, Relaxed),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => self.tap.failed.store(true, Relaxed),
        }
        read
    }
}
