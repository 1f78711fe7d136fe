//! Which event belongs to which attempt.
//!
//! [`Tracker`] is fed records in the order in which the sources are read and hands back [`Attempt`]s as they close. A line that shows an id goes to
//! the session that owns the id; one that shows none goes by its writer and by what the sessions of that writer still expect (`handler`, `turn`, `http`,
//! `client`); what one source alone cannot tie together is joined across sources by address, clock and time (`join`).
//!
//! Only open sessions are in memory. Their number, each one's records and those of all together are bounded, and what a bound drops is counted.
//! The state machine ([`machine`]) runs over a closed attempt's records in time order, so the order in which sources were read cannot matter.
//!
//! Not the job of this room: what an attempt amounts to.

mod adopt;
mod answers;
mod astray;
mod attempt;
mod client;
mod clock;
mod close;
mod counters;
mod due;
mod fault;
mod fit;
mod handler;
mod handshake;
mod held;
mod http;
mod join;
mod look;
pub mod machine;
mod namespaces;
mod numbers;
mod pending;
mod process;
mod raised;
mod route;
mod session;
mod sessions;
mod settled;
mod shown_out;
mod task;
mod told;
mod tracker;
mod turn;

pub use attempt::Attempt;
pub(crate) use fault::odd_form;
pub use process::Workers;
pub use tracker::{Tracker, TrackerCounts};
