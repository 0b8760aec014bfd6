//! Agreement, and what it rests on: an argument at first, later the clause that was added.

use super::judge::Judged;
use super::matter::{Matter, Text, number_of};
use super::object::concerns;
use super::turn::Turn;
use super::unknown;
use super::voice::{essence, inline, named, sentence};
use super::weigh::word;
use super::words::overlap;
use crate::protocol::docket::{Proposal, VerdictKind};
use crate::protocol::entry::Move;
use crate::protocol::id::{CriterionId, DecisionId, EntryNumber, SeatTag, Target};
use crate::protocol::issue::{End, Issue};
use crate::protocol::session::Session;

/// A clause and a criterion that share this much speak of the same thing.
const SPEAKS: f64 = 0.14;
/// Words after which an agreement is told in one short sentence.
const ENOUGH: usize = 105;

/// Agrees, saying what carries the criteria that matter most to the seat.
pub(super) fn agree<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>) {
    let Judged { matter, head, text } = judged;
    let Some(resolved_by) = resolution(turn.table.session, turn.seat.tag, matter.id) else {
        return unknown::insist(turn, matter.id, head);
    };
    let verdict = turn.table.docket(matter.id).and_then(|d| d.verdicts.get(turn.seat.tag));
    let before = verdict.and_then(|v| turn.table.docket(matter.id)?.proposal(v.on));
    let before = before.filter(|p| p.id != head.id);
    let mut keys = carried(turn, matter, text);
    let objected = turn.table.session.own_objections(turn.seat.tag, matter.id).next();
    if let Some(key) = objected.and_then(|i| matter.key(i.criterion?)) {
        keys.retain(|k| *k != key && text.rating(k) >= 4);
        keys.insert(0, key);
    }
    let because = match (resolved_by, before) {
        (Some(entry), _) => resolved(turn, judged, entry),
        (None, Some(before)) => changed(turn, judged, before),
        (None, None) => carries(turn, judged, keys.first().copied()),
    };
    gave_way(turn, judged);
    let criteria: Vec<CriterionId> = criteria(matter, &keys);
    turn.moves.push(Move::Agree {
        decision: matter.id,
        digest: head.digest.short().to_owned(),
        criteria,
        because,
        resolved_by,
        confirms: Vec::new(),
        security: None,
    });
    if before.is_none() && resolved_by.is_none() {
        concerns(turn, judged, None);
    }
}

fn criteria(matter: &Matter<'_>, keys: &[&str]) -> Vec<CriterionId> {
    let mut ids: Vec<CriterionId> = keys.iter().map(|k| matter.criterion(k)).collect();
    ids.dedup();
    ids
}

/// The one or two criteria on which the agreement rests: weighty to the seat, and well met.
fn carried<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>, text: &Text<'a>) -> Vec<&'a str> {
    let worth = |key: &str| turn.table.weight(turn.seat, matter.axis(key)) * f64::from(text.rating(key));
    let mut keys: Vec<&str> = matter.keys().collect();
    keys.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
    let many = keys.iter().skip(1).take(1).any(|k| text.rating(k) >= 4);
    keys.truncate(if many { 2 } else { 1 });
    keys
}

/// First agreement: an argument for the text in words, and what carries the criterion as the reason.
fn carries<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, key: Option<&'a str>) -> String {
    let Judged { matter, head, text } = judged;
    let key = key.unwrap_or_default();
    let option = text.option;
    let pro = turn.voice.fresh(&option.pros).map(inline).unwrap_or_default();
    let sealed = matter.sealed(turn.table.session, turn.seat.tag);
    let other = sealed.filter(|o| o.key != option.key);
    let template = match other {
        // Enough has been said in this entry; the reason stands with the move.
        _ if turn.voice.length() > ENOUGH => "review-brief",
        Some(_) => "review-follow",
        None => "review-agree",
    };
    turn.voice.say(
        template,
        &[
            ("own", &other.map(|o| named(&o.name)).unwrap_or_default()),
            ("p", &head.id.to_string()),
            ("option", &named(&option.name)),
            ("criterion", &matter.named(key)),
            ("word", word(text.rating(key))),
            ("for", &pro),
        ],
    );
    answered(turn, matter, head);
    reason(judged, key, &pro)
}

/// Why a text is good on a criterion: the added clause that lifts it, else the clause or argument that speaks of it.
fn reason(judged: &Judged<'_, '_>, key: &str, said: &str) -> String {
    let Judged { matter, head, text } = judged;
    let option = text.option;
    if let Some(support) = text.support(key) {
        let clause = number_of(head, &support.clause);
        return format!("Clause {clause} carries {}: {}.", matter.named(key), inline(&support.because));
    }
    let criterion = matter.area.criterion(key).map_or("", |c| c.text.as_str());
    let likeness = |text: &str| overlap(text, criterion);
    let clause = option
        .clauses
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|c| likeness(c) >= SPEAKS)
        .map(|c| (number_of(head, c), essence(c)));
    let rated = format!("{} is {}", matter.named(key), word(text.rating(key)));
    match clause {
        Some((number, heart)) => sentence(&format!("{rated} by clause {number}: {}", inline(heart))),
        None => {
            let mut others = option.pros.iter().filter(|p| inline(p) != said);
            let argument = others.next().unwrap_or(&option.rationale);
            sentence(&format!("{rated}: {}", inline(argument)))
        }
    }
}

/// Says that this seat's question on the decision was answered, once.
fn answered(turn: &mut Turn<'_, '_>, matter: &Matter<'_>, head: &Proposal) {
    let issues = turn.table.session.issues();
    let own = issues.iter().find(|i| {
        let mine = i.by == *turn.author && i.about == Target::Decision(matter.id);
        mine && matches!(i.disposition.as_ref().map(|d| &d.end), Some(End::Answered))
    });
    let Some((question, end)) = own.and_then(|i| Some((i, i.disposition.as_ref()?))) else {
        return;
    };
    let q = question.id.to_string();
    if !turn.table.has_said(turn.author, &q) && turn.voice.length() <= ENOUGH {
        turn.voice.say("review-answered", &[("q", &q), ("entry", &end.entry.to_string()), ("p", &head.id.to_string())]);
    }
}

/// Agreement to a text that changed since the seat judged it.
fn changed<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, before: &Proposal) -> String {
    let Judged { matter, head, text } = judged;
    let new = text.added.iter().find(|m| number_of(before, &m.clause) == 0);
    let old = judged_before(turn, matter);
    let same = old.is_some_and(|t| t.option.key == text.option.key);
    let p = head.id.to_string();
    let Some(new) = new.filter(|_| same) else {
        turn.voice.say("review-changed-whole", &[("p", &p), ("option", &named(&text.option.name))]);
        let key = carried(turn, matter, text).first().copied().unwrap_or_default();
        return format!("Another option than before, judged afresh. {}", reason(judged, key, ""));
    };
    let clause = number_of(head, &new.clause).to_string();
    let bought = new.raises.keys().next().map(|k| matter.named(k)).unwrap_or_default();
    let Some(key) = new.lowers.keys().min_by_key(|k| text.rating(k)) else {
        turn.voice.say("review-changed", &[("p", &p), ("clause", &clause)]);
        return format!(
            "Clause {clause}, new since I judged, adds to {bought} and takes nothing from the other criteria."
        );
    };
    let (criterion, level) = (matter.named(key), text.rating(key));
    let template = if level <= 2 { "review-changed-weak" } else { "review-changed-cost" };
    turn.voice.say(template, &[("p", &p), ("clause", &clause), ("criterion", &criterion), ("word", word(level))]);
    let stays = if level <= 2 { "which others at this table answer for" } else { "which holds" };
    format!("Clause {clause}, new since I judged, buys {bought} with {criterion}, now {}, {stays}.", word(level))
}

/// Says that the text stays below this seat's own line, where it gave way after a mediation.
fn gave_way<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>) {
    let Judged { matter, head, text } = judged;
    let below = |key: &&str| text.rating(key) < turn.seat.floor(matter.axis(key));
    let mediation = turn.table.session.progress().mediations.last();
    if let (Some(key), Some(entry)) = (matter.keys().find(below), mediation) {
        turn.voice.say(
            "review-gave-way",
            &[
                ("p", &head.id.to_string()),
                ("criterion", &matter.named(key)),
                ("word", word(text.rating(key))),
                ("entry", &entry.to_string()),
            ],
        );
    }
}

/// Agreement of a seat that objected: what resolved it.
fn resolved<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, entry: EntryNumber) -> String {
    let Judged { matter, head, text } = judged;
    let session = turn.table.session;
    let issue = session.own_objections(turn.seat.tag, matter.id).next();
    let key = issue.and_then(|i| i.criterion).and_then(|id| matter.key(id));
    let o = issue.map(|i| i.id.to_string()).unwrap_or_else(|| "my objection".to_owned());
    let with_entry = entry.to_string();
    let Some(key) = key else {
        turn.voice.say("review-yield", &[("o", &o), ("entry", &with_entry)]);
        return format!("What {entry} says settles it for me; the rest I can live with.");
    };
    let old = judged_before(turn, matter);
    let before = old.as_ref().map_or(2, |t| t.rating(key));
    let now = text.rating(key);
    let switched = old.as_ref().is_some_and(|t| t.option.key != text.option.key);
    // What another option is good at from the start is no merit of a clause added to it.
    let native = switched && text.option.rating(&[], key) > before;
    let support = text.support(key).filter(|m| !native && number_of(head, &m.clause) > 0);
    turn.voice.pause();
    let p = head.id.to_string();
    let change = format!("from {} to {}", word(before), word(now));
    if now <= before {
        turn.voice.say("review-yield", &[("o", &o), ("entry", &with_entry)]);
        return format!(
            "I take the reasons given in {entry}: {} stays {}, the price of more is named, and I put the rest on record when I sign.",
            matter.named(key),
            word(now)
        );
    }
    let Some(added) = support else {
        let name = &text.option.name;
        turn.voice.say("review-resolved-whole", &[("o", &o), ("option", &named(name)), ("p", &p)]);
        return format!("'{name}' takes {} {change}: {}.", matter.named(key), inline(&text.option.rationale));
    };
    let clause = number_of(head, &added.clause).to_string();
    turn.voice.say(
        "review-resolved",
        &[
            ("o", &o),
            ("clause", &clause),
            ("criterion", &matter.named(key)),
            ("before", word(before)),
            ("word", word(now)),
            ("p", &p),
        ],
    );
    let says = inline(essence(&added.clause));
    sentence(&format!("{} goes {change} by clause {clause}, added in {entry}: {says}", matter.named(key)))
}

/// The text that the seat judged last, as the catalogue reads it.
fn judged_before<'a>(turn: &Turn<'_, 'a>, matter: &Matter<'a>) -> Option<Text<'a>> {
    let docket = turn.table.docket(matter.id)?;
    let verdict = docket.verdicts.get(turn.seat.tag)?;
    matter.read(docket, docket.proposal(verdict.on)?)
}

/// What an agreement must name in `resolved_by`: nothing for who never objected, else the entry of somebody else that
/// resolved it. None where an answer is needed and nobody has given one yet.
pub(super) fn resolution(session: &Session, seat: &SeatTag, decision: DecisionId) -> Option<Option<EntryNumber>> {
    let open = session.own_objections(seat, decision);
    let since = open.map(Issue::last_raised).max();
    let docket = session.docket(decision)?;
    let verdict = docket.verdicts.get(seat);
    let objected = verdict.filter(|v| v.kind == VerdictKind::Object).map(|v| v.entry);
    let Some(since) = since.or(objected) else {
        return Some(None);
    };
    let fits =
        |entry: &EntryNumber| *entry > since && session.entry(*entry).is_some_and(|e| e.author.seat() != Some(seat));
    let met = session.own_objections(seat, decision).filter_map(|i| i.met.as_ref());
    let met = met.map(|(_, entry)| *entry).max();
    let head = docket.head.map(|(_, entry)| entry);
    let ended = session
        .issues()
        .iter()
        .filter(|i| i.by.seat() == Some(seat) && i.about == Target::Decision(decision))
        .filter_map(|i| i.disposition.as_ref().map(|d| d.entry))
        .max();
    let named = [met, head, ended].into_iter().flatten().find(fits);
    let any = || session.entries().iter().rev().map(|e| e.number).find(fits);
    named.or_else(any).map(Some)
}
