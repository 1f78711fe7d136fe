//! What holds of all wrappers: those of [`forms`], alone and inside one another.

mod access;
mod any_text;
mod forms_hold;
mod nesting;
mod told;
mod whole;

use super::{
    forms::{Clock, Form, Role},
    *,
};
use crate::time::{SECOND, Zone};

/// 2026-11-22T14:45:34Z, the time of every logger's form.
const AT: i64 = 1_795_358_734;

/// What a stamp must be.
#[derive(Clone, Copy, Debug)]
enum When {
    /// No time is shown.
    Never,
    /// `AT` without a zone, plus these milliseconds.
    Local(i64),
    /// `AT` in UTC, plus these milliseconds.
    Known(i64),
}
use When::{Known, Local, Never};

use Level::{Debug, Error, Info, Warning};

const HANDLE: &str = "SocketIO: Entering 'handle_connect'.";

fn peeler() -> Peeler {
    Peeler::with_year(2026)
}

fn stamp(when: When) -> Option<Stamp> {
    let (whole, millis, zone) = match when {
        Never => return None,
        Local(millis) => (AT, millis, Zone::Unknown),
        Known(millis) => (AT, millis, Zone::Known),
    };
    // Fractions are compared to the millisecond.
    Some(Stamp { micros: whole * SECOND + millis * 1000, zone, fraction: false })
}

fn rough(stamp: Option<Stamp>) -> Option<(i64, Zone)> {
    stamp.map(|stamp| (stamp.micros.div_euclid(1000), stamp.zone))
}

fn forms_of(role: Role) -> impl Iterator<Item = &'static Form> {
    forms::all().filter(move |form| form.role == role)
}

fn carriers() -> impl Iterator<Item = &'static Form> {
    forms_of(Role::Carrier).chain(forms_of(Role::Paste))
}

/// Whether `form` leaves no doubt around `message`: a number, a colon and a packet are a payload, and an address of letters behind a marker may be a user.
fn is_clear(form: &Form, message: &str) -> bool {
    let numbered = form.title == "found by grep";
    !(numbered && message.starts_with(|c: char| c.is_ascii_digit() || c == ':')
        || (numbered || form.example == "- {}") && message.starts_with("fe80")
        || form.example == "- {}" && message.starts_with("[22/Nov"))
}
