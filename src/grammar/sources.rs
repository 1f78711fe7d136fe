//! What the grammars that come with siotrace are of, for the table of what is read.

use std::path::Path;

use super::{file::GrammarFile, parse};

/// The grammar files, in the order in which a person looks for one: by title; free wording, which is everybody's, comes last.
#[must_use]
pub fn sources() -> Vec<GrammarFile> {
    let mut files: Vec<GrammarFile> = crate::embedded::GRAMMARS
        .iter()
        .filter_map(|(path, text)| parse(Path::new(path), text).ok())
        .collect();
    files.sort_by_cached_key(|file| (file.name == "free-wording", file.title.to_lowercase()));
    files
}
