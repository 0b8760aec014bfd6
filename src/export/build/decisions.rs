//! Section 4: a decision as it stands.

use super::super::document::{Clause, DecisionSection, ReadingItem, Statement};
use super::followed::Followed;
use super::gist::{gist, short};
use super::{framing, issues, options, trace, words};
use crate::protocol::docket::{Docket, Proposal, VerdictKind};
use crate::protocol::{CriterionId, Decision, EntryNumber, How, Session, Target};

/// Most characters of a reason, a harm and a criterion's name where they are only mentioned.
const REASON: usize = 110;
const HARM: usize = 120;
const NAME: usize = 50;

/// The section on one decision; none for one that is not on the agenda.
pub fn section(session: &Session, followed: &Followed<'_>, docket: &Docket) -> Option<DecisionSection> {
    let decision = session.decision(docket.id)?;
    let head = docket.head();
    let issues = session.issues().iter().filter(|i| i.about == Target::Decision(docket.id));
    Some(DecisionSection {
        id: docket.id,
        question: Statement::new(decision.question.clone(), framing(session)),
        owner: decision.owner.clone(),
        criteria: decision.criteria.clone(),
        after: decision.after.clone(),
        outcome: outcome(session, docket),
        head: head.map(|h| h.id),
        digest: head.map(|h| h.digest.clone()),
        clauses: head.map(|h| clauses(docket, h)).unwrap_or_default(),
        assumptions: head.map(|h| assumptions(docket, h)).unwrap_or_default(),
        verdicts: verdicts(session, docket),
        options: options::considered(session, docket),
        consequences: consequences(session, docket),
        confirmation: confirmation(session, decision, docket),
        issues: issues.map(|i| issues::history(followed, i)).collect(),
        trace: trace(session, docket.id),
    })
}

fn outcome(session: &Session, docket: &Docket) -> Statement {
    let Some((head, (_, since))) = docket.head().zip(docket.head) else {
        return Statement::new("No text was put on the table.", framing(session));
    };
    let mut entries = vec![head.entry, since];
    let agreeing: Vec<String> =
        session.seats().filter(|s| session.agreement_counts(s, docket.id)).map(ToString::to_string).collect();
    entries.extend(session.seats().filter_map(|s| docket.current_verdict(s)).map(|v| v.entry));
    let all = session.seats().count();
    let who = match agreeing.len() {
        0 => "no seat agrees to it".to_owned(),
        n if n == all => format!("all {all} seats agree to it"),
        n => format!("{n} of {all} seats agree to it ({})", words::list(&agreeing)),
    };
    let stands = if session.is_settled(docket.id) { "Settled" } else { "Not settled" };
    let text = format!("{stands}: {}@{}, put forward by {}; {who}.", head.id, head.digest.short(), head.by);
    Statement::new(text, entries)
}

fn clauses(docket: &Docket, head: &Proposal) -> Vec<Clause> {
    let clause = |(number, text): (&u16, &String)| Clause {
        number: *number,
        statement: Statement::new(text.clone(), [said_in(docket, |p| p.clauses.get(number) == Some(text))]),
        readings: docket
            .readings_on(*number)
            .map(|r| ReadingItem { id: r.id, statement: Statement::new(r.text.clone(), [r.entry]) })
            .collect(),
    };
    head.clauses.iter().map(clause).collect()
}

fn assumptions(docket: &Docket, head: &Proposal) -> Vec<Statement> {
    let cite = |text: &String| Statement::new(text.clone(), [said_in(docket, |p| p.assumptions.contains(text))]);
    head.assumptions.iter().map(cite).collect()
}

/// The head and the texts it amends, oldest first.
fn line(docket: &Docket) -> Vec<&Proposal> {
    let mut line: Vec<&Proposal> = docket.head().into_iter().collect();
    while let Some(base) = line.last().and_then(|p| p.base) {
        // A text amends an earlier one, so the line is no longer than the file.
        match docket.proposal(base).filter(|_| line.len() < docket.proposals.len()) {
            Some(earlier) => line.push(earlier),
            None => break,
        }
    }
    line.reverse();
    line
}

/// The entry that brought in something which the head still says: that of the earliest text, in the unbroken line of
/// texts that ends in the head, which said the same.
pub fn said_in(docket: &Docket, same: impl Fn(&Proposal) -> bool) -> EntryNumber {
    let line = line(docket);
    let kept = line.iter().rev().take_while(|p| same(p)).last().or(line.last());
    kept.map(|p| p.entry).unwrap_or_default()
}

fn verdicts(session: &Session, docket: &Docket) -> Vec<Statement> {
    let mut said = Vec::new();
    for seat in session.seats() {
        let Some(verdict) = docket.verdicts.get(seat) else {
            continue;
        };
        let word = match verdict.kind {
            VerdictKind::Agree => "agrees to",
            VerdictKind::Object => "objects to",
        };
        let stale =
            if docket.current_verdict(seat).is_some() { "" } else { " (an earlier text: it counts for nothing now)" };
        let rests = if verdict.criteria.is_empty() {
            String::new()
        } else {
            format!(", resting on {}", ids(&verdict.criteria))
        };
        let text = format!("{seat} {word} {}{stale}{rests}: {}", verdict.on, gist(&verdict.because, REASON));
        // Nobody checks this of a seat that had nothing to resolve, so it may name an entry that is not there.
        let resolved = verdict.resolved_by.filter(|e| session.entry(*e).is_some());
        said.push(Statement::new(text, resolved.into_iter().chain([verdict.entry])));
    }
    said
}

fn ids(criteria: &[CriterionId]) -> String {
    words::list(&criteria.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// The rationale, the criteria that were harmed with open eyes, and the risks.
fn consequences(session: &Session, docket: &Docket) -> Vec<Statement> {
    let mut all = Vec::new();
    if let Some(first) = line(docket).first() {
        let why = format!("Rationale of {} (not binding): {}", first.id, first.rationale.trim());
        all.push(Statement::new(why, [first.entry]));
    }
    let about = Target::Decision(docket.id);
    for issue in session.issues().iter().filter(|i| i.about == about) {
        let Some(end) = issue.disposition.as_ref().filter(|d| issues::accepted_harm(&d.end)) else {
            continue;
        };
        let harmed = issue.criterion.map(|k| format!(" against {k}")).unwrap_or_default();
        let text = format!(
            "Accepted{harmed}: {} of {}, {}: {}",
            issue.id,
            issue.by,
            words::end(&end.end),
            gist(&issue.text, HARM)
        );
        all.push(Statement::new(text, [issue.entry, end.entry]));
    }
    let risks: Vec<_> = session.risks().iter().filter(|r| r.about == about && r.from.is_none()).collect();
    let named: Vec<String> = risks.iter().map(|r| format!("{} ({})", r.id, short(&r.scenario, NAME))).collect();
    if !risks.is_empty() {
        all.push(Statement::new(format!("Risks: {}.", words::list(&named)), risks.iter().map(|r| r.entry)));
    }
    all
}

/// The criteria that bear on the decision, by id and name, and whose agreement rests on which; their text stands in the
/// framework. Then the concerns that a reading met.
fn confirmation(session: &Session, decision: &Decision, docket: &Docket) -> Vec<Statement> {
    let framework = session.framework();
    let (mut all, mut alone) = (Vec::new(), Vec::new());
    for criterion in decision.criteria.iter().filter_map(|id| framework?.criterion(*id)) {
        let name = format!("{} ({})", criterion.id, short(&criterion.text, NAME));
        let relying = session.seats().filter_map(|seat| Some((seat, docket.current_verdict(seat)?)));
        let relying: Vec<(String, EntryNumber)> = relying
            .filter(|(_, v)| v.kind == VerdictKind::Agree && v.criteria.contains(&criterion.id))
            .map(|(seat, v)| (seat.to_string(), v.entry))
            .collect();
        if relying.is_empty() {
            alone.push(name);
            continue;
        }
        let (who, entries): (Vec<String>, Vec<EntryNumber>) = relying.into_iter().unzip();
        let text = format!("{name}: the agreement of {} rests on it.", words::list(&who));
        all.push(Statement::new(text, framing(session).into_iter().chain(entries)));
    }
    if !alone.is_empty() {
        let text = format!("{}: no agreement rests on this.", words::list(&alone));
        all.push(Statement::new(text, framing(session)));
    }
    all.extend(docket.readings.iter().filter_map(|r| reading_confirms(session, r.entry, &r.text)));
    all
}

/// A reading met a concern: that concern is what to look at.
fn reading_confirms(session: &Session, entry: EntryNumber, text: &str) -> Option<Statement> {
    let issue = session.issues().iter().find(|i| {
        i.disposition.as_ref().is_some_and(|d| {
            d.entry == entry && matches!(&d.end, crate::protocol::issue::End::Disposed(How::Reading { reading, .. }) if reading == text)
        })
    })?;
    let text = format!("{} of {} does not come true: {}", issue.id, issue.by, gist(&issue.text, HARM));
    Some(Statement::new(text, [issue.entry, entry]))
}
