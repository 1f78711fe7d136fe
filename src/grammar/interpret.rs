//! Turns what a pattern captured into an [`Event`]: the only place where captures get their types.

mod brought;
mod packets;
mod requests;
mod said;

use super::{
    capture::{Capture, Captured},
    compile::Line,
    file::EventName,
    phrase::Phrases,
};
use crate::{
    event::{ClosedBy, Event, Failure, Fault, Ids, Kind, Offer, Place, Where},
    ids::{ClientAddr, EngineSid, Namespace, SocketSid, UserName},
    payload::{
        access,
        literal::{self, Value},
    },
};

/// What `line` says with these captures; `None` when it is known to say nothing, or its captures make no sense.
pub(super) fn event(line: &Line, captured: Captured<'_, '_>, phrases: &Phrases) -> Option<Event> {
    let reading = Reading { line, captured, phrases };
    let mut ids = reading.ids();
    let mut namespace = captured.get(Capture::Namespace).map(Namespace::new);
    let kind = if line.event == EventName::Packet {
        reading.packet(&mut ids, &mut namespace)?
    } else {
        reading.kind(&mut ids)?
    };
    Some(Event { kind, speaker: line.speaker, stack: line.stack, ids, namespace })
}

struct Reading<'a, 't> {
    line: &'a Line,
    captured: Captured<'a, 't>,
    phrases: &'a Phrases,
}

impl<'t> Reading<'_, 't> {
    fn get(&self, what: Capture) -> Option<&'t str> {
        self.captured.get(what)
    }

    fn ids(&self) -> Ids {
        let forwarded = self.get(Capture::Xff).and_then(|list| access::client_of(list.split(',')));
        let client = forwarded.or_else(|| self.get(Capture::Client));
        Ids {
            engine: self.get(Capture::Engine).map(EngineSid::new),
            socket: self.get(Capture::Socket).map(SocketSid::new),
            either: self.get(Capture::Either).map(SocketSid::new),
            client: client.map(ClientAddr::new),
            user: self.get(Capture::User).map(UserName::new),
        }
    }

    fn kind(&self, ids: &mut Ids) -> Option<Kind> {
        let with = &self.line.with;
        Some(match self.line.event {
            EventName::Ignore | EventName::Packet => return None,
            EventName::WorkerStarted => {
                Kind::WorkerStarted(self.get(Capture::Process).and_then(|n| n.parse().ok()))
            }
            EventName::WorkerLost => Kind::WorkerLost,
            EventName::Opened => {
                if ids.engine.is_none() {
                    ids.engine = self.get(Capture::Open).and_then(sid_of);
                }
                Kind::Opened
            }
            EventName::Request => Kind::Request(Box::new(self.request(ids)?)),
            EventName::EngineRefused => {
                // A hook of the application may say what it is that it minds.
                let said = self.get(Capture::Said).and_then(|text| self.phrases.meaning(text));
                let fault = said.and_then(Fault::of).or(with.fault);
                Kind::EngineRefused(fault.unwrap_or(Fault::BadRequest))
            }
            EventName::UpgradeAsked => Kind::UpgradeAsked,
            EventName::Upgraded => Kind::Upgraded,
            EventName::UpgradeFailed => Kind::UpgradeFailed,
            EventName::Heartbeat => Kind::Heartbeat,
            EventName::HeartbeatLost => Kind::HeartbeatLost,
            EventName::Closed => {
                // Werkzeug names the session only in the request line it writes when a WebSocket has ended.
                if let Some(request) = self.target() {
                    ids.engine = ids.engine.take().or(request.sid);
                }
                Kind::Closed(with.by.unwrap_or(ClosedBy::Unknown))
            }
            EventName::ConnectAsked => Kind::ConnectAsked(Box::new(
                self.auth().unwrap_or_else(|| Offer::unknown(Place::Auth)),
            )),
            EventName::ConnectAccepted => Kind::ConnectAccepted,
            EventName::ConnectRefused => Kind::ConnectRefused(self.said()?),
            EventName::Disconnected => Kind::Disconnected(self.said()),
            EventName::Active => {
                let login = self
                    .get(Capture::Said)
                    .is_some_and(|name| self.phrases.names().is_login_event(name));
                if login { Kind::LoginAsked(None) } else { Kind::Active }
            }
            EventName::HandlerEntered => Kind::HandlerEntered(Box::new(self.handshake())),
            EventName::Offered => Kind::Offered(Box::new(self.auth()?)),
            EventName::TokenNotFound => Kind::TokenNotFound,
            EventName::TokenTried => Kind::TokenTried(Box::new(self.token())),
            EventName::TokenAccepted => Kind::TokenAccepted,
            EventName::SessionChecked => Kind::SessionChecked { logged_in: self.answer()? },
            EventName::SessionShown => Kind::SessionShown(self.session()?),
            EventName::UserLooked => Kind::UserLooked { found: self.answer()? },
            EventName::Refused => Kind::Refused(self.said()?),
            EventName::Complained => Kind::Complained(self.said()?),
            EventName::Noticed => Kind::Noticed(self.said()?),
            EventName::Admitted => Kind::Admitted { anonymous: with.anonymous.unwrap_or(false) },
            EventName::HandlerLeft => Kind::HandlerLeft { admitted: with.admitted },
            EventName::ErrorEmitted => Kind::ErrorEmitted(self.said()),
            EventName::HandlerRaised => Kind::HandlerRaised(with.place.unwrap_or(Where::Unknown)),
            EventName::ClientStarted => {
                let (target, options) = (self.target(), self.options());
                let path = options.as_ref().and_then(|o| Some(o.get("path")?.as_str()?.into()));
                let path = path.or_else(|| {
                    // Without a query it is the page's address, not the endpoint's.
                    let target = target.as_ref().filter(|t| t.eio.is_some())?;
                    Some(target.path.as_str().into())
                });
                let offer = target.and_then(|t| t.offer);
                let offer = offer.or_else(|| {
                    options.as_ref().and_then(crate::payload::offer::from_options).map(Box::new)
                });
                Kind::ClientStarted(offer, path)
            }
            EventName::ClientFailed => {
                let request = self.target();
                if let Some(request) = &request {
                    ids.engine = ids.engine.take().or_else(|| request.sid.clone());
                }
                Kind::ClientFailed(Failure {
                    said: self.client_failure()?,
                    told: with.told.unwrap_or(false),
                    request: request.map(Box::new),
                    status: self.answered_with(),
                })
            }
            EventName::ClientNoted => Kind::ClientNoted(self.client_failure()?),
            EventName::ClientRetries => Kind::ClientRetries,
            EventName::ProxyFailed => {
                let request = self.target();
                if let Some(request) = &request {
                    ids.engine = ids.engine.take().or_else(|| request.sid.clone());
                }
                Kind::ProxyFailed { fault: with.fault?, request: request.map(Box::new) }
            }
        })
    }

    fn answer(&self) -> Option<bool> {
        if let Some(answer) = self.line.with.answer {
            return Some(answer);
        }
        match self.get(Capture::Answer)?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "success" | "1" => Some(true),
            "false" | "no" | "failure" | "none" | "null" | "0" => Some(false),
            _ => None,
        }
    }
}

fn sid_of(open: &str) -> Option<EngineSid> {
    let (value, _) = literal::value(open.trim_start())?;
    value.get("sid").and_then(Value::as_str).map(EngineSid::new)
}
