//! Arguments to locations: files, directories, patterns, standard input.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::{Location, fill, rotation, sniff};
use crate::{diag::nearest, error::Error};

/// Finds the inputs that `args` name, and says which arguments name none.
///
/// `-`, or no argument at all, is standard input. A directory stands for what looks like a log in it and below it: text, or compressed data,
/// hidden files, programs and siotrace's own reports aside. An argument that is no path but has `*`, `?` or `[` in it is a pattern, for when no shell has expanded it. A file that is
/// named twice, or through a link as well, is read once. Rotated files of one log come oldest first.
pub fn expand<A: AsRef<OsStr>>(args: &[A]) -> (Vec<Location>, Vec<Error>) {
    let mut found = Found::default();
    if args.is_empty() {
        found.add(Location::Stdin);
    }
    for arg in args {
        let arg = arg.as_ref();
        if arg == "-" {
            found.add(Location::Stdin);
        } else {
            found.argument(Path::new(arg));
        }
    }
    rotation::order(&mut found.locations);
    (found.locations, found.errors)
}

/// A path for people: control characters shown, so that a file's name cannot write to the terminal.
pub(super) fn shown(path: &Path) -> String {
    let mut text = String::new();
    for c in path.to_string_lossy().chars() {
        if c.is_control() {
            text.extend(c.escape_default());
        } else {
            text.push(c);
        }
    }
    text
}

/// What is called nearly as `path` in its directory, as it would have been given.
fn near(path: &Path) -> Option<String> {
    /// More than that nobody has by hand.
    const LOOKED_AT: usize = 1000;
    let name = path.file_name()?.to_str()?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let beside = fs::read_dir(parent.unwrap_or(Path::new("."))).ok()?.take(LOOKED_AT).flatten();
    let mut names: Vec<String> =
        beside.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let near = nearest(name, names.iter().map(String::as_str))?;
    Some(shown(&path.with_file_name(near)))
}

#[derive(Default)]
struct Found {
    locations: Vec<Location>,
    errors: Vec<Error>,
    seen: HashSet<PathBuf>,
}

impl Found {
    fn add(&mut self, location: Location) {
        let fresh = match &location {
            // What cannot be resolved, such as `/dev/fd/63`, is its own identity.
            Location::File(path) => {
                self.seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone()))
            }
            Location::Stdin => !self.locations.contains(&location),
        };
        if fresh {
            self.locations.push(location);
        }
    }

    fn argument(&mut self, path: &Path) {
        match path.metadata() {
            Ok(_) => self.path(path),
            Err(_) if is_pattern(path) => self.pattern(path),
            Err(source) if source.kind() == io::ErrorKind::NotFound => {
                self.errors.push(Error::Missing { name: shown(path), near: near(path) });
            }
            Err(source) => self.errors.push(Error::Open { name: shown(path), source }),
        }
    }

    fn path(&mut self, path: &Path) {
        if path.is_dir() {
            self.directory(path);
        } else {
            self.add(Location::File(path.to_owned()));
        }
    }

    fn pattern(&mut self, path: &Path) {
        let pattern = shown(path);
        let options =
            glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
        // A pattern that is no Unicode matches nothing: its text is not the name it means.
        let matches = match glob::glob_with(&path.to_string_lossy(), options) {
            Ok(matches) => matches,
            Err(source) => return self.errors.push(Error::Pattern { pattern, source }),
        };
        let mut any = false;
        for found in matches {
            any = true;
            match found {
                Ok(path) => self.path(&path),
                Err(error) => self
                    .errors
                    .push(Error::Open { name: shown(error.path()), source: error.into() }),
            }
        }
        if !any {
            self.errors.push(Error::NoMatch { pattern });
        }
    }

    fn directory(&mut self, directory: &Path) {
        let problems = self.errors.len();
        let (mut files, mut logs) = (0, Vec::new());
        // Links are followed: Kubernetes keeps its logs behind them.
        let entries =
            WalkDir::new(directory).follow_links(true).into_iter().filter_entry(|e| !is_hidden(e));
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    files += 1;
                    if is_no_log(entry.path()) {
                        continue;
                    }
                    match looks_like_log(entry.path()) {
                        Ok(true) => logs.push((entry.path_is_symlink(), entry.into_path())),
                        Ok(false) => {}
                        Err(source) => {
                            self.errors.push(Error::Open { name: shown(entry.path()), source });
                        }
                    }
                }
                Ok(_) => {}
                // A link to a directory above: what it leads to is being walked.
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let name = shown(error.path().unwrap_or(directory));
                    let source =
                        error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into());
                    self.errors.push(Error::Open { name, source });
                }
            }
        }
        if logs.is_empty() && self.errors.len() == problems {
            self.errors.push(Error::NoLogs { name: shown(directory), files });
        }
        let bytes = |path: &PathBuf| path.as_os_str().as_encoded_bytes().to_owned();
        logs.sort_by_cached_key(|(_, log)| bytes(log));
        let mut parent = (PathBuf::new(), None);
        for (is_link, log) in logs {
            // A directory of very many files is resolved once.
            let real = log.parent().zip(log.file_name()).filter(|_| !is_link);
            let real = real.and_then(|(directory, name)| {
                if parent.0 != directory {
                    parent = (directory.to_owned(), directory.canonicalize().ok());
                }
                Some(parent.1.as_ref()?.join(name))
            });
            match real {
                Some(real) => {
                    if self.seen.insert(real) {
                        self.locations.push(Location::File(log));
                    }
                }
                None => self.add(Location::File(log)),
            }
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Endings of what stands in a directory beside logs, and may quote lines of some: programs, their settings, pages. Who names such a file means it.
const NO_LOGS: [&str; 44] = [
    "adoc",
    "c",
    "cjs",
    "cpp",
    "cs",
    "css",
    "dart",
    "go",
    "gradle",
    "h",
    "htm",
    "html",
    "ini",
    "java",
    "js",
    "jsx",
    "kt",
    "lock",
    "map",
    "md",
    "mjs",
    "php",
    "pl",
    "properties",
    "py",
    "rb",
    "rs",
    "rst",
    "scala",
    "scss",
    "sh",
    "snap",
    "sql",
    "svelte",
    "svg",
    "swift",
    "toml",
    "ts",
    "tsx",
    "vue",
    "xml",
    "yaml",
    "yml",
    "shard",
];

fn is_no_log(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|ending| NO_LOGS.contains(&ending))
}

fn is_pattern(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().any(|b| b"*?[".contains(b))
}

/// Whether a file's first bytes are text or compressed data.
fn looks_like_log(path: &Path) -> io::Result<bool> {
    let (head, fault) = fill::read_head(&mut File::open(path)?);
    if let Some(fault) = fault {
        return Err(fault);
    }
    let text =
        || sniff::encoding(&head).0 != super::Encoding::Utf8 || sniff::foreign(&head).is_none();
    let hole = || !head.is_empty() && head.iter().take(16).all(|b| *b == 0);
    Ok(sniff::compression(&head).is_some() || hole() || text() && !sniff::is_report(&head))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(root: &Path, locations: &[Location]) -> Vec<String> {
        locations.iter().map(|l| l.name().replace(&format!("{}/", root.display()), "")).collect()
    }

    fn directory() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("old/.git")).unwrap();
        for (name, bytes) in [
            ("app.log", b"live\n".as_slice()),
            ("app.log.1", b"older\n"),
            ("app.log.2.gz", b"\x1f\x8b\x08\0"),
            ("logo.png", b"\x89PNG\r\n\x1a\n\0\0"),
            (".hidden", b"text\n"),
            ("old/.git/config", b"text\n"),
            ("old/b.log", b"text\n"),
            ("old/a.log", b""),
            ("server.js", b"text\n"),
            ("old/report.json", b"{\n  \"schema\": \"siotrace.report/1\",\n"),
            ("old/attempts.ndjson", b"{\"schema\":\"siotrace.attempt/1\",\"outcome\""),
        ] {
            fs::write(root.path().join(name), bytes).unwrap();
        }
        root
    }

    #[test]
    fn no_argument_and_a_dash_are_standard_input() {
        let table: [&[&str]; 3] = [&[], &["-"], &["-", "-"]];
        for args in table {
            let (locations, errors) = expand(args);
            assert_eq!(locations, [Location::Stdin], "{args:?}");
            assert!(errors.is_empty(), "{errors:?}");
        }
    }

    #[test]
    fn a_directory_stands_for_the_logs_in_it() {
        let root = directory();
        let (locations, errors) = expand(&[root.path()]);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(
            names(root.path(), &locations),
            ["app.log.2.gz", "app.log.1", "app.log", "old/a.log", "old/b.log"]
        );
    }

    #[test]
    fn a_pattern_that_no_shell_expanded_is_expanded() {
        let root = directory();
        let (locations, errors) = expand(&[root.path().join("app.log*"), root.path().join("*/b*")]);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(
            names(root.path(), &locations),
            ["app.log.2.gz", "app.log.1", "app.log", "old/b.log"]
        );
    }

    #[test]
    fn a_file_named_twice_is_read_once() {
        let root = directory();
        let log = root.path().join("app.log");
        let (locations, _) = expand(&[log.clone(), root.path().join("./old/../app.log"), log]);
        assert_eq!(locations.len(), 1, "{locations:?}");
    }

    #[test]
    fn what_cannot_be_found_is_said_and_the_rest_is_read() {
        let root = directory();
        let path = |name: &str| root.path().join(name);
        fs::create_dir(path("empty")).unwrap();
        let (locations, errors) = expand(&[
            path("nowhere.log"),
            path("*.txt"),
            path("app.log"),
            path("empty"),
            path("x[.log"),
        ]);
        assert_eq!(names(root.path(), &locations), ["app.log"]);
        let said: Vec<_> = errors
            .iter()
            .map(|e| e.to_string().replace(&format!("{}/", root.path().display()), ""))
            .collect();
        assert_eq!(
            said,
            [
                "there is no file nowhere.log",
                "no file matches *.txt; check the directory, and that the pattern is not quoted twice",
                "no logs in empty: it has no files but hidden ones; name the log file itself",
                "cannot understand the pattern x[.log; write [[] for a bracket that stands for itself",
            ]
        );
    }

    #[test]
    fn a_misspelt_file_is_pointed_at() {
        let root = tempfile::tempdir().unwrap();
        for name in ["server.log", "access.log"] {
            fs::write(root.path().join(name), "x").unwrap();
        }
        let said = |name| match expand(&[root.path().join(name)]).1.as_slice() {
            [error] => error.to_string().replace(&format!("{}/", root.path().display()), ""),
            errors => panic!("{errors:?}"),
        };
        assert_eq!(said("sever.log"), "there is no file sever.log; did you mean server.log?");
        assert_eq!(said("elsewhere/x"), "there is no file elsewhere/x");
    }

    #[test]
    fn a_name_cannot_write_to_the_terminal() {
        assert_eq!(shown(Path::new("a\x1b[31m\n.log")), "a\\u{1b}[31m\\n.log");
    }
}
