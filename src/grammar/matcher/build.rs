//! From a pattern to the steps of a walk, and what can be known of each step before any text is.

use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, Look},
};

use super::{First, MOST_CAPTURES, Matcher, Run, Step, set::Set};

/// Most steps of one pattern; counted repetitions of whole groups are written out.
const MOST_STEPS: usize = 4096;

impl Matcher {
    /// The matcher of `pattern`, unless it is of an unusual kind.
    pub(in crate::grammar) fn new(pattern: &str) -> Option<Self> {
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
}

impl Run {
    fn new(set: Set, least: usize, most: usize, greedy: bool) -> Self {
        let mut holds = [false; 128];
        for (byte, holds) in (0..).zip(&mut holds) {
            *holds = set.has(byte);
        }
        Self { set, holds, least, most, greedy, next: None, until: set.complement().only() }
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
