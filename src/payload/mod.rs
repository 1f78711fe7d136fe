//! Structure inside messages: packets, literals, URLs, headers, tokens, cookies and tracebacks.
//!
//! A grammar says *where* in a line something stands; this room says what it *is*. Every parser takes text that a stranger
//! may have written or a logger may have cut, answers `None` (or a named error) when it is something else, borrows from
//! the line where it can, and is bounded: nesting by a depth, decoding by a size, and time by the length of the text.
//!
//! Not the job of this room: the words of a log line (`grammars/`), what a sentence means
//! ([`Reason`](crate::event::Reason)), and whose attempt it is.

pub mod access;
pub mod agent;
pub mod cookie;
pub mod django_session;
pub mod exception;
pub mod flask_session;
pub mod inspect;
pub mod java_map;
pub mod jwt;
pub mod literal;
pub mod offer;
pub mod packet;
pub mod query;
pub mod redact;
pub mod request;
pub mod stack;
