//! Which side wrote a log: an application's own sentences are the same on both sides (`Socket connection failed: no`), but a socket that ends has a reason, and the
//! clients' library has other words for it than the servers'. The words stand in the grammars of the two.

use memchr::memmem;

use super::file::GrammarFile;

/// Words by which a log is known as a client's own, or as none.
#[derive(Debug, Default)]
pub(super) struct Sides {
    /// What only a client's library writes.
    clients: Vec<String>,
    /// What stands in no log of clients alone, or says by itself whose line it is.
    others: Vec<String>,
}

impl Sides {
    /// The words of all `files`.
    pub(super) fn of(files: &[GrammarFile]) -> Self {
        let all = |words: fn(&GrammarFile) -> &Vec<String>| {
            files.iter().flat_map(words).cloned().collect()
        };
        Self { clients: all(|file| &file.only_clients_say), others: all(|file| &file.others_say) }
    }

    /// Whether `bytes` hold words that only clients have and none of the others'.
    pub(super) fn may_be_of_clients(&self, bytes: &[u8]) -> bool {
        let holds =
            |words: &[String]| words.iter().any(|w| memmem::find(bytes, w.as_bytes()).is_some());
        holds(&self.clients) && !holds(&self.others)
    }
}
