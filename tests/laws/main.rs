//! What stays true of any log: the laws of the design, held by every sample, by made-up logs and by nonsense.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod evidence;
mod forms;
mod made_up;
mod noise;
mod nonsense;
mod order;
mod outcomes;
mod records;
mod secrets;
mod sharing;
mod threads;
mod wrapping;
