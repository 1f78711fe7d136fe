//! How an [`Analyzer`] is made.

use std::path::{Path, PathBuf};

use chrono::Datelike;

use super::{Analyzer, Options};
use crate::{error::Error, grammar::Grammar, keys::Keys, rules::RuleSet, time::Stamp};

/// Collects what the caller wants, then builds.
#[derive(Debug, Default)]
pub struct Builder {
    since: Option<Stamp>,
    until: Option<Stamp>,
    jobs: Option<usize>,
    year: Option<i32>,
    offset: Option<i64>,
    grammars: Vec<PathBuf>,
    keys: Keys,
    account: bool,
}

impl Builder {
    /// Only attempts that began at or after this moment.
    #[must_use]
    pub fn since(mut self, since: Option<Stamp>) -> Self {
        self.since = since;
        self
    }

    /// Only attempts that began before this moment.
    #[must_use]
    pub fn until(mut self, until: Option<Stamp>) -> Self {
        self.until = until;
        self
    }

    /// How many threads; one for each processor by default. Changes the speed, never the result.
    #[must_use]
    pub fn jobs(mut self, jobs: Option<usize>) -> Self {
        self.jobs = jobs;
        self
    }

    /// The year of stamps that show none (syslog, journald); this year by default.
    #[must_use]
    pub fn assume_year(mut self, year: Option<i32>) -> Self {
        self.year = year;
        self
    }

    /// Seconds east of UTC of stamps that show no zone. Without it an offset is worked out where two sources name the same session.
    #[must_use]
    pub fn assume_offset(mut self, seconds: Option<i64>) -> Self {
        self.offset = seconds;
        self
    }

    /// Gives each verdict an account of how it came about, and the summary the lines that were not understood. Both take memory for each attempt that
    /// the caller keeps.
    #[must_use]
    pub fn account(mut self, account: bool) -> Self {
        self.account = account;
        self
    }

    /// One more grammar file, tried before those that come with siotrace.
    #[must_use]
    pub fn grammar(mut self, path: &Path) -> Self {
        self.grammars.push(path.to_owned());
        self
    }

    /// The keys with which tokens and session cookies in the logs are checked.
    #[must_use]
    pub fn keys(mut self, keys: Keys) -> Self {
        self.keys = keys;
        self
    }

    /// Builds it.
    ///
    /// # Errors
    /// [`Error::Open`] and [`Error::Grammar`] for a grammar of the caller's that cannot be used.
    pub fn build(self) -> Result<Analyzer, Error> {
        let mut texts = Vec::new();
        for path in &self.grammars {
            let text = std::fs::read_to_string(path)
                .map_err(|source| Error::Open { name: path.display().to_string(), source })?;
            texts.push((path.as_path(), text));
        }
        let texts: Vec<(&Path, &str)> =
            texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.jobs.unwrap_or(0))
            .start_handler(|_| make_room())
            .build()
            .map_err(|e| Error::Open {
                name: "a thread pool".into(),
                source: std::io::Error::other(e),
            })?;
        // A pasted line is answered in the time that this takes.
        let (grammar, rules) =
            pool.install(|| rayon::join(|| Grammar::load(&texts), RuleSet::builtin));
        Ok(Analyzer {
            grammar: grammar?,
            rules: rules?,
            pool,
            options: Options {
                since: self.since,
                until: self.until,
                year: self.year.unwrap_or_else(|| chrono::Utc::now().year()),
                offset: self.offset,
                account: self.account,
            },
            keys: self.keys,
        })
    }
}

/// Makes a thread's room for small pieces as large as a short log needs at once. The C library lets it grow by a page at a time, and each of hundreds of steps holds up all threads: a
/// tenth of the time of a short log.
fn make_room() {
    // Each is just small enough to be taken from that room; nothing is written to them.
    let pieces: [Vec<u8>; 24] = std::array::from_fn(|_| Vec::with_capacity(120 << 10));
    std::hint::black_box(&pieces);
}
