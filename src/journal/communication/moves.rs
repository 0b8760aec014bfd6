//! A move as one bullet of the list: the verb in upper case, what it is about, what the host made of it, and why.

use super::escape::{guard_all, one_line, reveal, title};
use super::refs::{named, text};
use super::render::Form;
use crate::protocol::entry::{Action, Amendment, Change, Draft, Rejected, Ruling};
use crate::protocol::{DecisionId, Framework, How, Item, Made, Move, Recorded, Session, Target};

/// Most characters of a name that a model made up, such as the addressee of a question.
const NAME: usize = 60;

/// One move, with the lines that belong to it. Ends with a line feed.
pub(super) fn bullet(session: &Session, recorded: &Recorded, form: Form) -> String {
    let made = recorded.made.as_ref();
    let body = match &recorded.act {
        Move::Frame { framework } => frame(framework, form),
        Move::Propose(draft) => propose(draft, made),
        Move::Amend(amendment) => amend(session, amendment, made, form),
        Move::Agree { .. } | Move::Object { .. } | Move::Stand { .. } => {
            judge(session, &recorded.act, made)
        }
        Move::Dispose { item, how, why } => dispose(item, how, why, made),
        act => said(act, made, form),
    };
    format!("- {body}\n")
}

fn said(act: &Move, made: Option<&Made>, form: Form) -> String {
    match act {
        Move::Position {
            decision,
            choice,
            rejected,
            rests_on,
            confidence,
        } => {
            let sure = if form.confidence {
                format!("; confidence {confidence}")
            } else {
                String::new()
            };
            format!(
                "POSITION {decision} — {} (not: {}; rests on {}{sure})",
                say(choice),
                say(rejected),
                say(rests_on)
            )
        }
        Move::Concern {
            about,
            clause,
            criterion,
            text,
        } => {
            format!(
                "CONCERN {about}{}{} {criterion} — {}",
                on_clause(*clause),
                new_id(made),
                say(text)
            )
        }
        Move::Ask { to, about, text } => {
            let note = if let Some(Made::Redirected(_, who)) = made {
                format!(" [nobody here is called that: {who} must answer]")
            } else {
                String::new()
            };
            format!(
                "ASK {}{} {about} — {}{note}",
                title(to, NAME),
                new_id(made),
                say(text)
            )
        }
        Move::Answer { question, text } => format!("ANSWER {question} — {}", say(text)),
        Move::Withdraw { issue, why } => format!("WITHDRAW {issue} — {}", say(why)),
        Move::Rule { issue, ruling, why } => {
            let ruling = match ruling {
                Ruling::OutOfScope => "out of scope",
                Ruling::Duplicate => "duplicate",
            };
            format!("RULE {issue} {ruling} — {}", say(why))
        }
        Move::Mediate {
            agreed,
            disputed,
            crux,
            question,
        } => {
            let [agreed, disputed, crux, question] =
                [agreed, disputed, crux, question].map(|t| say(t));
            format!(
                "MEDIATE\n  - agreed: {agreed}\n  - disputed: {disputed}\n  - crux: {crux}\n  - question: {question}"
            )
        }
        Move::Risk {
            about,
            scenario,
            sign,
            mitigation,
        } => format!(
            "RISK {about}{} — {} Sign: {} Mitigation: {}",
            new_id(made),
            say(scenario),
            say(sign),
            say(mitigation)
        ),
        Move::Sign {
            digest,
            reservation,
        } => {
            let reserved = reservation
                .as_ref()
                .map(|r| format!(" — with the reservation: {}", say(r)));
            format!("SIGN {}{}", at(digest), reserved.unwrap_or_default())
        }
        Move::Direct { text } => format!("DIRECT — {}", say(text)),
        // The rest have functions of their own.
        Move::Frame { .. }
        | Move::Propose(_)
        | Move::Amend(_)
        | Move::Agree { .. }
        | Move::Object { .. }
        | Move::Stand { .. }
        | Move::Dispose { .. } => String::new(),
    }
}

fn judge(session: &Session, act: &Move, made: Option<&Made>) -> String {
    match act {
        Move::Agree {
            decision,
            digest,
            criteria,
            because,
            resolved_by,
        } => {
            let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
            let rests = if criteria.is_empty() {
                String::new()
            } else {
                format!(" ({})", criteria.join(", "))
            };
            let resolved = resolved_by
                .map(|n| format!(" [resolved by {n}]"))
                .unwrap_or_default();
            format!(
                "AGREE {}{rests} — {}{resolved}",
                judged(session, Target::Decision(*decision), digest),
                say(because)
            )
        }
        Move::Object {
            about,
            digest,
            clause,
            criterion,
            fails_when,
            resolved_if,
            rests_on,
        } => {
            let new = rests_on
                .map(|n| format!(" [rests on {n}]"))
                .unwrap_or_default();
            let note = match made {
                Some(Made::Demoted(id)) => {
                    format!(" [recorded as concern {id}: rests on nothing new]")
                }
                Some(Made::Stood(id)) => {
                    format!(" [recorded as standing by {id}: the same clause and criterion]")
                }
                _ => String::new(),
            };
            let id = if note.is_empty() {
                new_id(made)
            } else {
                String::new()
            };
            format!(
                "OBJECT {}{}{id} harms {criterion} — fails when {}; resolved by {}{new}{note}",
                judged(session, *about, digest),
                on_clause(*clause),
                say(fails_when),
                say(resolved_if)
            )
        }
        Move::Stand { issue, digest, why } => {
            let about = session.issue(*issue).map(|i| i.about);
            let on = about
                .map(|a| format!(" on {}", judged(session, a, digest)))
                .unwrap_or_default();
            format!("STAND {issue}{on} — {}", say(why))
        }
        _ => String::new(),
    }
}

fn dispose(item: &Item, how: &How, why: &str, made: Option<&Made>) -> String {
    let why = say(why);
    match how {
        How::Addressed { clause } => format!("ADDRESSED {item}{} — {why}", in_clause(*clause)),
        How::Reading { clause, reading } => {
            format!(
                "READING {item}{}{} — “{}” — {why}",
                on_clause(*clause),
                new_id(made),
                say(reading)
            )
        }
        How::Declined => format!("DECLINED {item} — {why}"),
        How::Moot => format!("MOOT {item} — {why}"),
        How::Risk => format!("RISK {item}{} — {why}", new_id(made)),
        How::Adopted => format!("ADOPTED {item} — {why}"),
        How::Partly => format!("PARTLY {item} — {why}"),
    }
}

fn propose(draft: &Draft, made: Option<&Made>) -> String {
    let mut out = format!(
        "PROPOSE {} — {}",
        proposed(draft.decision, made),
        say(&draft.rationale)
    );
    assumed(&mut out, &draft.assumptions);
    for (number, clause) in (1..).zip(&draft.clauses) {
        quote(&mut out, &format!("({number}) "), clause);
    }
    extras(&mut out, &draft.rejected, &draft.actions);
    out
}

fn amend(session: &Session, amendment: &Amendment, made: Option<&Made>, form: Form) -> String {
    let base = named(session, amendment.base);
    let mut out = format!(
        "AMEND {base} to {} — {}",
        proposed(amendment.decision, made),
        say(&amendment.rationale)
    );
    if let Some(assumptions) = &amendment.assumptions {
        if assumptions.is_empty() {
            quote(&mut out, "", "Assumes nothing any more.");
        }
        assumed(&mut out, assumptions);
    }
    let docket = session.docket(amendment.decision);
    let before = docket.and_then(|d| d.proposal(amendment.base));
    let mut next = before.map_or(0, |p| p.next_clause);
    let mut touched = Vec::new();
    for change in &amendment.changes {
        match change {
            Change::Replace { clause, text } => {
                touched.push(*clause);
                quote(&mut out, &format!("({clause}) → "), text);
            }
            Change::Add { text } => {
                quote(&mut out, &format!("(+{next}) "), text);
                next = next.saturating_add(1);
            }
            Change::Strike { clause } => {
                touched.push(*clause);
                quote(&mut out, &format!("({clause}) "), "struck");
            }
        }
    }
    let kept = before.into_iter().flat_map(|p| p.clauses.keys());
    let kept: Vec<String> = kept
        .filter(|n| !touched.contains(n))
        .map(|n| format!("({n})"))
        .collect();
    if form.kept && !kept.is_empty() {
        quote(&mut out, "", &format!("Unchanged: {}", kept.join(", ")));
    }
    extras(&mut out, &amendment.rejected, &amendment.actions);
    out
}

fn assumed(out: &mut String, assumptions: &[String]) {
    for assumption in assumptions {
        quote(out, "Assumes: ", assumption);
    }
}

fn extras(out: &mut String, rejected: &[Rejected], actions: &[Action]) {
    for Rejected { option, why } in rejected {
        out.push_str(&format!("\n  - rejected: {} — {}", say(option), say(why)));
    }
    for Action {
        owner,
        what,
        done_when,
    } in actions
    {
        let owner = if owner.trim().is_empty() {
            String::new()
        } else {
            format!(" ({})", title(owner, NAME))
        };
        out.push_str(&format!(
            "\n  - action{owner}: {} — done when {}",
            say(what),
            say(done_when)
        ));
    }
}

fn frame(framework: &Framework, form: Form) -> String {
    let mut out = format!("FRAME — {}", say(&framework.title));
    if !form.framework {
        return out;
    }
    list(&mut out, "Goals", framework.goals.iter().map(|g| say(g)));
    list(
        &mut out,
        "Non-goals",
        framework.non_goals.iter().map(|g| say(g)),
    );
    list(
        &mut out,
        "Constraints",
        framework.constraints.iter().map(|c| say(c)),
    );
    list(
        &mut out,
        "Unknowns",
        framework.unknowns.iter().map(|u| say(u)),
    );
    let criteria = framework
        .criteria
        .iter()
        .map(|c| format!("{}: {}", c.id, say(&c.text)));
    list(&mut out, "Criteria", criteria);
    let decisions = framework.decisions.iter().map(|d| {
        let criteria: Vec<String> = d.criteria.iter().map(ToString::to_string).collect();
        let after: Vec<String> = d.after.iter().map(ToString::to_string).collect();
        let after = if after.is_empty() {
            String::new()
        } else {
            format!("; after {}", after.join(", "))
        };
        format!(
            "{} (owner {}; {}{after}): {}",
            d.id,
            d.owner,
            criteria.join(", "),
            say(&d.question)
        )
    });
    list(&mut out, "Decisions", decisions);
    out
}

fn list(out: &mut String, name: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        out.push_str(&format!("\n  - {name}"));
    }
    for item in items {
        out.push_str("\n    - ");
        out.push_str(&item.replace("\n  ", "\n      "));
    }
}

/// A text as quoted lines below its move.
fn quote(out: &mut String, lead: &str, text: &str) {
    let shown = format!("{lead}{}", reveal(text));
    for line in shown.split('\n') {
        out.push_str("\n  > ");
        out.push_str(&guard_all(line));
    }
}

/// A text within a move's line; further lines of it are indented so that they stay in the move.
fn say(text: &str) -> String {
    let shown = reveal(text);
    let mut out = String::with_capacity(shown.len());
    for (at, line) in shown.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        if at > 0 && !line.is_empty() {
            out.push_str("  ");
        }
        out.push_str(&guard_all(line));
    }
    out
}

/// The text a verdict names: `D2.3@7f3c2a1b`, or what was named where there is no such text.
fn judged(session: &Session, about: Target, digest: &str) -> String {
    match about.decision() {
        None => about.to_string(),
        Some(decision) => text(session, decision, digest).map_or_else(
            || format!("{decision}{}", at(digest)),
            |id| named(session, id),
        ),
    }
}

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
        Some(Made::Demoted(_) | Made::Stood(_) | Made::Proposal { .. }) | None => String::new(),
    }
}

fn on_clause(clause: u16) -> String {
    if clause == 0 {
        String::new()
    } else {
        format!(" clause {clause}")
    }
}

fn in_clause(clause: u16) -> String {
    if clause == 0 {
        String::new()
    } else {
        format!(" in clause {clause}")
    }
}

/// The digest somebody named, as short as digests are shown.
fn at(digest: &str) -> String {
    let bare = digest.trim().rsplit('@').next().unwrap_or_default();
    let short: String = bare.chars().take(8).collect();
    if short.is_empty() {
        String::new()
    } else {
        format!("@{}", one_line(&short))
    }
}
