//! A host in memory and speakers by rule: enough to drive the protocol from its opening to an outcome.

use crate::protocol::docket::Content;
use crate::protocol::entry::*;
use crate::protocol::event::*;
use crate::protocol::rules;
use crate::protocol::session::Life;
use crate::protocol::*;
use chrono::{DateTime, TimeDelta, Utc};

pub const SEATS: [&str; 4] = ["BACKEND", "FRONTEND", "SECURITY", "ARCHITECT"];

pub struct Host {
    pub session: Session,
    pub events: Vec<Event>,
    pub now: DateTime<Utc>,
}

impl Host {
    pub fn new(seats: &[&str]) -> Self {
        Self::with(opening(seats, Limits::default()))
    }

    pub fn with(opening: Opening) -> Self {
        let now = opening.at;
        let first = Event::Opened(opening);
        Self { session: Session::open(&first).unwrap(), events: vec![first], now }
    }

    pub fn tick(&mut self) -> DateTime<Utc> {
        self.now += TimeDelta::seconds(1);
        self.now
    }

    pub fn append(&mut self, event: Event) {
        self.session.apply(&event).unwrap_or_else(|e| panic!("{e}\n{event:?}"));
        self.events.push(event);
    }

    /// Offers a reply as a host does: accepted if the rules allow it, sent back otherwise.
    pub fn offer(&mut self, author: &Author, reply: Reply) -> Result<(), Vec<String>> {
        let at = self.tick();
        let timing = Timing { asked: at, first: None, ended: at };
        let checked = rules::check(&self.session, author, &reply);
        let author = author.clone();
        let usage = Usage { prompt: Some(100), cached: None, completion: Some(10), cost_nano: None };
        self.append(match &checked {
            Ok(()) => Event::Replied { author, reply, repairs: vec![], timing, usage },
            Err(reasons) => Event::SentBack { author, text: reply.content, reasons: reasons.clone(), timing, usage },
        });
        checked
    }

    pub fn reveal(&mut self) {
        let at = self.tick();
        self.append(Event::Revealed { at });
    }

    /// Runs until nothing is left to do, `speak` answering every call.
    pub fn run(&mut self, mut speak: impl FnMut(&Session, &Ask) -> Reply) -> Life {
        while self.turn_once(&mut speak) {}
        self.session.life().clone()
    }

    /// Runs until `stop` holds.
    pub fn run_until(&mut self, mut speak: impl FnMut(&Session, &Ask) -> Reply, stop: impl Fn(&Session) -> bool) {
        while !stop(&self.session) {
            assert!(self.turn_once(&mut speak), "ended as {:?}", self.session.life());
        }
    }

    /// One step; says whether there was any.
    pub fn turn_once(&mut self, speak: &mut impl FnMut(&Session, &Ask) -> Reply) -> bool {
        let at = self.tick();
        match self.session.step(at) {
            Step::Ask(asks) => {
                for ask in asks {
                    let reply = speak(&self.session, &ask);
                    let _ = self.offer(&ask.author, reply);
                }
            }
            Step::Reveal => self.reveal(),
            Step::Close(outcome) => self.append(Event::Closed { outcome, at }),
            Step::Rest(cause) => self.append(Event::Suspended { cause, at }),
            Step::Escalate(question) => self.append(Event::Escalated { question, at }),
            Step::Idle => return false,
        }
        true
    }

    pub fn outcome(&self) -> &Outcome {
        self.session.outcome().unwrap_or_else(|| panic!("not over: {:?}", self.session.life()))
    }
}

pub fn opening(seats: &[&str], limits: Limits) -> Opening {
    let speaker = |name: &str| Speaker {
        name: name.to_lowercase(),
        definition: format!("You are {name}."),
        heart: String::new(),
        model: "scripted".to_owned(),
    };
    Opening {
        version: VERSION,
        session: "test".to_owned(),
        topic: "How should sign-in work?".to_owned(),
        supervisor: speaker("SUPERVISOR"),
        seats: seats
            .iter()
            .map(|tag| Seat {
                tag: tag.parse().unwrap(),
                kinds: DEFAULT_KINDS.map(str::to_owned).to_vec(),
                speaker: speaker(tag),
            })
            .collect(),
        context: vec![],
        human: false,
        limits,
        seed: 0,
        charter: Charter::default(),
        project: None,
        at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
    }
}

/// A charter in which the first seat has a check list and wants a contract with the second, and the last reviews.
pub fn charter(seats: &[&str]) -> Charter {
    let tag = |at: usize| -> SeatTag { seats[at].parse().unwrap() };
    let charge = Charge {
        checklist: vec!["amounts have a currency".to_owned(), "retries book once".to_owned()],
        scopes: vec!["src/api/".to_owned()],
        contract_with: vec![tag(1)],
        refused_tools: Vec::new(),
    };
    Charter {
        names: vec![
            Named { name: "web-team".to_owned(), seats: vec![tag(1)], how: Meant::Role },
            Named { name: "tech-lead".to_owned(), seats: vec![], how: Meant::Absent },
        ],
        reviewers: vec![tag(seats.len() - 1), tag(0)],
        charges: [(tag(0), charge)].into(),
    }
}

/// An opening whose table has that charter.
pub fn chartered(seats: &[&str], limits: Limits) -> Opening {
    Opening { charter: charter(seats), ..opening(seats, limits) }
}

pub fn seat(tag: &str) -> Author {
    tag.parse().unwrap()
}

pub fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

pub fn reply(kind: &str, moves: Vec<Move>) -> Reply {
    Reply { kind: kind.to_owned(), content: "What I looked at, and why it comes to this.".to_owned(), moves }
}

/// A framework of `decisions` decisions, owned in turn by the seats.
pub fn framework(seats: &[SeatTag], decisions: u16) -> Framework {
    Framework {
        title: "Sign-in".to_owned(),
        goals: vec!["People get in, others do not.".to_owned()],
        non_goals: vec![],
        constraints: vec![],
        unknowns: vec![],
        criteria: (1..=2)
            .map(|n| Criterion { id: CriterionId(n), text: format!("criterion {n} holds under test") })
            .collect(),
        decisions: (1..=decisions)
            .map(|n| Decision {
                id: DecisionId(n),
                question: format!("Which of the two for {n}?"),
                criteria: vec![CriterionId(1), CriterionId(2)],
                owner: seats[(n as usize - 1) % seats.len()].clone(),
                after: vec![],
                open: false,
            })
            .collect(),
    }
}

/// How a scripted seat judges the head of a decision in a review.
#[derive(Clone, Copy, PartialEq)]
pub enum Judge {
    Agree,
    Object,
    Ask,
}

/// A reply that does all that is owed, judging by `judge`.
pub fn dutiful(session: &Session, ask: &Ask, decisions: u16, judge: impl Fn(&Author, DecisionId) -> Judge) -> Reply {
    let seats: Vec<SeatTag> = session.seats().cloned().collect();
    let mut moves = Vec::new();
    for duty in &ask.duties {
        match duty {
            Duty::Frame => {
                let mut framework = framework(&seats, decisions);
                if let (false, Some(first)) = (session.opening().charter.is_empty(), framework.decisions.first_mut()) {
                    first.question = "Passwords or passkeys?".to_owned();
                    first.open = true;
                }
                moves.push(Move::Frame { framework });
            }
            Duty::Position => {
                moves.extend(session.dockets().map(|d| position(d.id, &ask.author)));
                let open = session.framework().into_iter().flat_map(|f| &f.decisions).filter(|d| d.open);
                let others = open.filter(|d| ask.author.seat() != Some(&d.owner));
                moves.extend(others.map(|d| Move::Claim { decision: d.id, why: "its failures are mine".to_owned() }));
            }
            Duty::Draft(id) => {
                moves.push(draft(*id, &["the first clause", "the second clause"]));
                dispose_all(session, *id, &mut moves);
            }
            Duty::Revise(id) => {
                moves.push(amend(session, *id, &format!("after wave {}", session.wave().number)));
                dispose_all(session, *id, &mut moves);
            }
            Duty::Dispose(id) => dispose_all(session, *id, &mut moves),
            Duty::Review(id) => review(session, &ask.author, *id, judge(&ask.author, *id), &mut moves),
            Duty::Stand(issue) => {
                let about = session.issue(*issue).unwrap().about.decision().unwrap();
                let judged = ask.duties.contains(&Duty::Review(about));
                match judge(&ask.author, about) {
                    Judge::Agree if !judged => moves.push(agree(session, about, resolver(session, &ask.author, about))),
                    Judge::Agree => {}
                    Judge::Object | Judge::Ask => moves.push(stand(session, *issue)),
                }
            }
            Duty::Answer(question) => {
                moves.push(Move::Answer { question: *question, text: "Yes, within a second.".to_owned() })
            }
            Duty::Rule(issue) => {
                moves.push(Move::Rule { issue: *issue, ruling: Ruling::OutOfScope, why: "not ours".to_owned() })
            }
            Duty::Heed(_) => {}
            Duty::Mediate => moves.push(mediate()),
            Duty::Premortem => moves.push(risk(id("D1"))),
            Duty::Sign => moves
                .push(Move::Sign { digest: session.accord_digest().unwrap().short().to_owned(), reservation: None }),
        }
    }
    let only_agrees = !moves.is_empty() && moves.iter().all(|m| matches!(m, Move::Agree { .. }));
    if let (true, AskKind::Turn, Some(digest)) = (only_agrees, ask.kind, session.accord_digest())
        && duty::may_sign(session)
    {
        moves.push(Move::Sign { digest: digest.short().to_owned(), reservation: None });
    }
    keep_promises(session, &ask.author, &mut moves);
    let kind = match (&ask.author, ask.kind) {
        (Author::Supervisor, AskKind::Framework) => "FRAMEWORK",
        (Author::Supervisor, AskKind::Mediation) => "MEDIATION",
        (Author::Supervisor, _) => "ANSWER",
        (_, AskKind::Position) => "ANALYSIS",
        _ => "REVIEW",
    };
    reply(kind, moves)
}

/// Confirms the seat's check list with its first agreement, and says what a security review came to.
pub fn keep_promises(session: &Session, author: &Author, moves: &mut [Move]) {
    let Some(seat) = author.seat() else { return };
    let mut list = if session.owes_checklist(seat) { session.checklist(seat).len() as u16 } else { 0 };
    for act in moves {
        let Move::Agree { decision, confirms, security, .. } = act else { continue };
        confirms.extend((1..=list).map(|item| Confirmed { item, how: "clause 1 holds it".to_owned() }));
        list = 0;
        if session.security_reviewer(*decision) == Some(seat) {
            *security = Some("looked for replay, found none in clause 1".to_owned());
        }
    }
}

/// Everybody agrees at once.
pub fn agreeable(session: &Session, ask: &Ask) -> Reply {
    dutiful(session, ask, 2, |_, _| Judge::Agree)
}

fn review(session: &Session, author: &Author, id: DecisionId, judge: Judge, moves: &mut Vec<Move>) {
    let own = session.own_objections(author.seat().unwrap(), id).next();
    match (judge, own) {
        (Judge::Agree, _) => moves.push(agree(session, id, resolver(session, author, id))),
        // A standing objection speaks for itself: its duty is served by standing.
        (Judge::Object, Some(issue)) if issue.met.is_some() || duty::moved_on(session, issue) => {}
        (Judge::Object, _) => moves.push(object(session, id)),
        (Judge::Ask, _) => moves.push(Move::Ask {
            to: "SUPERVISOR".to_owned(),
            about: Target::Decision(id),
            text: "Who runs it?".to_owned(),
        }),
    }
}

/// The entry that an objector names: the one that put the head there, or else the last of somebody else.
fn resolver(session: &Session, author: &Author, decision: DecisionId) -> Option<EntryNumber> {
    let docket = session.docket(decision)?;
    let verdict = docket.verdicts.get(author.seat()?)?;
    let objected =
        verdict.kind == VerdictKind::Object || session.own_objections(author.seat()?, decision).next().is_some();
    let head = docket.head.map(|(_, entry)| entry).filter(|e| *e > verdict.entry);
    let last = session.entries().iter().rev().find(|e| e.author != *author).map(|e| e.number);
    objected.then_some(head.or(last)).flatten()
}

pub fn position(decision: DecisionId, author: &Author) -> Move {
    Move::Position {
        decision,
        choice: format!("{author} would choose passkeys"),
        rejected: "passwords, which are phished".to_owned(),
        rests_on: "K1".to_owned(),
        confidence: 70,
    }
}

pub fn draft(decision: DecisionId, clauses: &[&str]) -> Move {
    Move::Propose(Draft {
        decision,
        clauses: clauses.iter().map(|c| (*c).to_owned()).collect(),
        rationale: "it meets K1".to_owned(),
        assumptions: vec![],
        rejected: vec![],
        actions: vec![],
    })
}

pub fn amend(session: &Session, decision: DecisionId, text: &str) -> Move {
    Move::Amend(Amendment {
        decision,
        base: session.docket(decision).unwrap().head().unwrap().id,
        changes: vec![Change::Replace { clause: 1, text: format!("the first clause, {text}") }],
        rationale: "it meets the objection".to_owned(),
        assumptions: None,
        rejected: vec![],
        actions: vec![],
    })
}

pub fn dispose_all(session: &Session, decision: DecisionId, moves: &mut Vec<Move>) {
    for item in rules::outstanding(session, decision) {
        moves.push(Move::Dispose { item, how: How::Declined, why: "weighed and not followed".to_owned() });
    }
}

pub fn head_digest(session: &Session, decision: DecisionId) -> String {
    session.docket(decision).and_then(|d| d.head()).map(|h| h.digest.short().to_owned()).unwrap_or_default()
}

pub fn agree(session: &Session, decision: DecisionId, resolved_by: Option<EntryNumber>) -> Move {
    Move::Agree {
        decision,
        digest: head_digest(session, decision),
        criteria: vec![CriterionId(1), CriterionId(2)],
        because: "clause 1 holds under K1".to_owned(),
        resolved_by,
        confirms: vec![],
        security: None,
    }
}

pub fn object(session: &Session, decision: DecisionId) -> Move {
    Move::Object {
        about: Target::Decision(decision),
        digest: head_digest(session, decision),
        clause: 1,
        criterion: CriterionId(1),
        fails_when: "a user signs in twice and the second try wins".to_owned(),
        resolved_if: "the first try is refused".to_owned(),
        rests_on: None,
    }
}

pub fn stand(session: &Session, issue: IssueId) -> Move {
    let decision = session.issue(issue).unwrap().about.decision().unwrap();
    Move::Stand { issue, digest: head_digest(session, decision), why: "the second try still wins".to_owned() }
}

pub fn mediate() -> Move {
    Move::Mediate {
        agreed: "the rest".to_owned(),
        disputed: "clause 1".to_owned(),
        crux: "whether a second try may win".to_owned(),
        question: "how often does it happen?".to_owned(),
    }
}

pub fn risk(decision: DecisionId) -> Move {
    Move::Risk {
        about: Target::Decision(decision),
        scenario: "nobody enrolled".to_owned(),
        sign: "enrolment below 10 %".to_owned(),
        mitigation: "prompt at sign-in".to_owned(),
    }
}

/// The digest that a draft's text would have.
pub fn digest_of(act: &Move) -> String {
    match act {
        Move::Propose(draft) => Content::of_draft(draft).digest().short().to_owned(),
        _ => unreachable!("only drafts are asked for"),
    }
}
