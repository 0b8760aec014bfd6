//! The document model: what every format says, and nothing about how it looks.

use crate::protocol::{
    Author, CriterionId, DecisionId, Digest, EntryNumber, IssueId, ProposalId, ReadingId, RiskId, SeatTag,
};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What the log cannot know about itself. Given by the caller; nothing here reads a clock or a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The session's id, by which it is found again.
    pub session: String,
    /// The digest that the journal's chain ends in, if there is a journal.
    pub journal: Option<Digest>,
    /// Name and version of the program that exports.
    pub program: String,
    /// When it was exported, if that is to be told. Left out, the same session gives the same bytes.
    pub exported_at: Option<DateTime<Utc>>,
}

/// One thing the document says, and the entries it came from: at least one, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Plain text, untrusted, possibly of several lines.
    pub text: String,
    /// Where it came from.
    pub entries: Vec<EntryNumber>,
}

impl Statement {
    /// `text`, said in `entries`, which are put in order.
    pub fn new(text: impl Into<String>, entries: impl IntoIterator<Item = EntryNumber>) -> Self {
        let mut entries: Vec<EntryNumber> = entries.into_iter().collect();
        entries.sort_unstable();
        entries.dedup();
        Self { text: text.into(), entries }
    }
}

/// What a document is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Consensus: every seat signed.
    Accepted,
    /// Ended without consensus.
    Proposed,
    /// Not over, or broken off.
    Draft,
}

impl Status {
    /// The word in the front matter.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Accepted => "accepted",
            Status::Proposed => "proposed",
            Status::Draft => "draft",
        }
    }

    /// The heading of section 10.
    pub fn process(self) -> &'static str {
        match self {
            Status::Accepted => "10. How consensus was reached",
            Status::Proposed | Status::Draft => "10. How the debate went",
        }
    }
}

/// A session as a document. Lists that are empty say that nothing of the kind is in the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// The framework's title, or the topic before there is one.
    pub title: String,
    /// The front matter.
    pub front: FrontMatter,
    /// What must be known before anything is read: no consensus, a draft, no language model.
    pub notices: Vec<Notice>,
    /// Without consensus: what stands in the way.
    pub standing: Option<Standing>,
    /// 1. A sentence a decision.
    pub summary: Vec<Statement>,
    /// 2. Context and problem.
    pub context: Context,
    /// 3. The framework, once there is one.
    pub framework: Option<FrameworkSection>,
    /// 4. The decisions.
    pub decisions: Vec<DecisionSection>,
    /// 5. Objections that were not simply met, concerns declined, reservations.
    pub dissent: Vec<Statement>,
    /// 6. Risks.
    pub risks: Vec<RiskItem>,
    /// 7. Interfaces and contracts.
    pub contracts: Vec<Contract>,
    /// 8. Action items.
    pub actions: Vec<ActionItem>,
    /// 8. The files that belong to an owner, by what its definition says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ownership: Vec<Ownership>,
    /// 9. Open questions.
    pub questions: Vec<Statement>,
    /// 10. How consensus was reached.
    pub process: Process,
    /// 11. Sign-off.
    pub signoff: Vec<SignOff>,
    /// Appendix: the places in the project's code that are quoted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// Appendix: the log, a line an entry.
    pub log: Vec<LogLine>,
    /// Appendix: where this comes from.
    pub provenance: Provenance,
}

/// The front matter. What is unknown is none, never zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrontMatter {
    /// What the document is worth.
    pub status: Status,
    /// The day of the last event, UTC.
    pub date: String,
    /// Who had to agree.
    pub decision_makers: Vec<String>,
    /// Who else spoke.
    pub consulted: Vec<String>,
    /// Who was told. The program knows of nobody.
    pub informed: Vec<String>,
    /// The session's id.
    pub session: String,
    /// The digest of the accord, once every decision has a head.
    pub accord: Option<Digest>,
    /// The journal's digest.
    pub journal: Option<Digest>,
    /// How many entries the log holds.
    pub entries: usize,
    /// How many waves were revealed.
    pub waves: u32,
    /// The models, each once.
    pub models: Vec<String>,
    /// Tokens sent and received, if every call told them.
    pub tokens: Option<u64>,
    /// Money in billionths of a US dollar, if the price of every call is known.
    pub cost_nano: Option<u64>,
    /// Voices that were rule-based and no language model.
    pub rule_based: Vec<Author>,
}

/// Something that must be known first. Computed by the host, so it cites no entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// In a word or two.
    pub label: String,
    /// In a sentence.
    pub notice: String,
}

/// What keeps a session from consensus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The outcome's reason, or why the session stands still.
    pub cause: String,
    /// The crux and who named it.
    pub crux: Option<Statement>,
    /// Objections and questions that are open, and verdicts and signatures that are missing.
    pub open: Vec<Statement>,
    /// Where every seat stands on each decision.
    pub stances: Vec<StanceRow>,
}

/// Where a seat stands on one decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StanceRow {
    /// The decision.
    pub decision: DecisionId,
    /// The text on the table.
    pub head: Option<ProposalId>,
    /// The seat.
    pub seat: SeatTag,
    /// `agrees`, `objects`, `asks`, `agreed to an earlier text`, `silent`.
    pub stance: &'static str,
    /// The entry of its latest verdict.
    pub entry: Option<EntryNumber>,
}

/// Where the question came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Context {
    /// The topic as it was put to the seats. It precedes the log, so it cites no entry.
    pub topic: String,
    /// Names of the files all seats were given.
    pub files: Vec<String>,
    /// The project that seats could look at, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectFacts>,
    /// What people in the room said.
    pub directions: Vec<Statement>,
}

/// The project that seats could look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectFacts {
    /// What it is called.
    pub name: String,
    /// The commit that was checked out when the session opened.
    pub revision: Option<String>,
    /// Its pages at a forge.
    pub forge: Option<String>,
    /// How many looks at it the log has.
    pub looks: usize,
}

/// A place in the project's code that entries quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The file and its lines: `src/main.rs:12-20`.
    pub place: String,
    /// The commit that was checked out when it was looked at.
    pub revision: Option<String>,
    /// Where it can be read, if its forge is known.
    pub link: Option<String>,
    /// The entries that quote it.
    pub entries: Vec<EntryNumber>,
    /// The entries whose speakers looked at it.
    pub trace: Vec<EntryNumber>,
}

/// Goals, non-goals, criteria, constraints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrameworkSection {
    /// What must be true afterwards.
    pub goals: Vec<Statement>,
    /// What was left out.
    pub non_goals: Vec<Statement>,
    /// By what proposals could fail.
    pub criteria: Vec<CriterionItem>,
    /// What bound every proposal.
    pub constraints: Vec<Statement>,
    /// Issues with the framework itself.
    pub issues: Vec<IssueHistory>,
}

/// One criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CriterionItem {
    /// Its id.
    pub id: CriterionId,
    /// What must hold.
    pub statement: Statement,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionSection {
    /// Its id.
    pub id: DecisionId,
    /// What was to be decided.
    pub question: Statement,
    /// Who drafted.
    pub owner: SeatTag,
    /// The criteria that bear on it.
    pub criteria: Vec<CriterionId>,
    /// The decisions it was to follow.
    pub after: Vec<DecisionId>,
    /// What came of it, and who stands where.
    pub outcome: Statement,
    /// The text on the table.
    pub head: Option<ProposalId>,
    /// The digest of that text.
    pub digest: Option<Digest>,
    /// Its binding clauses.
    pub clauses: Vec<Clause>,
    /// What it takes for granted.
    pub assumptions: Vec<Statement>,
    /// Why each seat stands behind it or not.
    pub verdicts: Vec<Statement>,
    /// What else was on offer.
    pub options: Vec<ConsideredOption>,
    /// What follows from it.
    pub consequences: Vec<Statement>,
    /// By what one sees that it holds.
    pub confirmation: Vec<Statement>,
    /// Objections, concerns and questions, and what became of them.
    pub issues: Vec<IssueHistory>,
    /// Every entry that touched it.
    pub trace: Vec<EntryNumber>,
}

/// One binding clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// Its number. Numbers of struck clauses are not used again.
    pub number: u16,
    /// The text.
    pub statement: Statement,
    /// How it is to be understood; signed with it.
    pub readings: Vec<ReadingItem>,
}

/// A sentence that fixes how a clause is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadingItem {
    /// Its id.
    pub id: ReadingId,
    /// The sentence.
    pub statement: Statement,
}

/// An option that was weighed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsideredOption {
    /// What kind of option, and whose.
    pub label: String,
    /// The option and its fate in a sentence or two, bounded: for formats that are read from top to bottom.
    pub brief: Statement,
    /// The option.
    pub statement: Statement,
    /// What spoke for it and against it.
    pub arguments: Vec<Statement>,
    /// What became of it and why.
    pub fate: Statement,
}

/// An issue from its raising to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueHistory {
    /// Its id.
    pub id: IssueId,
    /// How it stands: `open`, `resolved`, `withdrawn` and so on.
    pub state: String,
    /// Who, on which clause, by which criterion, in which case, and what became of it; bounded like an option's.
    pub brief: Statement,
    /// Who raised what.
    pub raised: Statement,
    /// What was done about it, in order.
    pub steps: Vec<Statement>,
}

/// A recorded risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskItem {
    /// Its id.
    pub id: RiskId,
    /// The decision it follows from, or `FRAMEWORK`.
    pub about: String,
    /// What may happen, the early sign, what would help.
    pub statement: Statement,
}

/// A fenced block of an entry of type `IMPLEMENTATION`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contract {
    /// Who gave it and what it goes with.
    pub source: Statement,
    /// The language named after the fence, tamed.
    pub language: String,
    /// What stood between the fences, byte for byte.
    pub body: String,
    /// Whether it holds characters that cannot be seen (controls, direction marks).
    pub hidden: bool,
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionItem {
    /// `A1`, `A2`…
    pub id: String,
    /// Who does it.
    pub owner: String,
    /// The decision it follows from.
    pub scope: DecisionId,
    /// Other decisions that name the same work of the same owner.
    pub also: Vec<DecisionId>,
    /// What is done.
    pub what: String,
    /// How one sees that it is done.
    pub done_when: String,
    /// The entry that named it.
    pub entry: EntryNumber,
}

/// The files that a seat's definition calls its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ownership {
    /// The seat.
    pub seat: SeatTag,
    /// Folders and globs, as the definition has them.
    pub files: Vec<String>,
}

/// Figures read off the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Process {
    /// Name and value.
    pub figures: Vec<Figure>,
    /// What a reader should be wary of. May cite nothing: some warnings are about the table, not about an entry.
    pub warnings: Vec<Warning>,
    /// Verdicts that turned to agreement and what they cited.
    pub turned: Vec<Statement>,
    /// What each seat brought in and cost.
    pub seats: Vec<SeatFigures>,
}

/// A figure with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// What is counted.
    pub name: &'static str,
    /// How much; `unknown` where nobody told.
    pub value: String,
}

/// A warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// In a sentence.
    pub warning: String,
    /// Entries it can be seen in, if any.
    pub entries: Vec<EntryNumber>,
}

/// One voice's share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeatFigures {
    /// Who.
    pub author: Author,
    /// Replies that came back.
    pub calls: u32,
    /// Of these, sent back.
    pub refused: u32,
    /// Tokens, if known.
    pub tokens: Option<u64>,
    /// Money in billionths of a US dollar, if known.
    pub cost_nano: Option<u64>,
    /// What reached the accord, in words; empty for the supervisor.
    pub brought_in: String,
}

/// One line of the sign-off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignOff {
    /// The seat.
    pub seat: SeatTag,
    /// Who spoke for it last.
    pub model: String,
    /// `signed`, or how far it came.
    pub verdict: String,
    /// The accord it signed.
    pub digest: Option<Digest>,
    /// In which entry.
    pub entry: Option<EntryNumber>,
    /// When that was revealed, UTC.
    pub at: Option<DateTime<Utc>>,
    /// What it wanted published.
    pub reservation: Option<String>,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// The entry.
    pub entry: EntryNumber,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Who.
    pub author: Author,
    /// The speaker's word for it.
    pub kind: String,
    /// Its moves, or how its prose begins.
    pub line: String,
}
