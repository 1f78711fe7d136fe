//! Any bytes are read: no panic, in bounds, and what is left out is counted.

use proptest::prelude::*;
use siotrace::input::MAX_LINE;

use crate::{
    outcomes::adds_up,
    support::{Input, read, run, samples},
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(log in prop::collection::vec(any::<u8>(), 0..4000)) {
        adds_up(&read(&log));
    }

    #[test]
    fn a_damaged_log_is_read(which in any::<prop::sample::Index>(), damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..30)) {
        let samples = samples();
        let sample = which.get(&samples);
        let inputs: Vec<Input> = sample.inputs.iter().map(|(name, bytes)| (name.clone(), damaged(bytes, &damage))).collect();
        let run = run(&inputs);
        adds_up(&run);
        let lines: usize = inputs.iter().map(|(_, bytes)| bytes.split_inclusive(|b| *b == b'\n').count()).sum();
        prop_assert!(run.verdicts.len() <= lines, "an attempt needs a line");
        run.everything();
    }
}

/// `bytes` with some of them changed, left out, put in or cut short.
fn damaged(bytes: &[u8], damage: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, byte, kind) in damage {
        if bytes.is_empty() {
            break;
        }
        let i = place.index(bytes.len());
        match kind {
            0 => bytes[i] = *byte,
            1 => drop(bytes.remove(i)),
            2 => bytes.insert(i, *byte),
            // Most of the log is kept: what remains is to be read, too.
            _ => bytes.truncate(bytes.len() - bytes.len() / 16),
        }
    }
    bytes
}

#[test]
fn a_line_without_end_is_read_in_part_and_counted() {
    let mut log = b"Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0".to_vec();
    log.resize(3 * MAX_LINE, b'[');
    log.extend(
        b"\nXk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 4{\"message\":\"jwt expired\"}\n",
    );
    let run = read(&log);
    assert_eq!(run.report.summary.inputs[0].cut, 1);
    assert_eq!(run.report.totals.rejected, 1, "{:?}", run.essence());
}

#[test]
fn sessions_that_never_end_are_bounded_and_what_is_dropped_is_counted() {
    // One session with a hundred thousand packets.
    let mut log = String::from("Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0\n");
    for _ in 0..50_000 {
        log += "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0\nXk2mQ9pLr7TzWb5cAAAA: Received request to upgrade to websocket\n";
    }
    let run = read(&log);
    adds_up(&run);
    let quoted: usize = run.verdicts.iter().map(|v| v.evidence.len()).sum();
    assert!(quoted < 10_000, "{quoted} quotes");
}
