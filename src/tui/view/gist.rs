//! What an entry does, behind its head, for whoever only runs an eye over the log: `OBJECT D1 O1  AGREE D2 D3`.

use super::entry::verb_style;
use crate::protocol::{Entry, EntryNumber, How, Item, Made, Move, Recorded, Session};
use crate::tui::theme::Theme;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

/// Columns kept for the count of what is left out: ` +12`.
const COUNT: usize = 4;

/// A verb and everything it was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// In upper case, as the log has it.
    pub verb: &'static str,
    /// Decisions, texts, issues, seats.
    pub about: Vec<String>,
}

impl Act {
    fn columns(&self) -> usize {
        self.verb.width() + self.about.iter().map(|a| a.width() + 1).sum::<usize>()
    }
}

/// What an entry does, what matters most to the others first.
pub fn gist(entry: &Entry) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    for recorded in &entry.moves {
        let (verb, about) = act(recorded);
        match acts.iter_mut().find(|a| a.verb == verb) {
            Some(known) => {
                let new: Vec<String> = about.into_iter().filter(|a| !known.about.contains(a)).collect();
                known.about.extend(new);
            }
            None => acts.push(Act { verb, about }),
        }
    }
    acts.iter_mut().for_each(|act| act.about = ranges(&act.about));
    acts.sort_by_key(|a| weight(a.verb));
    acts
}

/// Columns of all of it.
pub fn columns(acts: &[Act]) -> usize {
    acts.iter().map(|act| act.columns() + 2).sum::<usize>().saturating_sub(2)
}

/// As much of it as fits into `room` columns, and how much more there is.
pub fn shown(acts: &[Act], room: usize, theme: &Theme) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    let mut used = 0;
    let rest = |at: usize| acts.iter().skip(at).map(|act| act.about.len().max(1)).sum::<usize>();
    for (i, act) in acts.iter().enumerate() {
        let gap = if i == 0 { 0 } else { 2 };
        let after = if i + 1 == acts.len() { 0 } else { COUNT };
        let whole = used + gap + act.columns() + after <= room;
        if !whole && used + gap + act.verb.width() + COUNT > room {
            push_count(&mut spans, rest(i), theme);
            break;
        }
        spans.push(Span::raw(" ".repeat(gap)));
        spans.push(Span::styled(act.verb, verb_style(act.verb, theme)));
        used += gap + act.verb.width();
        let fitting = act.about.iter().take_while(|about| {
            used += about.width() + 1;
            whole || used + COUNT <= room
        });
        let told: Vec<&str> = fitting.map(String::as_str).collect();
        spans.extend(told.iter().map(|about| Span::styled(format!(" {about}"), theme.text)));
        if !whole {
            push_count(&mut spans, act.about.len() - told.len() + rest(i + 1), theme);
            break;
        }
    }
    spans
}

fn push_count(spans: &mut Vec<Span<'static>>, left: usize, theme: &Theme) {
    if left > 0 {
        let gap = if spans.is_empty() { "" } else { " " };
        spans.push(Span::styled(format!("{gap}+{left}"), theme.dim));
    }
}

/// `D1 D2 D3 D5` as `D1-D3 D5`.
fn ranges(about: &[String]) -> Vec<String> {
    let number = |name: &str| name.get(1..).and_then(|n| n.parse::<u32>().ok());
    let follows = |one: &String, other: &String| {
        let next = number(one).map(|n| n + 1);
        next.is_some() && next == number(other) && one.get(..1) == other.get(..1)
    };
    let runs = about.chunk_by(follows);
    runs.flat_map(|run| match run {
        [first, _, .., last] => vec![format!("{first}-{last}")],
        _ => run.to_vec(),
    })
    .collect()
}

/// The entries that an entry answers, each once, in their order.
pub fn answers(session: &Session, entry: &Entry) -> Vec<EntryNumber> {
    let named = crate::journal::communication::render_references(session, entry);
    named.iter().filter_map(|name| name.parse().ok()).collect()
}

/// The less, the further in front.
fn weight(verb: &str) -> u8 {
    match verb {
        "DIRECT" | "ESCALATE" | "OBJECT" | "STAND" => 0,
        "FRAME" | "MEDIATE" | "SIGN" | "PROPOSE" | "AMEND" => 1,
        "AGREE" | "WITHDRAW" | "RULE" => 2,
        "ASK" | "ANSWER" => 3,
        "CONCERN" | "CLAIM" | "POSITION" | "RISK" => 4,
        _ => 5,
    }
}

fn act(recorded: &Recorded) -> (&'static str, Vec<String>) {
    let made = recorded.made.as_ref().and_then(new_id);
    let with = |name: String| std::iter::once(name).chain(made.clone()).collect::<Vec<_>>();
    let own = || made.clone().into_iter().collect::<Vec<_>>();
    match &recorded.act {
        Move::Frame { framework } => {
            let many = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
            ("FRAME", vec![many(framework.decisions.len(), "decision")])
        }
        Move::Position { decision, .. } => ("POSITION", vec![decision.to_string()]),
        Move::Claim { decision, .. } => ("CLAIM", vec![decision.to_string()]),
        Move::Propose(draft) => ("PROPOSE", vec![made.unwrap_or_else(|| draft.decision.to_string())]),
        Move::Amend(amendment) => ("AMEND", vec![made.unwrap_or_else(|| amendment.decision.to_string())]),
        Move::Agree { decision, .. } => ("AGREE", vec![decision.to_string()]),
        Move::Object { about, .. } => match &recorded.made {
            Some(Made::Demoted(_)) => ("CONCERN", with(about.to_string())),
            Some(Made::Stood(_)) => ("STAND", with(about.to_string())),
            Some(
                Made::Issue(_)
                | Made::Redirected(..)
                | Made::Proposal { .. }
                | Made::Reading(_)
                | Made::Risk(_)
                | Made::Owner(_),
            )
            | None => ("OBJECT", with(about.to_string())),
        },
        Move::Concern { about, .. } => ("CONCERN", with(about.to_string())),
        Move::Ask { to, .. } => ("ASK", with(super::entry::one_line(to))),
        Move::Escalate { about, .. } => ("ESCALATE", vec![about.to_string()]),
        Move::Answer { question, .. } => ("ANSWER", vec![question.to_string()]),
        Move::Dispose { item, how, .. } => (disposed(how), vec![disposed_item(item)]),
        Move::Withdraw { issue, .. } => ("WITHDRAW", vec![issue.to_string()]),
        Move::Stand { issue, .. } => ("STAND", vec![issue.to_string()]),
        Move::Rule { issue, .. } => ("RULE", vec![issue.to_string()]),
        Move::Mediate { .. } => ("MEDIATE", Vec::new()),
        Move::Risk { .. } => ("RISK", own()),
        Move::Sign { reservation: Some(_), .. } => ("SIGN", vec!["with a reservation".to_owned()]),
        Move::Sign { reservation: None, .. } => ("SIGN", Vec::new()),
        Move::Direct { .. } => ("DIRECT", vec!["all seats".to_owned()]),
    }
}

fn new_id(made: &Made) -> Option<String> {
    match made {
        Made::Issue(id) | Made::Demoted(id) | Made::Stood(id) | Made::Redirected(id, _) => Some(id.to_string()),
        Made::Proposal { id, .. } => Some(id.to_string()),
        Made::Risk(id) => Some(id.to_string()),
        Made::Reading(_) | Made::Owner(_) => None,
    }
}

fn disposed(how: &How) -> &'static str {
    match how {
        How::Addressed { .. } => "ADDRESSED",
        How::Reading { .. } => "READING",
        How::Declined => "DECLINED",
        How::Moot => "MOOT",
        How::Risk => "RISK",
        How::Adopted => "ADOPTED",
        How::Partly => "PARTLY",
    }
}

/// Of a position the seat: what it was on is said by the text that takes it up.
fn disposed_item(item: &Item) -> String {
    match item {
        Item::Issue(id) => id.to_string(),
        Item::Alternative(id) => id.to_string(),
        Item::Position(_, seat) => seat.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn acts() -> Vec<Act> {
        let act = |verb, about: &[&str]| Act { verb, about: about.iter().map(|a| (*a).to_owned()).collect() };
        vec![act("OBJECT", &["D4", "O3"]), act("AGREE", &["D1-D3"]), act("ADDRESSED", &["O1", "C2", "C3"])]
    }

    fn told(room: usize) -> String {
        shown(&acts(), room, &Theme::dark()).iter().map(|s| s.content.to_string()).collect()
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        assert_eq!(told(80), "OBJECT D4 O3  AGREE D1-D3  ADDRESSED O1 C2 C3");
        assert_eq!(told(44), "OBJECT D4 O3  AGREE D1-D3  ADDRESSED O1 +2");
        assert_eq!(told(30), "OBJECT D4 O3  AGREE D1-D3 +3");
        assert_eq!(told(12), "OBJECT +6");
        assert_eq!(told(5), "+6");
        assert_eq!(ranges(&["D1", "D2", "D3", "O4", "O5", "D9"].map(str::to_owned)), ["D1-D3", "O4", "O5", "D9"]);
    }

    proptest! {
        #[test]
        fn it_never_takes_more_columns_than_there_are(room in COUNT..120_usize) {
            prop_assert!(told(room).width() <= room, "{room}: {}", told(room));
            prop_assert!(columns(&acts()) > room || told(room).ends_with("C3"));
        }
    }
}
