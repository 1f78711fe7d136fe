//! A matcher for the patterns of grammars that is made for short lines: it walks a list of simple steps, and where there is a choice it remembers
//! the place and comes back.
//!
//! The regex crate promises linear time for any pattern and any text, and pays for it on each of a log's lines with three engines one after the other.
//! The patterns of grammars are mostly literals and runs of one class of characters, where a run takes one loop. What is found is the same,
//! for both prefer the leftmost match and the first alternative; it takes a sixth of the time, and a pattern is ready in a twentieth.
//! Text that is not ASCII, patterns of an unusual kind, and matches that take too many steps are left to the regex crate.

use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, Look},
};

/// Most steps of one pattern; counted repetitions of whole groups are written out.
const MOST_STEPS: usize = 4096;

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

/// ASCII characters, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Set([u64; 2]);

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

/// A choice to come back to.
#[derive(Debug)]
enum Choice {
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

impl Matcher {
    /// The matcher of `pattern`, unless it is of an unusual kind.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        // On ASCII text the classes of Unicode and those of ASCII are the same.
        let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
        let mut matcher =
            Self { steps: Vec::new(), first: Vec::new(), anchored: false, names: Vec::new() };
        matcher.add(&hir)?;
        matcher.steps.push(Step::End);
        matcher.anchored = matches!(matcher.steps.first(), Some(Step::Look(Look::Start)));
        matcher.look_ahead();
        Some(matcher)
    }

    /// Names of the captures, in the order of their places in [`Slots`].
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|n| &**n)
    }

    fn add(&mut self, hir: &Hir) -> Option<()> {
        if self.steps.len() > MOST_STEPS {
            return None;
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => self.steps.push(Step::Literal(literal.0.clone())),
            HirKind::Class(class) => self.steps.push(Step::One(set(class))),
            HirKind::Look(
                look @ (Look::Start | Look::End | Look::WordAscii | Look::WordAsciiNegate),
            ) => {
                self.steps.push(Step::Look(*look));
            }
            HirKind::Look(_) => return None,
            HirKind::Capture(capture) => {
                let Some(name) = &capture.name else { return self.add(&capture.sub) };
                // A group that a repetition writes out several times is one capture: the last pass counts.
                let number = self.names.iter().position(|n| n == name).unwrap_or_else(|| {
                    self.names.push(name.clone());
                    self.names.len() - 1
                });
                if number >= MOST_CAPTURES {
                    return None;
                }
                self.steps.push(Step::Save(2 * number));
                self.add(&capture.sub)?;
                self.steps.push(Step::Save(2 * number + 1));
            }
            HirKind::Concat(parts) => {
                for part in parts {
                    self.add(part)?;
                }
            }
            HirKind::Alternation(parts) => {
                let mut ends = Vec::new();
                for (i, part) in parts.iter().enumerate() {
                    if i + 1 == parts.len() {
                        self.add(part)?;
                        break;
                    }
                    let split = self.steps.len();
                    self.steps.push(Step::Split(split + 1, 0));
                    self.add(part)?;
                    ends.push(self.steps.len());
                    self.steps.push(Step::Jump(0));
                    self.steps[split] = Step::Split(split + 1, self.steps.len());
                }
                let behind = self.steps.len();
                for end in ends {
                    self.steps[end] = Step::Jump(behind);
                }
            }
            HirKind::Repetition(repetition) => {
                let least = repetition.min as usize;
                let most = repetition.max.map(|m| m as usize);
                if let Some(set) = single(&repetition.sub) {
                    let most = most.unwrap_or(usize::MAX);
                    let run = Run::new(set, least, most, repetition.greedy);
                    self.steps.push(Step::Run(Box::new(run)));
                } else {
                    self.repeat(&repetition.sub, least, most, repetition.greedy)?;
                }
            }
        }
        Some(())
    }

    fn repeat(&mut self, sub: &Hir, least: usize, most: Option<usize>, greedy: bool) -> Option<()> {
        // A body that can be empty may go round for ever.
        if sub.properties().minimum_len().is_none_or(|n| n == 0) && most != Some(1) {
            return None;
        }
        let split = |body, behind| {
            if greedy { Step::Split(body, behind) } else { Step::Split(behind, body) }
        };
        for _ in 0..least {
            self.add(sub)?;
        }
        let Some(most) = most else {
            let head = self.steps.len();
            self.steps.push(Step::Jump(0));
            let body = self.steps.len();
            self.add(sub)?;
            self.steps.push(Step::Jump(head));
            if let (HirKind::Alternation(_), true, Some(Step::Split(one, other))) =
                (sub.kind(), greedy, self.steps.get(body))
            {
                self.run_of_first(*one, *other);
            }
            self.steps[head] = split(head + 1, self.steps.len());
            return Some(());
        };
        let mut heads = Vec::new();
        for _ in least..most {
            heads.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            self.add(sub)?;
        }
        let behind = self.steps.len();
        for head in heads {
            self.steps[head] = split(head + 1, behind);
        }
        Some(())
    }

    /// `(?:[^"\\]|\\.)*`: takes the passes through the first alternative that follow each other in one run. Behind the run, and where it gives back, the
    /// first alternative has had its turn: only the others and the end of the repetition are left.
    fn run_of_first(&mut self, one: usize, other: usize) {
        if let (Step::One(set), Some(Step::Jump(_))) = (&self.steps[one], self.steps.get(one + 1)) {
            let after = self.steps.len();
            self.steps[one] = Step::Run(Box::new(Run::new(*set, 1, usize::MAX, true)));
            self.steps[one + 1] = Step::Jump(after);
            self.steps.push(Step::Split(other, after + 1));
        }
    }

    /// Works out what can stand where each step begins, and tells every run.
    fn look_ahead(&mut self) {
        self.first = (0..self.steps.len()).map(|i| self.first_of(i, 0)).collect();
        for i in 0..self.steps.len() {
            if let Step::Run(run) = &mut self.steps[i] {
                let first = self.first[i + 1];
                run.next = first.bytes.only().filter(|_| !first.end);
            }
        }
    }

    fn first_of(&self, step: usize, depth: usize) -> First {
        // So deep only patterns of many optional groups in a row go; not to know is always right.
        if depth > 24 {
            return First { bytes: Set::ALL, end: true };
        }
        let at = |step| self.first_of(step, depth + 1);
        match &self.steps[step] {
            Step::End => First { bytes: Set::ALL, end: true },
            Step::Look(Look::End) => First { bytes: Set::default(), end: true },
            Step::Look(_) | Step::Save(_) => at(step + 1),
            Step::Jump(to) => at(*to),
            Step::Split(one, other) => {
                let (one, other) = (at(*one), at(*other));
                First { bytes: one.bytes.or(other.bytes), end: one.end || other.end }
            }
            Step::Literal(literal) => {
                First { bytes: literal.first().map_or(Set::ALL, |&b| Set::of(b)), end: false }
            }
            Step::One(set) => First { bytes: *set, end: false },
            Step::Run(run) if run.least > 0 => First { bytes: run.set, end: false },
            Step::Run(run) => {
                let next = at(step + 1);
                First { bytes: run.set.or(next.bytes), end: next.end }
            }
        }
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

/// One walk over a text.
struct Walk<'m, 't> {
    steps: &'m [Step],
    first: &'m [First],
    text: &'t [u8],
    slots: &'m mut Slots,
    /// How many of them the pattern has a use for.
    used: usize,
    choices: &'m mut Vec<Choice>,
    budget: usize,
}

impl Walk<'_, '_> {
    fn from(&mut self, start: usize) -> Tried {
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

impl Run {
    fn new(set: Set, least: usize, most: usize, greedy: bool) -> Self {
        let mut holds = [false; 128];
        for (byte, holds) in (0..).zip(&mut holds) {
            *holds = set.has(byte);
        }
        Self {
            set,
            holds,
            least,
            most,
            greedy,
            next: None,
            until: Set([!set.0[0], !set.0[1]]).only(),
        }
    }
}

impl Set {
    const ALL: Self = Self([u64::MAX; 2]);

    fn of(byte: u8) -> Self {
        let mut set = Self::default();
        set.add(byte);
        set
    }

    fn add(&mut self, byte: u8) {
        if byte < 128 {
            self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
    }

    /// Whether an ASCII byte is in it.
    fn has(self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6 & 1)] >> (byte & 63) & 1 == 1
    }

    fn or(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    fn meets(self, other: Self) -> bool {
        self.0[0] & other.0[0] | self.0[1] & other.0[1] != 0
    }

    /// Its byte, if it has one only.
    fn only(self) -> Option<u8> {
        let mut bytes = (0..128).filter(|&b| self.has(b));
        bytes.next().filter(|_| bytes.next().is_none())
    }
}

/// The class of one character that `hir` is.
fn single(hir: &Hir) -> Option<Set> {
    match hir.kind() {
        HirKind::Class(class) => Some(set(class)),
        HirKind::Literal(literal) => match &*literal.0 {
            [byte] if *byte < 128 => Some(Set::of(*byte)),
            _ => None,
        },
        _ => None,
    }
}

/// The ASCII characters of a class.
fn set(class: &Class) -> Set {
    let mut set = Set::default();
    let mut add = |from: u32, to: u32| {
        (from..=to.min(127)).filter_map(|b| u8::try_from(b).ok()).for_each(|b| set.add(b));
    };
    match class {
        Class::Bytes(class) => {
            class.ranges().iter().for_each(|r| add(r.start().into(), r.end().into()));
        }
        Class::Unicode(class) => {
            class.ranges().iter().for_each(|r| add(r.start().into(), r.end().into()));
        }
    }
    set
}

#[cfg(test)]
mod tests;
