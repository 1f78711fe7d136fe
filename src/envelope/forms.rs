//! Every way in which lines are wrapped, with an example of each: what `siotrace sources` lists, and what the tests wrap lines in.
//!
//! An envelope without a form here fails a test. A form is an example, no pattern: the readers beside this file know what may differ.

mod carriers;
mod clients;
mod node;
mod others;
mod pastes;
mod python;

use super::Level;

/// One way in which lines are wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What people call it; several forms may share a title.
    pub title: &'static str,
    /// Who wraps.
    pub role: Role,
    /// A line in this form; `{}` stands for what was wrapped.
    pub example: &'static str,
    /// Whether what is inside is escaped as in a JSON string.
    pub escapes: bool,
    /// What time the example shows.
    pub clock: Clock,
    /// The level that the example shows.
    pub level: Option<Level>,
    /// The logger that the example shows.
    pub logger: Option<&'static str>,
}

/// Who wraps a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The logger that wrote it: what is inside is a message.
    Logger,
    /// What clients alone write to, such as a browser's console: what is inside is a message of theirs.
    Client,
    /// What carried it, such as a container or a journal: what is inside is a whole line of a log.
    Carrier,
    /// A person who pasted it into a ticket, a chat or a mail.
    Paste,
}

/// What time a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// None.
    Silent,
    /// Date and time without a zone.
    Local,
    /// A moment: date, time and zone, or seconds since 1970.
    Utc,
    /// A time of no day.
    Day,
}

/// The forms by what they are of.
#[must_use]
pub fn groups() -> [(&'static str, &'static [Form]); 6] {
    [
        ("Python's loggers and servers", python::PYTHON),
        ("Node's loggers", node::NODE),
        ("loggers of the JVM, Rust and Go, and structured logs", others::OTHERS),
        ("browsers and phones", clients::CLIENTS),
        ("containers, journals, shippers, platforms", carriers::CARRIERS),
        ("people who paste", pastes::PASTES),
    ]
}

/// All forms: loggers first, then carriers, then pastes.
pub fn all() -> impl Iterator<Item = &'static Form> {
    groups().into_iter().flat_map(|(_, forms)| forms)
}

impl Form {
    /// Wraps a line.
    #[must_use]
    pub fn wrap(&self, line: &str) -> String {
        if !self.escapes {
            return self.example.replacen("{}", line, 1);
        }
        let quoted = serde_json::Value::from(line).to_string();
        let inside = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
        self.example.replacen("{}", inside, 1)
    }
}

/// A logger's form. What stands in double quotes is escaped.
const fn logger(
    title: &'static str,
    clock: Clock,
    level: Option<Level>,
    logger: Option<&'static str>,
    example: &'static str,
) -> Form {
    let escapes = is_quoted(example.as_bytes());
    Form { title, role: Role::Logger, example, escapes, clock, level, logger }
}

/// Whether what is wrapped stands in double quotes.
const fn is_quoted(example: &[u8]) -> bool {
    let mut rest = example;
    while let [_, tail @ ..] = rest {
        if let [b'"', b'{', b'}', b'"', ..] = rest {
            return true;
        }
        rest = tail;
    }
    false
}

/// A carrier that leaves the line as it stands.
const fn carrier(title: &'static str, clock: Clock, example: &'static str) -> Form {
    Form { title, role: Role::Carrier, example, escapes: false, clock, level: None, logger: None }
}

/// A carrier that writes the line as a JSON string.
const fn escaping(title: &'static str, clock: Clock, example: &'static str) -> Form {
    Form { escapes: true, ..carrier(title, clock, example) }
}

/// What pasting did to a line.
const fn paste(title: &'static str, example: &'static str) -> Form {
    Form { role: Role::Paste, ..carrier(title, Clock::Silent, example) }
}
