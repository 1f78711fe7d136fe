//! Lines of a form that was read before: how they are wrapped, which pattern knows them and where its captures stand need not be found out again.
//!
//! A log repeats a few hundred forms. Two lines are of one form when they differ in nothing but what [`parts`] leaves out of it: the time, long numbers, ids of
//! sessions, addresses, tokens, cookies. Then they are wrapped alike, what one pattern knows the others leave to it, and what it captures stands between the same words.
//! The time, the captures and the ids are read from each line all the same. Only plain lines are remembered: of one time, by no named writer, and without
//! fields. The plain way stays beside it, and tests hold that both give the same.

mod known;
mod parts;

use std::hash::BuildHasher;

use known::{Known, Span};
use parts::{LONGEST, Parts};

use crate::{
    envelope::{Peeled, Peeler},
    grammar::{Grammar, NamedId, Pattern, Standing},
};

/// Slots for forms, as a power of two.
const SLOTS: u32 = 12;

/// Forms of lines.
#[derive(Default)]
pub(super) struct Forms {
    // Boxed, so that a short log does not pay for the room.
    slots: Vec<Option<Box<Form>>>,
    /// The line that was asked for last.
    last: Parts,
    /// Whether it may be remembered.
    plain: bool,
    /// The grammar and the year they belong to.
    of: Option<(u64, i32)>,
}

/// A form, and what was found out of the first line of it.
struct Form {
    text: Box<[u8]>,
    known: Known,
    standing: Steadiness,
}

/// Whether what a pattern captures, and the ids, stand between the same words in all lines of a form.
enum Steadiness {
    /// Not looked at: most forms are never seen again.
    Unasked,
    /// Some stand inside a piece that differs.
    Unsteady,
    Steady(Steady),
}

/// What stands in every line of a form, and where.
type Steady = Standing<Box<[Option<Span>]>, Box<[(NamedId, Span)]>>;

/// A line of a form that was read before.
pub(super) struct Recalled<'f, 'l> {
    pub(super) peeled: Peeled<'l>,
    pub(super) pattern: Pattern,
    /// Where its message begins in the line.
    message: usize,
    standing: &'f Steadiness,
    parts: &'f Parts,
}

impl Recalled<'_, '_> {
    /// What stands in the message, and where; `None` when that is not known.
    pub(super) fn standing(
        &self,
    ) -> Option<Standing<impl Iterator<Item = Option<(usize, usize)>>, impl Iterator<Item = NamedId>>>
    {
        let Steadiness::Steady(Standing { captures, ids }) = self.standing else { return None };
        let place = |place| self.parts.at(place).checked_sub(self.message);
        let span = move |span: Span| Some((place(span.from)?, place(span.to)?));
        Some(Standing {
            captures: captures.iter().map(move |capture| span((*capture)?)),
            ids: ids.iter().filter_map(move |(id, at)| Some(id.of_another(span(*at)?))),
        })
    }
}

impl Forms {
    /// Forgets what was found out with another grammar or in another year.
    pub(super) fn belong_to(&mut self, grammar: &Grammar, year: i32) {
        let of = Some((grammar.number(), year));
        if self.of != of {
            self.of = of;
            self.slots.clear();
            self.slots.resize_with(1 << SLOTS, || None);
        }
    }

    /// What is in `line` and which pattern knows it, if a line of its form was remembered.
    pub(super) fn recall<'f, 'l>(
        &'f mut self,
        by: &Peeler,
        grammar: &Grammar,
        line: &'l str,
    ) -> Option<Recalled<'f, 'l>> {
        self.plain = line.len() <= LONGEST && line.is_ascii();
        if !self.plain {
            return None;
        }
        self.last.take(line.as_bytes());
        let parts = &self.last;
        let form = self.slots.get_mut(slot(&parts.form))?.as_deref_mut()?;
        if *form.text != *parts.form {
            return None;
        }
        let known = &form.known;
        let (pattern, message) = (known.pattern, known.message_from(parts));
        let peeled = known.peeled(by, line, parts)?;
        if matches!(form.standing, Steadiness::Unasked) {
            form.standing = message.map_or(Steadiness::Unsteady, |from| {
                Steadiness::of(grammar, pattern, &peeled.message, from, parts)
            });
        }
        let message = message.unwrap_or_default();
        Some(Recalled { peeled, pattern, message, standing: &form.standing, parts })
    }

    /// Remembers the line that was asked for last: its content, and the pattern that knew it.
    pub(super) fn remember(
        &mut self,
        by: &Peeler,
        line: &str,
        peeled: &Peeled<'_>,
        pattern: Pattern,
    ) {
        if !self.plain {
            return;
        }
        let parts = &self.last;
        let Some(known) = Known::of(by, line, parts, peeled, pattern) else { return };
        let Some(slot) = self.slots.get_mut(slot(&parts.form)) else { return };
        let text = parts.form.as_slice().into();
        *slot = Some(Box::new(Form { text, known, standing: Steadiness::Unasked }));
    }
}

impl Steadiness {
    /// Of `message`, which begins at `start`.
    fn of(grammar: &Grammar, pattern: Pattern, message: &str, start: usize, parts: &Parts) -> Self {
        let span = |(from, to)| {
            let place = |at| parts.place_of(start + at);
            Some(Span { from: place(from)?, to: place(to)? })
        };
        let steady = || {
            let Standing { captures, ids } = grammar.standing(pattern, message)?;
            // Of a capture that took no part there is nothing to say.
            let captures = captures
                .into_iter()
                .map(|capture| capture.map_or(Some(None), |at| span(at).map(Some)));
            let ids = ids.into_iter().map(|id| Some((id, span(id.at)?)));
            Some(Standing {
                captures: captures.collect::<Option<_>>()?,
                ids: ids.collect::<Option<_>>()?,
            })
        };
        steady().map_or(Self::Unsteady, Self::Steady)
    }
}

fn slot(form: &[u8]) -> usize {
    let hash = rustc_hash::FxBuildHasher.hash_one(form);
    usize::try_from(hash >> (u64::BITS - SLOTS)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
