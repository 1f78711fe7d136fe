//! The grammar and rule files, as the build script lists them.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
