//! All facts of one attempt in one small value.

use crate::event::{Fault, Reason};

use super::{
    Checked, Cookie, Found, Handler, Layer, Offered, Outcome, Process, Repeat, Session, Shape,
    Status, TokenTime, Unlike,
};

/// All facts of one attempt: what its judgement is a pure function of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Key {
    /// How it ended.
    pub outcome: Outcome,
    /// Which layer said no first.
    pub layer: Layer,
    /// What the refusal said, as the server's side tells it or a client quotes it; the most particular sentence.
    pub said: Option<Reason>,
    /// What the client says went wrong on its own side of the wire.
    pub client_said: Option<Reason>,
    /// Why the engine or a proxy did not serve a request.
    pub fault: Option<Fault>,
    /// Where a credential was put.
    pub offered: Offered,
    /// What it looks like.
    pub shape: Shape,
    /// Whether the server found one to check.
    pub found: Found,
    /// What the token's times say.
    pub token_time: TokenTime,
    /// What the session holds.
    pub session: Session,
    /// Whether a session cookie came.
    pub cookie: Cookie,
    /// How far the handler got.
    pub handler: Handler,
    /// The status that ended it.
    pub status: Status,
    /// Whether the same token was refused before.
    pub repeat: Repeat,
    /// In what it differs from those that were let in.
    pub unlike: Unlike,
    /// What the user's keys say of the token.
    pub checked: Checked,
    /// The server's processes.
    pub process: Process,
}
