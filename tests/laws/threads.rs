//! Law 5: one thread or many, the same bytes.

use siotrace::{input, report::Options};

use crate::{
    made_up::sid,
    support::{Input, run_with, samples, with_jobs},
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
