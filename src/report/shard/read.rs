//! Reads a shard. It may come from anywhere: nothing in it is trusted further than a log is.

use std::io::{BufRead, Read as _};

use super::{Line, SCHEMA, carried, error::ReadError};
use crate::{
    payload::redact::quote,
    report::{Summary, json},
    verdict::Verdict,
};

/// Longest line: a summary names all inputs and the templates of what was not understood.
const LONGEST: u64 = 64 << 20;

/// One run, read back.
#[derive(Debug)]
pub struct Shard {
    /// What it is called, to tell inputs of the same name apart.
    pub name: String,
    /// Its attempts, in the order in which they closed.
    pub verdicts: Vec<Verdict>,
    /// The run itself.
    pub summary: Summary,
}

impl Shard {
    /// Reads one, from a file of its own or from a report that carries it.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be read, is none, or is not whole.
    pub fn read(name: String, mut from: impl BufRead) -> Result<Self, ReadError> {
        let mut verdicts = Vec::new();
        let mut text = Vec::new();
        for number in 1.. {
            text.clear();
            (&mut from).take(LONGEST).read_until(b'\n', &mut text).map_err(ReadError::Io)?;
            if text.is_empty() {
                return Err(if number == 1 { ReadError::Version(None) } else { ReadError::Cut });
            }
            let line: Line<Verdict, Summary> = match serde_json::from_slice(&text) {
                Ok(line) => line,
                Err(_) if number == 1 => {
                    let (verdicts, summary) = carried::read(&text, from)?;
                    return Ok(Self::new(name, verdicts, summary));
                }
                Err(error) => return Err(ReadError::Line(number, error)),
            };
            match line {
                Line::Schema(version) if number == 1 => {
                    if version == json::SCHEMA {
                        return Err(ReadError::Sums);
                    }
                    if version != SCHEMA {
                        return Err(ReadError::Version(Some(version)));
                    }
                }
                _ if number == 1 => return Err(ReadError::Version(None)),
                Line::Schema(_) => return Err(ReadError::Cut),
                Line::Attempt(verdict) => verdicts.push(verdict),
                Line::Summary(summary) => return Ok(Self::new(name, verdicts, summary)),
            }
        }
        Err(ReadError::Cut)
    }

    /// What was read, masked.
    fn new(name: String, mut verdicts: Vec<Verdict>, mut summary: Summary) -> Self {
        verdicts.iter_mut().for_each(Verdict::mask);
        for template in &mut summary.unmatched.templates {
            template.text = quote(&template.text);
        }
        Self { name, verdicts, summary }
    }
}
