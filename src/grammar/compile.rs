//! A grammar file made ready to match: names checked, patterns compiled when first needed.

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    str::FromStr,
    sync::{Arc, OnceLock},
};

use memchr::memmem::Finder;
use rayon::prelude::*;
use regex::Regex;

use super::{
    beginnings,
    capture::{Capture, Captured, Places},
    file::{EventName, GrammarFile, LineFile, With},
    matcher::{MOST_CAPTURES, Matcher, NOWHERE, Room, Tried},
};
use crate::{
    error::Error,
    event::{Fault, Speaker, Stack},
};

/// Shortest literal by which lines may be found; shorter ones hit too much.
const SHORTEST_LITERAL: usize = 3;

/// One kind of line, ready to match.
pub(super) struct Line {
    /// What it says.
    pub(super) event: EventName,
    /// The literal that every matching line holds.
    pub(super) has: Box<str>,
    searched_for: bool,
    /// The literal by which it is found in a block.
    pub(super) found_by: Box<str>,
    /// What its logger's name must hold.
    pub(super) logger: Option<Box<str>>,
    /// Whether it shows the fields of a structured log behind the message.
    pub(super) fields: bool,
    /// Constant arguments.
    pub(super) with: With,
    /// Who writes it.
    pub(super) speaker: Speaker,
    /// Whose wording it is.
    pub(super) stack: Option<Stack>,
    /// The place of its grammar among all.
    pub(super) grammar: u16,
    /// What its grammar's codes mean.
    pub(super) flags: Arc<Flags>,
    /// With what every matching line begins, if it is sure.
    pub(super) beginning: Option<Box<str>>,
    /// What such a line must hold behind its beginning.
    behind: Option<Lazy<Finder<'static>>>,
    pattern: String,
    swift: Lazy<Option<Swift>>,
    regex: Lazy<Option<Compiled>>,
}

/// What is made when a line is first tried. In a box: hundreds of lines are laid each time the program starts, and few are tried.
type Lazy<T> = OnceLock<Box<T>>;

/// Where a capture stands in a message.
pub(crate) type Span = (usize, usize);

/// Codes of a proxy and their meaning.
pub(super) type Flags = BTreeMap<String, Fault>;

/// The matcher that most lines take.
struct Swift {
    matcher: Matcher,
    places: Places,
}

struct Compiled {
    regex: Regex,
    /// The group of each capture.
    groups: Vec<usize>,
    places: Places,
}

impl Line {
    fn new(file: &LineFile, grammar: &GrammarFile, number: u16, flags: &Arc<Flags>) -> Self {
        let pattern = expand(&file.pattern);
        let beginning = beginnings::of_pattern(&pattern);
        let behind = beginning
            .as_ref()
            .filter(|beginning| !beginning.contains(&file.has))
            .map(|_| Lazy::new());
        Self {
            event: file.event,
            searched_for: file.event != EventName::Ignore || file.found_by.is_some(),
            has: file.has.as_str().into(),
            found_by: [&file.found_by, &grammar.found_by]
                .into_iter()
                .flatten()
                .next()
                .unwrap_or(&file.has)
                .as_str()
                .into(),
            logger: file.logger.as_deref().map(Into::into),
            fields: grammar.fields,
            with: file.with.clone(),
            speaker: file.speaker.unwrap_or(grammar.speaker),
            stack: file.stack.or(grammar.stack),
            grammar: number,
            flags: Arc::clone(flags),
            beginning: beginning.map(Into::into),
            behind,
            pattern,
            swift: OnceLock::new(),
            regex: OnceLock::new(),
        }
    }

    /// Whether lines of this kind are worth a search of their own: those that say nothing of interest are known when another anchor leads to them, unless their file
    /// names by what they are found, since they lead to what does.
    pub(super) fn is_searched_for(&self) -> bool {
        self.searched_for
    }

    /// Whether it may be written by a logger of this name.
    pub(super) fn is_by(&self, logger: Option<&str>) -> bool {
        self.logger.as_deref().is_none_or(|part| logger.is_some_and(|name| name.contains(part)))
    }

    /// Whether a message that was found by its beginning can be of this kind.
    pub(super) fn may_hold(&self, message: &str) -> bool {
        let finder = || Box::new(Finder::new(&*self.has).into_owned());
        self.behind
            .as_ref()
            .is_none_or(|has| has.get_or_init(finder).find(message.as_bytes()).is_some())
    }

    /// The captures, if `message` matches; `ascii` says whether it is ASCII throughout.
    pub(super) fn captures<'m, 't>(
        &'m self,
        message: &'t str,
        ascii: bool,
        room: &'m mut Room,
    ) -> Option<Captured<'m, 't>> {
        if ascii && let Some(swift) = self.swift() {
            match swift.matcher.captures(message.as_bytes(), room) {
                Tried::Matched => {
                    return Some(Captured { text: message, room, places: &swift.places });
                }
                Tried::Failed => return None,
                Tried::GaveUp => {}
            }
        }
        self.plain(message, room)
    }

    /// The matcher that most lines take, unless the pattern is one that it does not take.
    fn swift(&self) -> Option<&Swift> {
        self.swift.get_or_init(|| Box::new(Swift::new(&self.pattern))).as_ref().as_ref()
    }

    /// Where the captures stand in `message`, which is ASCII, in the order of their numbers; `None` where it does not match, or is left to the regex crate.
    pub(super) fn spans(&self, message: &str, room: &mut Room) -> Option<Vec<Option<Span>>> {
        let swift = self.swift()?;
        let matched = swift.matcher.captures(message.as_bytes(), room) == Tried::Matched;
        let pairs = room.slots.chunks_exact(2).take(swift.matcher.names().count());
        matched
            .then(|| pairs.map(|pair| (pair[1] != NOWHERE).then_some((pair[0], pair[1]))).collect())
    }

    /// The captures of a `message` in which [`Self::spans`] are known without matching.
    pub(super) fn captured_at<'m, 't>(
        &'m self,
        message: &'t str,
        spans: impl Iterator<Item = Option<Span>>,
        room: &'m mut Room,
    ) -> Option<Captured<'m, 't>> {
        let swift = self.swift.get()?.as_ref().as_ref()?;
        for (span, slots) in spans.zip(room.slots.chunks_exact_mut(2)) {
            slots.copy_from_slice(&span.map_or([NOWHERE; 2], |(from, to)| [from, to]));
        }
        Some(Captured { text: message, room, places: &swift.places })
    }

    /// As [`Self::captures`], always by the regex crate.
    fn plain<'m, 't>(&'m self, message: &'t str, room: &'m mut Room) -> Option<Captured<'m, 't>> {
        let compile = || Box::new(Compiled::new(&self.pattern).ok());
        let compiled = self.regex.get_or_init(compile).as_ref().as_ref()?;
        let found = compiled.regex.captures(message)?;
        for (&group, slots) in compiled.groups.iter().zip(room.slots.chunks_exact_mut(2)) {
            let (from, to) = found.get(group).map_or((NOWHERE, NOWHERE), |m| (m.start(), m.end()));
            slots.copy_from_slice(&[from, to]);
        }
        Some(Captured { text: message, room, places: &compiled.places })
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.event, self.pattern)
    }
}

impl Swift {
    fn new(pattern: &str) -> Option<Self> {
        let matcher = Matcher::new(pattern)?;
        let captures: Vec<Capture> =
            matcher.names().map(Capture::from_str).collect::<Result<_, _>>().ok()?;
        Some(Self { matcher, places: Places::new(&captures) })
    }
}

impl Compiled {
    fn new(pattern: &str) -> Result<Self, String> {
        let regex = Regex::new(pattern).map_err(|e| e.to_string())?;
        let (mut groups, mut captures) = (Vec::new(), Vec::new());
        for (group, name) in regex.capture_names().enumerate() {
            let Some(name) = name else { continue };
            let what =
                Capture::from_str(name).map_err(|_| format!("`{name}` is no name of a capture"))?;
            groups.push(group);
            captures.push(what);
        }
        if groups.len() > MOST_CAPTURES {
            return Err(format!("more than {MOST_CAPTURES} captures"));
        }
        Ok(Self { regex, groups, places: Places::new(&captures) })
    }
}

/// Writes out the short names for common parts.
fn expand(pattern: &str) -> String {
    const PARTS: [(&str, &str); 5] = [
        ("{sid}", "[A-Za-z0-9_-]{8,36}"),
        ("{ns}", r"/[^\s,\]]*"),
        ("{addr}", r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z:.-]+)(?::\d+)?"),
        ("{num}", r"\d+"),
        ("{word}", r"\S+"),
    ];
    let mut text = String::with_capacity(pattern.len() + 64);
    let mut rest = pattern;
    while let Some(brace) = rest.find('{') {
        let (before, at) = rest.split_at(brace);
        // Counts of repetitions stand in braces, too.
        let (short, long) =
            PARTS.into_iter().find(|(short, _)| at.starts_with(short)).unwrap_or(("{", "{"));
        text.extend([before, long]);
        rest = &at[short.len()..];
    }
    text + rest
}

/// The lines of all `files`, made ready side by side: a file has one or sixty.
pub(super) fn lines(files: &[GrammarFile]) -> Vec<Line> {
    let each = files.iter().zip(0..).flat_map(|(file, number)| {
        let flags = Arc::new(file.flags.clone());
        file.line.iter().map(move |line| (line, file, number, Arc::clone(&flags)))
    });
    let each: Vec<_> = each.collect();
    let ready = each.into_par_iter();
    ready.map(|(line, file, number, flags)| Line::new(line, file, number, &flags)).collect()
}

/// Proves that every line of `file` does what its samples say: each has one, holds its literal, and captures what it must.
///
/// # Errors
/// [`Error::Grammar`] with the first fault.
pub(super) fn prove(path: &Path, file: &GrammarFile) -> Result<(), Error> {
    let fault = |reason: String| Error::Grammar { path: path.to_owned(), reason };
    let flags = Arc::default();
    for line in &file.line {
        let name: &str = line.event.into();
        let pattern = &line.pattern;
        if line.has.len() < SHORTEST_LITERAL {
            return Err(fault(format!(
                "`has = \"{}\"` of `{name}` is too short to find lines by",
                line.has
            )));
        }
        if line.sample.is_empty() {
            return Err(fault(format!("`{name}` with pattern {pattern} has no sample")));
        }
        let ready = Line::new(line, file, 0, &flags);
        Compiled::new(&ready.pattern).map_err(|e| fault(format!("pattern {pattern}: {e}")))?;
        for sample in &line.sample {
            let text = &sample.text;
            for literal in [Some(&line.has), line.found_by.as_ref()].into_iter().flatten() {
                if !text.contains(literal) {
                    return Err(fault(format!(
                        "sample `{text}` of `{name}` does not hold `{literal}`"
                    )));
                }
            }
            let mut room = Room::default();
            let Some(captured) = ready.captures(text, text.is_ascii(), &mut room) else {
                return Err(fault(format!("sample `{text}` does not match {pattern}")));
            };
            let got: std::collections::BTreeMap<String, String> =
                captured.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            if got != sample.gives {
                return Err(fault(format!(
                    "sample `{text}` gives {got:?}, not {:?}",
                    sample.gives
                )));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples as they are, and with a part taken out: lines that match and lines that almost do.
    fn variants(text: &str) -> Vec<String> {
        let mut variants = vec![text.to_owned()];
        for at in (0..text.len()).step_by(7) {
            if let (Some(before), Some(after)) = (text.get(..at), text.get(at + 1..)) {
                variants.push(format!("{before}{after}"));
                variants.push(before.to_owned());
            }
        }
        variants
    }

    fn all(captured: Captured<'_, '_>) -> Vec<(&'static str, String)> {
        captured.iter().map(|(name, value)| (name, value.to_owned())).collect()
    }

    #[test]
    fn every_pattern_matches_the_same_in_both_ways() {
        for (path, text) in crate::embedded::GRAMMARS {
            let file: GrammarFile = toml::from_str(text).unwrap_or_else(|e| panic!("{path}: {e}"));
            let samples: Vec<&str> =
                file.line.iter().flat_map(|l| &l.sample).map(|s| s.text.as_str()).collect();
            for line in lines(std::slice::from_ref(&file)) {
                assert!(
                    Swift::new(&line.pattern).is_some(),
                    "{path}: left to the regex crate: {}",
                    line.pattern
                );
                for text in
                    samples.iter().flat_map(|s| variants(s)).filter(|t| t.contains(&*line.has))
                {
                    let (mut one, mut other) = (Room::default(), Room::default());
                    let swift = line.captures(&text, text.is_ascii(), &mut one).map(all);
                    let plain = line.plain(&text, &mut other).map(all);
                    assert_eq!(swift, plain, "{path}: {} on {text}", line.pattern);
                }
            }
        }
    }
}
