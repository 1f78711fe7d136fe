//! A file that is being written: it stands under a name of its own until it is whole, so that nobody ever reads half a report.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use tempfile::TempPath;

/// What is to become of what was written.
pub(super) struct Draft {
    from: TempPath,
    to: PathBuf,
}

/// Opens `path` for writing. What is there and no plain file (a pipe, a device) is written to at once, and so has no draft.
pub(super) fn open(path: &Path) -> io::Result<(File, Option<Draft>)> {
    let there = path.metadata();
    if there.as_ref().is_ok_and(|there| !there.is_file()) {
        return Ok((File::create(path)?, None));
    }
    // Whether it may be written to is the file's own affair, not its directory's.
    if there.is_ok() {
        File::options().append(true).open(path)?;
    }
    // A link stays one: what it points at is replaced.
    let to = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".siotrace-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    match builder.tempfile_in(folder.unwrap_or(Path::new("."))) {
        Ok(draft) => {
            let (file, from) = draft.into_parts();
            Ok((file, Some(Draft { from, to })))
        }
        // A file may be writable in a directory that is not; and where neither is, this error names what the user named.
        Err(_) => Ok((File::create(path)?, None)),
    }
}

impl Draft {
    /// Gives the file its name.
    pub(super) fn keep(self) -> io::Result<()> {
        self.from.persist(self.to).map_err(|error| error.error)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    #[test]
    fn a_file_is_there_when_it_is_whole_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let (mut file, draft) = open(&path).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        draft.unwrap().keep().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn what_was_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(open(&folder.path().join("report.json")).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
