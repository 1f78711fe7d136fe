//! Turns what a pattern captured into an [`Event`]: the only place where captures get their types.

use super::{
    access::Answer,
    compile::{Capture, Captured, Line},
    file::{EventName, Way},
    phrase::Phrases,
};
use crate::{
    event::{
        ClosedBy, Event, Failure, Fault, Form, Handshake, Ids, Kind, Offer, Place, Reason, Said,
        SessionContents, Speaker, Where,
    },
    ids::{ClientAddr, EngineSid, Namespace, SocketSid, UserName},
    payload::{
        access, flask_session,
        inspect::Details,
        java_map,
        literal::{self, Value},
        offer,
        packet::{self, PacketKind},
        request::HttpRequest,
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
            EventName::WorkerStarted => Kind::WorkerStarted,
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
            EventName::Active => Kind::Active,
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
                Kind::ClientStarted(self.target().and_then(|t| t.offer).or_else(|| self.options()))
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

    /// A Socket.IO packet becomes what its content says. Which way it went tells the side that asks from the side that answers.
    fn packet(&self, ids: &mut Ids, namespace: &mut Option<Namespace>) -> Option<Kind> {
        let shown = self.get(Capture::Packet).unwrap_or_default();
        // Rust prints the bytes of a packet as a literal.
        let text = match shown.starts_with(['b', '"']).then(|| literal::value(shown)).flatten() {
            Some((Value::Text(text), _)) => text,
            _ => shown.into(),
        };
        let packet = match self.get(Capture::Object) {
            Some(object) => packet::object(object)?,
            None => packet::socketio(&text)?,
        };
        if let Some(name) = packet.namespace {
            let path = name.split('?').next().unwrap_or(name);
            *namespace = Some(Namespace::new(path));
        } else if matches!(packet.kind, PacketKind::Connect | PacketKind::ConnectError) {
            *namespace = Some(Namespace::root());
        }
        let from_server =
            match (self.line.with.way?, self.line.speaker) {
                (Way::Sent, Speaker::Server | Speaker::Proxy)
                | (Way::Received, Speaker::Client) => true,
                (Way::Received, Speaker::Server | Speaker::Proxy)
                | (Way::Sent, Speaker::Client) => false,
            };
        Some(match (packet.kind, from_server) {
            (PacketKind::Connect, true) => {
                ids.socket = ids.socket.take().or_else(|| packet.sid().map(SocketSid::new));
                Kind::ConnectAccepted
            }
            (PacketKind::Connect, false) => {
                let offer = connect_offer(packet.data);
                Kind::ConnectAsked(Box::new(Offer { websocket: self.line.with.websocket, ..offer }))
            }
            (PacketKind::ConnectError, _) => {
                let text = packet.message().unwrap_or_default();
                // python-socketio 5 answers with this bare string, and only for a namespace without handlers.
                let bare = packet.data.trim_start().starts_with('"');
                let said = if bare && text == "Unable to connect" {
                    Said { reason: Reason::NamespaceUnknown, text: text.into() }
                } else {
                    self.meaning(&text)
                        .unwrap_or_else(|| Said { reason: Reason::Refused, text: text.into() })
                };
                Kind::ConnectRefused(said)
            }
            (PacketKind::Event | PacketKind::BinaryEvent, true) => {
                let name = packet.event_name()?;
                if self.phrases.is_error_event(&name) {
                    let said = packet.message().map(|text| {
                        self.meaning(&text)
                            .unwrap_or_else(|| Said { reason: Reason::Refused, text: text.into() })
                    });
                    Kind::ErrorEmitted(said)
                } else {
                    // The server may speak before it has decided: an event of its own proves nothing.
                    return None;
                }
            }
            (PacketKind::Event | PacketKind::BinaryEvent, false) => {
                let login =
                    packet.event_name().is_some_and(|name| self.phrases.is_login_event(&name));
                if login { Kind::LoginAsked(login_offer(&packet)) } else { Kind::Active }
            }
            (PacketKind::Ack | PacketKind::BinaryAck, true) => Kind::Active,
            (PacketKind::Ack | PacketKind::BinaryAck, false) => return None,
            (PacketKind::Disconnect, true) => Kind::Disconnected(packet.message().map(|text| {
                self.meaning(&text)
                    .unwrap_or_else(|| Said { reason: Reason::Refused, text: text.into() })
            })),
            (PacketKind::Disconnect, false) => Kind::Closed(ClosedBy::Client),
        })
    }

    fn meaning(&self, text: &str) -> Option<Said> {
        Some(Said { reason: self.phrases.of_refusal(text)?, text: text.into() })
    }

    /// The sentence and its meaning; the wording of the line itself may have given the meaning already.
    fn said(&self) -> Option<Said> {
        let text = self.get(Capture::Said).or_else(|| self.get(Capture::Class)).unwrap_or_default();
        let reason = match self.line.with.reason {
            // A sentence that is more particular than what the line's wording implies wins.
            Some(implied) => self
                .phrases
                .of_refusal(text)
                .filter(|r| r.vagueness() < implied.vagueness())
                .unwrap_or(implied),
            None if text.is_empty() => return None,
            None => self.phrases.of_refusal(text).unwrap_or(Reason::Refused),
        };
        Some(Said { reason, text: text.into() })
    }

    /// As [`Self::said`]; what a client prints may also be a status of HTTP, or JSON.
    fn client_failure(&self) -> Option<Said> {
        if let Some(status) = self.get(Capture::Status).and_then(|s| s.parse::<u16>().ok()) {
            return Some(Said {
                reason: Reason::of_status(status),
                text: format!("HTTP {status}").into(),
            });
        }
        let text = self.get(Capture::Said).unwrap_or_default();
        if text.starts_with("{\"description\":") {
            return Some(self.of_details(&Details::of_json(text)));
        }
        let sentence = match literal::value(text) {
            Some((Value::Null, _)) => return None,
            Some((Value::Text(text), _)) => text.into_owned(),
            Some((map @ Value::Map(_), _)) => {
                map.get("message").and_then(Value::as_str).unwrap_or(text).to_owned()
            }
            _ => text.to_owned(),
        };
        if sentence == "Unable to connect" && text.starts_with('"') {
            return Some(Said { reason: Reason::NamespaceUnknown, text: sentence.into() });
        }
        let reason = match self.line.with.reason {
            Some(implied) => self
                .phrases
                .meaning(&sentence)
                .filter(|r| implied.is_vague() && r.vagueness() < implied.vagueness())
                .unwrap_or(implied),
            None => self.phrases.meaning(&sentence).unwrap_or(Reason::Refused),
        };
        Some(Said { reason, text: sentence.into() })
    }

    /// What the object of an error tells.
    fn of_details(&self, details: &Details) -> Said {
        let told = details.texts.iter().filter_map(|text| self.phrases.meaning(text));
        let by_status = details.status.map(Reason::of_status);
        let reason = told.chain(by_status).min_by_key(|r| (r.vagueness(), *r));
        let text = details.status.map_or_else(String::new, |status| format!("HTTP {status}"));
        Said { reason: reason.unwrap_or(Reason::Refused), text: text.into() }
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

    fn auth(&self) -> Option<Offer> {
        if let Some(header) = self.get(Capture::Authorization) {
            let offered = offer::of_header_shown(header);
            return Some(match self.get(Capture::Cookieflag) {
                Some(cookie) if offered.form == Form::Absent => offer::of_cookie_named(cookie),
                _ => offered,
            });
        }
        let text = self.get(Capture::Auth)?;
        let value = match literal::value(text) {
            Some((value, _)) => value,
            // `%s` of a string prints it without quotes; it ends where the handler's next words begin.
            None => Value::Text(
                text.split([' ', ',']).next().unwrap_or(text).trim_end_matches('.').into(),
            ),
        };
        Some(offer::from_auth(&value))
    }

    /// What a client's own options say that it will offer.
    fn options(&self) -> Option<Box<Offer>> {
        let (options, _) = literal::value(self.get(Capture::Options)?)?;
        offer::from_options(&options).map(Box::new)
    }

    fn token(&self) -> Offer {
        match self.get(Capture::Token) {
            Some(whole) if crate::payload::jwt::looks_like(whole) => {
                offer::classify(Place::Auth, None, whole)
            }
            Some(cut) => offer::cut(cut),
            None => Offer::unknown(Place::Auth),
        }
    }

    fn session(&self) -> Option<SessionContents> {
        let (value, _) = literal::value(self.get(Capture::Session)?)?;
        Some(flask_session::contents(&value))
    }

    fn handshake(&self) -> Handshake {
        let mut handshake = self
            .get(Capture::Headers)
            .and_then(literal::value)
            .map(|(headers, _)| offer::from_headers(&headers))
            .unwrap_or_default();
        if let Some(shown) = self.get(Capture::Cookies) {
            handshake.cookies_shown = true;
            match literal::value(shown) {
                // Not a dict of cookies but the value of the session's own.
                None => handshake.cookies.pairs.push((
                    "session".into(),
                    crate::secret::Secret::new(shown.trim_end_matches('.')),
                )),
                // The `Cookie` header has shown the same.
                Some(_) if !handshake.cookies.is_empty() => {}
                Some((cookies, _)) => {
                    handshake.cookies = crate::payload::cookie::CookieHeader::from_value(&cookies);
                }
            }
        }
        if let Some("no" | "none" | "None" | "false" | "False" | "absent") =
            self.get(Capture::Cookieflag)
        {
            handshake.cookies_shown = true;
        }
        if let Some(keys) = self.get(Capture::Authkeys) {
            handshake.offers.push(offer_of_keys(keys));
        }
        handshake
    }

    fn target(&self) -> Option<HttpRequest> {
        let target = self.get(Capture::Target).or_else(|| self.get(Capture::Url))?;
        let method = self.get(Capture::Method);
        match self.get(Capture::Query).filter(|query| *query != "-") {
            Some(query) => HttpRequest::from_target(method, &format!("{target}?{query}")),
            None => HttpRequest::from_target(method, target),
        }
    }

    fn request(&self, ids: &mut Ids) -> Option<HttpRequest> {
        let of_java = || java_map::handshake(self.get(Capture::Query)?, self.get(Capture::Headers));
        let mut request = self.target().or_else(of_java)?;
        // A proxy writes -1 when it sent no answer.
        let status = self.get(Capture::Status).and_then(|s| match s {
            "-1" => Some(0),
            status => status.parse().ok(),
        });
        request.status = status.or(self.line.with.status);
        request.bytes = self.get(Capture::Bytes).and_then(|s| s.parse().ok());
        request.took = self
            .get(Capture::Took)
            .and_then(|s| micros(s, 1_000_000.0))
            .or_else(|| self.get(Capture::TookMs).and_then(|s| micros(s, 1_000.0)));
        request.body = self.get(Capture::Body).map(Into::into);
        if request.status.is_some_and(|s| s >= 400) {
            request.fault =
                request.body.as_deref().and_then(|b| self.phrases.meaning(b)).and_then(Fault::of);
        }
        let answer = Answer {
            upstream: self.get(Capture::Upstream),
            upstream_status: self.get(Capture::Upstatus),
            flags: self.get(Capture::Flags),
        };
        answer.add_to(&mut request, &self.line.flags);
        request.websocket = self.line.with.websocket.unwrap_or(request.status == Some(101));
        // eventlet 0.41: a finished WebSocket is a `200` of 0 bytes.
        if request.transport.as_deref() == Some("websocket")
            && request.status == Some(200)
            && request.bytes == Some(0)
        {
            request.websocket = true;
        }
        if ids.engine.is_none() {
            ids.engine = request
                .sid
                .clone()
                .or_else(|| request.body.as_deref().and_then(|b| sid_of(b.strip_prefix('0')?)));
        }
        Some(request)
    }
}

fn sid_of(open: &str) -> Option<EngineSid> {
    let (value, _) = literal::value(open.trim_start())?;
    value.get("sid").and_then(Value::as_str).map(EngineSid::new)
}

/// The payload of a CONNECT packet. Protocol 4 has none, and puts its query behind the namespace.
fn connect_offer(data: &str) -> Offer {
    let data = data.trim();
    if data.is_empty() {
        return Offer::absent(Place::Auth);
    }
    match literal::value(data) {
        Some((value, _)) => offer::from_auth(&value),
        None => Offer { form: Form::Unknown, ..Offer::absent(Place::Auth) },
    }
}

/// What the data of a login event holds: `["login",{"user":"alice","password":"…"}]`.
fn login_offer(packet: &packet::Packet<'_>) -> Option<Box<Offer>> {
    let Some(Value::List(items)) = packet.value() else { return None };
    let offer = offer::from_auth(items.get(1)?);
    (offer.form != Form::Absent).then(|| Box::new(Offer { place: Place::Event, ..offer }))
}

/// A handler's own list of the keys of the payload, such as `['token']` or `none`.
fn offer_of_keys(keys: &str) -> Offer {
    let listed = match literal::value(keys) {
        Some((Value::List(items), _)) => items.iter().find_map(Value::as_str).map(str::to_owned),
        _ => None,
    };
    match listed {
        None if matches!(keys, "str" | "<class 'str'>" | "string") => {
            Offer { form: Form::BareString, ..Offer::unknown(Place::Auth) }
        }
        Some(key) => Offer { key: Some(key.into()), ..Offer::unknown(Place::Auth) },
        None => Offer::absent(Place::Auth),
    }
}

/// A duration in text, in microseconds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn micros(text: &str, unit: f64) -> Option<u64> {
    let value: f64 = text.parse().ok()?;
    (value.is_finite() && value >= 0.0).then_some((value * unit) as u64)
}
