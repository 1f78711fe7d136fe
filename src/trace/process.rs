//! What the log shows of the server's worker processes: several of them without stickiness, or a restart, explain an unknown session.

use super::clock::near;
use crate::{facts::Process, time::SECOND};

/// A restart explains unknown sessions for this long; old sessions die out within a minute.
const RESTART_SHADOW: i64 = 120 * SECOND;

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
    lost: bool,
}

/// What was known of the workers while an attempt ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workers {
    /// The fact.
    pub process: Process,
}

impl Processes {
    pub(super) fn started(&mut self, at: i64) {
        self.note(Change { at, lost: false });
    }

    pub(super) fn lost(&mut self, at: i64) {
        self.note(Change { at, lost: true });
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

    /// What was known at `at`.
    pub(super) fn at(&self, at: i64) -> Workers {
        let mut alive = 0_i32;
        let mut restarted = false;
        let mut most = 0;
        for change in self.changes.iter().filter(|c| c.at <= at) {
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

    #[test]
    fn several_starts_are_several_workers_and_a_loss_is_a_restart() {
        let mut processes = Processes::default();
        assert_eq!(processes.at(0).process, Process::Steady);
        processes.started(1);
        processes.started(1);
        assert_eq!(processes.at(5).process, Process::Many);
        processes.lost(10 * SECOND);
        assert_eq!(processes.at(20 * SECOND).process, Process::Restarted);
        assert_eq!(processes.at(500 * SECOND).process, Process::Many);
    }
}
