//! Attempts are written while the next ones are judged: in a thread of its own, in the order in which they closed.
//!
//! To mask and write the lines of all attempts takes a quarter of the time that it takes to read a log of nothing but Socket.IO.

use std::{
    panic,
    sync::mpsc::{self, Receiver, SyncSender},
    thread::{self, JoinHandle},
};

use siotrace::{report::AttemptRecord, verdict::Verdict};

use super::output::Output;

/// Attempts that are handed over at once: to wake a thread for each would cost more than to write it.
const BATCH: usize = 64;
/// Batches that may wait. A disk that is slower than the analysis holds it up, and memory stays bounded.
const WAITING: usize = 8;

/// Hands attempts over to the thread that writes them.
pub(super) struct Scribe {
    batch: Vec<Verdict>,
    to: SyncSender<Vec<Verdict>>,
    thread: JoinHandle<Vec<Output>>,
}

impl Scribe {
    /// Begins to write to `outputs`; `names` are the names of the sources, in their order.
    pub(super) fn start(outputs: Vec<Output>, names: Vec<String>) -> Self {
        let (to, batches) = mpsc::sync_channel(WAITING);
        let thread = thread::spawn(move || write(outputs, &names, &batches));
        Self { batch: Vec::new(), to, thread }
    }

    /// One attempt closed.
    pub(super) fn attempt(&mut self, verdict: Verdict) {
        self.batch.push(verdict);
        if self.batch.len() == BATCH {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        // Nobody takes it where the thread gave up, and that is told of at the end.
        let _ = self.to.send(batch);
    }

    /// All attempts closed: gives the outputs back when all are written.
    pub(super) fn finish(mut self) -> Vec<Output> {
        self.hand_over();
        let Self { to, thread, .. } = self;
        drop(to);
        thread.join().unwrap_or_else(|fault| panic::resume_unwind(fault))
    }
}

fn write(
    mut outputs: Vec<Output>,
    names: &[String],
    batches: &Receiver<Vec<Verdict>>,
) -> Vec<Output> {
    let as_record = outputs.iter().any(Output::writes_records);
    for verdict in batches.iter().flatten() {
        let name = |n: usize| names.get(n).map(String::as_str);
        // Made once for all: to mask the quoted lines is the greater part of the work.
        let record = as_record.then(|| AttemptRecord::new(&verdict, name));
        for output in &mut outputs {
            output.attempt(&verdict, record.as_ref());
        }
    }
    outputs
}
