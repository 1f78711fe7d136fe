//! What is counted while a run goes on.

use std::collections::BTreeMap;

use super::{judge::Tally, scan::Scanned};
use crate::{
    envelope::Wrappers,
    event::{At, SourceId},
    input::{Blocks, Stats},
    report::{Dropped, FindingCount, Input, Summary, Template, Unmatched, Unread},
    rules::cause::Finding,
    trace::TrackerCounts,
};

/// Most templates of lines not understood that are kept.
const MOST_TEMPLATES: usize = 512;

/// Most lines not understood that are kept as they stand.
const MOST_UNREAD: usize = 1 << 14;

/// Counts of a run.
pub(super) struct Summing {
    inputs: Vec<Input>,
    formats: Vec<BTreeMap<u16, u64>>,
    wrapped: Vec<BTreeMap<Wrappers, u64>>,
    titles: Vec<String>,
    templates: BTreeMap<String, (u64, At)>,
    unread: Vec<Unread>,
    unmatched: u64,
    unlisted: u64,
    copies: u64,
    first_copy: Option<At>,
    copied: BTreeMap<SourceId, u64>,
    foreign: u64,
}

impl Summing {
    pub(super) fn new(inputs: &[(String, Blocks)], titles: &[String]) -> Self {
        let named = inputs
            .iter()
            .map(|(name, _)| Input { name: name.clone(), ..Input::default() })
            .collect();
        Self {
            formats: vec![BTreeMap::new(); inputs.len()],
            wrapped: vec![BTreeMap::new(); inputs.len()],
            inputs: named,
            titles: titles.to_vec(),
            templates: BTreeMap::new(),
            unread: Vec::new(),
            unmatched: 0,
            unlisted: 0,
            copies: 0,
            first_copy: None,
            copied: BTreeMap::new(),
            foreign: 0,
        }
    }

    /// Takes in what a block of `source` gave, but for its records.
    pub(super) fn block(&mut self, source: usize, scanned: &Scanned) {
        let Some(input) = self.inputs.get_mut(source) else { return };
        input.lines += scanned.lines;
        input.matched += scanned.matched;
        input.unmatched += scanned.unknown.len() as u64;
        self.foreign += scanned.foreign;
        if let Some((first, last)) = scanned.span {
            input.first = Some(input.first.map_or(first, |f| f.min(first)));
            input.last = Some(input.last.map_or(last, |l| l.max(last)));
        }
        for (&grammar, &lines) in &scanned.formats {
            *self.formats[source].entry(grammar).or_default() += lines;
        }
        for (&wrappers, &lines) in &scanned.wrapped {
            *self.wrapped[source].entry(wrappers).or_default() += lines;
        }
        for (template, at) in &scanned.unknown {
            self.unmatched += 1;
            if let Some((count, _)) = self.templates.get_mut(template) {
                *count += 1;
            } else if self.templates.len() < MOST_TEMPLATES {
                self.templates.insert(template.clone(), (1, *at));
            } else {
                self.unlisted += 1;
            }
        }
        let room = MOST_UNREAD.saturating_sub(self.unread.len());
        self.unread.extend(scanned.unread.iter().take(room).cloned());
        self.copies += scanned.copies.len() as u64;
        for copy in &scanned.copies {
            *self.copied.entry(copy.source).or_default() += 1;
        }
        self.first_copy = self.first_copy.or(scanned.copies.first().copied());
    }

    /// Takes in by how many seconds the clock of `source`, which shows no zone, was found to be east of UTC.
    pub(super) fn shifted(&mut self, source: usize, seconds: i64) {
        if let Some(input) = self.inputs.get_mut(source) {
            input.offset = Some(seconds);
        }
    }

    /// Takes in how the reading of `source` ended.
    pub(super) fn end(&mut self, source: usize, stats: Stats, problem: Option<String>) {
        let Some(input) = self.inputs.get_mut(source) else { return };
        input.bytes = stats.bytes;
        input.cut = stats.lines_cut;
        input.problem = problem;
    }

    pub(super) fn finish(mut self, tracker: TrackerCounts, tally: Tally) -> Summary {
        for (input, formats) in self.inputs.iter_mut().zip(&self.formats) {
            let mut formats: Vec<(u16, u64)> = formats.iter().map(|(g, n)| (*g, *n)).collect();
            formats.sort_by_key(|(grammar, lines)| (std::cmp::Reverse(*lines), *grammar));
            input.formats = formats
                .iter()
                .filter_map(|(grammar, _)| self.titles.get(usize::from(*grammar)).cloned())
                .collect();
        }
        for (input, wrapped) in self.inputs.iter_mut().zip(&self.wrapped) {
            input.envelopes = names(wrapped);
        }
        let last = self.inputs.iter().filter_map(|input| input.last).max();
        let mut findings = tally.exposed.finish(last.map(|last| last.micros.div_euclid(1_000_000)));
        if self.copies > 0 {
            findings.push(FindingCount {
                finding: Finding::DuplicateLogRecords,
                count: self.copies,
                attempts: 0,
                first: self.first_copy,
                sources: self.copied.into_iter().collect(),
                credentials: None,
            });
        }
        findings.sort_by_key(|f| f.finding);
        let mut templates: Vec<Template> = self
            .templates
            .into_iter()
            .map(|(text, (count, example))| Template { text, count, example })
            .collect();
        templates.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        Summary {
            inputs: self.inputs,
            findings,
            unmatched: Unmatched { lines: self.unmatched, templates, unlisted: self.unlisted },
            unread: self.unread,
            changes: Vec::new(),
            foreign_requests: self.foreign + tracker.leftover,
            dropped: Dropped {
                events: tally.events_dropped,
                attempts: tracker.evicted,
                unclaimed: tracker.unclaimed,
            },
            looked_for: self.titles,
        }
    }
}

/// The names of the wrappers of lines, those of the most lines first.
fn names(wrapped: &BTreeMap<Wrappers, u64>) -> Vec<String> {
    let mut lines: BTreeMap<&str, u64> = BTreeMap::new();
    for (wrappers, count) in wrapped {
        for name in wrappers.names() {
            *lines.entry(name).or_default() += count;
        }
    }
    let mut names: Vec<(&str, u64)> = lines.into_iter().collect();
    names.sort_by_key(|(_, lines)| std::cmp::Reverse(*lines));
    names.into_iter().map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::Peeler;

    #[test]
    fn the_wrappers_of_the_most_lines_come_first() {
        let of = |line: &str| Peeler::default().peel(line).shape.wrappers();
        let logger = of("2026-11-22 14:45:34,231 - app - INFO - client gone");
        let composed = of("web-1  | 2026-11-22 14:45:34,231 - app - INFO - client gone");
        let level = of("INFO:app:client gone");
        let wrapped = BTreeMap::from([(level, 3), (composed, 2), (logger, 4), (of("gone"), 9)]);
        assert_eq!(names(&wrapped), ["logger", "level", "compose"]);
    }
}
