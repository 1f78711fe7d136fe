//! The tables of words that a grammar file may hold.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::event::Reason;

/// Names of the fields of access lines in JSON or as `key=value`, by what they hold; a dot leads into an object. See `grammar/access.rs`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct AccessFile {
    /// Fields that only this source writes, so that one of them tells whose line it is. Without any, the names are everybody's.
    pub marks: Vec<String>,
    /// Whether they are of an error log: what the access log tells again.
    pub failure: bool,
    /// `GET /path HTTP/1.1`.
    pub request: Vec<String>,
    /// `GET`.
    pub method: Vec<String>,
    /// The path, with its query or without.
    pub target: Vec<String>,
    /// The query, where the path is without.
    pub query: Vec<String>,
    /// The answer's status.
    pub status: Vec<String>,
    /// Its length.
    pub bytes: Vec<String>,
    /// The address of the other side.
    pub client: Vec<String>,
    /// Addresses of those who forwarded the request.
    pub forwarded: Vec<String>,
    /// The user agent.
    pub agent: Vec<String>,
    /// The server to which the request was passed.
    pub upstream: Vec<String>,
    /// That server's answer.
    pub upstream_status: Vec<String>,
    /// Why the proxy ended the request.
    pub flags: Vec<String>,
    /// How long it took, in seconds, or with a unit.
    pub took_s: Vec<String>,
    /// In milliseconds.
    pub took_ms: Vec<String>,
    /// In microseconds.
    pub took_us: Vec<String>,
    /// In nanoseconds.
    pub took_ns: Vec<String>,
}

/// Beginnings of words (or whole words, with a blank behind), in lower case and with single blanks, by what they say of a connection; see `grammar/gist.rs`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct GistFile {
    /// It asks to be let in.
    pub asks: Vec<String>,
    /// It was let in.
    pub admits: Vec<String>,
    /// It was refused.
    pub refuses: Vec<String>,
    /// It is over.
    pub ends: Vec<String>,
    /// It does something as one that is in, unless the line has a word of `about`.
    pub within: Vec<String>,
    /// The connection itself is spoken of.
    pub about: Vec<String>,
    /// It is over, and the server ended it.
    pub acts: Vec<String>,
    /// It goes on, whatever is complained of.
    pub goes_on: Vec<String>,
    /// Who is let in without proof.
    pub guests: Vec<String>,
    /// Something was wrong: no refusal by itself.
    pub complains: Vec<String>,
    /// What is said of all connections, or of those to come.
    pub general: Vec<String>,
    /// Sockets of another kind, and other services by the first word of a line.
    pub elsewhere: Vec<String>,
    /// What becomes of connections to other services.
    pub outages: Vec<String>,
    /// A line that begins so gives the reason for what the line above told.
    pub because: Vec<String>,
    /// In a sentence it stands between what was done and why.
    pub owing: Vec<String>,
    /// What may stand between who is refused and the verb.
    pub auxiliaries: Vec<String>,
    /// It was let in, in words that say so without an id as well.
    pub vouches: Vec<String>,
    /// What proves who is there, or is asked for.
    pub proofs: Vec<String>,
    /// Near one of those it says that it was let in.
    pub passes: Vec<String>,
    /// Short words for a socket that stand in front of a sign.
    pub labels: Vec<String>,
    /// Signs that begin a line: it was let in.
    pub sign_in: Vec<String>,
    /// It was refused.
    pub sign_no: Vec<String>,
    /// It is over.
    pub sign_out: Vec<String>,
    /// How a line about one that connects ends: it was let in.
    pub ends_in: Vec<String>,
    /// It was refused.
    pub ends_no: Vec<String>,
    /// Names of the event that a library tells when it has let somebody in.
    pub events: Vec<String>,
    /// It is greeted.
    pub greets: Vec<String>,
    /// By this it is known, if one of it stands behind.
    pub greeted: Vec<String>,
    /// What is said of one of many, in words for many.
    pub crowds: Vec<String>,
    /// In front of words of admission it says that nobody was let in, or not yet.
    pub unsettled: Vec<String>,
    /// It was refused, in words that name who was, and not why.
    pub plainly: Vec<String>,
    /// What proves who is there, or lets it in for good, was refused.
    pub barred: Vec<String>,
    /// It was sent away.
    pub away: Vec<String>,
}

/// What a refusal is about and what was wrong with it, by beginnings of words in lower case (whole words, with a full stop behind); see `grammar/topic.rs`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TopicFile {
    /// What was looked at.
    pub of: Vec<String>,
    /// What was wrong with it.
    pub is: Vec<String>,
    /// What the two mean together.
    pub reason: Reason,
}

/// Reasons in a word, or in two or three with a blank between them, in lower case; see `grammar/code.rs`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CodeFile {
    /// What is said.
    pub is: Vec<String>,
    /// What each means.
    pub reason: Reason,
}

/// Words by which a line says that a random string in it is the id of a connection, in small letters; see `grammar/ids/loose.rs`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct IdsFile {
    /// Names of a connection's id, without what joins their words: `socketid` of `socket_id`, `socket.id` and `socketId`.
    pub names: Vec<String>,
    /// What may stand between the name and the id, or in front of the id where the name stands elsewhere in the line.
    pub links: Vec<String>,
    /// Pieces of the words of a line about connections.
    pub connections: Vec<String>,
    /// Of one about sessions, which may be connections.
    pub sessions: Vec<String>,
    /// Of one about sockets.
    pub sockets: Vec<String>,
    /// Of one about programs that ask for tokens, which are called clients as well.
    pub programs: Vec<String>,
    /// Of one by a server of mail, which has sessions as well, in their own case.
    pub mail: Vec<String>,
    /// What is written with capitals, without a vowel, among words that are written together.
    pub abbreviations: Vec<String>,
}

/// What a sentence is made of; see `grammar/free/sentence.rs`, `grammar/topic.rs` and `grammar/denial.rs`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct SentenceFile {
    /// Fields of structured logs whose value is a sentence or a name worth reading.
    pub fields: Vec<String>,
    /// Words by which a field's name tells that it holds a reason.
    pub reasons: Vec<String>,
    /// Fields that hold a code for why something was refused; of what was not, they tell other things.
    pub codes: Vec<String>,
    /// What may stand in front of its subject.
    pub articles: Vec<String>,
    /// Articles that are written together with their noun.
    pub elisions: Vec<String>,
    /// What takes back the word behind it.
    pub denials: Vec<String>,
    /// Behind these a denial takes nothing back: what somebody could not do is a fault as it stands.
    pub abilities: Vec<String>,
    /// How words end that are drawn together, and what such an end stands for: `isn't` is `is not`.
    pub contractions: BTreeMap<String, String>,
}

/// Pieces of words that tell what a line in free wording is about; see `grammar/free.rs`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct AboutFile {
    /// About a handshake, which may be a socket's.
    pub handshakes: Vec<String>,
    /// About a token.
    pub tokens: Vec<String>,
    /// About the act of connecting.
    pub connecting: Vec<String>,
    /// About how the connection was to be made, rather than about an answer to it.
    pub transports: Vec<String>,
    /// How classes end that serve sockets in a framework that has other classes with such names …
    pub gateways: Vec<String>,
    /// … and by which it is one for clients who connect.
    pub gateway_clients: Vec<String>,
    /// How a handshake ends that the application's own check turned down.
    pub turned_down: Vec<String>,
    /// How loggers and tags are called, in small letters, that write of other protocols' connections.
    pub other_trades: Vec<String>,
}
