//! Lines of a form that was read before: how they are wrapped and which pattern knows them need not be found out again.
//!
//! A log repeats a few hundred forms. Two lines are of one form when they differ in nothing but the digits of the time in front, long numbers, and ids of sessions:
//! then they are wrapped alike, and what one pattern knows the others leave to it. The time, the captures and the ids are read from each line all
//! the same. Only plain lines are remembered: one wrapper with a time, a level and perhaps a logger, and no fields. The plain way stays beside it, and tests
//! hold that both give the same.

use std::{borrow::Cow, hash::BuildHasher};

use crate::{
    envelope::{Level, Peeled, Peeler, Shape},
    grammar::{Grammar, Pattern},
};

/// Places for forms, as a power of two.
const PLACES: u32 = 11;

/// Longest line that is remembered: longer ones show headers and tokens, and are never of one form.
const LONGEST: usize = 400;

/// Up to where every digit counts as one of the time.
const TIME: usize = 26;

/// Digits of a number that says nothing to a pattern; statuses and codes are shorter.
const LONG: usize = 4;

/// Length of an id of today's libraries.
const ID: usize = 20;

/// Forms of lines.
#[derive(Default)]
pub(super) struct Forms {
    // Boxed, so that a short log does not pay for the room.
    places: Vec<Option<Box<Form>>>,
    /// The form of the line that was asked for last, if it may be remembered.
    last: Vec<u8>,
    /// The grammar and the year they belong to.
    of: Option<(u64, i32)>,
}

/// A form, and what was found out of the first line of it.
struct Form {
    text: Vec<u8>,
    known: Known,
}

#[derive(Clone, Copy)]
struct Known {
    level: Level,
    shape: Shape,
    /// Where the logger's name stands.
    logger: Option<Span>,
    message: Span,
    pattern: Pattern,
}

/// Where a piece of a line stands.
#[derive(Clone, Copy)]
struct Span {
    from: u32,
    to: u32,
}

impl Forms {
    /// Forgets what was found out with another grammar or in another year.
    pub(super) fn belong_to(&mut self, grammar: &Grammar, year: i32) {
        let of = Some((grammar.number(), year));
        if self.of != of {
            self.of = of;
            self.places.clear();
            self.places.resize_with(1 << PLACES, || None);
        }
    }

    /// What is in `line` and which pattern knows it, if a line of its form was remembered.
    pub(super) fn recall<'l>(
        &mut self,
        by: &Peeler,
        line: &'l str,
    ) -> Option<(Peeled<'l>, Pattern)> {
        self.last.clear();
        let start = time_at(line)?;
        if line.len() > LONGEST || !line.is_ascii() {
            return None;
        }
        write_form(line.as_bytes(), &mut self.last);
        let form = self.places.get(place(&self.last))?.as_deref()?;
        let known = Some(form.known).filter(|_| form.text == self.last)?;
        let mut peeled = Peeled::bare(known.message.of(line)?);
        peeled.stamp = Some(by.stamp(line.get(start..)?)?);
        peeled.level = Some(known.level);
        peeled.shape = known.shape;
        peeled.logger = match known.logger {
            Some(name) => Some(Cow::Borrowed(name.of(line)?)),
            None => None,
        };
        Some((peeled, known.pattern))
    }

    /// Remembers the line that was asked for last: its content, and the pattern that knew it.
    pub(super) fn remember(
        &mut self,
        by: &Peeler,
        line: &str,
        peeled: &Peeled<'_>,
        pattern: Pattern,
    ) {
        if self.last.is_empty() {
            return;
        }
        let Some(known) = Known::of(by, line, peeled, pattern) else { return };
        match self.places.get_mut(place(&self.last)) {
            Some(Some(form)) => {
                form.text.clone_from(&self.last);
                form.known = known;
            }
            Some(free) => *free = Some(Box::new(Form { text: self.last.clone(), known })),
            None => {}
        }
    }
}

impl Known {
    /// `None` where the line shows more than is kept here.
    fn of(by: &Peeler, line: &str, peeled: &Peeled<'_>, pattern: Pattern) -> Option<Self> {
        let plain = peeled.writer == 0
            && peeled.actor.is_none()
            && peeled.fields.is_empty()
            && !(peeled.partial || peeled.client || peeled.by_nest);
        if !plain || peeled.stamp != by.stamp(line.get(time_at(line)?..)?) {
            return None;
        }
        let logger = match &peeled.logger {
            Some(Cow::Borrowed(name)) => Some(Span::of_piece(line, name)?),
            Some(Cow::Owned(_)) => return None,
            None => None,
        };
        let Cow::Borrowed(message) = &peeled.message else { return None };
        let message = Span::of_piece(line, message)?;
        Some(Self { level: peeled.level?, shape: peeled.shape, logger, message, pattern })
    }
}

impl Span {
    /// Where `piece`, which is a piece of `line`, stands in it; `None` when it is none.
    fn of_piece(line: &str, piece: &str) -> Option<Self> {
        let from = (piece.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?;
        let to = from + piece.len();
        (to <= line.len())
            .then(|| Some(Self { from: from.try_into().ok()?, to: to.try_into().ok()? }))?
    }

    fn of(self, line: &str) -> Option<&str> {
        line.get(self.from as usize..self.to as usize)
    }
}

/// Where a date with dashes begins: at once, or in a bracket.
fn time_at(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let start = usize::from(bytes.first() == Some(&b'['));
    matches!(
        bytes.get(start..start + 8)?,
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-', _, _, b'-']
    )
    .then_some(start)
}

fn place(form: &[u8]) -> usize {
    let hash = rustc_hash::FxBuildHasher.hash_one(form);
    usize::try_from(hash >> (u64::BITS - PLACES)).unwrap_or_default()
}

/// Writes the form of `line`, which is ASCII; it is as long as the line.
fn write_form(line: &[u8], form: &mut Vec<u8>) {
    form.extend_from_slice(line);
    let time = TIME.min(line.len());
    form[..time].iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|byte| *byte = b'0');
    let word_ends =
        |from: usize| from + line[from..].iter().take_while(|b| is_of_word(**b)).count();
    // A word that began in front of that is none of a message's.
    let mut at = word_ends(time);
    while let Some(digit) = next_digit(line, at) {
        let before = line[at..digit].iter().rev().take_while(|b| is_of_word(**b)).count();
        let start = digit - before;
        at = word_ends(digit);
        let word = &line[start..at];
        if word.iter().all(u8::is_ascii_digit) {
            if word.len() >= LONG {
                form[start..at].fill(b'0');
            }
        } else if word.len() == ID {
            form[start..at].fill(b'X');
        }
    }
}

/// Whether a byte may stand in a number or an id.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The first digit of `line`, which is ASCII, at or behind `from`; looks at eight bytes together.
fn next_digit(line: &[u8], from: usize) -> Option<usize> {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let mut rest = line.get(from..)?;
    while let Some((eight, behind)) = rest.split_first_chunk::<8>() {
        // Digits become 0 to 9, and only those stay below 128 when 118 is added.
        let digits = !((u64::from_le_bytes(*eight) ^ (EACH * 0x30)) + EACH * 118) & (EACH * 0x80);
        if digits != 0 {
            return Some(line.len() - rest.len() + digits.trailing_zeros() as usize / 8);
        }
        rest = behind;
    }
    Some(line.len() - rest.len() + rest.iter().position(u8::is_ascii_digit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same line with other numbers and ids.
    fn varied(line: &str, step: u8) -> String {
        let mut form = Vec::new();
        write_form(line.as_bytes(), &mut form);
        let mut varied = Vec::new();
        for (at, (byte, of_form)) in line.bytes().zip(form).enumerate() {
            varied.push(match (byte, of_form) {
                // A date stays one.
                (b'0'..=b'9', _) if at < TIME => byte,
                (b'0'..=b'9', b'0' | b'X') => b'0' + (byte + step) % 10,
                (b'a'..=b'y' | b'A'..=b'Y', b'X') => byte + step % 2,
                _ => byte,
            });
        }
        String::from_utf8(varied).unwrap()
    }

    #[test]
    fn lines_of_one_form_are_read_as_each_is_by_itself() {
        let grammar = Grammar::load(&[]).unwrap();
        let by = Peeler::with_year(2026);
        let mut forms = Forms::default();
        forms.belong_to(&grammar, 2026);
        let (mut recalled, mut logs) = (0, 0);
        let folders = std::fs::read_dir("samples").unwrap();
        for log in folders.flat_map(|f| std::fs::read_dir(f.unwrap().path()).unwrap()) {
            let path = log.unwrap().path();
            if path.extension().is_none_or(|e| e != "log") {
                continue;
            }
            logs += 1;
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            // No other lines are remembered.
            // No other lines are remembered.
            let lines = text.lines().filter(|line| line.is_ascii());
            let variants =
                lines.flat_map(|line| (0..8).map(|step| varied(line, step)).collect::<Vec<_>>());
            for line in variants {
                let plainly = by.peel(&line);
                let (understood, pattern) = grammar.read_as(&plainly, None);
                if let Some((peeled, hint)) = forms.recall(&by, &line) {
                    assert_eq!(peeled, plainly, "{line}");
                    assert_eq!(Some(hint), pattern, "{line}");
                    let (again, _) = grammar.read_as(&peeled, Some(hint));
                    assert_eq!(format!("{again:?}"), format!("{understood:?}"), "{line}");
                    recalled += 1;
                } else if let Some(pattern) = pattern {
                    forms.remember(&by, &line, &plainly, pattern);
                }
            }
        }
        assert!(logs > 20 && recalled > 1000, "{recalled} lines of {logs} logs");
    }

    #[test]
    fn a_digit_is_found_wherever_it_stands() {
        let line = b"/: ab~@ 9zzzzzz:/0, \x00\x7f  a  5";
        for from in 0..=line.len() {
            let want = (from..line.len()).find(|at| line[*at].is_ascii_digit());
            assert_eq!(next_digit(line, from), want, "from {from}");
        }
    }

    #[test]
    fn statuses_and_names_are_part_of_a_form() {
        let form = |line: &str| {
            let mut form = Vec::new();
            write_form(line.as_bytes(), &mut form);
            String::from_utf8(form).unwrap()
        };
        for (line, want) in [
            (
                "2026-11-22 14:45:34,231 - app - INFO - user 28194 of Xk2mQ9pLr7TzWb5cAAAB got 401",
                "0000-00-00 00:00:00,000 - app - INFO - user 00000 of XXXXXXXXXXXXXXXXXXXX got 401",
            ),
            (
                "[2026-11-22 14:45:34,231] ERROR in app: InvalidAudienceError: x1234",
                "[0000-00-00 00:00:00,000] ERROR in app: InvalidAudienceError: x1234",
            ),
        ] {
            assert_eq!(form(line), want);
        }
    }
}
