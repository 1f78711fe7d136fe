//! What each room costs: the search, one peel, one message, tracing and judging, and the whole way.
//!
//! `cargo bench` runs all, `cargo bench -- peel` one group. The logs are made up here, the same bytes every time ([`logs`]), so two runs on one
//! machine can be compared; figures of different machines cannot.

mod logs;

use std::{hint::black_box, io::Cursor, sync::Arc};

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use siotrace::{
    Analyzer,
    envelope::Peeler,
    event::{At, Lane, RawLine, Record, SourceId},
    facts,
    grammar::{Grammar, Understood},
    input::{BLOCK_SIZE, Blocks},
    keys::Keys,
    rules::{RuleSet, engine::Memory},
    trace::Tracker,
};

/// Large enough to fill several batches of blocks, small enough for many runs.
const LOG: usize = 8 << 20;

const YEAR: i32 = 2026;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    start(&mut criterion);
    search(&mut criterion);
    peel(&mut criterion);
    read(&mut criterion);
    trace(&mut criterion);
    whole(&mut criterion);
    criterion.final_summary();
}

fn grammar() -> Grammar {
    Grammar::load(&[]).expect("the grammars that come with siotrace load")
}

/// What a paste of three lines pays before its first line is read.
fn start(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start");
    group.bench_function("grammars", |b| b.iter(grammar));
    group.bench_function("rules", |b| b.iter(RuleSet::builtin));
    group.finish();
}

/// The search for lines that can matter, in one block. Of what it finds nothing is read.
fn search(criterion: &mut Criterion) {
    let grammar = grammar();
    let mut group = criterion.benchmark_group("search");
    for (name, block) in [("sparse", logs::sparse(BLOCK_SIZE)), ("dense", logs::dense(BLOCK_SIZE))]
    {
        group.throughput(Throughput::Bytes(block.len() as u64));
        group.bench_function(name, |b| b.iter(|| lines_hit(&grammar, black_box(&block))));
    }
    group.finish();
}

/// How many lines the search hits, going on behind each as the pipeline does.
fn lines_hit(grammar: &Grammar, block: &[u8]) -> usize {
    let (mut from, mut count) = (0, 0);
    let mut hits = grammar.scanner().hits(block);
    while let Some(hit) = hits.next(from) {
        count += 1;
        from = memchr::memchr(b'\n', &block[hit..]).map_or(block.len(), |end| hit + end + 1);
    }
    count
}

/// Taking one line's wrapping off.
fn peel(criterion: &mut Criterion) {
    let peeler = Peeler::with_year(YEAR);
    let mut group = criterion.benchmark_group("peel");
    for (name, line) in logs::WRAPPED {
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_function(name, |b| b.iter(|| peeler.peel(black_box(line))));
    }
    group.finish();
}

/// Making an event of one message.
fn read(criterion: &mut Criterion) {
    let grammar = grammar();
    let mut group = criterion.benchmark_group("read");
    for (name, message) in logs::MESSAGES {
        let peeled = Peeler::with_year(YEAR).peel(message);
        group.throughput(Throughput::Bytes(message.len() as u64));
        group.bench_function(name, |b| b.iter(|| grammar.read(black_box(&peeled))));
    }
    group.finish();
}

/// From records to judged attempts, one after the other.
fn trace(criterion: &mut Criterion) {
    let records = records(&logs::dense(BLOCK_SIZE));
    let rules = RuleSet::builtin().expect("the rules that come with siotrace load");
    let mut group = criterion.benchmark_group("trace");
    group.throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("attempts", |b| {
        b.iter_batched(
            || records.clone(),
            |records| attempts(records).len(),
            BatchSize::LargeInput,
        );
    });
    let attempts = attempts(records);
    group.throughput(Throughput::Elements(attempts.len() as u64));
    group.bench_function("verdicts", |b| {
        b.iter(|| {
            let mut memory = Memory::default();
            let keys = Keys::default();
            let judged = attempts
                .iter()
                .map(|attempt| facts::derive(attempt, &keys))
                .map(|known| memory.judge(rules.engine(), &known.key).cause);
            judged.flatten().count()
        });
    });
    group.finish();
}

fn attempts(records: Vec<Record>) -> Vec<siotrace::trace::Attempt> {
    let mut tracker = Tracker::default();
    for record in records {
        tracker.feed(record);
    }
    tracker.finish();
    tracker.take_closed()
}

/// What the scan hands to the tracker, of a log whose lines all have one writer.
fn records(log: &[u8]) -> Vec<Record> {
    let grammar = grammar();
    let text = String::from_utf8_lossy(log);
    (1..)
        .zip(text.lines())
        .filter_map(|(line, text)| {
            let peeled = Peeler::with_year(YEAR).peel(text);
            let Understood::Event(event, _) = grammar.read(&peeled) else { return None };
            Some(Record {
                verbatim: false,
                event,
                at: At { source: SourceId(0), line },
                stream: SourceId(0),
                stamp: peeled.stamp,
                when: 0,
                lane: Lane(0),
                line: RawLine::new(text),
            })
        })
        .collect()
}

/// Bytes in, verdicts out, with one thread and with one for each processor.
fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole");
    group.sample_size(10);
    for (name, log) in
        [("sparse", logs::sparse(LOG)), ("dense", logs::dense(LOG)), ("json", logs::json(LOG))]
    {
        let log: Arc<[u8]> = log.into();
        group.throughput(Throughput::Bytes(log.len() as u64));
        for (threads, jobs) in [("one-thread", Some(1)), ("all-threads", None)] {
            let analyzer = Analyzer::builder()
                .jobs(jobs)
                .build()
                .expect("an analyzer without options is built");
            group.bench_function(BenchmarkId::new(name, threads), |b| {
                b.iter(|| failures(&analyzer, &log));
            });
        }
    }
    group.finish();
}

fn failures(analyzer: &Analyzer, log: &Arc<[u8]>) -> u64 {
    let blocks = Blocks::from_reader("server.log", Cursor::new(Arc::clone(log)));
    let mut failures = 0;
    analyzer.run(vec![("server.log".to_owned(), blocks)], &mut |verdict| {
        failures += u64::from(verdict.failed());
    });
    failures
}
