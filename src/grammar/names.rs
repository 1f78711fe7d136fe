//! Words that mean something by themselves, of all grammars laid together: names of events, programs, classes and fields, and pieces of words.

use super::{
    callers::Callers,
    denial::Denials,
    file::{AboutFile, GrammarFile, SentenceFile},
    sockets::SocketNames,
};

/// All such words.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Of events by which a client is told that it is refused.
    error_events: Vec<String>,
    /// Of events by which a client proves who it is.
    login_events: Vec<String>,
    /// Of programs that check whether a server is there.
    pub(super) foreign_agents: Vec<String>,
    /// Of classes that are socket code, in their own case.
    socket_classes: Vec<String>,
    /// Of classes of errors that are a programmer's slip.
    slips: Vec<String>,
    /// Pieces of the paths of modules that serve sockets.
    socket_modules: Vec<String>,
    /// Short words for a socket.
    pub(super) sockets: SocketNames,
    /// What a sentence is made of, as far as fields and articles go.
    pub(super) sentence: SentenceFile,
    /// What takes a word back.
    pub(super) denials: Denials,
    /// What a line is about.
    pub(super) about: AboutFile,
}

impl Names {
    /// Those of all `files`.
    pub(super) fn of(files: &[GrammarFile]) -> Self {
        let all = |names: fn(&GrammarFile) -> &Vec<String>| {
            files.iter().flat_map(names).cloned().collect::<Vec<_>>()
        };
        let sentence = SentenceFile {
            fields: all(|file| &file.sentence.fields),
            reasons: all(|file| &file.sentence.reasons),
            codes: all(|file| &file.sentence.codes),
            articles: all(|file| &file.sentence.articles),
            ..SentenceFile::default()
        };
        let about = AboutFile {
            handshakes: all(|file| &file.about.handshakes),
            tokens: all(|file| &file.about.tokens),
            connecting: all(|file| &file.about.connecting),
            transports: all(|file| &file.about.transports),
            gateways: all(|file| &file.about.gateways),
            gateway_clients: all(|file| &file.about.gateway_clients),
            turned_down: all(|file| &file.about.turned_down),
            other_trades: all(|file| &file.about.other_trades),
        };
        Self {
            error_events: all(|file| &file.error_events),
            login_events: all(|file| &file.login_events),
            foreign_agents: all(|file| &file.foreign_agents),
            socket_classes: all(|file| &file.socket_classes),
            slips: all(|file| &file.slips),
            socket_modules: all(|file| &file.socket_modules),
            sockets: SocketNames::new(
                all(|file| &file.socket_words),
                all(|file| &file.socket_tags),
                all(|file| &file.other_sockets),
                Callers::new(&all(|file| &file.callers), sentence.articles.clone()),
            ),
            sentence,
            denials: Denials::of(files),
            about,
        }
    }

    /// Whether a logger is called by a class that is socket code, or by a short word for a socket.
    pub(super) fn are_of_logger(&self, logger: &str) -> bool {
        self.are_of_guard(logger) || self.sockets.name_logger(logger)
    }

    /// Whether a logger is that of a class which is asked who may come in.
    pub(super) fn are_of_guard(&self, logger: &str) -> bool {
        holds(logger, &self.socket_classes)
    }

    /// Whether a line says by its logger, or by the word or tag that it begins with, that it is of another protocol.
    pub(super) fn are_of_other_trade(&self, logger: Option<&str>, message: &str) -> bool {
        let first = message.split_whitespace().next();
        let is_in = |name: &str, piece: &String| {
            let mut places = name.as_bytes().windows(piece.len());
            places.any(|place| place.eq_ignore_ascii_case(piece.as_bytes()))
        };
        let trades = &self.about.other_trades;
        logger.into_iter().chain(first).any(|name| trades.iter().any(|piece| is_in(name, piece)))
    }

    /// Whether an error of this class is a programmer's slip.
    pub(super) fn is_slip(&self, class: &str) -> bool {
        self.slips.iter().any(|slip| slip == class)
    }

    /// Whether a frame of a stack stands in a file that serves sockets.
    pub(super) fn are_of_frame(&self, frame: &str) -> bool {
        holds(frame, &self.socket_modules)
    }

    /// Whether an event of this name tells a client that it is refused.
    pub(super) fn is_error_event(&self, name: &str) -> bool {
        self.error_events.iter().any(|e| e.eq_ignore_ascii_case(name))
    }

    /// Whether by an event of this name a client proves who it is.
    pub(super) fn is_login_event(&self, name: &str) -> bool {
        self.login_events.iter().any(|e| e.eq_ignore_ascii_case(name))
    }
}

/// Whether one of `pieces` stands in `text`.
pub(super) fn holds(text: &str, pieces: &[String]) -> bool {
    pieces.iter().any(|piece| text.contains(piece.as_str()))
}
