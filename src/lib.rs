//! Reads the logs around a Socket.IO service and says, per connection attempt, whether it was let in, if not why, and what to change.
//!
//! Data moves one way, and each arrow is one module:
//!
//! ```text
//! bytes --input--> lines --envelope--> message --grammar--> events --trace--> attempts
//!       --facts--> facts --rules--> verdicts --report--> text
//! ```
//!
//! A caller usually needs two names, [`Analyzer`] and [`Report`](report::Report):
//!
//! ```
//! use siotrace::{Analyzer, input::Blocks};
//!
//! let log = b"Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0\n\
//!             Xk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 4{\"message\":\"Signature has expired\"}\n";
//! let mut verdicts = Vec::new();
//! let log = Blocks::from_reader("server.log", log.as_slice());
//! Analyzer::builder().build()?.run(vec![("server.log".into(), log)], &mut |verdict| verdicts.push(verdict));
//! assert_eq!(verdicts[0].cause.map(|c| c.as_str()), Some("jwt-expired"));
//! # Ok::<(), siotrace::Error>(())
//! ```
//!
//! The library opens no files of its own accord, prints nothing, and never exits.

pub mod account;
pub mod analyzer;
pub mod diag;
mod embedded;
pub mod envelope;
mod error;
pub mod event;
pub mod facts;
pub mod grammar;
pub mod ids;
pub mod input;
pub mod keys;
pub mod patterns;
pub mod payload;
mod recent;
pub mod redact;
pub mod report;
pub mod rules;
pub mod secret;
pub mod time;
pub mod token;
pub mod trace;
pub mod verdict;

pub use crate::{analyzer::Analyzer, error::Error};
