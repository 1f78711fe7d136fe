//! What a sentence in free words tells: of the connection that it names, or of somebody's.

use super::{by_server, is_about_who_asks, sentence::with_codes};
use crate::{
    envelope::{Level, Peeled},
    event::{ClosedBy, Fault, Handshake, Kind, Reason, Said},
    grammar::{
        file::AboutFile,
        gist::{Gist, Gists},
        names::holds,
        phrase::Phrases,
    },
    payload::{
        literal::{self, Value},
        offer,
    },
};

/// A sentence about a connection, and what it is read with.
pub(super) struct Telling<'s, 'l> {
    pub(super) text: &'s str,
    pub(super) peeled: &'s Peeled<'l>,
    pub(super) phrases: &'s Phrases,
    pub(super) gists: &'s Gists,
}

impl Telling<'_, '_> {
    /// What it tells of the connection of `id`, which stands in it.
    pub(super) fn of_one(&self, id: &str) -> Option<Kind> {
        match self.gists.of(self.text, id) {
            Some(Gist::Within) => None,
            Some(Gist::Refused) => Some(self.refused(id)),
            gist => self.told(id, gist),
        }
    }

    /// That the connection of `id` was refused; or complained of, where that may be about what somebody does who is in.
    fn refused(&self, id: &str) -> Kind {
        let Self { peeled, phrases, gists, .. } = *self;
        let text = with_codes(peeled, self.text, phrases.names());
        let why = gists.why(&text).and_then(|why| phrases.of_own_refusal(why));
        let reason = why.filter(|reason| !reason.is_vague());
        let reason = reason.or_else(|| phrases.of_own_refusal(&text));
        let reason = reason.map(|reason| by_server(reason, peeled));
        let reason = reason.unwrap_or(Reason::Refused);
        let said = Said { reason, text: text.as_ref().into() };
        // What somebody who is in was denied may be anything.
        let of_anything = matches!(reason, Reason::Refused | Reason::Forbidden);
        // Who is sent away for it is not allowed to be there at all.
        let sent_away = reason == Reason::Forbidden && gists.acts(&text);
        let whom = gists.refuses_whom(&text, id);
        if of_anything && !sent_away && !whom && !gists.is_about_connecting(&text) {
            Kind::Complained(said)
        } else {
            Kind::Refused(said)
        }
    }

    /// What else became of the connection of `id`, by the gist of the sentence and by what it says was wrong.
    fn told(&self, id: &str, gist: Option<Gist>) -> Option<Kind> {
        let Self { text, gists, .. } = *self;
        let sent_away = gist == Some(Gist::Ended) && (gists.acts(text) || gists.acts_on(text, id));
        let Some(reason) = self.wrong(gist, sent_away) else {
            return match gist? {
                Gist::Admitted => Some(Kind::Admitted { anonymous: false }),
                Gist::Asks => Some(Kind::HandlerEntered(Box::new(shown(text)))),
                Gist::Ended => Some(Kind::Closed(self.closed_by())),
                Gist::Refused | Gist::Within => None,
            };
        };
        Some(match gist {
            // What somebody is sent away for; what somebody left for is another matter.
            Some(Gist::Ended) if sent_away => Kind::Refused(self.said(reason)),
            // A server that closes a connection and says that its token is why has refused it.
            Some(Gist::Ended)
                if gists.why(text).is_some() && !reason.is_vague() && is_about_proof(reason) =>
            {
                Kind::Refused(self.said(reason))
            }
            // Whoever got a password wrong was not let in by it, whatever else is said.
            _ if reason == Reason::LoginFailed => Kind::Refused(self.said(reason)),
            // Who comes without proof, and may.
            Some(Gist::Admitted) if offers_nothing(reason) && gists.is_of_guest(text) => {
                Kind::Admitted { anonymous: true }
            }
            _ => Kind::Complained(self.said(reason)),
        })
    }

    /// What it says was wrong with a connection that it does not say was refused.
    fn wrong(&self, gist: Option<Gist>, sent_away: bool) -> Option<Reason> {
        let Self { text, peeled, phrases, gists } = *self;
        // Whom nobody reached tells more than that nobody answered.
        let told = phrases.meaning(text).filter(|reason| *reason != Reason::Unreachable);
        let wrong = told.or_else(|| {
            let sure = self.is_grave() || gist == Some(Gist::Ended) || gists.complains(text);
            let of_refusal = (sure || gist.is_none()).then(|| phrases.of_refusal(text))?;
            of_refusal.filter(|reason| sure || is_about_proof(*reason))
        });
        let wrong = wrong.map(|reason| by_server(reason, peeled));
        let wrong = wrong.filter(|reason| speaks_of_refusal(*reason, peeled))?;
        // A service that was not there is a reason to refuse only where it was asked about the client.
        let of_client =
            wrong != Reason::BackendDown || sent_away || gists.is_about_connecting(text);
        of_client.then_some(wrong)
    }

    /// What it tells of somebody whom it does not name.
    pub(super) fn of_somebody(&self) -> Option<Kind> {
        let Self { text, peeled, phrases, gists } = *self;
        if gists.is_general(text) {
            return None;
        }
        if phrases.sockets().callers().begin(&peeled.message)
            && let Some(kind) = self.of_caller()
        {
            return Some(kind);
        }
        let refuses = gists.refuses(text);
        let reason = if refuses {
            phrases.of_refusal(text)
        } else {
            let sure = self.is_grave() || gists.complains(text);
            phrases.meaning(text).filter(|reason| sure || !reason.is_vague())
        };
        let Some(reason) = reason else {
            return self.without_reason();
        };
        if !speaks_of_refusal(reason, peeled) {
            return None;
        }
        // Any service may be down; who could not be asked about a client refuses it, or speaks of it. A guard asks about nothing else.
        let names = phrases.names();
        let by_guard = || peeled.logger.as_deref().is_some_and(|logger| names.are_of_guard(logger));
        let of_service = reason == Reason::BackendDown && !refuses && gists.is_about_service(text);
        if of_service && !by_guard() {
            return None;
        }
        Some(match of_engine(reason, text, &names.about).filter(|_| !peeled.client) {
            Some(fault) => Kind::EngineRefused(fault),
            None => Kind::Refused(self.said(by_server(reason, peeled))),
        })
    }

    /// What it tells of somebody when nothing in it is a reason.
    fn without_reason(&self) -> Option<Kind> {
        if self.is_grave() && self.gists.plainly_refuses(self.text) {
            Some(Kind::Refused(self.said(Reason::Refused)))
        } else if !self.peeled.client && self.gists.vouches(self.text) {
            Some(Kind::Admitted { anonymous: false })
        } else {
            None
        }
    }

    /// What a sentence about a client that shows no id tells of it. Reasons stand in it as elsewhere; what it does who is in is nobody's business.
    fn of_caller(&self) -> Option<Kind> {
        let Self { text, phrases, gists, .. } = *self;
        match gists.of_words(text)? {
            Gist::Refused => {
                let reason = phrases.of_own_refusal(text).unwrap_or(Reason::Refused);
                Some(Kind::Refused(self.said(reason)))
            }
            Gist::Admitted => Some(Kind::Admitted { anonymous: false }),
            Gist::Asks => Some(Kind::HandlerEntered(Box::new(shown(text)))),
            Gist::Ended => Some(Kind::Closed(self.closed_by())),
            Gist::Within => None,
        }
    }

    fn closed_by(&self) -> ClosedBy {
        if self.gists.acts(self.text) { ClosedBy::Server } else { ClosedBy::Unknown }
    }

    fn said(&self, reason: Reason) -> Said {
        Said { reason, text: self.text.into() }
    }

    /// Whether it is a complaint by its level.
    fn is_grave(&self) -> bool {
        self.peeled.level.is_some_and(|level| level >= Level::Warning)
    }
}

/// Why a handshake was refused of which `text` speaks: before there was a socket that it could name.
fn of_engine(reason: Reason, text: &str, about: &AboutFile) -> Option<Fault> {
    let turned_down =
        || about.turned_down.iter().any(|end| text.trim_end().ends_with(end.as_str()));
    match reason {
        Reason::Forbidden if holds(text, &about.handshakes) && turned_down() => {
            Some(Fault::Application)
        }
        _ => None,
    }
}

/// What a line that tells of a client's coming shows of its query: `query={'token': '…'}`.
fn shown(text: &str) -> Handshake {
    let query = ["query=", "query: ", "query "].iter().find_map(|name| text.split_once(name));
    let entries = match query.filter(|(_, rest)| rest.starts_with('{')) {
        Some((_, rest)) => literal::value(rest),
        None => None,
    };
    let Some((Value::Map(entries), _)) = entries else { return Handshake::default() };
    let offers = entries.iter().filter_map(|(name, value)| offer::in_query(name, value.as_str()?));
    Handshake { offers: offers.collect(), ..Handshake::default() }
}

/// Whether it is about what a client brought to prove who it is: without a word of refusal, limits and rights may be told of anybody who is in.
fn is_about_proof(reason: Reason) -> bool {
    is_about_who_asks(reason)
        && !matches!(
            reason,
            Reason::Forbidden
                | Reason::RateLimited
                | Reason::BackendDown
                | Reason::SessionStoreDown
                | Reason::Origin
                | Reason::Unreachable
                | Reason::Edge
        )
}

/// Whether nothing was wrong but that no proof came.
fn offers_nothing(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TokenMissing
            | Reason::SessionCookieMissing
            | Reason::SessionEmpty
            | Reason::SessionAnonymous
    )
}

/// A vague word such as `unauthorized` counts only in a line that is a complaint: by its level, or because it says `refused` in so many words.
fn speaks_of_refusal(reason: Reason, peeled: &Peeled<'_>) -> bool {
    match reason {
        Reason::Refused | Reason::NothingValid | Reason::TokenUnreadable | Reason::TokenInvalid => {
            !matches!(peeled.level, Some(Level::Trace | Level::Debug))
        }
        _ => true,
    }
}
