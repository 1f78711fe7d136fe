//! What sentences mean, for those who ask with a sentence alone: `explain "Session ID unknown"`, and the words of an exception.

use std::path::Path;

use super::{Grammar, Understood, file::LibraryFile, parse};
use crate::{
    diag::holds,
    envelope::Peeled,
    event::{Event, Fault, Kind, Reason, Stack},
};

/// Shortest piece of a sentence by which samples are looked up.
const SHORTEST_PIECE: usize = 6;

/// Most meanings of samples that hold one piece, for it to be an answer.
const MOST_MEANINGS: usize = 4;

impl Grammar {
    /// What a sentence means.
    pub fn meaning(&self, text: &str) -> Option<Reason> {
        self.phrases.meaning(text)
    }

    /// Whether an error of this class is a slip of whoever wrote the program, rather than thrown to say no.
    pub(crate) fn is_slip(&self, class: &str) -> bool {
        self.phrases.names().is_slip(class)
    }

    /// Whether a frame of a stack stands in a file that serves sockets.
    pub(crate) fn is_socket_frame(&self, frame: &str) -> bool {
        self.phrases.names().are_of_frame(frame)
    }

    /// The software on the server's side whose library a sentence names.
    pub fn whose_words(&self, text: &str) -> Option<Stack> {
        let named = |library: &&LibraryFile| library.words.iter().any(|w| text.contains(&**w));
        self.libraries.iter().find(named).map(|library| library.stack)
    }

    /// Whether an event gives its reason in the words of a library that checks tokens.
    pub fn is_verbatim(&self, event: &Event) -> bool {
        event.kind.said().is_some_and(|said| {
            (said.reason.is_of_token() || said.reason == Reason::TokenEmpty)
                && self.phrases.is_librarys(&said.text)
        })
    }

    /// Every meaning a sentence, or a piece of one, could have, the best first.
    pub fn meanings(&self, text: &str) -> Vec<Reason> {
        let text = text.trim();
        let mut reasons = self.phrases.meanings(text);
        let peeled = Peeled::bare(text);
        if let Understood::Event(event, _) = self.read(&peeled) {
            let told = match event.kind {
                Kind::Refused(said) | Kind::ConnectRefused(said) | Kind::ClientNoted(said) => {
                    Some(said.reason)
                }
                Kind::ClientFailed(failure) => Some(failure.said.reason),
                Kind::EngineRefused(fault) | Kind::ProxyFailed { fault, .. } => {
                    Some(fault.meaning())
                }
                _ => None,
            };
            reasons.extend(told);
        }
        let quoted = self.meanings_of_samples(text);
        // A piece that stands in samples of many meanings is a phrase of everyday.
        if quoted.len() <= MOST_MEANINGS {
            reasons.extend(quoted);
        }
        let mut seen = Vec::new();
        reasons.retain(|reason| {
            !seen.contains(reason) && {
                seen.push(*reason);
                true
            }
        });
        reasons
    }

    /// The meanings of the samples in which `text` stands. People quote the piece of a line that they noticed, which need not be what a
    /// pattern wants. Reads all grammars again, for their samples are kept nowhere.
    fn meanings_of_samples(&self, text: &str) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if text.len() < SHORTEST_PIECE {
            return reasons;
        }
        for (path, grammar) in crate::embedded::GRAMMARS {
            let Ok(file) = parse(Path::new(path), grammar) else { continue };
            for (line, sample) in file
                .line
                .iter()
                .flat_map(|line| line.sample.iter().map(move |sample| (line, sample)))
            {
                if !holds(&sample.text, text) {
                    continue;
                }
                let implied = line.with.reason.or(line.with.fault.map(Fault::meaning));
                // Without one, the sentence that the line quotes has it, if the piece is of that sentence.
                let said = || sample.gives.get("said").filter(|said| holds(said, text));
                let reason = implied.or_else(|| self.phrases.meaning(said()?));
                reasons.extend(reason.filter(|r| !reasons.contains(r)));
            }
        }
        reasons
    }
}
