//! What a client had in its hands, as one line shows it: credentials, the handshake's headers, a session.

use serde::Deserialize;
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::{
    payload::{cookie::CookieHeader, jwt::Jwt},
    secret::Secret,
};

/// Where a credential was put.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Place {
    /// The auth payload of the CONNECT packet.
    Auth,
    /// An HTTP header.
    Header,
    /// The query string.
    Query,
    /// A cookie.
    Cookie,
    /// The data of an event.
    Event,
}

/// What a credential looks like.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Form {
    /// Nothing at all: no payload, `{}`, no such key.
    Absent,
    /// `null`, `undefined`, `""`, a blank, `Bearer undefined`.
    Empty,
    /// Three base64url parts.
    Jwt,
    /// A JWT with `Bearer ` left in front of it.
    SchemeLeft,
    /// A JWT in an `Authorization` header without a scheme.
    SchemeMissing,
    /// `Bearer Bearer …`.
    SchemeDoubled,
    /// A string that is no JWT.
    Opaque,
    /// The payload is a bare string instead of an object.
    BareString,
    /// The line is cut or only names that something came.
    Unknown,
}

/// Credentials as one line shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where.
    pub place: Place,
    /// The key or header under which it came.
    pub key: Option<Box<str>>,
    /// What it looks like.
    pub form: Form,
    /// The credential, when the line shows the whole of it.
    pub secret: Option<Secret>,
    /// What the token says of itself, when it could be read.
    pub jwt: Option<Box<Jwt>>,
    /// Whether it came over a WebSocket, when the line tells.
    pub websocket: Option<bool>,
}

impl Offer {
    /// Something may have been offered at `place`, and the line does not show what.
    pub fn unknown(place: Place) -> Self {
        Self { form: Form::Unknown, ..Self::absent(place) }
    }

    /// Nothing was offered at `place`.
    pub fn absent(place: Place) -> Self {
        Self { place, key: None, form: Form::Absent, secret: None, jwt: None, websocket: None }
    }
}

/// What a handler's first line may show of the handshake request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handshake {
    /// Whether the line shows headers at all; without them nothing follows from their absence.
    pub headers_shown: bool,
    /// Whether the line shows cookies at all.
    pub cookies_shown: bool,
    /// Credentials in headers and query, without those in cookies.
    pub offers: Vec<Offer>,
    /// The cookies that came.
    pub cookies: CookieHeader,
    /// The Origin header.
    pub origin: Option<Box<str>>,
    /// The User-Agent header.
    pub user_agent: Option<Box<str>>,
}

/// What a web session holds.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum SessionContents {
    /// `{}`.
    Empty,
    /// Content, but no user in it.
    Anonymous,
    /// A user id.
    User,
}
