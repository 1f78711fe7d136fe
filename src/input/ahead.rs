//! Makes blocks in a thread of its own, so that unpacking overlaps with the scanning of what was unpacked.

use std::io;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::fill::Fill;
use super::{Block, Stats};
use crate::error::Error;

/// How many blocks may lie ready.
const READY: usize = 2;

/// The blocks that a thread makes. When this is dropped, the thread ends with the block it is at.
pub(super) struct Ahead {
    messages: Receiver<Message>,
}

/// What the thread says.
pub(super) enum Message {
    /// A block or a fault, and the sums so far.
    Item(Result<Block, Error>, Stats),
    /// There is no more.
    End(Stats),
    /// The thread went away without an end: the decoder met something it was not made for.
    Gone,
}

impl Ahead {
    /// Starts a thread that makes the blocks of what `begin` gives.
    pub(super) fn start(
        begin: impl FnOnce() -> Result<Fill, Error> + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, messages) = sync_channel(READY);
        thread::Builder::new().name("unpack".to_owned()).spawn(move || {
            let mut fill = match begin() {
                Ok(fill) => fill,
                Err(error) => {
                    // A send fails when nobody wants the blocks any more; then there is nobody to tell.
                    let _ = sender.send(Message::Item(Err(error), Stats::default()));
                    let _ = sender.send(Message::End(Stats::default()));
                    return;
                }
            };
            while let Some(item) = fill.next_block() {
                if sender.send(Message::Item(item, fill.stats())).is_err() {
                    return;
                }
            }
            let _ = sender.send(Message::End(fill.stats()));
        })?;
        Ok(Self { messages })
    }

    /// Waits for the next message.
    pub(super) fn next(&self) -> Message {
        self.messages.recv().unwrap_or(Message::Gone)
    }
}
