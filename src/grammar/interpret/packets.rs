//! What a Socket.IO packet says by its content and by the way it went.

use super::super::{capture::Capture, file::Way};
use super::Reading;
use crate::{
    event::{ClosedBy, Form, Ids, Kind, Offer, Place, Reason, Said, Speaker},
    ids::{Namespace, SocketSid},
    payload::{
        literal::{self, Value},
        offer,
        packet::{self, PacketKind},
    },
};

impl Reading<'_, '_> {
    /// A Socket.IO packet becomes what its content says. Which way it went tells the side that asks from the side that answers.
    pub(super) fn packet(&self, ids: &mut Ids, namespace: &mut Option<Namespace>) -> Option<Kind> {
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
                if self.phrases.names().is_error_event(&name) {
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
                let login = packet
                    .event_name()
                    .is_some_and(|name| self.phrases.names().is_login_event(&name));
                // However the event is called, a token is sent to prove who sends it.
                let offer = login_offer(&packet);
                let proves = login || offer.as_ref().is_some_and(|o| o.form == Form::Jwt);
                if proves { Kind::LoginAsked(offer) } else { Kind::Active }
            }
            (PacketKind::Ack | PacketKind::BinaryAck, true) => match self.denial(&packet) {
                Some(said) => Kind::ErrorEmitted(Some(said)),
                None => Kind::Active,
            },
            (PacketKind::Ack | PacketKind::BinaryAck, false) => return None,
            (PacketKind::Disconnect, true) => Kind::Disconnected(packet.message().map(|text| {
                self.meaning(&text)
                    .unwrap_or_else(|| Said { reason: Reason::Refused, text: text.into() })
            })),
            (PacketKind::Disconnect, false) => Kind::Closed(ClosedBy::Client),
        })
    }

    /// What an acknowledgement refuses: `[{"ok":false,"error":"wrong password"}]`.
    fn denial(&self, packet: &packet::Packet<'_>) -> Option<Said> {
        let Some(Value::List(items)) = packet.value() else { return None };
        let denied = items.first()?.entries().iter().any(|(name, value)| denies(name, value));
        let text = denied.then(|| packet.message())?.unwrap_or_default();
        let said = self.meaning(&text);
        Some(said.unwrap_or_else(|| Said { reason: Reason::Refused, text: text.into() }))
    }
}

/// Whether a field of an acknowledgement says by its name and value that what was asked for is refused.
fn denies(name: &str, value: &Value<'_>) -> bool {
    match value {
        Value::Bool(false) => matches!(name, "ok" | "success" | "authenticated" | "authorized"),
        Value::Text(text) => name == "status" && matches!(text.as_ref(), "error" | "fail"),
        _ => false,
    }
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
