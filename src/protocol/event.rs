//! The journal's one vocabulary. Every fold matches it in full, so a new event breaks compilation wherever it matters.

use super::charter::Charter;
use super::duty::Duty;
use super::entry::{EntryKind, Reply, Timing};
use super::id::{Author, Digest, EntryNumber, SeatTag};
use super::look::{Project, Round};
use super::step::AskKind;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of this vocabulary, written into [`Event::Opened`]. A reader refuses a later one.
///
/// 2 added the charter, claims, escalations and confirmed check lists. A journal of version 1 reads as it always did. A new
/// event or cause by itself needs no new version: whoever does not know it refuses the record by its name. So a fork of a
/// journal of version 1 stays one, and [`Event::Forked`] is what an earlier program stops at.
///
/// 3 asks less often for the same: heads are reviewed once all of them are on the table, an owner who owes nothing but
/// dispositions is asked along with its next duty, whoever writes the pre-mortem may sign in the same reply, and one that names
/// risks beside an objection has been held. Who is asked in an earlier journal stays as it was.
///
/// 4 added the project, looks at it ([`Event::Looked`]), and tools that are refused. A journal without them reads as before.
///
/// 5 asks a seat that owes nothing but answers to early questions along with its next duty, and an answer or a mediation is no
/// reason any more to replace a head that others are judging. An owner's own objection ends with the head it puts there for it, and
/// a withdrawal voids no signature. Who is asked, and what is refused, in an earlier journal stays as it was.
///
/// 6 asks an objector whose text or framework moved on before anybody answered whether it stands, and to stand by what the owner had
/// not read is no reason to call the mediator. It takes more words for those of a sensitive decision, counts an implementation only
/// while both sides of its contract agree, and finds a seat by the trade in the name it is asked by. Earlier journals stay as they
/// were in all of it.
pub const VERSION: u16 = 6;

/// The first version in which reviews wait for the last draft, and dispositions for their owner's next call.
pub const GATHERS_DUTIES: u16 = 3;

/// The first version in which answers that no draft can use wait for their speaker's next call.
pub const GATHERS_ANSWERS: u16 = 5;

/// The first version in which neither an answer nor a mediation lets an owner amend before all have judged, an owner's objection to
/// its own head ends with its next one, and a withdrawal voids no signature.
pub const REVISES_AFTER_REVIEW: u16 = 5;

/// The first version in which a head answers only the objections that its author had read, and an objector can stand by an
/// objection that nobody answered, on a head it has not judged.
pub const STANDS_UNANSWERED: u16 = 6;

/// The first version in which an implementation counts only while its author and its partners agree to the contract, sensitive
/// decisions are found by more than a few English words, and a name is answered by the seat whose trade is in it.
pub const KEEPS_CONTRACTS: u16 = 6;

/// Something that happened in a session and is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A session begins.
    Opened(Opening),
    /// Speakers are asked, all at once. Says what is in flight: what people say from here on waits for the wave's end.
    Asked {
        /// Who, for what.
        asks: Vec<AskRecord>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A call met trouble and is tried again. Changes no state.
    Retried {
        /// Who was being asked.
        author: Author,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// The most attempts there will be.
        of: u32,
        /// The trouble, in words.
        cause: String,
        /// How long the host waits, in milliseconds.
        wait_ms: u64,
        /// When.
        at: DateTime<Utc>,
    },
    /// A speaker looked at the project before it replies. A call like any other: paid for once, and what was given stands here,
    /// so that a resumed session goes on with it.
    Looked {
        /// Who.
        author: Author,
        /// What was asked, and what came of it.
        #[serde(flatten)]
        round: Round,
        /// When.
        timing: Timing,
        /// What it cost.
        usage: Usage,
    },
    /// A reply was accepted. It is held back until its wave is revealed.
    Replied {
        /// Who.
        author: Author,
        /// What it says.
        reply: Reply,
        /// What had to be mended to read it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        repairs: Vec<String>,
        /// When.
        timing: Timing,
        /// What it cost.
        usage: Usage,
    },
    /// A reply was refused and goes back with the reasons. The third in a wave makes the turn count as no verdict.
    SentBack {
        /// Who.
        author: Author,
        /// What came, bounded.
        text: String,
        /// Why it cannot be accepted.
        reasons: Vec<String>,
        /// When.
        timing: Timing,
        /// What it cost.
        usage: Usage,
    },
    /// The replies of a wave are revealed: they become entries, in the fixed order.
    Revealed {
        /// When.
        at: DateTime<Utc>,
    },
    /// A person spoke. While a wave is in flight, and before the framework, it is held like a
    /// reply, and becomes an entry when the wave is revealed.
    Posted {
        /// `HUMAN`.
        author: Author,
        /// What was said.
        reply: Reply,
        /// When.
        at: DateTime<Utc>,
    },
    /// Mediation did not help, and a person is asked.
    Escalated {
        /// What for.
        question: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// Nobody came when a person was asked; the debate goes on without.
    Lapsed {
        /// When.
        at: DateTime<Utc>,
    },
    /// The session stops for now and can be resumed.
    Suspended {
        /// Why.
        cause: Cause,
        /// When.
        at: DateTime<Utc>,
    },
    /// The session goes on.
    Resumed {
        /// The limits from here on.
        limits: Limits,
        /// The models from here on, for seats whose model changed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        models: Vec<(Author, String)>,
        /// When.
        at: DateTime<Utc>,
    },
    /// From here on it is another session, which shares what stands before with the one it was forked from. Suspended until
    /// it is resumed.
    Forked {
        /// The new session's id.
        session: String,
        /// What it was forked from.
        origin: Origin,
        /// Who sits at the table from here on; absent where it stays the same. Only before the framework.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table: Option<Box<Table>>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The session is over.
    Closed {
        /// How.
        outcome: Outcome,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What a session starts from. Everything a resumed session needs to ask the same questions again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Opening {
    /// The version of the vocabulary.
    pub version: u16,
    /// The session's id.
    pub session: String,
    /// The question under debate.
    pub topic: String,
    /// The supervisor.
    pub supervisor: Speaker,
    /// Who must agree, in the fixed order of the table.
    pub seats: Vec<Seat>,
    /// Texts given to all seats.
    #[serde(default)]
    pub context: Vec<ContextFile>,
    /// Whether a person is in the room who can be asked.
    #[serde(default)]
    pub human: bool,
    /// When the host stops by itself.
    pub limits: Limits,
    /// What the built-in panel draws its small differences from.
    #[serde(default)]
    pub seed: u64,
    /// What the definitions at the table asked for.
    #[serde(default, skip_serializing_if = "Charter::is_empty")]
    pub charter: Charter,
    /// The project that the seats may look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Box<Project>>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who drives a voice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Speaker {
    /// The name of the agent definition.
    pub name: String,
    /// The definition's text as the model gets it.
    pub definition: String,
    /// The heart of its checklist, repeated at the end of each prompt.
    #[serde(default)]
    pub heart: String,
    /// The model, or what stands in for one: `gpt-5@host`, `built-in panel (rule-based, no language model)`.
    pub model: String,
}

/// A participant who must agree.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seat {
    /// Its tag.
    pub tag: SeatTag,
    /// The words it may use as an entry's type.
    pub kinds: Vec<EntryKind>,
    /// Who speaks.
    pub speaker: Speaker,
}

/// A text given to all seats.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContextFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// One call of a wave.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AskRecord {
    /// Who is asked.
    pub author: Author,
    /// For which kind of reply.
    pub kind: AskKind,
    /// What it owes.
    pub duties: Vec<Duty>,
}

/// What a call cost. Unknown is unknown, never zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens sent.
    pub prompt: Option<u64>,
    /// Of these, tokens the endpoint had cached.
    pub cached: Option<u64>,
    /// Tokens received.
    pub completion: Option<u64>,
    /// Money, in billionths of a US dollar.
    pub cost_nano: Option<u64>,
}

/// When the host stops a session by itself. It is then suspended, never agreed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Waves, all phases counted.
    pub waves: u32,
    /// Mediations before a stall ends the debate.
    pub mediations: u32,
    /// Tokens, sent and received together.
    #[serde(default)]
    pub tokens: Option<u64>,
    /// Money, in billionths of a US dollar.
    #[serde(default)]
    pub cost_nano: Option<u64>,
    /// Time spent running, in milliseconds.
    #[serde(default)]
    pub time_ms: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { waves: 24, mediations: 3, tokens: None, cost_nano: None, time_ms: None }
    }
}

/// What a session was forked from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The other session's id.
    pub session: String,
    /// How many of its records are shared.
    pub records: u64,
    /// The digest of its journal up to there.
    pub digest: Digest,
}

/// Another table for a session that is forked before anybody has spoken.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Table {
    /// The supervisor.
    pub supervisor: Speaker,
    /// Who must agree, in the fixed order of the table.
    pub seats: Vec<Seat>,
    /// What the definitions at the table asked for.
    #[serde(default, skip_serializing_if = "Charter::is_empty")]
    pub charter: Charter,
}

/// Why a session stopped without being over.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// As many waves as were allowed.
    Waves {
        /// The limit.
        limit: u32,
    },
    /// As many tokens as were allowed.
    Tokens {
        /// The limit.
        limit: u64,
    },
    /// As much money as was allowed.
    Cost {
        /// The limit, in billionths of a US dollar.
        limit_nano: u64,
    },
    /// As much time as was allowed.
    Time {
        /// The limit, in milliseconds.
        limit_ms: u64,
    },
    /// A speaker's model could not be reached. The seat stays in the count.
    Unreachable {
        /// Who.
        author: Author,
        /// What went wrong, in words.
        reason: String,
    },
    /// A person or a signal stopped it.
    Interrupted,
    /// It was forked from another and has not gone on yet.
    Forked,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Waves { limit } => write!(f, "the limit of {limit} waves was reached"),
            Cause::Tokens { limit } => write!(f, "the limit of {limit} tokens was reached"),
            Cause::Cost { limit_nano } => write!(
                f,
                "the limit of ${}.{:02} was reached",
                limit_nano / 1_000_000_000,
                limit_nano % 1_000_000_000 / 10_000_000
            ),
            Cause::Time { limit_ms } => {
                write!(f, "the limit of {} seconds was reached", limit_ms / 1000)
            }
            Cause::Unreachable { author, reason } => {
                write!(f, "{author} could not be reached: {reason}")
            }
            Cause::Interrupted => f.write_str("it was interrupted"),
            Cause::Forked => f.write_str("it was forked and has not gone on yet"),
        }
    }
}

/// How a session ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Every seat signed the accord with this digest.
    Consensus {
        /// The accord's digest.
        digest: Digest,
    },
    /// The debate stalled and mediation did not help.
    NoConsensus {
        /// In one sentence.
        reason: String,
        /// What it hangs on, in the mediator's words, if there was one.
        crux: Option<String>,
        /// The mediation that named it.
        crux_entry: Option<EntryNumber>,
    },
    /// A fault that retrying cannot mend.
    Aborted {
        /// In one sentence.
        cause: String,
    },
}
