//! Sources read in step by time.
//!
//! One source is read straight through. Of several, each is scanned ahead by a batch of blocks, and the record with the earliest time goes
//! first; a record without a stamp goes with the one before it in its source. Within one moment the order of the sources decides.
//! Of very many, one group follows the other; the first blocks of the next are scanned while the last records of this one are handed on.

mod clocks;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque, binary_heap::PeekMut},
    sync::mpsc::{Receiver, TryRecvError, sync_channel},
    time::Duration,
};

use rayon::{ThreadPool, prelude::*};
use rustc_hash::{FxHashMap, FxHashSet};

use self::clocks::Clocks;
use super::{
    Options, offsets,
    scan::{Scan, Scanned},
    summing::Summing,
};
use crate::{
    event::{Record, SourceId},
    grammar::Grammar,
    input::{Block, Blocks},
};

/// Blocks of several sources that are scanned together.
const BATCH: usize = 8;

/// For a scan that another thread has in its hands it is not worth to wait longer at a time: a block takes a few milliseconds.
const SHORTLY: Duration = Duration::from_micros(50);

/// Records handed on together when sources are read in step.
const PORTION: usize = 4096;

/// The sources of one group.
pub(super) struct Streams<'g> {
    streams: Vec<Stream<'g>>,
    /// What was scanned before its turn.
    early: Vec<(usize, Scanned)>,
}

struct Stream<'g> {
    source: usize,
    /// The place of the next older file of the same family, which is read before this one.
    elder: Option<usize>,
    /// Whether there is another file of its family.
    rotated: bool,
    blocks: Blocks,
    scan: Scan<'g>,
    /// Records scanned and not handed on.
    queue: VecDeque<Record>,
    /// The time of the last record with a stamp, for those without.
    time: i64,
    ended: bool,
    problem: Option<String>,
    /// Seconds east of UTC by which stamps without a zone are shifted so that they can be compared with other sources'.
    shift: i64,
    /// Whether the stamp of its next record has been held against those before it.
    ready: bool,
}

impl<'g> Streams<'g> {
    pub(super) fn new(
        group: Vec<(usize, Blocks)>,
        families: &[usize],
        grammar: &'g Grammar,
        options: Options,
    ) -> Self {
        let mut streams: Vec<Stream<'g>> = Vec::with_capacity(group.len());
        let mut youngest: FxHashMap<SourceId, usize> = FxHashMap::default();
        for (source, blocks) in group {
            let stream = id(families.get(source).copied().unwrap_or(source));
            let elder = youngest.insert(stream, streams.len());
            if let Some(elder) = elder {
                streams[elder].rotated = true;
            }
            streams.push(Stream {
                source,
                elder,
                rotated: elder.is_some(),
                blocks,
                scan: Scan {
                    grammar,
                    year: options.year,
                    source: id(source),
                    stream,
                    offset: options.offset,
                    account: options.account,
                    wide: false,
                    client: false,
                },
                queue: VecDeque::new(),
                time: i64::MIN,
                ended: false,
                problem: None,
                shift: 0,
                ready: false,
            });
        }
        Self { streams, early: Vec::new() }
    }

    /// Reads everything, and hands the records on in order. `next` are those that follow.
    pub(super) fn run(
        mut self,
        next: Option<&mut Self>,
        pool: &ThreadPool,
        summing: &mut Summing,
        sink: &mut (dyn FnMut(Vec<Record>) + Send),
    ) {
        if let [stream] = self.streams.as_mut_slice() {
            stream.straight(pool, summing, sink);
        } else {
            pool.scope(|scope| {
                // One alone is read in another way.
                let next = next.filter(|next| next.streams.len() > 1);
                let begin = next.map(|next| move || scope.spawn(move |_| next.early = next.scan()));
                self.in_step(begin, summing, sink);
            });
        }
        for stream in &mut self.streams {
            summing.end(stream.source, stream.blocks.stats(), stream.problem.take());
        }
    }

    /// Hands the records on in the order of their times. `begin_next` is called when all is read.
    fn in_step(
        &mut self,
        begin_next: Option<impl FnOnce()>,
        summing: &mut Summing,
        sink: &mut (dyn FnMut(Vec<Record>) + Send),
    ) {
        let mut begin_next = begin_next;
        self.refill(summing);
        self.settle_clocks(summing);
        let mut portion = Vec::with_capacity(PORTION);
        let mut clocks: FxHashMap<SourceId, Clocks> = FxHashMap::default();
        loop {
            self.refill(summing);
            if self.streams.iter().all(|s| s.ended)
                && let Some(begin) = begin_next.take()
            {
                begin();
            }
            let mut heads = self.heads(&mut clocks);
            if heads.is_empty() {
                break;
            }
            // Until one has none left: then more must be read of it, or a younger file is no longer too early.
            while let Some(mut head) = heads.peek_mut() {
                let Reverse((time, index)) = *head;
                let stream = &mut self.streams[index];
                stream.time = time;
                portion.extend(stream.queue.pop_front());
                stream.ready = false;
                if portion.len() >= PORTION {
                    sink(std::mem::replace(&mut portion, Vec::with_capacity(PORTION)));
                }
                if stream.queue.is_empty() {
                    PeekMut::pop(head);
                    break;
                }
                stream.settle_head(&mut clocks);
                *head = Reverse((stream.head_time(), index));
            }
        }
        sink(portion);
    }

    /// The sources whose turn it can be, by the time of their first record and their order.
    fn heads(
        &mut self,
        clocks: &mut FxHashMap<SourceId, Clocks>,
    ) -> BinaryHeap<Reverse<(i64, usize)>> {
        for index in 0..self.streams.len() {
            if !self.is_early(index) {
                self.streams[index].settle_head(clocks);
            }
        }
        let streams = self.streams.iter().enumerate();
        streams
            .filter(|(i, s)| !s.queue.is_empty() && !self.is_early(*i))
            .map(|(i, s)| Reverse((s.head_time(), i)))
            .collect()
    }

    /// Whether an older file of the same family is not at its end: rotated files are read one after the other, whatever stamps they show.
    fn is_early(&self, index: usize) -> bool {
        // The next older one is enough: it gives nothing itself as long as one before it is not at its end.
        let elder = self.streams[index].elder.map(|elder| &self.streams[elder]);
        elder.is_some_and(|elder| !(elder.ended && elder.queue.is_empty()))
    }

    /// Reads on until every source has records, or is at its end.
    fn refill(&mut self, summing: &mut Summing) {
        loop {
            let mut scanned = std::mem::take(&mut self.early);
            if scanned.is_empty() {
                if !self.streams.iter().any(Stream::is_wanting) {
                    return;
                }
                scanned = self.scan();
            }
            for (i, scanned) in scanned {
                let stream = &mut self.streams[i];
                summing.block(stream.source, &scanned);
                stream.take(scanned);
            }
        }
    }

    /// Reads and scans the next blocks of every source that has no records left, all of them together. A block is let go of as soon as it is scanned.
    fn scan(&mut self) -> Vec<(usize, Scanned)> {
        let share = BATCH.div_ceil(self.streams.len());
        let read: Vec<(usize, Vec<Block>, Vec<Scanned>)> = self
            .streams
            .par_iter_mut()
            .enumerate()
            .filter(|(_, stream)| stream.is_wanting())
            .map(|(i, stream)| {
                let mut blocks = stream.read(share);
                // What one file of a family needs to be searched for is not known before all are read.
                let scanned = if stream.rotated {
                    Vec::new()
                } else {
                    stream.scan.blocks(std::mem::take(&mut blocks))
                };
                (i, blocks, scanned)
            })
            .collect();
        self.search_families_alike();
        let scans: Vec<Scan<'_>> = self.streams.iter().map(|stream| stream.scan).collect();
        read.into_par_iter()
            .flat_map_iter(|(i, blocks, mut scanned)| {
                scanned.extend(scans[i].blocks(blocks));
                scanned.into_iter().map(move |scanned| (i, scanned))
            })
            .collect()
    }

    /// Rotated files are one log: what one of them needs to be searched for is searched for in all.
    fn search_families_alike(&mut self) {
        let wide: FxHashSet<SourceId> =
            self.streams.iter().filter(|s| s.scan.wide).map(|s| s.scan.stream).collect();
        for stream in &mut self.streams {
            stream.scan.wide |= wide.contains(&stream.scan.stream);
        }
    }

    /// Works out by how much the clocks of sources without a zone differ from the others'.
    fn settle_clocks(&mut self, summing: &mut Summing) {
        let heads: Vec<&VecDeque<Record>> = self.streams.iter().map(|s| &s.queue).collect();
        let shifts = offsets::between(&heads);
        for (stream, shift) in self.streams.iter_mut().zip(shifts) {
            if let Some(shift) = shift {
                summing.shifted(stream.source, shift);
                stream.shift = shift;
                stream.scan.offset = stream.scan.offset.or(Some(shift));
                for record in &mut stream.queue {
                    record.stamp = record.stamp.map(|s| s.settled(shift));
                }
            }
        }
    }
}

impl Stream<'_> {
    /// Reads blocks, has them scanned by whoever has time, and hands on what they gave in their order. As long as the next one is not ready, this thread
    /// scans, too: nobody waits for a whole batch to end.
    fn straight(
        &mut self,
        pool: &ThreadPool,
        summing: &mut Summing,
        sink: &mut (dyn FnMut(Vec<Record>) + Send),
    ) {
        let most = 2 * pool.current_num_threads() + 1;
        let mut clocks = Clocks::default();
        pool.scope_fifo(|scope| {
            let mut under_way: VecDeque<Receiver<Scanned>> = VecDeque::new();
            loop {
                while under_way.len() < most
                    && let Some(block) = self.read(1).pop()
                {
                    let scan = self.scan;
                    let (done, scanned) = sync_channel(1);
                    under_way.push_back(scanned);
                    // Nobody is there to take it only when another scan has panicked, and then all is over.
                    scope.spawn_fifo(move |_| drop(done.send(scan.block(&block))));
                }
                let Some(next) = under_way.pop_front() else { break };
                let Some(mut scanned) = wait_for(&next) else { break };
                summing.block(self.source, &scanned);
                scanned.records.iter_mut().for_each(|record| clocks.settle(record));
                sink(std::mem::take(&mut scanned.records));
            }
        });
    }

    /// Whether more must be read to know which record is its next.
    fn is_wanting(&self) -> bool {
        self.queue.is_empty() && !self.ended
    }

    /// The next blocks, at most `most`.
    fn read(&mut self, most: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        while blocks.len() < most && !self.ended {
            match self.blocks.next() {
                Some(Ok(block)) => {
                    if block.first_line == 1 {
                        self.scan = self.scan.of_log(&block);
                    }
                    blocks.push(block);
                }
                Some(Err(error)) => {
                    self.problem = Some(one_line(&error));
                    self.ended = true;
                }
                None => self.ended = true,
            }
            self.ended |= self.blocks.is_at_end();
        }
        blocks
    }

    fn take(&mut self, mut scanned: Scanned) {
        self.queue.extend(scanned.records.drain(..));
    }

    /// Holds the stamp of the next record against those of the records before it, in older files of its family as well.
    fn settle_head(&mut self, clocks: &mut FxHashMap<SourceId, Clocks>) {
        if !self.ready
            && let Some(record) = self.queue.front_mut()
        {
            clocks.entry(record.stream).or_default().settle(record);
            self.ready = true;
        }
    }

    fn head_time(&self) -> i64 {
        self.queue.front().and_then(|r| r.stamp).map_or(self.time, |s| s.micros)
    }
}

/// What a scan gave. Until it is there, works on others; `None` when it will never come.
fn wait_for(scan: &Receiver<Scanned>) -> Option<Scanned> {
    loop {
        match scan.try_recv() {
            Ok(scanned) => return Some(scanned),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {
                if rayon::yield_now() != Some(rayon::Yield::Executed) {
                    std::thread::sleep(SHORTLY);
                }
            }
        }
    }
}

fn id(source: usize) -> SourceId {
    SourceId(u16::try_from(source).unwrap_or(u16::MAX))
}

/// An error with what caused it.
fn one_line(error: &crate::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
