//! A line taken apart: what all lines of its form have, and where that stands which differs from one to the next.
//!
//! What differs: the digits of times, long numbers, ids of sessions, IPv4 addresses, the stamp that clients put against caches (`t=`), and tokens and cookies.
//! The last three differ in length too, so that places behind them are counted from their ends. Statuses, codes and names with digits are part of the form.

/// Longest line that is taken apart: one that shows the headers of a request.
pub(super) const LONGEST: usize = 1024;

/// Digits of a number that says nothing to a pattern; statuses and codes are shorter.
const LONG: usize = 4;

/// Length of an id of today's libraries.
const ID: usize = 20;

/// Words of this length, with the dots between them, are a token or a cookie: longer than any id or name.
const TOKEN: usize = 40;

/// How often small and capital letters take turns in an id without a digit; in names of classes and functions they do so at each new word.
const TURNS: usize = 4;

/// What stands in a form for a piece that differs: bytes that are not ASCII.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Mark {
    Time = 0x80,
    Number,
    Id,
    Address,
    CacheStamp,
    Token,
}

/// The parts of one line.
#[derive(Default)]
pub(super) struct Parts {
    /// The line with marks for what differs: equal for lines of one form.
    pub(super) form: Vec<u8>,
    /// Pieces whose length differs, from left to right.
    bends: Vec<Bend>,
    /// How many times of day with a date there are.
    times: usize,
    /// Where the first of them begins.
    first_time: usize,
    /// The bytes of the line before this one are in the form.
    written: usize,
}

/// A piece whose length differs between lines of one form.
#[derive(Clone, Copy)]
struct Bend {
    from: usize,
    to: usize,
}

/// A place in all lines of a form: so far behind the end of that bend, or behind the beginning of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    bends: u16,
    behind: u16,
}

impl Parts {
    /// Takes `line` apart, which must be ASCII and no longer than [`LONGEST`].
    pub(super) fn take(&mut self, line: &[u8]) {
        self.form.clear();
        self.bends.clear();
        (self.times, self.first_time, self.written) = (0, 0, 0);
        let mut at = 0;
        while let Some(byte) = line.get(at) {
            let (start, mut seen) = (at, CLASSES[usize::from(*byte)]);
            at += 1;
            if seen == SEPARATOR {
                continue;
            }
            for class in line[at..].iter().map(|b| CLASSES[usize::from(*b)]) {
                if class == SEPARATOR {
                    break;
                }
                seen |= class;
                at += 1;
            }
            if seen & DIGIT != 0 || at - start == ID {
                at = self.word(line, start, at);
            }
        }
        self.form.extend_from_slice(&line[self.written..]);
    }

    /// Writes the word at `start..end`, which has a digit or is as long as an id, as it is in the form; gives the end of what was written.
    fn word(&mut self, line: &[u8], start: usize, end: usize) -> usize {
        let word = &line[start..end];
        let before = line[..start].last();
        if matches!(line[..start], [.., b'?' | b'&', b't', b'=']) {
            // `t=1234567.89` of Python's client.
            let end = dotted_end(line, end);
            return self.bend(line, start, end, Mark::CacheStamp);
        }
        if word.get(4) == Some(&b'-')
            && let Some(end) = time_end(line, start)
        {
            self.time(line, start, end);
            // How a time is written may tell by whom.
            self.form.extend(
                [line[start + 10], line[(start + 19).min(end - 1)], line[end - 1]].map(sign),
            );
            return end;
        }
        if word.iter().all(u8::is_ascii_digit) {
            if let Some(end) = address_end(line, start).filter(|_| before != Some(&b'.')) {
                return self.bend(line, start, end, Mark::Address);
            }
            if let Some(end) = access_time_end(line, start).filter(|_| before == Some(&b'[')) {
                self.time(line, start, end);
                return end;
            }
            if word.len() >= LONG {
                self.mark(line, start, end, Mark::Number);
            }
            return end;
        }
        let whole = dotted_end(line, end);
        if whole - start >= TOKEN {
            return self.bend(line, start, whole, Mark::Token);
        }
        if word.len() == ID {
            if word.iter().any(u8::is_ascii_digit) || turns(word) >= TURNS {
                self.mark(line, start, end, Mark::Id);
                // Patterns may ask for the border of a word, and beside a dash there is none.
                self.form.extend([word[0], word[ID - 1]].map(|end| u8::from(end == b'-')));
            }
        } else {
            // `user_42864`
            let digits = word.iter().rev().take_while(|b| b.is_ascii_digit()).count();
            if digits >= LONG && word[..word.len() - digits].ends_with(b"_") {
                self.mark(line, end - digits, end, Mark::Number);
            }
        }
        end
    }

    fn time(&mut self, line: &[u8], start: usize, end: usize) {
        if self.times == 0 {
            self.first_time = start;
        }
        self.times += 1;
        self.mark(line, start, end, Mark::Time);
    }

    fn bend(&mut self, line: &[u8], from: usize, to: usize, mark: Mark) -> usize {
        self.form.extend_from_slice(&line[self.written..from]);
        self.form.push(mark as u8);
        self.bends.push(Bend { from, to });
        self.written = to;
        to
    }

    /// A piece that has one length in all lines of the form.
    fn mark(&mut self, line: &[u8], start: usize, end: usize, mark: Mark) {
        self.form.extend_from_slice(&line[self.written..start]);
        self.form.push(mark as u8);
        // Two bytes hold the length of any line that is remembered.
        self.form.extend_from_slice(&(end - start).to_le_bytes()[..2]);
        self.written = end;
    }

    /// Where the line's only time with a date begins.
    pub(super) fn only_time(&self) -> Option<usize> {
        (self.times == 1).then_some(self.first_time)
    }

    /// Whether no time of day with a date stands in the line.
    pub(super) fn is_timeless(&self) -> bool {
        self.times == 0
    }

    /// What `at` is in every line of the form; `None` inside a piece whose length differs.
    pub(super) fn place_of(&self, at: usize) -> Option<Place> {
        let bends = self.bends.iter().take_while(|bend| bend.to <= at).count();
        if self.bends.get(bends).is_some_and(|bend| bend.from < at) {
            return None;
        }
        let behind = at - bends.checked_sub(1).map_or(0, |last| self.bends[last].to);
        Some(Place { bends: bends.try_into().ok()?, behind: behind.try_into().ok()? })
    }

    /// Where `place` is in this line.
    pub(super) fn at(&self, place: Place) -> usize {
        let last = usize::from(place.bends).checked_sub(1);
        let bend = last.and_then(|last| self.bends.get(last));
        bend.map_or(0, |bend| bend.to) + usize::from(place.behind)
    }
}

/// How often a small letter is followed by a capital one.
fn turns(word: &[u8]) -> usize {
    word.windows(2).filter(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase()).count()
}

/// A digit stands for all.
fn sign(byte: u8) -> u8 {
    if byte.is_ascii_digit() { b'0' } else { byte }
}

/// Where `2026-09-21 14:13:20,005` ends, if that stands at `start`.
fn time_end(line: &[u8], start: usize) -> Option<usize> {
    let (time, rest) = line.get(start..)?.split_first_chunk::<19>()?;
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if !separators.iter().all(|(at, byte)| time[*at] == *byte)
        || !matches!(time[10], b' ' | b'T' | b't' | b'_')
    {
        return None;
    }
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let fraction = match rest {
        [b'.' | b',', rest @ ..] => 1 + Some(digits(rest)).filter(|n| *n > 0)?,
        _ => 0,
    };
    let zone = usize::from(rest.get(fraction) == Some(&b'Z'));
    let goes_on = rest.get(fraction + zone).is_some_and(|b| is_of_word(*b));
    (!goes_on).then_some(start + time.len() + fraction + zone)
}

/// Where `21/Sep/2026:14:13:20` ends, if that stands at `start`.
fn access_time_end(line: &[u8], start: usize) -> Option<usize> {
    let (time, rest) = line.get(start..)?.split_first_chunk::<20>()?;
    let separators = [(2, b'/'), (6, b'/'), (11, b':'), (14, b':'), (17, b':')];
    let is_time = separators.iter().all(|(at, byte)| time[*at] == *byte)
        && time[3..6].iter().all(u8::is_ascii_alphabetic)
        && !matches!(rest, [b, ..] if is_of_word(*b));
    is_time.then_some(start + time.len())
}

/// Where an IPv4 address ends, if one stands at `start`.
fn address_end(line: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    for part in 0..4 {
        if part > 0 {
            at += usize::from(line.get(at) == Some(&b'.'));
        }
        let digits = line[at..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        if !(1..=3).contains(&digits) {
            return None;
        }
        at += digits;
    }
    let goes_on = matches!(line[at..], [b, ..] if is_of_word(b))
        || matches!(line[at..], [b'.', b, ..] if is_of_word(b));
    (!goes_on).then_some(at)
}

/// Where words with dots between them end.
fn dotted_end(line: &[u8], mut end: usize) -> usize {
    while matches!(line[end..], [b'.', b, ..] if is_of_word(b)) {
        end = word_end(line, end + 1);
    }
    end
}

fn word_end(line: &[u8], from: usize) -> usize {
    from + line[from..].iter().take_while(|b| is_of_word(**b)).count()
}

/// Whether a byte may stand in a number or an id.
fn is_of_word(byte: u8) -> bool {
    CLASSES[usize::from(byte)] != SEPARATOR
}

/// What a byte is to words, a bit each but for what stands between them.
const SEPARATOR: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;

/// The class of each byte: to look it up takes half the time of comparing.
static CLASSES: [u8; 256] = {
    let mut classes = [SEPARATOR; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' => LETTER,
            _ => SEPARATOR,
        };
        byte += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::*;

    fn form(line: &str) -> Vec<u8> {
        let mut parts = Parts::default();
        parts.take(line.as_bytes());
        parts.form
    }

    #[test]
    fn lines_that_say_the_same_of_others_are_of_one_form() {
        for (one, other) in [
            (
                "2026-11-22 14:45:34,231 - app - INFO - user 28194 of Xk2mQ9pLr7TzWb5cAAAB got 401",
                "2026-10-01 04:05:06,789 - app - INFO - user 71000 of Yk2mQ9pLr7TzWb5cAABC got 401",
            ),
            (
                r#"192.0.2.7 - - [22/Nov/2026:14:45:00 +0000] "GET /socket.io/?EIO=4&t=Pabc1 HTTP/1.1" 200 118"#,
                r#"192.0.2.177 - - [01/Oct/2026:04:05:06 +0000] "GET /socket.io/?EIO=4&t=9.75 HTTP/1.1" 200 118"#,
            ),
            ("joins room user_42864 of 3", "joins room user_10007 of 3"),
            (
                "[2026-11-22 14:45:34,231] token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAAAAAAAA ends",
                "[2026-11-22 14:45:34,231] token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyMyJ9.BBBBBBBBBBBB ends",
            ),
            (
                "'session=.eJwhqd3w7gcgkNE-ofr1lqQq6ATo0D3ekYmMcYI0.KY0eAJ.InqE2LbY'",
                "'session=.eJwcV1xhjDonp7XuCL-qlIAIOVtxmJNCAfxRZEY6ZbmiJe1BPu6l.psBu95.MOyb'",
            ),
            ("id Xk2mQ9pLr7TzWb5cAAA-", "id Yk2mQ9pLr7TzWb5cAAB-"),
            ("id XkAmQbpLrcTzWbdcAAAB", "id Yk2mQ9pLr7TzWb5cAAAB"),
        ] {
            assert_eq!(form(one), form(other), "{one}");
        }
    }

    #[test]
    fn statuses_names_and_ways_to_write_a_time_are_part_of_a_form() {
        for (one, other) in [
            ("12 got 401", "12 got 403"),
            ("2026-11-22 14:45:34,231 x", "2026-11-22T14:45:34,231 x"),
            ("2026-11-22 14:45:34,231 x", "2026-11-22 14:45:34.231 x"),
            ("2026-11-22T14:45:34.231Z x", "2026-11-22T14:45:34.2310 x"),
            ("release 1.2.3 of x", "release 1.2.4 of x"),
            ("release 1.2.3.4.5 of x", "release 1.2.3.4.6 of x"),
            ("user 28194 left", "user 281940 left"),
            ("alg RS256", "alg HS256"),
            ("id Xk2mQ9pLr7TzWb5cAAA", "id Yk2mQ9pLr7TzWb5cAAA"),
            ("id Xk2mQ9pLr7TzWb5cAAA-", "id Xk2mQ9pLr7TzWb5cAAAA"),
            ("raised InvalidAudienceError", "raised InvalidXxxxxxxxError"),
            ("token eyJhbGci1", "token eyJhbGci2"),
        ] {
            assert_ne!(form(one), form(other), "{one}");
        }
    }

    #[test]
    fn places_are_counted_from_what_differs_in_length() {
        let mut parts = Parts::default();
        let line = b"192.0.2.7 asks for /a of 192.0.2.17";
        parts.take(line);
        let places = [0, 9, 10, 25, 35].map(|at| parts.place_of(at));
        assert_eq!(parts.place_of(3), None);
        let other = b"203.0.113.200 asks for /a of 0.0.0.0";
        parts.take(other);
        let places = places.map(|place| parts.at(place.unwrap()));
        assert_eq!(places, [0, 13, 14, 29, 36]);
    }
}
