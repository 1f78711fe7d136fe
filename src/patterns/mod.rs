//! What many attempts show together, and none of them alone: a key that was rotated, a herd that came back at once, one client behind most failures,
//! a clock that is ahead.
//!
//! [`Watch`] takes verdicts one by one and keeps sums, minima, maxima and bounded tables, whatever the number of attempts; the order in which verdicts
//! come matters little, for attempts close long after they began. What it finds is data ([`Pattern`], [`Clock`]) with figures and no sentences.
//!
//! A pattern says what is so, and only where something failed: over a healthy log all of them are silent, however busy it is. Every threshold is a
//! constant with its reason.
//!
//! Not the job of this room: judging an attempt, and wording.

mod clients;
mod clocks;
mod crowd;
mod distinct;
mod found;
mod herd;
mod late;
mod moments;
mod timeline;
mod tokens;
mod watch;

#[cfg(test)]
mod tests;

pub(crate) use self::distinct::Distinct;
pub use self::{
    distinct::Tally,
    found::{
        Change, Clock, Clocks, Culprit, Deaths, Edge, Herd, Pattern, Patterns, Restart, Retries,
        Rotation, Storm, Who, Window,
    },
    watch::Watch,
};
