//! One input as an iterator of blocks.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::ahead::{Ahead, Message};
use super::decompress::{self, Tap, Tapped};
use super::fill::{self, Fill};
use super::{Block, Compression, Location, Source, Stats, sniff};
use crate::error::Error;

/// The blocks of one input, in order.
///
/// A fault is the last item: what came before it was handed out. Nothing is read before the first `next`. Unpacking runs ahead in a thread of
/// its own; plain text needs none.
pub struct Blocks {
    name: String,
    stats: Stats,
    flow: Flow,
}

enum Flow {
    /// A file that is opened when it is its turn.
    Closed(PathBuf),
    Unread(Box<dyn Read + Send>),
    Here(Box<Fill>),
    Ahead(Ahead, Compression),
    Done,
}

/// Opens an input. A file is kept open until its end.
pub fn open(location: &Location) -> Result<Blocks, Error> {
    let name = location.name();
    match location {
        Location::Stdin => Ok(Blocks::from_reader(name, io::stdin())),
        Location::File(path) => match File::open(path) {
            Ok(file) => Ok(Blocks::from_reader(name, file)),
            Err(source) => Err(Error::Open { name, source }),
        },
    }
}

/// An input as one of very many: a file is opened when it is its turn, for a process may have only so many open at once. One that cannot be opened gives the fault then.
pub fn open_later(location: &Location) -> Result<Blocks, Error> {
    match location {
        Location::Stdin => open(location),
        Location::File(path) => Ok(Blocks {
            name: location.name(),
            stats: Stats::default(),
            flow: Flow::Closed(path.clone()),
        }),
    }
}

impl Blocks {
    /// The blocks of anything that can be read. `name` is for messages.
    pub fn from_reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self { name: name.into(), stats: Stats::default(), flow: Flow::Unread(Box::new(reader)) }
    }

    /// The input's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is known already that nothing follows.
    #[must_use]
    pub(crate) fn is_at_end(&self) -> bool {
        match &self.flow {
            Flow::Closed(_) | Flow::Unread(_) | Flow::Ahead(..) => false,
            Flow::Here(fill) => fill.is_at_end(),
            Flow::Done => true,
        }
    }

    /// The sums of what was handed out so far; after the last item, of everything.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Name and sums, for the report.
    #[must_use]
    pub fn source(&self) -> Source {
        Source { name: self.name.clone(), stats: self.stats }
    }

    /// Looks at the first bytes and sets the matching flow up.
    fn begin(&self, mut reader: Box<dyn Read + Send>) -> Result<Flow, Error> {
        let name = self.name.clone();
        let (head, fault) = fill::read_head(&mut *reader);
        if fault.is_none() && head.len() < sniff::HEAD {
            // That was all; no need to ask again.
            reader = Box::new(io::empty());
        }
        if let Some(source) = fault.filter(|_| head.is_empty()) {
            return Err(Error::Read { name, at: 0, source });
        }
        let compression = sniff::compression(&head);
        let whole = Cursor::new(head).chain(reader);
        let Some(compression) = compression else {
            return Fill::begin(name, Box::new(whole), None).map(|fill| Flow::Here(Box::new(fill)));
        };
        let tap = Arc::new(Tap::default());
        let packed = Tapped { inner: whole, tap: Arc::clone(&tap) };
        let begin = move || {
            Fill::begin(name, decompress::reader(compression, packed), Some((compression, tap)))
        };
        match Ahead::start(begin) {
            Ok(ahead) => Ok(Flow::Ahead(ahead, compression)),
            Err(source) => Err(Error::Read { name: self.name.clone(), at: 0, source }),
        }
    }

    fn step(&mut self) -> Option<Result<Block, Error>> {
        match &mut self.flow {
            Flow::Here(fill) => {
                let item = fill.next_block();
                self.stats = fill.stats();
                item
            }
            Flow::Ahead(ahead, compression) => match ahead.next() {
                Message::Item(item, stats) => {
                    self.stats = stats;
                    Some(item)
                }
                Message::End(stats) => {
                    self.stats = stats;
                    None
                }
                Message::Gone => Some(Err(Error::Corrupt {
                    name: self.name.clone(),
                    compression: *compression,
                    at: self.stats.bytes_read,
                    lines: self.stats.lines,
                    source: io::Error::other("the decoder gave up"),
                })),
            },
            Flow::Closed(_) | Flow::Unread(_) | Flow::Done => None,
        }
    }
}

impl Iterator for Blocks {
    type Item = Result<Block, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Flow::Unread(_) | Flow::Closed(_) = self.flow {
            let begun = match std::mem::replace(&mut self.flow, Flow::Done) {
                Flow::Unread(reader) => self.begin(reader),
                Flow::Closed(path) => match File::open(&path) {
                    Ok(file) => self.begin(Box::new(file)),
                    Err(source) => Err(Error::Open { name: self.name.clone(), source }),
                },
                begun @ (Flow::Here(_) | Flow::Ahead(..) | Flow::Done) => Ok(begun),
            };
            match begun {
                Ok(flow) => self.flow = flow,
                Err(error) => return Some(Err(error)),
            }
        }
        let item = self.step();
        if !matches!(item, Some(Ok(_))) {
            // Sums sent after a fault say nothing new, and nothing follows a fault.
            self.flow = Flow::Done;
        }
        item
    }
}

impl std::fmt::Debug for Blocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blocks")
            .field("name", &self.name)
            .field("stats", &self.stats)
            .finish_non_exhaustive()
    }
}
