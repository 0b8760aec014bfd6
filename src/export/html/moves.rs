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
    /// Name and text; a text may have several lines.
    texts: Vec<(String, String)>,
}

/// One move as a list item.
pub fn html(recorded: &Recorded) -> String {
    let Told { verb, about, texts } = told(&recorded.act);
    let about = format!("{about}{}", made(recorded.made.as_ref()));
    let mut out = format!("<li><p class=\"act\"><b>{verb}</b> {}</p>", escape(about.trim()));
    let texts: Vec<String> = texts
        .iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(name, text)| format!("<dt>{}</dt><dd>{}</dd>", escape(name), spans(text.trim())))
        .collect();
    if !texts.is_empty() {
        out.push_str(&format!("\n<dl>{}</dl>", texts.join("\n")));
    }
    out.push_str("</li>\n");
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
            decision.to_string(),
            [
                ("choice", choice),
                ("rejected", rejected),
                ("rests on", rests_on),
                ("confidence", &format!("{confidence} %")),
            ],
        ),
        Move::Propose(draft) => propose(draft),
        Move::Amend(amendment) => amend(amendment),
        Move::Agree { decision, digest, criteria, because, resolved_by, confirms, security } => {
            let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
            let resolved = resolved_by.map(|e| e.to_string()).unwrap_or_default();
            let confirms: Vec<String> = confirms.iter().map(|c| format!("{}. {}", c.item, c.how)).collect();
            let texts = [
                ("because", because),
                ("criteria", &criteria.join(", ")),
                ("resolved by", &resolved),
                ("security review", &security.clone().unwrap_or_default()),
                ("confirms", &confirms.join("\n")),
            ];
            tell("AGREE", format!("{decision} @{}", short(digest)), texts)
        }
        Move::Object { about, clause, criterion, fails_when, resolved_if, rests_on, .. } => {
            let rests = rests_on.map(|e| e.to_string()).unwrap_or_default();
            let texts = [("fails when", fails_when), ("resolved if", resolved_if), ("rests on", &rests)];
            tell("OBJECT", format!("{about}{}, harms {criterion}", place(*clause)), texts)
        }
        Move::Concern { about, clause, criterion, text } => {
            tell("CONCERN", format!("{about}{}, {criterion}", place(*clause)), [("concern", text)])
        }
        Move::Ask { to, about, text } => tell("ASK", format!("{to} about {about}"), [("question", text)]),
        Move::Escalate { about, text, options } => {
            let ways: Vec<String> = options.iter().map(|o| format!("{}: {}", o.option, o.trade_off)).collect();
            tell("ESCALATE", about.to_string(), [("what stands in the way", text), ("options", &ways.join("\n"))])
        }
        Move::Claim { decision, why } => tell("CLAIM", decision.to_string(), [("why", why)]),
        Move::Answer { question, text } => tell("ANSWER", question.to_string(), [("answer", text)]),
        Move::Dispose { item, how, why } => {
            let reading = if let How::Reading { reading, .. } = how { reading.as_str() } else { "" };
            tell("DISPOSE", format!("{item}: {}", way(how)), [("reading", reading), ("why", why)])
        }
        Move::Withdraw { issue, why } => tell("WITHDRAW", issue.to_string(), [("why", why)]),
        Move::Stand { issue, why, .. } => tell("STAND", issue.to_string(), [("still missing", why)]),
        Move::Rule { issue, ruling, why } => {
            let ruling = match ruling {
                Ruling::OutOfScope => "out of scope",
                Ruling::Duplicate => "a duplicate",
            };
            tell("RULE", format!("{issue}: {ruling}"), [("why", why)])
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
            format!("accord @{}", short(digest)),
            [("reservation", reservation.as_deref().unwrap_or_default())],
        ),
        Move::Direct { text } => tell("DIRECT", String::new(), [("direction", text)]),
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
