//! A move as one bullet of the list: the verb in upper case, what it is about, what the host made of it, and why.

use super::escape::{one_line, title};
use super::refs::{named, text};
use super::render::Form;
use super::texts::{NAME, amend, frame, propose, say};
use crate::protocol::charter::Meant;
use crate::protocol::entry::{Choice, Ruling};
use crate::protocol::{DecisionId, How, Item, Made, Move, Recorded, Session, Target};

/// A move in words, before the host made anything of it. No line feed at the end.
pub fn render_move(session: &Session, act: &Move) -> String {
    let line = bullet(session, &Recorded { act: act.clone(), made: None }, Form::FILE);
    line.trim_start_matches("- ").trim_end().to_owned()
}

/// One move, with the lines that belong to it. Ends with a line feed.
pub(super) fn bullet(session: &Session, recorded: &Recorded, form: Form) -> String {
    let made = recorded.made.as_ref();
    let act = &recorded.act;
    let id = new_id(made);
    let body = match act {
        Move::Frame { framework } => format!("{}{}", frame(framework, form), absent(session, form)),
        Move::Position { .. } => position(act, form),
        Move::Propose(draft) => propose(draft, &proposed(draft.decision, made)),
        Move::Amend(amendment) => {
            let becomes = proposed(amendment.decision, made);
            amend(session, amendment, &becomes, form)
        }
        Move::Agree { .. } => agree(session, act),
        Move::Object { .. } => object(session, act, made),
        Move::Concern { about, clause, criterion, text } => {
            format!("CONCERN {about}{}{id} {criterion} — {}", on_clause(*clause), say(text))
        }
        Move::Ask { to, about, text } => {
            format!("ASK {}{id} {about} — {}{}", title(to, NAME), say(text), redirected(made))
        }
        Move::Escalate { about, text, options } => escalate(*about, &id, text, options),
        Move::Claim { decision, why } => format!("CLAIM {decision}{} — {}", claimed(made), say(why)),
        Move::Answer { question, text } => format!("ANSWER {question} — {}", say(text)),
        Move::Dispose { item, how, why } => dispose(item, how, &say(why), &id),
        Move::Withdraw { issue, why } => format!("WITHDRAW {issue} — {}", say(why)),
        Move::Stand { issue, digest, why } => {
            let about = session.issue(*issue).map(|i| i.about);
            let on = about.map(|a| format!(" on {}", judged(session, a, digest)));
            format!("STAND {issue}{} — {}", on.unwrap_or_default(), say(why))
        }
        Move::Rule { issue, ruling, why } => {
            format!("RULE {issue} {} — {}", ruled(*ruling), say(why))
        }
        Move::Mediate { agreed, disputed, crux, question } => {
            let points = [("agreed", agreed), ("disputed", disputed), ("crux", crux), ("question", question)];
            points.iter().fold("MEDIATE".to_owned(), |out, (name, point)| {
                format!("{out}\n  - {name}: {}", say(point).replace('\n', "\n  "))
            })
        }
        Move::Risk { about, scenario, sign, mitigation } => {
            format!("RISK {about}{id} — {} Sign: {} Mitigation: {}", say(scenario), say(sign), say(mitigation))
        }
        Move::Sign { digest, reservation } => {
            let reserved = reservation.as_ref().map(|r| format!(" — with the reservation: {}", say(r)));
            format!("SIGN {}{}", at(digest), reserved.unwrap_or_default())
        }
        Move::Direct { text } => format!("DIRECT — {}", say(text)),
    };
    format!("- {body}\n")
}

fn position(act: &Move, form: Form) -> String {
    let Move::Position { decision, choice, rejected, rests_on, confidence } = act else {
        return String::new();
    };
    let sure = if form.confidence { format!("; confidence {confidence}") } else { String::new() };
    let [choice, rejected, rests_on] = [choice, rejected, rests_on].map(|t| say(t));
    format!("POSITION {decision} — {choice} (not: {rejected}; rests on {rests_on}{sure})")
}

fn agree(session: &Session, act: &Move) -> String {
    let Move::Agree { decision, digest, criteria, because, resolved_by, confirms, security } = act else {
        return String::new();
    };
    let on = judged(session, Target::Decision(*decision), digest);
    let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
    let rests = if criteria.is_empty() { String::new() } else { format!(" ({})", criteria.join(", ")) };
    let resolved = resolved_by.map(|n| format!(" [resolved by {n}]")).unwrap_or_default();
    let mut out = format!("AGREE {on}{rests} — {}{resolved}", say(because));
    let within = |text: &str| say(text).replace('\n', "\n  ");
    if let Some(security) = security {
        out.push_str(&format!("\n  - security review: {}", within(security)));
    }
    for confirmed in confirms {
        out.push_str(&format!("\n  - confirms point {}: {}", confirmed.item, within(&confirmed.how)));
    }
    out
}

fn escalate(about: Target, id: &str, text: &str, options: &[Choice]) -> String {
    let within = |text: &str| say(text).replace('\n', "\n  ");
    let ways =
        (1..).zip(options).map(|(n, o)| format!("\n  - option {n}: {}: {}", within(&o.option), within(&o.trade_off)));
    format!("ESCALATE{id} {about} — {}{}", say(text), ways.collect::<String>())
}

/// Who owns a decision after a claim, where that is told.
fn claimed(made: Option<&Made>) -> String {
    if let Some(Made::Owner(owner)) = made { format!(" [{owner} owns it]") } else { String::new() }
}

/// Names that definitions use for people who are not here: said with the framework, so that nobody waits for them.
fn absent(session: &Session, form: Form) -> String {
    let names = session.opening().charter.names.iter().filter(|n| n.how == Meant::Absent);
    let names: Vec<String> = names.map(|n| title(&n.name, NAME)).collect();
    if names.is_empty() || !form.framework {
        return String::new();
    }
    format!("\n  - Not at this table: {}. Questions to them go to SUPERVISOR.", names.join(", "))
}

fn object(session: &Session, act: &Move, made: Option<&Made>) -> String {
    let Move::Object { about, digest, clause, criterion, fails_when, resolved_if, rests_on } = act else {
        return String::new();
    };
    let on = judged(session, *about, digest);
    let new = rests_on.map(|n| format!(" [rests on {n}]")).unwrap_or_default();
    let note = match made {
        Some(Made::Demoted(id)) => format!(" [recorded as concern {id}: rests on nothing new]"),
        Some(Made::Stood(id)) => {
            format!(" [recorded as standing by {id}: the same clause and criterion]")
        }
        Some(
            Made::Issue(_)
            | Made::Redirected(..)
            | Made::Proposal { .. }
            | Made::Reading(_)
            | Made::Risk(_)
            | Made::Owner(_),
        )
        | None => String::new(),
    };
    format!(
        "OBJECT {on}{}{} harms {criterion} — fails when {}; resolved by {}{new}{note}",
        on_clause(*clause),
        new_id(made),
        say(fails_when),
        say(resolved_if)
    )
}

fn dispose(item: &Item, how: &How, why: &str, id: &str) -> String {
    match how {
        How::Addressed { clause: 0 } => format!("ADDRESSED {item} — {why}"),
        How::Addressed { clause } => format!("ADDRESSED {item} in clause {clause} — {why}"),
        How::Reading { clause, reading } => {
            format!("READING {item}{}{id} — “{}” — {why}", on_clause(*clause), say(reading))
        }
        How::Declined => format!("DECLINED {item} — {why}"),
        How::Moot => format!("MOOT {item} — {why}"),
        How::Risk => format!("RISK {item}{id} — {why}"),
        How::Adopted => format!("ADOPTED {item} — {why}"),
        How::Partly => format!("PARTLY {item} — {why}"),
    }
}

fn ruled(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::OutOfScope => "out of scope",
        Ruling::Duplicate => "duplicate",
    }
}

fn redirected(made: Option<&Made>) -> String {
    if let Some(Made::Redirected(_, who)) = made {
        format!(" [nobody here is called that: {who} must answer]")
    } else {
        String::new()
    }
}

/// The text a verdict names: `D2.3@7f3c2a1b`, or what was named where there is no such text.
fn judged(session: &Session, about: Target, digest: &str) -> String {
    match about.decision() {
        None => about.to_string(),
        Some(decision) => {
            text(session, decision, digest).map_or_else(|| format!("{decision}{}", at(digest)), |id| named(session, id))
        }
    }
}

/// What a text became: `D2.3@7f3c2a1b (head)`.
fn proposed(decision: DecisionId, made: Option<&Made>) -> String {
    match made {
        Some(Made::Proposal { id, digest, head }) => {
            let place = if *head { "head" } else { "alternative" };
            format!("{id}@{} ({place})", digest.short())
        }
        _ => decision.to_string(),
    }
}

/// The id that the host gave, in brackets.
fn new_id(made: Option<&Made>) -> String {
    match made {
        Some(Made::Issue(id) | Made::Redirected(id, _)) => format!(" ({id})"),
        Some(Made::Reading(id)) => format!(" ({id})"),
        Some(Made::Risk(id)) => format!(" ({id})"),
        Some(Made::Demoted(_) | Made::Stood(_) | Made::Proposal { .. } | Made::Owner(_)) | None => String::new(),
    }
}

fn on_clause(clause: u16) -> String {
    if clause == 0 { String::new() } else { format!(" clause {clause}") }
}

/// The digest somebody named, as short as digests are shown.
fn at(digest: &str) -> String {
    let bare = digest.trim().rsplit('@').next().unwrap_or_default();
    let short: String = bare.chars().take(8).collect();
    if short.is_empty() { String::new() } else { format!("@{}", one_line(&short)) }
}
