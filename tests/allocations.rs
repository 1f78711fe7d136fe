//! What a line costs in allocations. They are counted and not timed, so the answer is the same on every machine, however busy it is. They are a good
//! part of what a line costs, and creep in unnoticed.

#[allow(dead_code)]
#[path = "../benches/rooms/logs.rs"]
mod logs;

use std::hint::black_box;

use siotrace::{
    envelope::Peeler,
    event::{At, Lane, RawLine, RawLines, Record, SourceId},
    grammar::{Grammar, Understood},
    trace::Tracker,
};

/// Enough for some hundreds of connections.
const LOG: usize = 1 << 20;

/// How often `work` allocates, once it has all the room that it keeps.
fn allocations(mut work: impl FnMut()) -> u64 {
    work();
    allocation_counter::measure(work).count_total
}

fn grammar() -> Grammar {
    Grammar::load(&[]).expect("the grammars that come with siotrace load")
}

fn dense() -> String {
    String::from_utf8(logs::dense(LOG)).expect("a log that is made up is text")
}

#[test]
fn a_ping_is_read_without_a_single_allocation() {
    let (grammar, peeler) = (grammar(), Peeler::with_year(2026));
    let line = "2026-11-22 14:45:34,231 - engineio.server - INFO - Xk2mQ9pLr7TzWb5cAAAB: Sending packet PING data None";
    let count = allocations(|| {
        let understood = grammar.read(&peeler.peel(black_box(line)));
        assert!(matches!(understood, Understood::Event(..)));
    });
    assert_eq!(count, 0);
}

#[test]
fn a_line_of_a_dense_log_is_read_with_few_allocations() {
    let (grammar, peeler, log) = (grammar(), Peeler::with_year(2026), dense());
    let count = allocations(|| {
        for line in log.lines() {
            black_box(grammar.read(&peeler.peel(line)));
        }
    });
    let lines = log.lines().count() as u64;
    // A connection's first lines hold structures: packets, headers, tokens. The others take none.
    assert!(count <= lines, "{count} allocations for {lines} lines");
}

#[test]
fn a_record_is_traced_with_few_allocations() {
    let (grammar, by, log) = (grammar(), Peeler::with_year(2026), dense());
    let mut lines = RawLines::default();
    let mut records: Vec<Record> = Vec::new();
    for (text, line) in log.lines().zip(1..) {
        let peeled = by.peel(text);
        let Understood::Event(event, _) = grammar.read(&peeled) else { continue };
        lines.push(text);
        records.push(Record {
            verbatim: false,
            event,
            at: At { source: SourceId(0), line },
            stream: SourceId(0),
            stamp: peeled.stamp,
            when: 0,
            lane: Lane(0),
            line: RawLine::default(),
        });
    }
    for (record, line) in records.iter_mut().zip(lines.take()) {
        record.line = line;
    }
    let count = records.len() as u64;
    let mut tracker = Tracker::default();
    let traced = allocation_counter::measure(|| {
        for record in records {
            tracker.feed(record);
        }
        tracker.finish();
        black_box(tracker.take_closed());
    });
    // Several for a session and none for a record.
    assert!(
        traced.count_total * 5 <= count * 4,
        "{} allocations for {count} records",
        traced.count_total
    );
}
