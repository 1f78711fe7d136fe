//! The shape of a grammar file: how one library, server or app words its lines, and which event each line is.

mod tables;

use std::collections::BTreeMap;

use serde::Deserialize;
use strum::{EnumIter, EnumString, IntoStaticStr};

pub use tables::{AboutFile, AccessFile, CodeFile, GistFile, IdsFile, SentenceFile, TopicFile};

use crate::event::{ClosedBy, Fault, Reason, Speaker, Stack, Where};

/// One grammar file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GrammarFile {
    /// Short name, for messages and the table of what is read.
    pub name: String,
    /// One line that says whose lines these are.
    pub title: String,
    /// The software, when it is one that fixes can be for.
    pub stack: Option<Stack>,
    /// Which side writes these lines, unless a line says otherwise.
    #[serde(default = "server")]
    pub speaker: Speaker,
    /// What the wrapper of each of its lines shows, such as the logger's name, and is rarer in other logs than their literals: by this they are found in a block.
    pub found_by: Option<String>,
    /// Whether its patterns expect the fields of structured logs behind the message, as ` key=value`.
    #[serde(default)]
    pub fields: bool,
    /// Versions in which the wording was really observed.
    #[serde(default)]
    pub seen_in: Vec<String>,
    /// Its lines; the first that matches wins.
    #[serde(default)]
    pub line: Vec<LineFile>,
    /// Names of events by which applications tell a client that it is refused.
    #[serde(default)]
    pub error_events: Vec<String>,
    /// Names of events by which a client proves who it is after it has connected.
    #[serde(default)]
    pub login_events: Vec<String>,
    /// Names by which health checks and probes call themselves.
    #[serde(default)]
    pub foreign_agents: Vec<String>,
    /// Names of classes that are socket code by what their framework calls them, without the word.
    #[serde(default)]
    pub socket_classes: Vec<String>,
    /// Short words for a socket, of at most four letters, that mean nothing else.
    #[serde(default)]
    pub socket_words: Vec<String>,
    /// Short words that mean a socket only where a program marks its lines with them.
    #[serde(default)]
    pub socket_tags: Vec<String>,
    /// How sentences begin that tell of a client's coming and going and name neither socket nor id: a word, and the beginning of the next one.
    #[serde(default)]
    pub callers: Vec<String>,
    /// What has the word in it and means another kind of socket.
    #[serde(default)]
    pub other_sockets: Vec<String>,
    /// Classes of errors that are a programmer's slip, and never an application's way to say no.
    #[serde(default)]
    pub slips: Vec<String>,
    /// Pieces of the paths of modules that serve sockets: a crash that goes through one of them is a connection's.
    #[serde(default)]
    pub socket_modules: Vec<String>,
    /// Pieces of text by which lines in free wording are found in a block.
    #[serde(default)]
    pub searched_for: Vec<String>,
    /// What only a client's library writes: a log that holds it may be a client's own.
    #[serde(default)]
    pub only_clients_say: Vec<String>,
    /// What a log holds that is no client's own, or that says of each line by itself whose it is.
    #[serde(default)]
    pub others_say: Vec<String>,
    /// Sentences that may stand inside a line, and what they mean.
    #[serde(default)]
    pub phrase: Vec<PhraseFile>,
    /// What only its messages hold, such as the names of its exceptions: it tells the software where no line does.
    #[serde(rename = "library")]
    pub of_library: Option<LibraryFile>,
    /// What refusals are about, and what was wrong with it.
    #[serde(default)]
    pub topic: Vec<TopicFile>,
    /// Reasons in a word.
    #[serde(default)]
    pub code: Vec<CodeFile>,
    /// Words, in lower case, behind which a reason may be said in a word.
    #[serde(default)]
    pub before_codes: Vec<String>,
    /// Stems of words by which a line about one connection says what became of it.
    #[serde(default)]
    pub gist: GistFile,
    /// Words that say of a random string that it is a connection's.
    #[serde(default)]
    pub ids: IdsFile,
    /// What a sentence is made of.
    #[serde(default)]
    pub sentence: SentenceFile,
    /// Pieces of words that tell what a line in free wording is about.
    #[serde(default)]
    pub about: AboutFile,
    /// Codes by which a proxy says why it ended a request, and what they mean: `UH` of Envoy, `H12` of Heroku.
    #[serde(default)]
    pub flags: BTreeMap<String, Fault>,
    /// Names that access lines give to the pieces of a request.
    #[serde(default)]
    pub access: Vec<AccessFile>,
}

fn server() -> Speaker {
    Speaker::Server
}

/// One kind of line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LineFile {
    /// What the line says.
    pub event: EventName,
    /// A literal that stands in every line that matches: the key by which lines are found.
    pub has: String,
    /// What else stands in every such line and is rarer in other logs: by this the line is found in a block, and by `has` its pattern. There is room for few.
    #[serde(default)]
    pub found_by: Option<String>,
    /// What stands in the name of the logger of every such line, where the message alone would not tell whose it is.
    pub logger: Option<String>,
    /// A regular expression for the message, with `{sid}` and the like standing for common parts.
    pub pattern: String,
    /// Arguments that the wording implies.
    #[serde(default)]
    pub with: With,
    /// Overrides the file's speaker.
    pub speaker: Option<Speaker>,
    /// Overrides the file's stack.
    pub stack: Option<Stack>,
    /// Messages that match, each with all it captures.
    #[serde(default)]
    pub sample: Vec<Sample>,
}

/// A library that is known by its words, wherever they turn up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LibraryFile {
    /// The software that uses it.
    pub stack: Stack,
    /// Pieces of its messages, in their own case.
    pub words: Vec<String>,
}

/// Constant arguments of a line's event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct With {
    /// Which way a packet went, as seen by the speaker.
    pub way: Option<Way>,
    /// For refusals by the engine or a proxy.
    pub fault: Option<Fault>,
    /// For refusals whose meaning the wording of the line itself gives.
    pub reason: Option<Reason>,
    /// For the end of a transport.
    pub by: Option<ClosedBy>,
    /// For exceptions.
    pub place: Option<Where>,
    /// For the end of a handler.
    pub admitted: Option<bool>,
    /// For an admission of somebody who has not proved who it is.
    pub anonymous: Option<bool>,
    /// For an answer that the wording itself gives.
    pub answer: Option<bool>,
    /// For requests whose wording gives the status they were answered with.
    pub status: Option<u16>,
    /// For failures that a client's library tells its program of, once a try.
    pub told: Option<bool>,
    /// For requests that are a WebSocket, and packets that came over one.
    pub websocket: Option<bool>,
}

/// Which way a packet went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The speaker sent it.
    Sent,
    /// The speaker received it.
    Received,
}

/// A message that a line must match, and what it must capture.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sample {
    /// The message, without its envelope.
    pub text: String,
    /// Every capture that takes part, by name.
    #[serde(default)]
    pub gives: BTreeMap<String, String>,
}

/// A sentence and its meaning.
#[allow(clippy::struct_excessive_bools)] // Each is a word of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PhraseFile {
    /// The sentence, matched anywhere and without regard to case; ` … ` stands for anything between two parts.
    pub says: String,
    /// Whether it must end where a word ends, and not in front of a colon or a bracket: the name of an error, and not of a class that begins so.
    #[serde(default)]
    pub whole: bool,
    /// Whether it must be a clause by itself, in this very case: what a library throws, and not what stands in somebody's sentence.
    #[serde(default)]
    pub clause: bool,
    /// Whether these are words that a library has chosen and an application would not.
    #[serde(default, rename = "library")]
    pub of_library: bool,
    /// Whether it says what failed and not why, so that any reason beside it tells more: `login failed: token expired`.
    #[serde(default)]
    pub general: bool,
    /// What it means.
    pub reason: Reason,
}

/// The events that a line can be. Most are a [`Kind`](crate::event::Kind) of the same name; `packet` becomes what its content says, and `ignore` is known to say nothing.
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
pub enum EventName {
    /// Known, and of no interest.
    Ignore,
    /// A Socket.IO packet, which becomes what its content says.
    Packet,
    /// A server process or worker came up.
    WorkerStarted,
    /// A worker was killed or left.
    WorkerLost,
    /// An Engine.IO session was given out.
    Opened,
    /// An HTTP request was asked or answered.
    Request,
    /// The engine refused a request, before any namespace was asked for.
    EngineRefused,
    /// The client asked to move to WebSocket.
    UpgradeAsked,
    /// The transport is WebSocket now.
    Upgraded,
    /// The move to WebSocket failed.
    UpgradeFailed,
    /// Ping or pong.
    Heartbeat,
    /// The other side did not answer in time.
    HeartbeatLost,
    /// The transport is gone.
    Closed,
    /// The client asked for a namespace.
    ConnectAsked,
    /// The server answered that the namespace is connected.
    ConnectAccepted,
    /// The server answered that it is not.
    ConnectRefused,
    /// The server disconnected the socket after it had accepted it.
    Disconnected,
    /// A message went through: the namespace is connected.
    Active,
    /// The connect handler began to run.
    HandlerEntered,
    /// The handler shows what credentials came.
    Offered,
    /// The handler looked for a token and found none.
    TokenNotFound,
    /// The handler is about to check a token.
    TokenTried,
    /// The token passed its check.
    TokenAccepted,
    /// Whether the session's user is logged in.
    SessionChecked,
    /// What the session holds.
    SessionShown,
    /// Whether the user that token or session name exists.
    UserLooked,
    /// The application says no, or a check failed that makes it say no.
    Refused,
    /// Something was found wrong; whether the client is refused for it is not said.
    Complained,
    /// Something was seen that may be why the client is refused, if it is.
    Noticed,
    /// The application says yes.
    Admitted,
    /// The handler ended.
    HandlerLeft,
    /// The application sent an event of refusal, such as `auth_error`.
    ErrorEmitted,
    /// A handler raised: the line that announces it.
    HandlerRaised,
    /// The client sets out to connect.
    ClientStarted,
    /// The client's side says that a try failed.
    ClientFailed,
    /// The client's platform says that some request failed, and not which.
    ClientNoted,
    /// The client will try again.
    ClientRetries,
    /// A proxy could not serve a request.
    ProxyFailed,
}
