//! Colours, or none.

use std::fmt::{self, Display};

use anstyle::{AnsiColor, Style};

use crate::rules::file::Severity;

/// What a piece of text is, from which its look follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// A heading, a name.
    Strong,
    /// Something that failed.
    Bad,
    /// Something to be careful about.
    Warn,
    /// Something that went well.
    Good,
    /// What stands around the point.
    Faint,
    /// A command to type, a number of a list.
    Mark,
}

impl Tone {
    /// The tone of a heading about something as bad as this.
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::High => Self::Bad,
            Severity::Medium => Self::Warn,
            Severity::Low => Self::Strong,
        }
    }
}

/// Gives text its look; without colour, none at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    pub(super) color: bool,
}

impl Ink {
    /// `text`, in the look of `tone`.
    pub(super) fn put<T: Display>(self, tone: Tone, text: T) -> Inked<T> {
        let style = match tone {
            _ if !self.color => Style::new(),
            Tone::Strong => Style::new().bold(),
            Tone::Bad => AnsiColor::Red.on_default().bold(),
            Tone::Warn => AnsiColor::Yellow.on_default().bold(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Faint => Style::new().dimmed(),
            Tone::Mark => AnsiColor::Cyan.on_default(),
        };
        Inked { style, text }
    }
}

/// Text with its look.
#[derive(Debug)]
pub(super) struct Inked<T> {
    style: Style,
    text: T,
}

impl<T: Display> Display for Inked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}
