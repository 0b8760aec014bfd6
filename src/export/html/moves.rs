//! A move in full: a verb, what it is about, and its texts under their names. Matched in full: a new move must be
//! placed here.

use super::prose::spans;
use super::text::escape;
use crate::protocol::entry::{Amendment, Change, Draft, Ruling};
use crate::protocol::{Framework, How, Made, Move, Recorded};

/// A move taken apart.
struct Told {
    verb: &'static str,
    about: String,
    /// Name and text; a text may have several lines. The only one of a move needs no name.
    texts: Vec<(String, String)>,
}

/// One move as a list item. HTML lets end tags be left out where the next one tells them; a long log has thousands.
pub fn html(recorded: &Recorded, stands: Option<&Framework>) -> String {
    let Told { verb, about, texts } = match &recorded.act {
        // What stands in the sections before is not said twice.
        Move::Frame { framework } if Some(framework) == stands => {
            let told = vec![(String::new(), "The framework as it stands in sections 3 and 4.".to_owned())];
            Told { verb: "FRAME", about: String::new(), texts: told }
        }
        act => told(act),
    };
    let about = format!("{about}{}", made(recorded.made.as_ref()));
    let mut out = format!("<li><b>{verb}</b> {}", escape(about.trim()));
    let texts: Vec<&(String, String)> = texts.iter().filter(|(_, text)| !text.trim().is_empty()).collect();
    match texts.as_slice() {
        [] => {}
        [(name, text)] if name.is_empty() => out.push_str(&format!("<p>{}", spans(text.trim()))),
        several => {
            let told = several.iter().map(|(name, text)| format!("<dt>{}<dd>{}", escape(name), spans(text.trim())));
            out.push_str(&format!("<dl>{}</dl>", told.collect::<Vec<_>>().join("\n")));
        }
    }
    out.push('\n');
    out
}

fn made(made: Option<&Made>) -> String {
    match made {
        Some(Made::Issue(id)) => format!(" · {id}"),
        Some(Made::Demoted(id)) => format!(" · recorded as {id}, it rested on nothing new"),
        Some(Made::Stood(id)) => format!(" · {id} stands"),
        Some(Made::Redirected(id, to)) => format!(" · {id}, goes to {to}"),
        Some(Made::Proposal { id, digest, head }) => {
            format!(" → {id} @{}{}", digest.short(), if *head { "" } else { " (alternative)" })
        }
        Some(Made::Reading(id)) => format!(" · {id}"),
        Some(Made::Risk(id)) => format!(" · {id}"),
        Some(Made::Owner(seat)) => format!(" · {seat} owns it"),
        None => String::new(),
    }
}

fn told(act: &Move) -> Told {
    match act {
        Move::Frame { framework } => frame(framework),
        Move::Position { decision, choice, rejected, rests_on, confidence } => tell(
            "POSITION",
            format!("{decision}, confidence {confidence} of 100"),
            [("choice", choice), ("rejected", rejected), ("rests on", rests_on)],
        ),
        Move::Propose(draft) => propose(draft),
        Move::Amend(amendment) => amend(amendment),
        Move::Agree { decision, digest, criteria, because, resolved_by, confirms, security } => {
            let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
            let resolved = resolved_by.map(|e| format!(", resolved by {e}")).unwrap_or_default();
            let about = format!("{decision} @{}, resting on {}{resolved}", short(digest), criteria.join(", "));
            let confirms: Vec<String> = confirms.iter().map(|c| format!("{}. {}", c.item, c.how)).collect();
            let security = security.clone().unwrap_or_default();
            let texts = [("", because), ("security review", &security), ("confirms", &confirms.join("\n"))];
            tell("AGREE", about, texts)
        }
        Move::Object { about, clause, criterion, fails_when, resolved_if, rests_on, .. } => {
            let rests = rests_on.map(|e| format!(", rests on {e}")).unwrap_or_default();
            let texts = [("fails when", fails_when), ("resolved if", resolved_if)];
            tell("OBJECT", format!("{about}{}, harms {criterion}{rests}", place(*clause)), texts)
        }
        Move::Concern { about, clause, criterion, text } => {
            tell("CONCERN", format!("{about}{}, {criterion}", place(*clause)), [("", text)])
        }
        Move::Ask { to, about, text } => tell("ASK", format!("{to} about {about}"), [("", text)]),
        Move::Escalate { about, text, options } => {
            let ways: Vec<String> = options.iter().map(|o| format!("{}: {}", o.option, o.trade_off)).collect();
            tell("ESCALATE", about.to_string(), [("what stands in the way", text), ("options", &ways.join("\n"))])
        }
        Move::Claim { decision, why } => tell("CLAIM", decision.to_string(), [("why", why)]),
        Move::Answer { question, text } => tell("ANSWER", question.to_string(), [("", text)]),
        Move::Dispose { item, how, why } => {
            let about = format!("{item}: {}", way(how));
            match how {
                How::Reading { reading, .. } => tell("DISPOSE", about, [("reading", reading), ("why", why)]),
                _ => tell("DISPOSE", about, [("", why)]),
            }
        }
        Move::Withdraw { issue, why } => tell("WITHDRAW", issue.to_string(), [("", why)]),
        Move::Stand { issue, why, .. } => tell("STAND", issue.to_string(), [("", why)]),
        Move::Rule { issue, ruling, why } => {
            let ruling = match ruling {
                Ruling::OutOfScope => "out of scope",
                Ruling::Duplicate => "a duplicate",
            };
            tell("RULE", format!("{issue}: {ruling}"), [("", why)])
        }
        Move::Mediate { agreed, disputed, crux, question } => tell(
            "MEDIATE",
            String::new(),
            [("agreed", agreed), ("disputed", disputed), ("crux", crux), ("question", question)],
        ),
        Move::Risk { about, scenario, sign, mitigation } => tell(
            "RISK",
            about.to_string(),
            [("scenario", scenario), ("early sign", sign), ("what would help", mitigation)],
        ),
        Move::Sign { digest, reservation } => tell(
            "SIGN",
            format!("accord @{}{}", short(digest), if reservation.is_some() { ", with a reservation" } else { "" }),
            [("", reservation.as_deref().unwrap_or_default())],
        ),
        Move::Direct { text } => tell("DIRECT", String::new(), [("", text)]),
    }
}

fn tell<const N: usize>(verb: &'static str, about: String, texts: [(&str, impl AsRef<str>); N]) -> Told {
    let texts = texts.iter().map(|(name, text)| ((*name).to_owned(), text.as_ref().to_owned()));
    Told { verb, about, texts: texts.collect() }
}

fn frame(framework: &Framework) -> Told {
    let mut texts = vec![("title".to_owned(), framework.title.clone())];
    texts.extend(framework.decisions.iter().map(|d| (d.id.to_string(), format!("{} ({})", d.question, d.owner))));
    texts.extend(framework.criteria.iter().map(|c| (c.id.to_string(), c.text.clone())));
    Told { verb: "FRAME", about: String::new(), texts }
}

fn propose(draft: &Draft) -> Told {
    let clauses = draft.clauses.iter().zip(1..).map(|(text, n): (_, u32)| (format!("clause {n}"), text.clone()));
    let mut texts: Vec<(String, String)> = clauses.collect();
    texts.push(("rationale".to_owned(), draft.rationale.clone()));
    texts.extend(draft.assumptions.iter().map(|a| ("assumes".to_owned(), a.clone())));
    Told { verb: "PROPOSE", about: draft.decision.to_string(), texts }
}

fn amend(amendment: &Amendment) -> Told {
    let change = |change: &Change| match change {
        Change::Replace { clause, text } => (format!("clause {clause}"), text.clone()),
        Change::Add { text } => ("new clause".to_owned(), text.clone()),
        Change::Strike { clause } => (format!("clause {clause}"), "struck".to_owned()),
    };
    let mut texts: Vec<(String, String)> = amendment.changes.iter().map(change).collect();
    texts.push(("rationale".to_owned(), amendment.rationale.clone()));
    let assumed = amendment.assumptions.iter().flatten();
    texts.extend(assumed.map(|a| ("assumes".to_owned(), a.clone())));
    Told { verb: "AMEND", about: amendment.base.to_string(), texts }
}

fn place(clause: u16) -> String {
    if clause == 0 { String::new() } else { format!(" clause {clause}") }
}

fn way(how: &How) -> String {
    match how {
        How::Addressed { clause: 0 } => "addressed".to_owned(),
        How::Addressed { clause } => format!("addressed in clause {clause}"),
        How::Reading { clause, .. } => format!("a reading of clause {clause}"),
        How::Declined => "declined".to_owned(),
        How::Moot => "moot".to_owned(),
        How::Risk => "accepted as a risk".to_owned(),
        How::Adopted => "adopted".to_owned(),
        How::Partly => "adopted in part".to_owned(),
    }
}

/// A digest as people are shown it, however much of it was named.
fn short(digest: &str) -> String {
    digest.trim().trim_start_matches('@').chars().take(8).collect()
}
