//! Lines of different attempts may stand in any order, as long as each attempt's own order is kept.

use proptest::prelude::*;

use crate::support::{read, run, samples};

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn attempts_with_ids_may_be_interleaved_in_any_way(order in prop::collection::vec(0..3_usize, 40)) {
        let samples = samples();
        let sample = samples.iter().find(|s| s.name == "flask-socketio/ids-in-every-line").unwrap();
        let log = sample.only_log().unwrap();
        let ids: Vec<&str> = sample.truth.attempt.iter().map(|a| a.socket_sid.as_deref().unwrap()).collect();
        let mut scripts: Vec<Vec<&str>> = ids.iter().map(|id| log.lines().filter(|line| line.contains(id)).collect()).collect();
        prop_assert_eq!(scripts.iter().map(Vec::len).sum::<usize>(), log.lines().count());
        // The stamps go along with the lines' places, as if the handlers had run at the same time.
        let mut out = Vec::new();
        let mut take = |script: &mut Vec<&str>| {
            if !script.is_empty() {
                let line = script.remove(0);
                out.push(format!("[2026-03-14 09:12:07,{:03}]{}\n", 100 + out.len(), &line[25..]));
            }
        };
        for i in order {
            take(&mut scripts[i]);
        }
        while scripts.iter().any(|script| !script.is_empty()) {
            scripts.iter_mut().for_each(&mut take);
        }
        prop_assert_eq!(read(out.concat()).essence(), run(&sample.inputs).essence(), "{}", out.concat());
    }
}
