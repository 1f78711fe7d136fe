//! A sign of life on standard error, when somebody waits in front of it.

use std::{
    io::{self, IsTerminal},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use indicatif::ProgressBar;

/// Work that is done sooner needs no sign.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the sign moves.
const BEAT: Duration = Duration::from_millis(120);

/// Shows how many attempts were found so far, from the second second on. Gone when dropped.
#[derive(Debug, Default)]
pub(super) struct Progress {
    attempts: Arc<AtomicU64>,
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to wait. Nothing is ever shown when `quiet`, or when standard error is no terminal.
    pub(super) fn start(quiet: bool) -> Self {
        let attempts = Arc::new(AtomicU64::new(0));
        if quiet || !io::stderr().is_terminal() {
            return Self { attempts, shown: None };
        }
        let (done, wait) = mpsc::channel();
        let counted = Arc::clone(&attempts);
        let thread = thread::spawn(move || {
            if wait.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::new_spinner();
            while wait.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                bar.set_message(format!(
                    "reading; {} attempts so far",
                    counted.load(Ordering::Relaxed)
                ));
                bar.tick();
            }
            bar.finish_and_clear();
        });
        Self { attempts, shown: Some((done, thread)) }
    }

    /// One more attempt.
    pub(super) fn attempt(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.shown.take() {
            drop(done);
            // The report must not begin in the spinner's line.
            let _ = thread.join();
        }
    }
}
