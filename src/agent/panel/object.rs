//! Objections, the concerns beside them, and the text that a seat puts forward instead.

use super::catalogue::Failure;
use super::draft::whole;
use super::judge::Judged;
use super::matter::{clause_of, number_of};
use super::turn::Turn;
use super::voice::{inline, list, named};
use super::weigh::{Breach, word};
use crate::protocol::docket::Content;
use crate::protocol::entry::Move;
use crate::protocol::id::Target;
use crate::protocol::rules::{Admission, admission};

/// Concerns in one review, over all decisions.
const CONCERNS: usize = 2;
/// How much better, in rating points, a seat's own text must be to it before it is put beside the head.
const AHEAD: f64 = 0.55;
/// Words after which the topic's own pressure is not told again.
const ENOUGH: usize = 105;

/// The worst breach that may still block, as an objection.
pub(super) fn standing<'a>(turn: &Turn<'_, 'a>, judged: &Judged<'_, 'a>) -> Option<(Breach<'a>, Move)> {
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

pub(super) fn object<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, breach: Breach<'a>, act: Move) {
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
    raised_bar(turn, judged, breach);
    let fix = text.weakness(breach.key).and_then(|f| text.option.fix(f));
    if let Some(fix) = fix {
        let costs = fix.lowers.keys().map(|k| matter.named(k));
        let costs = list(costs);
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

/// Says what in the topic asks for more than usual, where it does.
fn raised_bar<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, breach: Breach<'a>) {
    let axis = judged.matter.axis(breach.key);
    let usual = turn.seat.floor(axis);
    let Some(binding) = turn.table.subject.pressing(axis).filter(|_| breach.floor > usual) else {
        return;
    };
    if turn.voice.length() <= ENOUGH {
        let template = if breach.rating >= usual { "review-pressed" } else { "review-raised" };
        turn.voice.say(template, &[("argument", &binding.argument()), ("floor", word(breach.floor))]);
    }
}

/// Puts the seat's own text beside the head where it is much better to this seat and nobody has put it there.
fn counter<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>) {
    let Judged { matter, head, text } = judged;
    let table = turn.table;
    let Some(docket) = table.docket(matter.id) else {
        return;
    };
    let before = docket.verdicts.contains_key(turn.seat.tag);
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

/// What need not block: failures on a watched criterion that just holds, said by nobody yet.
pub(super) fn concerns<'a>(turn: &mut Turn<'_, 'a>, judged: &Judged<'_, 'a>, except: Option<&str>) {
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
