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
    /// Whether it matches at the beginning of the text only.
    anchored: bool,
    /// Names of the captures, in the order of their numbers here.
    names: Vec<Box<str>>,
}

/// The beginning and the end of each capture.
pub(super) type Slots = [usize; 2 * MOST_CAPTURES];

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
type Set = u128;

#[derive(Debug)]
enum Step {
    Literal(Box<[u8]>),
    One(Set),
    Run(Run),
    /// Go on at the first; if that fails, at the second.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Look(Look),
    End,
}

/// A repetition of one class.
#[derive(Clone, Copy, Debug)]
struct Run {
    set: Set,
    least: usize,
    most: usize,
    greedy: bool,
    /// The byte with which what follows begins, if it is always the same.
    next: Option<u8>,
}

/// A choice to come back to.
#[derive(Debug)]
enum Choice {
    At { step: usize, at: usize },
    Slot { slot: usize, was: usize },
    /// A greedy run that may give back down to `least`.
    Less { step: usize, least: usize, at: usize },
    /// A lazy run that may take more, up to `most`.
    More { step: usize, at: usize, most: usize },
}

impl Matcher {
    /// The matcher of `pattern`, unless it is of an unusual kind.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        // On ASCII text the classes of Unicode and those of ASCII are the same.
        let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
        let mut matcher = Self { steps: Vec::new(), anchored: false, names: Vec::new() };
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
            HirKind::Look(look @ (Look::Start | Look::End | Look::WordAscii | Look::WordAsciiNegate)) => {
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
                    self.steps.push(Step::Run(Run { set, least, most, greedy: repetition.greedy, next: None }));
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
        let split = |body, behind| if greedy { Step::Split(body, behind) } else { Step::Split(behind, body) };
        for _ in 0..least {
            self.add(sub)?;
        }
        let Some(most) = most else {
            let head = self.steps.len();
            self.steps.push(Step::Jump(0));
            self.add(sub)?;
            self.steps.push(Step::Jump(head));
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

    /// Tells every run with what its continuation begins.
    fn look_ahead(&mut self) {
        for i in 0..self.steps.len() {
            let next = self.steps[i + 1..].iter().find(|s| !matches!(s, Step::Save(_))).and_then(|s| match s {
                Step::Literal(literal) => literal.first().copied(),
                _ => None,
            });
            if let Step::Run(run) = &mut self.steps[i] {
                run.next = next;
            }
        }
    }

    /// Tries `text`, which must be ASCII; `slots` then hold the captures.
    pub(super) fn captures(&self, text: &[u8], slots: &mut Slots) -> Tried {
        let mut walk = Walk { steps: &self.steps, text, slots, choices: Vec::new(), budget: 64 * (text.len() + 16) };
        if self.anchored {
            return walk.from(0);
        }
        // Where a match can begin.
        let first = self.steps.iter().find(|s| !matches!(s, Step::Save(_)));
        let mut at = 0;
        while at <= text.len() {
            match first {
                Some(Step::Literal(literal)) => match memchr::memmem::find(&text[at..], literal) {
                    Some(found) => at += found,
                    None => return Tried::Failed,
                },
                Some(Step::One(set) | Step::Run(Run { set, least: 1.., .. })) => {
                    match text[at..].iter().position(|&b| holds(*set, b)) {
                        Some(found) => at += found,
                        None => return Tried::Failed,
                    }
                }
                _ => {}
            }
            match walk.from(at) {
                Tried::Failed => at += 1,
                done => return done,
            }
        }
        Tried::Failed
    }
}

/// What a capture holds.
pub(super) fn captured<'t>(text: &'t str, slots: &Slots, number: usize) -> Option<&'t str> {
    text.get(slots[2 * number]..slots[2 * number + 1])
}

/// One walk over a text.
struct Walk<'m, 't> {
    steps: &'m [Step],
    text: &'t [u8],
    slots: &'m mut Slots,
    choices: Vec<Choice>,
    budget: usize,
}

impl Walk<'_, '_> {
    fn from(&mut self, start: usize) -> Tried {
        self.slots.fill(NOWHERE);
        self.choices.clear();
        let (mut step, mut at) = (0, start);
        loop {
            let Some(left) = self.budget.checked_sub(1) else { return Tried::GaveUp };
            self.budget = left;
            let next = match &self.steps[step] {
                Step::End => return Tried::Matched,
                Step::Literal(literal) => {
                    self.text[at..].starts_with(literal).then(|| (step + 1, at + literal.len()))
                }
                Step::One(set) => self.text.get(at).is_some_and(|&b| holds(*set, b)).then_some((step + 1, at + 1)),
                Step::Run(run) => self.run(*run, step, at),
                Step::Split(first, second) => {
                    self.choices.push(Choice::At { step: *second, at });
                    Some((*first, at))
                }
                Step::Jump(to) => Some((*to, at)),
                Step::Save(slot) => {
                    self.choices.push(Choice::Slot { slot: *slot, was: self.slots[*slot] });
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

    fn run(&mut self, run: Run, step: usize, at: usize) -> Option<(usize, usize)> {
        let longest = self.text.len().min(at.saturating_add(run.most));
        let taken = self.text[at..longest].iter().position(|&b| !holds(run.set, b)).unwrap_or(longest - at);
        let (least, most) = (at + run.least, at + taken);
        if most < least {
            return None;
        }
        if run.greedy {
            // Where the continuation begins with a byte that the run cannot hold, giving back is no use.
            if least < most && run.next.is_none_or(|next| holds(run.set, next)) {
                self.choices.push(Choice::Less { step, least, at: most });
            }
            Some((step + 1, most))
        } else {
            self.more(run, step, least, most)
        }
    }

    /// The first place from `at` on where what follows a lazy run can begin.
    fn more(&mut self, run: Run, step: usize, at: usize, most: usize) -> Option<(usize, usize)> {
        let at = match run.next {
            Some(next) => at + memchr::memchr(next, self.text.get(at..self.text.len().min(most + 1))?)?,
            None => at,
        };
        if at < most {
            self.choices.push(Choice::More { step, at: at + 1, most });
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
                    let Step::Run(run) = &self.steps[step] else { continue };
                    let at = match run.next {
                        Some(next) => match memchr::memrchr(next, &self.text[least..at]) {
                            Some(found) => least + found,
                            None => continue,
                        },
                        None => at - 1,
                    };
                    if least < at {
                        self.choices.push(Choice::Less { step, least, at });
                    }
                    return Some((step + 1, at));
                }
                Choice::More { step, at, most } => {
                    let Step::Run(run) = &self.steps[step] else { continue };
                    if let Some(next) = self.more(*run, step, at, most) {
                        return Some(next);
                    }
                }
            }
        }
    }

    fn holds(&self, look: Look, at: usize) -> bool {
        let word = |at: Option<usize>| {
            at.and_then(|at| self.text.get(at)).is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'_')
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

fn holds(set: Set, byte: u8) -> bool {
    byte < 128 && set >> byte & 1 == 1
}

/// The class of one character that `hir` is.
fn single(hir: &Hir) -> Option<Set> {
    match hir.kind() {
        HirKind::Class(class) => Some(set(class)),
        HirKind::Literal(literal) => match &*literal.0 {
            [byte] if *byte < 128 => Some(1 << byte),
            _ => None,
        },
        _ => None,
    }
}

/// The ASCII characters of a class.
fn set(class: &Class) -> Set {
    let range = |from: u32, to: u32| (from..=to.min(127)).fold(0, |set: Set, b| set | 1 << b);
    match class {
        Class::Bytes(class) => {
            class.ranges().iter().fold(0, |set, r| set | range(r.start().into(), r.end().into()))
        }
        Class::Unicode(class) => {
            class.ranges().iter().fold(0, |set, r| set | range(r.start().into(), r.end().into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    /// What the regex crate finds, and what the matcher does: the value of each named capture, if the text matches.
    fn both(pattern: &str, text: &str) -> Option<[Option<Vec<Option<String>>>; 2]> {
        let matcher = Matcher::new(pattern)?;
        let regex = Regex::new(pattern).unwrap();
        let plain = regex
            .captures(text)
            .map(|c| matcher.names().map(|n| c.name(n).map(|m| m.as_str().to_owned())).collect());
        let mut slots = [NOWHERE; 2 * MOST_CAPTURES];
        let swift = match matcher.captures(text.as_bytes(), &mut slots) {
            Tried::Matched => {
                Some((0..matcher.names.len()).map(|i| captured(text, &slots, i).map(str::to_owned)).collect())
            }
            Tried::Failed => None,
            Tried::GaveUp => return None,
        };
        Some([plain, swift])
    }

    #[test]
    fn it_finds_what_the_regex_crate_finds() {
        const TEXTS: [&str; 12] = [
            "", "a", "ab", "aab", "abab", "a\"b\"c", "xaaab ba", "say \"a\" then \"b\"", "key=value, key2=v", "aaaa", "b a", "a\nb",
        ];
        for pattern in [
            "^a", "a$", "(?P<x>a*)b", "(?P<x>a*?)b", "(?P<x>a+)(?P<y>a*)", "(?P<x>ab)+", "(?:(?P<x>a)|b)+", "(?P<x>a|ab)(?P<y>b?)",
            "\"(?P<x>[^\"]*)\"", "(?P<x>.*)\"", "(?P<x>.*?)\"", r"\b(?P<x>\w+)\b", r"(?P<x>\S+) \S", r"^(?:(?P<x>\w+)=)?(?P<y>.*)$",
            "(?i)A(?P<x>B?)", "(?P<x>a{2,3})", "(?P<x>a{2,3}?)", "(?:ab){2}", r"(?P<x>[^\n]*)b", "(?s)(?P<x>.)b", r"\Ba", "(?P<x>a)??b",
        ] {
            for text in TEXTS {
                let [plain, swift] = both(pattern, text).unwrap_or_else(|| panic!("`{pattern}` is left to the regex crate"));
                assert_eq!(swift, plain, "`{pattern}` on `{text}`");
            }
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_regex_crate_on_any_pattern(
            pattern in r"(\^)?((\(\?P<x>)?[ab.]([*+?]\??)?[ab]?(\|b*)?){1}(\))?(\(\?:a\|[^a]b?\)[+?*]?)?(\(\?P<y>[ab]*\))?(\$)?",
            text in "[abc ]{0,12}",
        ) {
            if Regex::new(&pattern).is_ok() {
                if let Some([plain, swift]) = both(&pattern, &text) {
                    prop_assert_eq!(swift, plain, "`{}` on `{}`", pattern, text);
                }
            }
        }
    }

    #[test]
    fn a_pattern_that_tries_everything_is_given_up() {
        let matcher = Matcher::new("^(?:a|aa)+$").unwrap();
        let text = "a".repeat(200) + "c";
        assert_eq!(matcher.captures(text.as_bytes(), &mut [NOWHERE; 2 * MOST_CAPTURES]), Tried::GaveUp);
    }
}
