//! A page for a person, written from top to bottom: indented paragraphs, numbered items, code, quoted lines.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::{
    Options,
    link::{Linked, Links},
    style::{Ink, Tone},
    wrap::{fold, harmless, plain, prose},
};
use crate::rules::file::Fix;

/// Columns of prose where there is no terminal, and the most that reads well where there is one.
const COMFORTABLE: usize = 100;

/// Where a page goes, and how wide it is.
pub(super) struct Page<'o> {
    pub(super) out: &'o mut dyn Write,
    pub(super) ink: Ink,
    width: Option<usize>,
    ascii: bool,
    links: Option<Links>,
}

impl<'o> Page<'o> {
    pub(super) fn new(options: &Options, out: &'o mut dyn Write) -> Self {
        Self {
            out,
            ink: Ink { color: options.color },
            width: options.width.map(usize::from),
            ascii: options.ascii,
            links: options.links,
        }
    }

    /// Columns of prose that is indented by `indent`.
    fn column(&self, indent: usize) -> usize {
        self.width.unwrap_or(COMFORTABLE).min(COMFORTABLE).saturating_sub(indent)
    }

    /// Whether nothing but ASCII may be drawn.
    pub(super) fn ascii(&self) -> bool {
        self.ascii
    }

    /// Text as this page may show it.
    fn fit<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.ascii { plain(text) } else { harmless(text) }
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A heading inside a section.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out)?;
        writeln!(self.out, "  {}", self.ink.put(Tone::Strong, text))
    }

    /// A sentence or two of ours; what a log gave for it must be harmless already or is made so here.
    pub(super) fn sentence(&mut self, indent: usize, text: &str) -> io::Result<()> {
        for line in fold(&self.fit(text), self.column(indent)) {
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    /// A line that begins something; where there is no terminal it stays one line, so that it can be searched for.
    pub(super) fn title(&mut self, tone: Tone, text: &str) -> io::Result<()> {
        for line in fold(&self.fit(text), self.width.unwrap_or(usize::MAX)) {
            writeln!(self.out, "{}", self.ink.put(tone, line))?;
        }
        Ok(())
    }

    /// Prose of a rule file.
    pub(super) fn prose(&mut self, indent: usize, text: &str) -> io::Result<()> {
        for line in prose(text, self.column(indent)) {
            if line.is_empty() {
                writeln!(self.out)?;
            } else {
                let line = self.fit(&line);
                writeln!(self.out, "{:indent$}{line}", "")?;
            }
        }
        Ok(())
    }

    /// `1. text`, its further lines under the text.
    fn item(&mut self, number: usize, text: &str) -> io::Result<()> {
        let label = format!("{number}. ");
        for (n, line) in prose(text, self.column(4 + label.len())).iter().enumerate() {
            let label = if n == 0 { label.as_str() } else { "" };
            let line = self.fit(line);
            let text = format!("    {}{line}", self.ink.put(Tone::Mark, format_args!("{label:3}")));
            writeln!(self.out, "{}", text.trim_end())?;
        }
        Ok(())
    }

    /// A numbered list under a heading; without items, nothing at all.
    pub(super) fn list(&mut self, heading: &str, items: &[String]) -> io::Result<()> {
        if !items.is_empty() {
            self.heading(heading)?;
        }
        items.iter().enumerate().try_for_each(|(n, item)| self.item(n + 1, item))
    }

    /// All of `fixes` under a heading; without any, nothing at all.
    pub(super) fn fixes(&mut self, fixes: &[Fix]) -> io::Result<()> {
        if !fixes.is_empty() {
            self.heading("what to change")?;
        }
        for (n, fix) in fixes.iter().enumerate() {
            self.fix(n + 1, fix)?;
            if fix.code.is_some() && n + 1 < fixes.len() {
                self.blank()?;
            }
        }
        Ok(())
    }

    /// A numbered fix: where, for what, what, and its code.
    fn fix(&mut self, number: usize, fix: &Fix) -> io::Result<()> {
        let side: &str = fix.side.into();
        let place = match fix.software() {
            Some(software) => format!("{side}, {software}: "),
            None => format!("{side}: "),
        };
        self.item(number, &format!("{place}{}", fix.text.trim()))?;
        if let Some(code) = &fix.code {
            self.code(code)?;
        }
        Ok(())
    }

    /// A name and what it stands for, in two columns; one under the other where there is no room.
    pub(super) fn entry(&mut self, name: &str, title: &str) -> io::Result<()> {
        const NAMES: usize = 32;
        let (name, title) = (self.fit(name), self.fit(title));
        let beside = self.column(NAMES) >= 30 && name.len() + 2 < NAMES;
        let lines = fold(&title, self.column(if beside { NAMES } else { 6 }));
        let pad = NAMES - 2;
        for (n, line) in lines.iter().enumerate() {
            let label = if n == 0 { &*name } else { "" };
            if beside {
                writeln!(
                    self.out,
                    "  {}{line}",
                    self.ink.put(Tone::Mark, format_args!("{label:pad$}"))
                )?;
            } else {
                if n == 0 {
                    writeln!(self.out, "  {}", self.ink.put(Tone::Mark, label))?;
                }
                writeln!(self.out, "      {line}")?;
            }
        }
        Ok(())
    }

    /// Code, never wrapped: it is there to be copied.
    fn code(&mut self, code: &str) -> io::Result<()> {
        writeln!(self.out)?;
        for line in code.trim_matches('\n').lines() {
            let line = format!("         {}", self.fit(line));
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// A quoted line under `place`. It is wrapped on a terminal, so that none of it hides behind the edge, and keeps its length
    /// elsewhere.
    pub(super) fn quote(&mut self, marked: bool, place: &str, text: &str) -> io::Result<()> {
        const HANG: usize = 8;
        let place = self.fit(place);
        let whole = format!("{place}  {}", self.fit(text));
        let (mark, tone) = if marked { (">", Tone::Strong) } else { (" ", Tone::Faint) };
        // Every line but the first hangs; all are folded as if they did, which keeps the cut in one place.
        let lines = match self.width {
            Some(width) => fold(&whole, width.saturating_sub(HANG)),
            None => vec![whole.as_str()],
        };
        for (n, line) in lines.into_iter().enumerate() {
            if n == 0 {
                let mark = self.ink.put(Tone::Bad, mark);
                // A place that did not fit into the line is no link.
                match self.links.zip(line.strip_prefix(&*place)) {
                    Some((how, rest)) => {
                        let linked = Linked { links: how, place: &place };
                        let line = format!("{linked}{rest}");
                        writeln!(self.out, "  {mark} {}", self.ink.put(tone, line))?;
                    }
                    None => writeln!(self.out, "  {mark} {}", self.ink.put(tone, line))?,
                }
            } else {
                writeln!(self.out, "{:1$}{2}", "", HANG, self.ink.put(tone, line))?;
            }
        }
        Ok(())
    }

    /// The terminal's columns, where there is one.
    pub(super) fn width(&self) -> Option<usize> {
        self.width
    }
}
