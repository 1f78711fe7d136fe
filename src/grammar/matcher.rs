//! A matcher for the patterns of grammars that is made for short lines: it walks a list of simple steps, and where there is a choice it remembers
//! the place and comes back.
//!
//! The regex crate promises linear time for any pattern and any text, and pays for it on each of a log's lines with three engines one after the other.
//! The patterns of grammars are mostly literals and runs of one class of characters, where a run takes one loop. What is found is the same,
//! for both prefer the leftmost match and the first alternative; it takes a sixth of the time, and a pattern is ready in a twentieth.
//! Text that is not ASCII, patterns of an unusual kind, and matches that take too many steps are left to the regex crate.

mod build;
mod set;
#[cfg(test)]
mod tests;
mod walk;

use regex_syntax::hir::Look;

use set::Set;
use walk::{Choice, Walk};

/// Most named captures of one pattern.
pub(super) const MOST_CAPTURES: usize = 24;

/// Where a capture that did not take part stands.
pub(super) const NOWHERE: usize = usize::MAX;

/// A pattern, ready to match.
#[derive(Debug)]
pub(super) struct Matcher {
    steps: Vec<Step>,
    /// For each step, what must stand where the walk takes it, if it is not to fail. Most choices are made by this and need not be remembered.
    first: Vec<First>,
    /// Whether it matches at the beginning of the text only.
    anchored: bool,
    /// Names of the captures, in the order of their numbers here.
    names: Vec<Box<str>>,
}

/// The beginning and the end of each capture.
pub(super) type Slots = [usize; 2 * MOST_CAPTURES];

/// What a match needs while it goes on, and what it gave. One is used for all messages of a thread: making it anew would take as long as most matches.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) slots: Slots,
    choices: Vec<Choice>,
}

impl Default for Room {
    fn default() -> Self {
        Self { slots: [NOWHERE; 2 * MOST_CAPTURES], choices: Vec::new() }
    }
}

impl Room {
    /// What a capture holds.
    pub(super) fn captured<'t>(&self, text: &'t str, number: usize) -> Option<&'t str> {
        text.get(self.slots[2 * number]..self.slots[2 * number + 1])
    }
}

/// What came of trying.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tried {
    /// It matches.
    Matched,
    /// It does not.
    Failed,
    /// Too many steps; ask the regex crate.
    GaveUp,
}

/// What can stand where a step begins.
#[derive(Clone, Copy, Debug, Default)]
struct First {
    bytes: Set,
    /// The end of the text.
    end: bool,
}

#[derive(Debug)]
enum Step {
    Literal(Box<[u8]>),
    One(Set),
    Run(Box<Run>),
    /// Go on at the first; if that fails, at the second.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Look(Look),
    End,
}

/// A repetition of one class.
#[derive(Debug)]
struct Run {
    set: Set,
    /// The same, a byte for each character: half the time of a bit.
    holds: [bool; 128],
    least: usize,
    most: usize,
    greedy: bool,
    /// The byte with which what follows begins, if it is always the same.
    next: Option<u8>,
    /// The byte at which it ends, if there is only one such.
    until: Option<u8>,
}

impl Matcher {
    /// Names of the captures, in the order of their places in [`Slots`].
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|n| &**n)
    }

    /// Whether a text that begins like this one can match.
    fn can_begin(&self, text: &[u8]) -> bool {
        if let Some(Step::Literal(literal)) = self.steps.get(1) {
            return text.starts_with(literal);
        }
        let first = &self.first[0];
        text.first().map_or(first.end, |&b| first.bytes.has(b))
    }

    /// Tries `text`, which must be ASCII; the slots of `room` then hold the captures.
    pub(super) fn captures(&self, text: &[u8], room: &mut Room) -> Tried {
        // Most patterns that are tried and do not match differ in their first word.
        if self.anchored && !self.can_begin(text) {
            return Tried::Failed;
        }
        let mut walk = Walk {
            steps: &self.steps,
            first: &self.first,
            text,
            slots: &mut room.slots,
            used: 2 * self.names.len(),
            choices: &mut room.choices,
            budget: 64 * (text.len() + 16),
        };
        if self.anchored {
            return walk.from(0);
        }
        let first = self.first[0];
        let literal = self.steps.iter().find(|s| !matches!(s, Step::Save(_)));
        let mut at = 0;
        while at <= text.len() {
            if let Some(Step::Literal(literal)) = literal {
                let Some(found) = memchr::memmem::find(&text[at..], literal) else {
                    return Tried::Failed;
                };
                at += found;
            } else {
                let found = text[at..].iter().position(|&b| first.bytes.has(b));
                match found {
                    Some(found) => at += found,
                    None if first.end => at = text.len(),
                    None => return Tried::Failed,
                }
            }
            match walk.from(at) {
                Tried::Failed => at += 1,
                done => return done,
            }
        }
        Tried::Failed
    }
}
