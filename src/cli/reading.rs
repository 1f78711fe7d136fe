//! What all subcommands that read logs do alike: finding and opening them, with what the user knows of them.

use std::{ffi::OsString, path::PathBuf};

use siotrace::{
    Analyzer,
    analyzer::Builder,
    input::{self, Blocks, Location},
    report::Summary,
};

use super::{args::Reading, complain};

pub(super) const HINT: &str = "no log given: name one, as in `siotrace app.log`, or pipe one in; `siotrace --help` tells more";

/// Most files that are opened before the first is read. A process may have 256 to 1024 open at once, and some are needed for other things.
const MOST_OPEN: usize = 64;

impl Reading {
    /// An analyzer that knows what the user said.
    pub(super) fn analyzer(&self) -> anyhow::Result<Builder> {
        let mut builder = Analyzer::builder()
            .since(self.since)
            .until(self.until)
            .keys(self.keys.fetch()?)
            .jobs(self.jobs.map(Into::into))
            .assume_year(self.assume_year)
            .assume_offset(self.assume_offset);
        for grammar in &self.grammar {
            builder = builder.grammar(grammar);
        }
        Ok(builder)
    }
}

/// The logs that the arguments name.
pub(super) struct Logs {
    locations: Vec<Location>,
    trouble: bool,
}

impl Logs {
    /// Looks for them; what is not there is told of.
    pub(super) fn find(names: &[OsString]) -> Self {
        let (locations, errors) = input::expand(names);
        let trouble = !errors.is_empty();
        errors.into_iter().for_each(tell);
        Self { locations, trouble }
    }

    /// Those that are files.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let path = |location: &Location| match location {
            Location::File(path) => Some(path.clone()),
            Location::Stdin => None,
        };
        self.locations.iter().filter_map(path).collect()
    }

    /// Opens them, and says whether one could not be: one unreadable file among twenty is a message; the other nineteen are analysed.
    pub(super) fn open(self) -> (Vec<(String, Blocks)>, bool) {
        let Self { locations, mut trouble } = self;
        let mut inputs = Vec::new();
        let open = if locations.len() > MOST_OPEN { input::open_later } else { input::open };
        for location in &locations {
            match open(location) {
                Ok(blocks) => inputs.push((location.name(), blocks)),
                Err(error) => {
                    trouble = true;
                    tell(error);
                }
            }
        }
        (inputs, trouble)
    }
}

/// Tells which inputs were not read to their end; whether there were any.
pub(super) fn tell_problems(summary: &Summary) -> bool {
    let problems: Vec<&String> =
        summary.inputs.iter().filter_map(|input| input.problem.as_ref()).collect();
    for problem in &problems {
        complain(problem);
    }
    !problems.is_empty()
}

/// An error with what caused it, in one line.
pub(super) fn tell(error: impl Into<anyhow::Error>) {
    complain(&format!("{:#}", error.into()));
}
