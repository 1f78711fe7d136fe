//! The walk through the steps of a pattern along a text, with the choices that it comes back to.

use regex_syntax::hir::Look;

use super::{First, NOWHERE, Run, Slots, Step, Tried};

/// A choice to come back to.
#[derive(Debug)]
pub(super) enum Choice {
    At {
        step: usize,
        at: usize,
    },
    Slot {
        slot: usize,
        was: usize,
    },
    /// A greedy run that may give back down to `least`.
    Less {
        step: usize,
        least: usize,
        at: usize,
    },
    /// A lazy run that may take more, up to `most`.
    More {
        step: usize,
        at: usize,
        most: usize,
    },
}

/// One walk over a text.
pub(super) struct Walk<'m, 't> {
    pub(super) steps: &'m [Step],
    pub(super) first: &'m [First],
    pub(super) text: &'t [u8],
    pub(super) slots: &'m mut Slots,
    /// How many of them the pattern has a use for.
    pub(super) used: usize,
    pub(super) choices: &'m mut Vec<Choice>,
    pub(super) budget: usize,
}

impl Walk<'_, '_> {
    pub(super) fn from(&mut self, start: usize) -> Tried {
        self.slots[..self.used].fill(NOWHERE);
        self.choices.clear();
        let (mut step, mut at) = (0, start);
        loop {
            let Some(left) = self.budget.checked_sub(1) else { return Tried::GaveUp };
            self.budget = left;
            let steps = self.steps;
            let next = match &steps[step] {
                Step::End => return Tried::Matched,
                Step::Literal(literal) => {
                    self.text[at..].starts_with(literal).then(|| (step + 1, at + literal.len()))
                }
                Step::One(set) => {
                    self.text.get(at).is_some_and(|&b| set.has(b)).then_some((step + 1, at + 1))
                }
                Step::Run(run) => self.run(run, step, at),
                Step::Split(one, other) => {
                    if self.can(*one, at) {
                        if self.can(*other, at) {
                            self.remember(Choice::At { step: *other, at });
                        }
                        Some((*one, at))
                    } else {
                        Some((*other, at))
                    }
                }
                Step::Jump(to) => Some((*to, at)),
                Step::Save(slot) => {
                    // Without a choice to come back to nobody will ask what it was.
                    if !self.choices.is_empty() {
                        self.remember(Choice::Slot { slot: *slot, was: self.slots[*slot] });
                    }
                    self.slots[*slot] = at;
                    Some((step + 1, at))
                }
                Step::Look(look) => self.holds(*look, at).then_some((step + 1, at)),
            };
            match next.or_else(|| self.back()) {
                Some(next) => (step, at) = next,
                None => return Tried::Failed,
            }
        }
    }

    /// Notes a choice to come back to.
    fn remember(&mut self, choice: Choice) {
        self.choices.push(choice);
    }

    /// Whether taking `step` at this place can succeed, by what stands there.
    fn can(&self, step: usize, at: usize) -> bool {
        let first = &self.first[step];
        self.text.get(at).map_or(first.end, |&b| first.bytes.has(b))
    }

    fn run(&mut self, run: &Run, step: usize, at: usize) -> Option<(usize, usize)> {
        let longest = self.text.len().min(at.saturating_add(run.most));
        let text = &self.text[at..longest];
        let end = match run.until {
            Some(until) => memchr::memchr(until, text),
            None => text.iter().position(|&b| !run.holds[usize::from(b & 127)]),
        };
        let taken = end.unwrap_or(text.len());
        let (least, most) = (at + run.least, at + taken);
        if most < least {
            return None;
        }
        if run.greedy {
            // Where the continuation begins with what the run cannot hold, giving back is no use.
            if least < most && self.first[step + 1].bytes.meets(run.set) {
                self.remember(Choice::Less { step, least, at: most });
            }
            Some((step + 1, most))
        } else {
            self.more(run, step, least, most)
        }
    }

    /// The first place from `at` on where what follows a lazy run can begin.
    fn more(&mut self, run: &Run, step: usize, at: usize, most: usize) -> Option<(usize, usize)> {
        let at = match run.next {
            Some(next) => {
                at + memchr::memchr(next, self.text.get(at..self.text.len().min(most + 1))?)?
            }
            None => (at..=most).find(|&at| self.can(step + 1, at))?,
        };
        if at < most {
            self.remember(Choice::More { step, at: at + 1, most });
        }
        Some((step + 1, at))
    }

    /// The last choice that is left.
    fn back(&mut self) -> Option<(usize, usize)> {
        loop {
            match self.choices.pop()? {
                Choice::At { step, at } => return Some((step, at)),
                Choice::Slot { slot, was } => self.slots[slot] = was,
                Choice::Less { step, least, at } => {
                    let steps = self.steps;
                    let Step::Run(run) = &steps[step] else { continue };
                    let at = match run.next {
                        Some(next) => match memchr::memrchr(next, &self.text[least..at]) {
                            Some(found) => least + found,
                            None => continue,
                        },
                        None => match (least..at).rev().find(|&at| self.can(step + 1, at)) {
                            Some(found) => found,
                            None => continue,
                        },
                    };
                    if least < at {
                        self.remember(Choice::Less { step, least, at });
                    }
                    return Some((step + 1, at));
                }
                Choice::More { step, at, most } => {
                    let steps = self.steps;
                    let Step::Run(run) = &steps[step] else { continue };
                    if let Some(next) = self.more(run, step, at, most) {
                        return Some(next);
                    }
                }
            }
        }
    }

    fn holds(&self, look: Look, at: usize) -> bool {
        let word = |at: Option<usize>| {
            at.and_then(|at| self.text.get(at))
                .is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let boundary = || word(at.checked_sub(1)) != word(Some(at));
        match look {
            Look::Start => at == 0,
            Look::End => at == self.text.len(),
            Look::WordAscii => boundary(),
            _ => !boundary(),
        }
    }
}
