//! Verdicts: agree or object, stand or give way.

use super::catalogue::Failure;
use super::draft::whole;
use super::matter::{Matter, Text, clause_of, number_of};
use super::turn::{Owed, Turn};
use super::unknown;
use super::voice::{essence, inline, named, sentence};
use super::weigh::{Breach, word};
use super::words::overlap;
use crate::protocol::docket::{Content, Proposal, VerdictKind};
use crate::protocol::entry::Move;
use crate::protocol::id::{CriterionId, DecisionId, EntryNumber, IssueId, SeatTag, Target};
use crate::protocol::issue::{End, Issue};
use crate::protocol::rules::{Admission, admission};
use crate::protocol::session::Session;

/// Concerns in one review, over all decisions.
const CONCERNS: usize = 2;
/// A clause and a criterion that share this much speak of the same thing.
const SPEAKS: f64 = 0.14;
/// How much better, in rating points, a seat's own text must be to it before it is put beside the head.
const AHEAD: f64 = 0.55;
/// Words after which an agreement is told in one short sentence.
const ENOUGH: usize = 105;

/// A head and what the catalogue reads in it.
struct Judged<'t, 'a> {
    matter: &'t Matter<'a>,
    head: &'a Proposal,
    text: Text<'a>,
}

/// Gives the verdict that is owed on `id`.
pub(super) fn judge(turn: &mut Turn<'_, '_>, id: DecisionId, owed: &Owed) {
    let table = turn.table;
    let Some((head, read)) = table.head(id) else {
        return;
    };
    let own: Vec<&Issue> = table.session.own_objections(turn.seat.tag, id).collect();
    if table.owns(turn.seat.tag, id) && !own.is_empty() && head.by == *turn.author {
        // Its own text answered its own objection.
        for issue in own {
            withdraw(turn, issue.id, "My own text now holds what I had missed in the one before.");
        }
        return;
    }
    let (Some(matter), Some(text)) = (table.matters.get(&id), read) else {
        return unknown::judge(turn, id, head);
    };
    let judged = Judged { matter, head, text };
    if !judged.text.exact {
        return unknown::judge_alike(turn, matter, head, judged.text.option);
    }
    if let Some(issue) = own.first() {
        return reconsider(turn, &judged, issue, owed);
    }
    match standing(turn, &judged) {
        Some((breach, act)) => object(turn, &judged, breach, act),
        None => agree(turn, &judged),
    }
}

/// The worst breach that may still block, as an objection.
fn standing<'a>(turn: &Turn<'_, 'a>, judged: &Judged<'_, 'a>) -> Option<(Breach<'a>, Move)> {
    let Judged { matter, text, .. } = judged;
    let breaches = turn.table.breaches(turn.seat, matter, text);
    let serious = breaches.into_iter().filter(|b| turn.table.mendable(matter, text, *b));
    let mut admitted = serious.filter_map(|breach| {
        let act = warned(turn, judged, objection(judged, breach));
        let taken = admission(turn.table.session, turn.author, &act);
        matches!(taken, Some(Admission::New)).then_some((breach, act))
    });
    admitted.next()
}

fn objection(judged: &Judged<'_, '_>, breach: Breach<'_>) -> Move {
    let Judged { matter, head, text } = judged;
    let burden = text.burden(breach.key);
    let failure = text.weakness(breach.key);
    let base = text.option.rating(&[], breach.key);
    // A criterion that the option itself kept, and an added clause took away, is that clause's matter.
    let (clause, fails_when, resolved_if) = match (failure, burden) {
        (Some(failure), burden) if base < breach.floor || burden.is_none() => {
            (clause_of(head, text.option, failure), failure.scenario.clone(), failure.remedy.clone())
        }
        (_, Some(burden)) => {
            let clause = number_of(head, &burden.clause);
            let criterion = matter.area.criterion(breach.key).map_or("", |c| c.text.as_str());
            let measure = criterion.split(';').next().unwrap_or(criterion);
            let scenario = failure.map_or_else(
                || format!("With clause {clause} in the text nobody can show any more that {}.", inline(measure)),
                |f| format!("Clause {clause} takes away the margin: {}", inline(&f.scenario)),
            );
            let remedy = format!(
                "Narrow clause {clause} or pay for it elsewhere, so that {} is {} again.",
                breach.key.replace('-', " "),
                word(breach.floor)
            );
            (clause, scenario, remedy)
        }
        _ => (0, format!("nothing in the text holds {}", breach.key), "Say what does.".to_owned()),
    };
    Move::Object {
        about: Target::Decision(matter.id),
        digest: head.digest.short().to_owned(),
        clause,
        criterion: matter.criterion(breach.key),
        fails_when,
        resolved_if,
        rests_on: None,
    }
}

/// An objection whose case this seat gave as a concern before says so.
fn warned(turn: &Turn<'_, '_>, judged: &Judged<'_, '_>, act: Move) -> Move {
    let mut act = act;
    if let Move::Object { fails_when, .. } = &mut act {
        let about = Target::Decision(judged.matter.id);
        let issues = turn.table.session.issues().iter();
        let mut own = issues.filter(|i| i.by == *turn.author && i.about == about);
        if let Some(concern) = own.find(|i| i.text.contains(fails_when.as_str())) {
            *fails_when = format!("What {} warned of, the text leaves open: {fails_when}", concern.id);
        }
    }
    act
}

fn object<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, breach: Breach<'a>, act: Move) {
    let Judged { matter, head, text } = judged;
    let clause = match &act {
        Move::Object { clause, .. } => *clause,
        _ => 0,
    };
    let place = if clause == 0 { "the text as a whole".to_owned() } else { format!("clause {clause}") };
    let best = matter.keys().max_by_key(|k| text.rating(k)).unwrap_or(breach.key);
    turn.voice.pause();
    turn.voice.say(
        "review-object",
        &[
            ("p", &head.id.to_string()),
            ("criterion", &matter.named(breach.key)),
            ("word", word(breach.rating)),
            ("floor", word(breach.floor)),
            ("place", &place),
            ("option", &named(&text.option.name)),
            ("best", &matter.named(best)),
            ("bestword", word(text.rating(best))),
        ],
    );
    let pressing = turn.table.subject.pressing(matter.axis(breach.key));
    if let Some(binding) = pressing.filter(|_| turn.voice.length() <= ENOUGH && breach.floor > turn.seat.floor(matter.axis(breach.key))) {
        turn.voice.say("review-pressed", &[("argument", &binding.argument()), ("floor", word(breach.floor))]);
    }
    let fix = text.weakness(breach.key).and_then(|f| text.option.fix(f));
    if let Some(fix) = fix {
        let costs = fix.lowers.keys().map(|k| matter.named(k));
        let costs = super::voice::list(costs);
        let key = if costs.is_empty() { "review-remedy-free" } else { "review-remedy" };
        turn.voice.say(key, &[("costs", &costs), ("p", &head.id.to_string())]);
    } else if text.burden(breach.key).is_some() {
        turn.voice.say("review-remedy-narrow", &[("place", &place)]);
    } else {
        turn.voice.say("review-remedy-other", &[("p", &head.id.to_string())]);
    }
    turn.moves.push(act);
    concerns(turn, judged, Some(breach.key));
    counter(turn, judged);
    turn.voice.pause();
}

/// Puts the seat's own text beside the head where it is much better to this seat and nobody has put it there.
fn counter<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>) {
    let Judged { matter, head, text } = judged;
    let table = turn.table;
    let Some(docket) = table.docket(matter.id) else {
        return;
    };
    let before = docket.reviews.get(turn.seat.tag).is_some_and(|n| *n > 0);
    if before || turn.proposed || table.owns(turn.seat.tag, matter.id) {
        return;
    }
    let Some(best) = table.ranked(turn.seat, matter).into_iter().next() else {
        return;
    };
    let gap = best.score - table.score(turn.seat, matter, text);
    if gap < AHEAD || best.text.option.key == text.option.key {
        return;
    }
    let Some(key) = table.deciding(turn.seat, matter, &best.text, text) else {
        return;
    };
    let name = named(&best.text.option.name);
    turn.voice.say(
        "review-counter",
        &[
            ("p", &head.id.to_string()),
            ("d", &matter.id.to_string()),
            ("option", &name),
            ("criterion", &matter.named(key)),
            ("word", word(best.text.rating(key))),
        ],
    );
    let rationale = format!(
        "{} On {} it is {} where {} is {}.",
        best.text.option.rationale,
        matter.named(key),
        word(best.text.rating(key)),
        head.id,
        word(text.rating(key))
    );
    let draft = whole(turn, matter, &best.text, rationale);
    let digest = Content::of_draft(&draft).digest();
    if docket.proposals.iter().all(|p| p.digest != digest) {
        turn.moves.push(Move::Propose(draft));
        turn.proposed = true;
    }
}

/// The objection was met by a new head or a rebuttal: is it answered?
fn reconsider<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, issue: &Issue, owed: &Owed) {
    let Judged { matter, head, text } = judged;
    let key = issue.criterion.and_then(|id| matter.key(id));
    let floor = key.map_or(2, |k| {
        turn.table.floor(turn.seat, matter, text, k) - turn.table.patience(matter.id)
    });
    let rating = key.map_or(3, |k| text.rating(k));
    let rebutted = !owed.review;
    let first = issue.stood.is_empty();
    let stays = rating < floor && first && owed.stand.contains(&issue.id) && (!rebutted || rating <= 1);
    if let (true, Some(key)) = (stays, key) {
        let missing = text.weakness(key).map(|f| f.remedy.clone());
        let why = format!(
            "{} is still {}: {}",
            matter.named(key),
            word(rating),
            missing.map_or_else(|| "nothing in the text answers the case".to_owned(), |m| inline(&m))
        );
        turn.voice.pause();
        turn.voice.say(
            "review-stand",
            &[("o", &issue.id.to_string()), ("p", &head.id.to_string()), ("criterion", &matter.named(key))],
        );
        turn.moves.push(Move::Stand { issue: issue.id, digest: head.digest.short().to_owned(), why });
        return;
    }
    if let Some((breach, act)) = standing(turn, judged).filter(|(b, _)| Some(b.key) != key) {
        let why = format!("{} is answered in {}; what now stands against it is another matter.", issue.id, head.id);
        for id in turn.table.session.own_objections(turn.seat.tag, matter.id).map(|i| i.id) {
            withdraw(turn, id, &why);
        }
        return object(turn, judged, breach, act);
    }
    agree(turn, judged);
}

pub(super) fn withdraw(turn: &mut Turn<'_, '_>, issue: IssueId, why: &str) {
    turn.moves.push(Move::Withdraw { issue, why: why.to_owned() });
}

/// Agrees, saying what carries the criteria that matter most to the seat.
fn agree<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>) {
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
    let criteria: Vec<CriterionId> = criteria(matter, &keys);
    turn.moves.push(Move::Agree {
        decision: matter.id,
        digest: head.digest.short().to_owned(),
        criteria,
        because,
        resolved_by,
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
        turn.voice.say(
            "review-answered",
            &[("q", &q), ("entry", &end.entry.to_string()), ("p", &head.id.to_string())],
        );
    }
}

/// Agreement to a text that changed since the seat judged it.
fn changed<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, before: &Proposal) -> String {
    let Judged { matter, head, text } = judged;
    let new = text.added.iter().find(|m| number_of(before, &m.clause) == 0);
    let p = head.id.to_string();
    let Some(new) = new else {
        turn.voice.say("review-changed-whole", &[("p", &p), ("option", &named(&text.option.name))]);
        return format!(
            "Another option than before, and none of what I watch falls: {}",
            inline(&text.option.rationale)
        );
    };
    let clause = number_of(head, &new.clause);
    let cost = new.lowers.keys().next();
    match cost {
        Some(key) => {
            turn.voice.say(
                "review-changed-cost",
                &[
                    ("p", &p),
                    ("clause", &clause.to_string()),
                    ("criterion", &matter.named(key)),
                    ("word", word(text.rating(key))),
                ],
            );
        }
        None => turn.voice.say("review-changed", &[("p", &p), ("clause", &clause.to_string())]),
    }
    let bought = new.raises.keys().next().map(|k| matter.named(k)).unwrap_or_default();
    match cost {
        Some(key) => format!(
            "Clause {clause}, new since I judged, buys {bought} with {}, which stays {}.",
            matter.named(key),
            word(text.rating(key))
        ),
        None => format!("Clause {clause}, new since I judged, adds to {bought} and takes nothing from the other criteria."),
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
    let verdict = turn.table.docket(matter.id).and_then(|d| d.verdicts.get(turn.seat.tag));
    let old = verdict.and_then(|v| {
        let docket = turn.table.docket(matter.id)?;
        matter.read(docket, docket.proposal(v.on)?)
    });
    let before = old.as_ref().map_or(2, |t| t.rating(key));
    let now = text.rating(key);
    let switched = old.as_ref().is_some_and(|t| t.option.key != text.option.key);
    // What another option is good at from the start is no merit of a clause added to it.
    let native = switched && text.option.rating(&[], key) > before;
    let support = text.support(key).filter(|m| !native && number_of(head, &m.clause) > 0);
    turn.voice.pause();
    if now <= before {
        turn.voice.say("review-yield", &[("o", &o), ("entry", &with_entry), ("criterion", &matter.named(key))]);
        return format!(
            "I take the reasons given in {entry}: {} stays {}, the price of more is named, and I put the rest on record when I sign.",
            matter.named(key),
            word(now)
        );
    }
    match support {
        Some(added) => {
            let clause = number_of(head, &added.clause);
            turn.voice.say(
                "review-resolved",
                &[
                    ("o", &o),
                    ("clause", &clause.to_string()),
                    ("criterion", &matter.named(key)),
                    ("before", word(before)),
                    ("word", word(now)),
                    ("p", &head.id.to_string()),
                ],
            );
            sentence(&format!(
                "{} goes from {} to {} by clause {clause}, added in {entry}: {}",
                matter.named(key),
                word(before),
                word(now),
                inline(essence(&added.clause))
            ))
        }
        None => {
            turn.voice.say(
                "review-resolved-whole",
                &[("o", &o), ("option", &named(&text.option.name)), ("p", &head.id.to_string())],
            );
            format!(
                "'{}' takes {} from {} to {}: {}.",
                text.option.name,
                matter.named(key),
                word(before),
                word(now),
                inline(&text.option.rationale)
            )
        }
    }
}

/// What need not block: failures on a watched criterion that just holds, said by nobody yet.
fn concerns<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, except: Option<&str>) {
    let Judged { matter, head, text } = judged;
    let table = turn.table;
    let judged_before = table.docket(matter.id).is_some_and(|d| d.verdicts.contains_key(turn.seat.tag));
    let raised = turn.moves.iter().filter(|m| matches!(m, Move::Concern { .. })).count();
    if judged_before || raised >= CONCERNS || table.owns(turn.seat.tag, matter.id) {
        return;
    }
    let said = |f: &Failure| {
        let issues = table.session.issues();
        issues.iter().any(|i| i.text.contains(f.scenario.as_str()))
    };
    let found = matter.keys().filter(|key| Some(*key) != except).find_map(|key| {
        let axis = matter.axis(key);
        let close = text.rating(key) <= table.floor(turn.seat, matter, text, key) && turn.seat.watches(axis);
        let failure = text.weakness(key).filter(|f| close && !said(f))?;
        Some((key, failure))
    });
    if let Some((key, failure)) = found {
        let clause = clause_of(head, text.option, failure);
        turn.voice.say(
            "review-concern",
            &[("p", &head.id.to_string()), ("criterion", &matter.named(key)), ("clause", &clause.to_string())],
        );
        turn.moves.push(Move::Concern {
            about: Target::Decision(matter.id),
            clause,
            criterion: matter.criterion(key),
            text: format!("{} {}", failure.scenario, failure.remedy),
        });
    }
}

/// What an agreement must name in `resolved_by`: nothing for who never objected, else the entry of somebody else that
/// resolved it. None where an answer is needed and nobody has given one yet.
pub(super) fn resolution(session: &Session, seat: &SeatTag, decision: DecisionId) -> Option<Option<EntryNumber>> {
    let open = session.own_objections(seat, decision);
    let since = open.map(|i| i.stood.last().copied().unwrap_or(i.entry)).max();
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
