//! Bytes to blocks of whole lines.
//!
//! ```text
//! arguments ──find──► Location ──open──► bytes ──sniff──► decompress ──► UTF-8 ──trim──► cut ──► Block
//!                                                 gzip zstd bzip2 xz     UTF-16   long lines, NULs
//! ```
//!
//! [`expand`] turns arguments into [`Location`]s, [`open`] turns one into [`Blocks`]. A [`Block`] is a run of whole lines, cut where a record
//! probably begins. Where the cuts fall depends on the bytes alone: not on threads, and not on how a pipe portions them.
//!
//! [`open_raw`] gives the unpacked bytes as they are, for those who write a log again.
//!
//! Not the job of this room: what lines mean, what is a stamp, and colours: an escape sequence, or the CR before an LF, is left in place for the
//! scanner. Memory is bounded for any input: a block is at most [`BLOCK_SIZE`] and a line at most [`MAX_LINE`] bytes. What is left out is counted
//! in [`Stats`].

mod ahead;
mod blocks;
mod cut;
mod decompress;
mod fill;
mod find;
mod raw;
mod rotation;
mod sniff;
mod trim;
mod utf16;
mod zstd;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use blocks::{Blocks, open, open_later};
pub use find::expand;
pub use raw::open_raw;
pub use rotation::families;
pub use sniff::{Compression, Encoding};

/// The size at which a block is cut, in bytes. No block is larger.
pub const BLOCK_SIZE: usize = 512 * 1024;

/// The longest part of a line that is kept, in bytes without the line end. The rest is dropped and counted.
///
/// At most half of [`BLOCK_SIZE`]: then every full block has a line end to be cut at.
pub const MAX_LINE: usize = 256 * 1024;

/// A run of whole lines of one source.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// The number of its first line, from 1.
    pub first_line: u64,
    /// The lines, each ended by LF, except perhaps the last line of the source. Any bytes but NUL; mostly UTF-8.
    pub bytes: Vec<u8>,
    /// How many lines; a last line without LF counts.
    pub lines: u64,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The lines are as they came, with their credentials.
        f.debug_struct("Block")
            .field("first_line", &self.first_line)
            .field("lines", &self.lines)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// Where an input is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// Standard input.
    Stdin,
    /// A file, or anything else that can be opened by a path and read to an end.
    File(PathBuf),
}

impl Location {
    /// The name for reports and messages: the path as given with control characters shown, or `stdin`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "stdin".to_owned(),
            Self::File(path) => find::shown(path),
        }
    }
}

/// One input that was read, for the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name, as [`Location::name`] gives it.
    pub name: String,
    /// What was in it.
    pub stats: Stats,
}

/// What was read from one input, and what was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Bytes read from the file or pipe; of compressed input the compressed ones.
    pub bytes_read: u64,
    /// Bytes of text after unpacking and transcoding, before anything was left out.
    pub bytes: u64,
    /// Lines in the blocks handed out.
    pub lines: u64,
    /// Lines longer than [`MAX_LINE`], of which the end was left out.
    pub lines_cut: u64,
    /// Bytes left out of such lines.
    pub bytes_cut: u64,
    /// NUL bytes left out: a log that was truncated while its writer kept on begins with a hole of them.
    pub nul_bytes: u64,
    /// How the input is compressed; `None` for plain text.
    pub compression: Option<Compression>,
    /// How its text is encoded.
    pub encoding: Encoding,
}
