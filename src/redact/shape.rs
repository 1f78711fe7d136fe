//! Text of the same shape: every letter becomes another letter of its kind, every digit a digit, and what gives a text its form stays.
//!
//! What is kept: length, punctuation of tokens, escapes (`%2B`, `\n`), the alphabet (hex stays hex). So whatever reads the text afterwards takes
//! it for the same sort of thing.

use super::key::{Key, Stream};

/// From which alphabet a character comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Digit,
    /// The first digit of a number, which is no zero.
    First,
    Lower,
    Upper,
    HexLower,
    HexUpper,
    /// The second hex digit of an escaped byte above ASCII.
    Nibble,
    /// Punctuation of passwords.
    Mark,
    /// Characters of two, three and four bytes.
    Two,
    Three,
    Four,
}

/// How a character is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    /// Two hex digits behind `%` or `\x`.
    Hex,
    /// Four hex digits behind `\u`.
    Unicode,
}

/// A place at which a character can be changed.
#[derive(Clone, Copy, Debug)]
struct Slot {
    at: usize,
    len: usize,
    set: Set,
    form: Form,
    index: u32,
}

/// How the new characters are chosen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice<'k> {
    /// By the text itself: the same text, the same pseudonym.
    ByText(&'k Key),
    /// By its form alone: it tells nothing of the text, not even that it came before.
    ByForm(&'k Key),
    /// By a key that nobody can guess: two texts of one form never get the same pseudonym.
    Permuted(&'k Key),
}

/// Texts with more places to change than this are chosen by the text instead of permuted: two that fall together are not to be expected.
const PERMUTED: usize = 24;

/// What marks of passwords become: characters that end a value nowhere.
const MARKS: &[u8; 4] = b"-_!~";

/// Makes texts of the same shape.
#[derive(Debug, Default)]
pub(super) struct Shaper(Vec<Slot>);

impl Shaper {
    /// Writes a text shaped as `text` to `out`. Of a `secret` the punctuation is changed, too.
    pub(super) fn write(
        &mut self,
        text: &str,
        secret: bool,
        choice: Choice<'_>,
        out: &mut Vec<u8>,
    ) {
        self.read(text, secret);
        let same = self.choose(text, choice);
        if same {
            for slot in &mut self.0 {
                slot.index = (slot.index + 1) % slot.set.size();
            }
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        for slot in &self.0 {
            out.extend_from_slice(&bytes[at..slot.at]);
            slot.write(out);
            at = slot.at + slot.len;
        }
        out.extend_from_slice(&bytes[at..]);
    }

    /// Finds the places of `text`.
    fn read(&mut self, text: &str, secret: bool) {
        self.0.clear();
        let bytes = text.as_bytes();
        let hex = is_hex(bytes);
        let number = bytes.iter().all(u8::is_ascii_digit);
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let escape = match (byte, bytes.get(at + 1)) {
                (b'%', Some(_)) => hex_at(bytes, at + 1, 2).map(|code| (code, 1, Form::Hex)),
                (b'\\', Some(b'x')) => hex_at(bytes, at + 2, 2).map(|code| (code, 2, Form::Hex)),
                (b'\\', Some(b'u')) => {
                    hex_at(bytes, at + 2, 4).map(|code| (code, 2, Form::Unicode))
                }
                (b'\\', Some(next)) if b"\\\"'/bfnrt0".contains(next) => {
                    at += 2;
                    continue;
                }
                _ => None,
            };
            if let Some((code, before, form)) = escape {
                self.escaped(at + before, code, form, secret);
                at += before + if form == Form::Hex { 2 } else { 4 };
                continue;
            }
            let slot = |set, index, len| Slot { at, len, set, form: Form::Plain, index };
            let found = if byte < 0x80 {
                ascii(byte, hex, secret).map(|(set, index)| slot(set, index, 1))
            } else {
                text.get(at..).and_then(|rest| rest.chars().next()).map(|c| {
                    let set = match c.len_utf8() {
                        2 => Set::Two,
                        3 => Set::Three,
                        _ => Set::Four,
                    };
                    slot(set, u32::from(c) % set.size(), c.len_utf8())
                })
            };
            at += found.map_or(1, |slot| slot.len);
            self.0.extend(found);
        }
        if number && let Some(first) = self.0.first_mut().filter(|slot| slot.index > 0) {
            *first = Slot { set: Set::First, index: first.index - 1, ..*first };
        }
    }

    /// A character behind `%`, `\x` or `\u`: letters and digits are changed, what is escaped for its own sake stays.
    fn escaped(&mut self, at: usize, code: u32, form: Form, secret: bool) {
        let len = if form == Form::Hex { 2 } else { 4 };
        match u8::try_from(code) {
            Ok(byte @ 0..0x80) => {
                // Punctuation is escaped because it would end the value: it stays.
                if byte.is_ascii_alphanumeric() || secret && MARKS.contains(&byte) {
                    let found = ascii(byte, false, secret);
                    self.0.extend(found.map(|(set, index)| Slot { at, len, set, form, index }));
                }
            }
            _ if form == Form::Hex => {
                let slot = Slot {
                    at: at + 1,
                    len: 1,
                    set: Set::Nibble,
                    form: Form::Plain,
                    index: code % 16,
                };
                self.0.push(slot);
            }
            _ => self.0.push(Slot { at, len, set: Set::Two, form, index: code % Set::Two.size() }),
        }
    }

    /// Sets every place anew; whether it came out as it was.
    fn choose(&mut self, text: &str, choice: Choice<'_>) -> bool {
        let slots = &mut self.0;
        let mut stream = match choice {
            Choice::Permuted(key) if slots.len() <= PERMUTED => {
                let before: u64 = print(slots);
                permute(slots, key);
                return print(slots) == before;
            }
            Choice::Permuted(key) | Choice::ByText(key) => key.stream(text.as_bytes()),
            Choice::ByForm(key) => key.stream(b""),
        };
        let mut same = true;
        for slot in slots {
            let index = stream.below(slot.set.size());
            same &= index == slot.index;
            slot.index = index;
        }
        same
    }
}

/// The places as one number, to see whether anything was changed.
fn print(slots: &[Slot]) -> u64 {
    slots
        .iter()
        .fold(0, |sum: u64, slot| sum.wrapping_mul(1_000_003).wrapping_add(slot.index.into()))
}

/// Changes the places by a Feistel network, each half by what the other holds: what comes out of two different texts is different.
fn permute(slots: &mut [Slot], key: &Key) {
    const ROUNDS: u8 = 4;
    let (left, right) = slots.split_at_mut(slots.len() / 2);
    for round in 0..ROUNDS {
        let (source, target) =
            if round % 2 == 0 { (&*left, &mut *right) } else { (&*right, &mut *left) };
        let mut seen = [round; 4 * (PERMUTED + 1)];
        for (room, slot) in seen[1..].chunks_exact_mut(4).zip(source) {
            room.copy_from_slice(&slot.index.to_le_bytes());
        }
        let mut stream: Stream<'_> = key.stream(&seen[..=4 * source.len()]);
        for slot in target {
            slot.index = (slot.index + stream.below(slot.set.size())) % slot.set.size();
        }
    }
}

impl Set {
    fn size(self) -> u32 {
        match self {
            Self::Digit => 10,
            Self::First => 9,
            Self::Lower | Self::Upper => 26,
            Self::HexLower | Self::HexUpper => 6,
            Self::Nibble => 16,
            Self::Mark => 4,
            Self::Two => 23,
            Self::Three | Self::Four => 1024,
        }
    }

    fn character(self, index: u32) -> char {
        let first = match self {
            Self::Digit => '0',
            Self::First => '1',
            Self::Lower | Self::HexLower => 'a',
            Self::Upper | Self::HexUpper => 'A',
            Self::Nibble => return char::from_digit(index, 16).unwrap_or('0'),
            Self::Mark => return char::from(MARKS[index as usize % MARKS.len()]),
            // Latin, Han and Han again: none is a control or hidden character.
            Self::Two => 'à',
            Self::Three => '一',
            Self::Four => '𠀀',
        };
        char::from_u32(u32::from(first) + index).unwrap_or(first)
    }
}

impl Slot {
    fn write(&self, out: &mut Vec<u8>) {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let c = self.set.character(self.index);
        let digits = match self.form {
            Form::Plain => {
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return;
            }
            Form::Hex => 2,
            Form::Unicode => 4,
        };
        out.extend(
            (0..digits).rev().map(|place| DIGITS[u32::from(c) as usize >> (4 * place) & 15]),
        );
    }
}

fn ascii(byte: u8, hex: bool, secret: bool) -> Option<(Set, u32)> {
    let (set, first) = match byte {
        b'0'..=b'9' => (Set::Digit, b'0'),
        b'a'..=b'f' if hex => (Set::HexLower, b'a'),
        b'A'..=b'F' if hex => (Set::HexUpper, b'A'),
        b'a'..=b'z' => (Set::Lower, b'a'),
        b'A'..=b'Z' => (Set::Upper, b'A'),
        b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'+' | b'^' | b'@' | b'#' | b'$' | b'?'
        | b'|'
            if secret =>
        {
            return Some((Set::Mark, u32::from(byte) % Set::Mark.size()));
        }
        _ => return None,
    };
    Some((set, u32::from(byte - first)))
}

/// Whether a text is a number in hex, such as a UUID: eight digits or more, and letters in one case.
fn is_hex(text: &[u8]) -> bool {
    let count = |fits: fn(&u8) -> bool| text.iter().filter(|b| fits(b)).count();
    let digits = count(u8::is_ascii_digit);
    let (lower, upper) = (count(|b| matches!(b, b'a'..=b'f')), count(|b| matches!(b, b'A'..=b'F')));
    let dashes = count(|b| *b == b'-');
    digits + lower + upper + dashes == text.len()
        && digits > 0
        && digits + lower + upper >= 8
        && (lower == 0 || upper == 0)
}

/// The number that `digits` hex digits at `at` are.
fn hex_at(bytes: &[u8], at: usize, digits: usize) -> Option<u32> {
    bytes
        .get(at..at + digits)?
        .iter()
        .try_fold(0, |code, b| Some(code << 4 | char::from(*b).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shaped(text: &str, secret: bool, choice: Choice<'_>) -> String {
        let mut out = Vec::new();
        Shaper::default().write(text, secret, choice, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_text_keeps_its_form_and_nothing_else() {
        let key = Key::new(b"k");
        for text in [
            "q7Zt0pLxV3nR8sKd",
            "a-b_c.D1=",
            "3f2b8c1e-0d4a-4f6e-9b7a-1c2d3e4f5a6b",
            "a%2Bb%41\\n\\u00e9é日",
        ] {
            for choice in [Choice::ByText(&key), Choice::ByForm(&key), Choice::Permuted(&key)] {
                let out = shaped(text, false, choice);
                assert_eq!(out.len(), text.len(), "{out}");
                assert_ne!(out, text);
                let form = |text: &str| -> Vec<u8> {
                    text.bytes()
                        .map(|b| ascii(b, false, false).map_or(b, |(set, _)| set as u8))
                        .collect()
                };
                if text.is_ascii() {
                    assert_eq!(form(&out)[..4], form(text)[..4], "{out}");
                }
            }
        }
        assert!(shaped("a%2Bb", false, Choice::ByText(&key)).contains("%2B"));
        assert!(is_hex(
            shaped("3f2b8c1e-0d4a-4f6e-9b7a-1c2d3e4f5a6b", false, Choice::ByText(&key)).as_bytes()
        ));
    }

    #[test]
    fn what_is_chosen_by_form_does_not_show_what_it_was() {
        let key = Key::new(b"k");
        let by_form = |text| shaped(text, true, Choice::ByForm(&key));
        assert_eq!(by_form("hunter2"), by_form("drowsy7"));
        let by_text = |text| shaped(text, true, Choice::ByText(&key));
        assert_ne!(by_text("hunter2"), by_text("drowsy7"));
    }

    #[test]
    fn no_two_numbers_are_permuted_to_one() {
        let key = Key::new(b"k");
        for range in [1..10, 10..100, 100..1000] {
            let mut seen: Vec<String> = range
                .clone()
                .map(|n| shaped(&n.to_string(), false, Choice::Permuted(&key)))
                .collect();
            assert!(seen.iter().all(|text| !text.starts_with('0')), "{seen:?}");
            seen.sort();
            seen.dedup();
            // Where nothing was changed, the next in turn is taken, which may be another's.
            assert!(seen.len() + 2 >= range.len(), "{range:?}: {}", seen.len());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_shaped_without_panic(text in r"(.|%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|[A-Za-z0-9]){0,40}", secret: bool) {
            let key = Key::new(b"k");
            for choice in [Choice::ByText(&key), Choice::ByForm(&key), Choice::Permuted(&key)] {
                let out = shaped(&text, secret, choice);
                prop_assert_eq!(out.len(), text.len());
            }
        }
    }
}
