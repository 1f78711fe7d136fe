//! The closed vocabulary of what is known of one attempt.
//!
//! A fact is a slot with a small closed set of values. All slots together are a [`Key`]: small, `Copy`, hashable, so that
//! the judgement of an attempt is a pure function of it and can be remembered. Numbers (how long expired, how many
//! retries) ride along in [`Detail`](crate::verdict::Detail) for the text and never decide anything.
//!
//! Not the job of this room: reading wording, and naming causes.

mod access;
mod clocks;
mod credentials;
mod derive;
mod findings;
mod key;
mod lost;
mod steps;
mod way;

use serde::Deserialize;
use strum::{EnumCount, EnumIter, EnumString, IntoStaticStr, VariantNames};

pub use self::{
    derive::{Known, course, derive},
    findings::{Credential, Life, Shown, findings},
    key::Key,
    steps::{Step, Steps},
    way::{Claims, Reading, Spot, Way},
};

macro_rules! slot {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, serde::Serialize, EnumCount, EnumIter,
            EnumString, IntoStaticStr, VariantNames,
        )]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        pub enum $name { #[default] $($(#[$vdoc])* $variant,)* }
    };
}

slot! {
    /// How the attempt ended.
    Outcome {
        /// The log ends, or never says.
        Undecided,
        /// Let in.
        Accepted,
        /// Refused.
        Rejected,
        /// The client left, or the log shows it gave up.
        Abandoned,
    }
}

slot! {
    /// Which layer said no first.
    Layer {
        /// Nobody did.
        None,
        /// The client's own code or library.
        Client,
        /// WAF, CDN, bot filter, auth proxy.
        Edge,
        /// The reverse proxy.
        Proxy,
        /// The Engine.IO server: transport, protocol, origin.
        Engine,
        /// The Socket.IO server: no such namespace.
        Namespace,
        /// The connect handler or a middleware.
        Handler,
        /// The first event that had to prove who is there.
        Application,
    }
}

slot! {
    /// Where a credential was put; `none` when none was seen.
    Offered {
        /// Nothing is known of an offer.
        Unknown,
        /// The log shows that there was none.
        None,
        /// In the auth payload.
        Auth,
        /// In a header.
        Header,
        /// In the query string.
        Query,
        /// In a cookie.
        Cookie,
        /// In an event's data.
        Event,
    }
}

slot! {
    /// What the offered credential looks like.
    Shape {
        /// Not known.
        Unknown,
        /// There was none.
        Absent,
        /// `null`, `undefined`, blank.
        Empty,
        /// A JWT.
        Jwt,
        /// A JWT in the auth payload, under a key other than `token`.
        OtherKey,
        /// `Bearer ` left in front inside the payload.
        SchemeLeft,
        /// An `Authorization` header without a scheme.
        SchemeMissing,
        /// `Bearer Bearer …`.
        SchemeDoubled,
        /// Three parts as of a JWT, which cannot be read.
        BrokenJwt,
        /// A string that is no JWT.
        Opaque,
        /// The auth payload is a bare string instead of an object.
        BareString,
    }
}

slot! {
    /// Whether the server found a token to check.
    Found {
        /// The log does not say.
        Unknown,
        /// It checked one.
        Yes,
        /// It says that it found none.
        No,
    }
}

slot! {
    /// What the token's own times say, against the time of the line.
    TokenTime {
        /// No token could be read, or the line has no time.
        Unknown,
        /// Inside `nbf` … `exp`.
        Valid,
        /// After `exp`.
        Expired,
        /// Before `nbf` or `iat`.
        NotYet,
    }
}

slot! {
    /// What the web session holds.
    Session {
        /// Not shown.
        Unknown,
        /// `{}`.
        Empty,
        /// Content, but nobody logged in.
        Anonymous,
        /// A user.
        User,
    }
}

slot! {
    /// Whether the handshake carried a session cookie.
    Cookie {
        /// Not shown.
        Unknown,
        /// The log shows the request's cookies, and there is no session among them.
        Absent,
        /// It came, and could still be valid by its age.
        Sent,
        /// It came, and its own time stamp is older than sessions live: as the user says, else 31 days.
        Stale,
        /// It came, and no key that the user gave has signed it.
        Unsigned,
        /// It came, and there is nothing in it.
        Hollow,
    }
}

slot! {
    /// How far the connect handler got.
    Handler {
        /// Not seen in the log.
        Unseen,
        /// It ran.
        Entered,
        /// It raised.
        Raised,
    }
}

slot! {
    /// The HTTP status that ended the attempt, by what it means.
    Status {
        /// None is known, or all were answered well.
        None,
        /// 400.
        BadRequest,
        /// 401.
        Unauthorized,
        /// 403.
        Forbidden,
        /// 404.
        NotFound,
        /// 405, 411, 413, 414, 415.
        Unacceptable,
        /// 429.
        TooMany,
        /// 499, 460: the client closed first.
        ClientClosed,
        /// 500, 501.
        ServerError,
        /// 502, 503, 504.
        Gateway,
        /// Another 4xx or 5xx.
        Other,
    }
}

slot! {
    /// Whether the same client, or the same token, was refused just before.
    Repeat {
        /// No, or not known.
        No,
        /// The same dead token came again.
        SameToken,
        /// One of very many failures of the same client within a minute.
        Storm,
    }
}

slot! {
    /// In what alone the credential differs from those of the clients that were let in.
    Unlike {
        /// In nothing, in several things, or not known.
        Unknown,
        /// It stands in another place, or under another name.
        Place,
        /// It is no whole JWT, and theirs were.
        Form,
        /// It is not signed, and theirs were.
        Signing,
        /// It is a token for another audience.
        Audience,
        /// It is a token of another issuer.
        Issuer,
        /// It is signed with another algorithm.
        Algorithm,
        /// It names another key.
        Key,
        /// It is a token of another type.
        Kind,
        /// It lacks a claim that all of theirs have.
        Claim,
        /// Its subject is no text, and theirs were.
        Subject,
    }
}

slot! {
    /// What the user's keys, and what he says of good tokens, tell of this one.
    Checked {
        /// Nothing was given, or no whole token is shown.
        Unknown,
        /// It is as it should be.
        Good,
        /// No key that was given has signed it, or one in another form than it was given in.
        Signature,
        /// It names a key that is not there.
        Key,
        /// Its algorithm is none expected, or takes another kind of key.
        Algorithm,
        /// It is for somebody else.
        Audience,
        /// It is from somebody else.
        Issuer,
    }
}

slot! {
    /// What is known of the server's processes while the attempt ran.
    Process {
        /// Nothing unusual.
        Steady,
        /// Several workers serve the same address.
        Many,
        /// A worker was killed or restarted shortly before.
        Restarted,
    }
}
