//! What the log shows of the server's worker processes: several of them without stickiness, or a restart, explain an unknown session.

use super::clock::near;
use crate::{event::At, facts::Process, time::SECOND};

/// A restart explains unknown sessions for this long; old sessions die out within a minute.
const RESTART_SHADOW: i64 = 120 * SECOND;

/// A worker has started within this time of being booted; after that its number may be another's.
const SAME_START: i64 = 60 * SECOND;

/// Most changes remembered; a service that restarts more often than that needs no finer answer.
const MOST: usize = 4096;

/// Starts and losses of workers, in the order they were read.
#[derive(Debug, Default)]
pub(super) struct Processes {
    changes: Vec<Change>,
}

#[derive(Clone, Copy, Debug)]
struct Change {
    at: i64,
    /// Its line: without stamps only the order of lines tells what came before.
    place: At,
    lost: bool,
    /// Its number, where it came up and the line shows it.
    number: Option<u32>,
}

/// What was known of the workers while an attempt ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workers {
    /// The fact.
    pub process: Process,
}

impl Processes {
    /// A process came up. The same one may be told of twice: gunicorn boots a worker, which is uvicorn's server process.
    pub(super) fn started(&mut self, at: i64, place: At, number: Option<u32>) {
        let told = |change: &Change| {
            number.is_some() && change.number == number && near(at, change.at, SAME_START)
        };
        if !self.changes.iter().rev().take_while(|c| !c.lost).any(told) {
            self.note(Change { at, place, lost: false, number });
        }
    }

    pub(super) fn lost(&mut self, at: i64, place: At) {
        self.note(Change { at, place, lost: true, number: None });
    }

    fn note(&mut self, change: Change) {
        if self.changes.len() < MOST {
            self.changes.push(change);
        }
    }

    /// All of them, by time.
    pub(super) fn all(&self) -> Vec<(i64, bool)> {
        let mut all: Vec<(i64, bool)> = self.changes.iter().map(|c| (c.at, c.lost)).collect();
        all.sort_unstable();
        all
    }

    /// Whether a server came up shortly before `at`.
    pub(super) fn started_before(&self, at: i64) -> bool {
        self.changes.iter().any(|c| !c.lost && c.at <= at && near(at, c.at, RESTART_SHADOW))
    }

    /// What was known at `at`, when the line at `place` was written.
    pub(super) fn at(&self, at: i64, place: Option<At>) -> Workers {
        let mut alive = 0_i32;
        let mut restarted = false;
        let mut most = 0;
        let later = |change: At| {
            place.is_some_and(|place| change.source == place.source && change.line > place.line)
        };
        for change in self.changes.iter().filter(|c| c.at <= at && !later(c.place)) {
            if change.lost {
                alive -= 1;
                restarted |= at - change.at <= RESTART_SHADOW;
            } else {
                alive += 1;
            }
            most = most.max(alive);
        }
        // One source that starts several workers without losing any runs them side by side.
        let process = if restarted {
            Process::Restarted
        } else if most >= 2 {
            Process::Many
        } else {
            Process::Steady
        };
        Workers { process }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::SourceId;

    #[test]
    fn several_starts_are_several_workers_and_a_loss_is_a_restart() {
        let mut processes = Processes::default();
        assert_eq!(processes.at(0, None).process, Process::Steady);
        processes.started(1, line(1), None);
        processes.started(1, line(2), None);
        assert_eq!(processes.at(5, None).process, Process::Many);
        processes.lost(10 * SECOND, line(7));
        assert_eq!(processes.at(20 * SECOND, None).process, Process::Restarted);
        assert_eq!(processes.at(500 * SECOND, None).process, Process::Many);
    }

    #[test]
    fn a_loss_further_down_in_a_log_without_stamps_came_later() {
        let mut processes = Processes::default();
        processes.started(0, line(1), None);
        processes.lost(0, line(7));
        assert_eq!(processes.at(0, Some(line(5))).process, Process::Steady);
        assert_eq!(processes.at(0, Some(line(9))).process, Process::Restarted);
    }

    fn line(line: u64) -> At {
        At { source: SourceId(0), line }
    }
}
