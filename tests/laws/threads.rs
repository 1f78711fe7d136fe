//! Law 5: one thread or many, the same bytes.

use siotrace::{input, report::Options};

use crate::{
    made_up::sid,
    support::{Input, Run, run_with, samples, with_jobs},
};

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let mut inputs: Vec<Input> = samples()
        .into_iter()
        .flat_map(|s| {
            s.inputs.into_iter().map(move |(name, bytes)| (format!("{}/{name}", s.name), bytes))
        })
        .collect();
    // More than two blocks, so that there is something to divide.
    inputs.push(("busy.log".to_owned(), busy(1_200).into_bytes()));
    assert!(inputs.last().unwrap().1.len() > 2 * input::BLOCK_SIZE);

    let outputs: Vec<[String; 3]> = [1, 2, 8]
        .into_iter()
        .map(|jobs| {
            let run = run_with(&with_jobs(jobs), &inputs);
            [run.text(Options::default()), run.json(), run.ndjson()]
        })
        .collect();
    assert!(outputs[0][2].lines().count() > 1_200);
    for other in &outputs[1..] {
        for (one, many) in outputs[0].iter().zip(other) {
            assert!(one == many, "{}", first_difference(one, many));
        }
    }
}

/// Three groups of sources, of which the last is a single one: the next group is read while the one before is traced.
#[test]
fn many_small_logs_are_read_the_same_by_any_number_of_threads_and_as_one_log() {
    let log = busy(387);
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let parts: Vec<Input> = lines
        .chunks(lines.len().div_ceil(129))
        .enumerate()
        .map(|(i, part)| (format!("part{i:03}.txt"), part.concat().into_bytes()))
        .collect();
    assert_eq!(parts.len(), 129);
    let outputs = [1, 2, 8].map(|jobs| run_with(&with_jobs(jobs), &parts).json());
    for other in &outputs[1..] {
        assert!(outputs[0] == *other, "{}", first_difference(&outputs[0], other));
    }
    let whole = run_with(&with_jobs(2), &[("whole.log".to_owned(), log.into_bytes())]);
    let tell = |run: &Run| {
        let mut told = run.essence();
        told.sort_unstable();
        told
    };
    assert_eq!(tell(&run_with(&with_jobs(2), &parts)), tell(&whole));
}

fn first_difference(one: &str, many: &str) -> String {
    let pair = one.lines().zip(many.lines()).find(|(a, b)| a != b);
    pair.map_or_else(|| "one is longer".to_owned(), |(a, b)| format!("{a}\n{b}"))
}

/// A log of `n` clients, of which every third is refused.
fn busy(n: usize) -> String {
    (0..n)
        .map(|i| {
            let (engine, socket) = (sid("Busy", 2 * i), sid("Busy", 2 * i + 1));
            let at = |ms: usize| format!("2026-06-01 {:02}:{:02}:{:02},{ms:03} INFO     [engineio.server]", 8 + i / 3600, i / 60 % 60, i % 60);
            let answer = if i % 3 == 0 { "4{\"message\":\"Token has expired.\"}".to_owned() } else { format!("0{{\"sid\":\"{socket}\"}}") };
            format!(
                "{} {engine}: Sending packet OPEN data {{'sid': '{engine}', 'upgrades': ['websocket'], 'pingTimeout': 20000, 'pingInterval': 25000, 'maxPayload': 1000000}}\n\
                 {} {engine}: Received packet MESSAGE data 0{{}}\n{} {engine}: Sending packet MESSAGE data {answer}\n\
                 {} {engine}: Sending packet PING data None\n{} {engine}: Received packet PONG data \n{} {engine}: Received packet CLOSE data \n",
                at(0), at(10), at(20), at(100), at(130), at(900),
            ) + &format!("2026-06-01 {:02}:{:02}:{:02},950 INFO     [app] order {i} {}\n", 8 + i / 3600, i / 60 % 60, i % 60, "shipped ".repeat(50))
        })
        .collect()
}
