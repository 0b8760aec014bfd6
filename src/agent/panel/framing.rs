//! The supervisor's framework: areas, decisions, owners, criteria, and the constraints that the topic names.

use super::bench::Sitting;
use super::catalogue::{Area, Decision};
use super::shelf::{AreaFile, GENERAL};
use super::table::Table;
use super::voice::{Voice, list};
use super::words::{contains, overlap, words};
use crate::protocol::entry::{Move, Reply};
use crate::protocol::framework::{self, Criterion, Framework};
use crate::protocol::id::{Author, CriterionId, DecisionId, SeatTag};

/// Longest title, in characters.
const TITLE: usize = 90;
/// Most unknowns that are named.
const UNKNOWNS: usize = 4;

/// A decision on its way to the agenda.
struct Item<'a> {
    area: &'a Area,
    decision: &'a Decision,
}

/// The framework and what is said with it.
pub(super) fn frame(table: &Table<'_>) -> Reply {
    let items = agenda(table);
    let owners = owners(table, &items);
    let framework = framework(table, &items, &owners);
    let content = content(table, &items, &owners);
    Reply { kind: "FRAMEWORK".to_owned(), content, moves: vec![Move::Frame { framework }] }
}

/// The decisions to settle, three to five in all, in the catalogue's order within each area.
fn agenda<'a>(table: &Table<'a>) -> Vec<Item<'a>> {
    let wide = table.bench.len() > 4;
    let shares: &[usize] = match (table.subject.areas.len(), wide) {
        (1, _) => &[5],
        (2, false) => &[2, 2],
        (2, true) => &[3, 2],
        (_, false) => &[2, 1, 1],
        (_, true) => &[2, 2, 1],
    };
    let mut items: Vec<Item<'a>> = Vec::new();
    for ((file, _), share) in table.subject.areas.iter().zip(shares) {
        let Some(area) = file.area() else { continue };
        let picked = picked(table, area, *share, &items);
        let fitting = area.decisions.iter().enumerate().filter(|(at, _)| picked.contains(at));
        items.extend(fitting.map(|(_, decision)| Item { area, decision }));
    }
    items
}

/// Which decisions of an area are taken: those nearest to the topic, of different roles where possible.
fn picked(table: &Table<'_>, area: &Area, share: usize, before: &[Item<'_>]) -> Vec<usize> {
    let topic = &table.session.opening().topic;
    let mut taken: Vec<usize> = Vec::new();
    while taken.len() < share.min(area.decisions.len()) {
        let worth = |(at, decision): (usize, &Decision)| {
            let names: Vec<&str> = decision.options.iter().map(|o| o.name.as_str()).collect();
            let near = overlap(topic, &format!("{} {}", decision.question, names.join(" ")));
            let mine = taken.iter().filter_map(|t| area.decisions.get(*t));
            let owners = before.iter().map(|i| i.decision).chain(mine);
            let again = owners.filter(|d| d.owner == decision.owner).count();
            let seated = table.bench.iter().any(|s| s.role.key == decision.owner);
            // The first decision of an area is the one on which the others build.
            let first = if at == 0 { 0.2 } else { 0.0 };
            near + first - 0.3 * again as f64 + if seated { 0.1 } else { 0.0 }
        };
        let mut best: Option<(f64, usize)> = None;
        for (at, decision) in area.decisions.iter().enumerate() {
            let value = worth((at, decision));
            if !taken.contains(&at) && best.is_none_or(|(most, _)| value > most) {
                best = Some((value, at));
            }
        }
        match best {
            Some((_, at)) => taken.push(at),
            None => break,
        }
    }
    taken
}

/// Who drafts each decision: a seat of its role, else of a related one, else whoever has least; nobody has two while
/// somebody of a related role has none.
fn owners<'t>(table: &'t Table<'_>, items: &[Item<'_>]) -> Vec<&'t Sitting<'t>> {
    let mut owners: Vec<&Sitting<'_>> = Vec::new();
    for item in items {
        let role = &item.decision.owner;
        let related =
            table.shelf.roles.iter().find(|r| r.key == *role).map(|r| r.related.as_slice()).unwrap_or_default();
        let load = |s: &Sitting<'_>| owners.iter().filter(|o| o.tag == s.tag).count();
        let kin = |s: &Sitting<'_>| {
            if s.role.key == *role {
                return 0;
            }
            let near = related.iter().position(|r| *r == s.role.key);
            near.map_or(5, |at| at + 1).min(5)
        };
        // A second decision weighs more than no relation at all: work is spread before it is matched.
        let least = table.bench.iter().min_by_key(|s| (kin(s) + 6 * load(s), load(s), s.index));
        owners.extend(least);
    }
    owners
}

fn framework(table: &Table<'_>, items: &[Item<'_>], owners: &[&Sitting<'_>]) -> Framework {
    let mut criteria: Vec<Criterion> = Vec::new();
    let mut decisions = Vec::new();
    for ((item, owner), number) in items.iter().zip(owners).zip(1..) {
        let used = item.decision.criteria.iter();
        let texts = used.filter_map(|key| item.area.criterion(key));
        let mut ids: Vec<CriterionId> = Vec::new();
        for text in texts.map(|c| &c.text) {
            let known = criteria.iter().find(|c| c.text == *text).map(|c| c.id);
            let id = known.unwrap_or_else(|| {
                let id = CriterionId(criteria.len() as u16 + 1);
                let text = text.clone();
                criteria.push(Criterion { id, text });
                id
            });
            ids.push(id);
        }
        decisions.push(framework::Decision {
            id: DecisionId(number),
            question: item.decision.question.clone(),
            criteria: ids,
            owner: SeatTag::clone(owner.tag),
            after: Vec::new(),
            open: false,
        });
    }
    Framework {
        title: title(&table.session.opening().topic),
        goals: goals(table),
        non_goals: non_goals(table),
        constraints: table.subject.constraints.iter().map(|b| b.sentence()).collect(),
        unknowns: unknowns(items),
        criteria,
        decisions,
    }
}

fn goals(table: &Table<'_>) -> Vec<String> {
    let areas = &table.subject.areas;
    let shares = if areas.len() == 1 { [3, 0, 0] } else { [2, 2, 1] };
    let each = areas.iter().zip(shares);
    each.flat_map(|((file, _), share)| file.head.goals.iter().take(share).cloned()).collect()
}

/// What the areas leave out, except what another area on the agenda is about.
fn non_goals(table: &Table<'_>) -> Vec<String> {
    let areas = &table.subject.areas;
    let settled_elsewhere = |of: &AreaFile, text: &str| {
        let said = words(text);
        let others = areas.iter().filter(|(f, _)| f.head.area != of.head.area);
        others.flat_map(|(f, _)| &f.signs).any(|(sign, weight)| *weight >= 4.0 && contains(&said, sign))
    };
    let share = if areas.len() == 1 { 3 } else { 2 };
    let mut texts = Vec::new();
    for (file, _) in areas {
        let own = file.head.non_goals.iter();
        let left = own.filter(|text| !settled_elsewhere(file, text)).take(share);
        texts.extend(left.cloned());
    }
    texts
}

/// What options take for granted and nobody at the table can check.
fn unknowns(items: &[Item<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    for item in items {
        let options = item.decision.options.iter();
        found.extend(options.flat_map(|o| o.assumes.first()).take(1).cloned());
    }
    found.truncate(UNKNOWNS);
    found.into_iter().map(|text| format!("Whether it holds: {text}")).collect()
}

/// The topic's first sentence as a title.
fn title(topic: &str) -> String {
    let line = topic
        .lines()
        .map(|l| l.trim_start_matches(['#', '-', '*', ' ']).trim())
        .find(|l| !l.is_empty())
        .unwrap_or("Design debate");
    let end = [". ", "? ", "! ", "; "].iter().filter_map(|stop| line.find(stop)).min();
    let mut first = line.get(..end.unwrap_or(line.len())).unwrap_or(line);
    for lead in LEADS {
        let head = first.get(..lead.len());
        if head.is_some_and(|h| h.eq_ignore_ascii_case(lead)) {
            first = first.get(lead.len()..).unwrap_or(first);
        }
    }
    let first = first.trim().trim_end_matches(['.', '?', '!', ':', ',']);
    let mut short = String::new();
    for word in first.split_whitespace() {
        if short.chars().count() + word.chars().count() > TITLE {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    let mut chars = short.chars();
    let start: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let title = start + chars.as_str();
    if title.is_empty() {
        return "Design debate".to_owned();
    }
    title
}

/// How questions begin that are better titles without it.
const LEADS: [&str; 9] = [
    "how should we ",
    "how do we ",
    "how can we ",
    "how to ",
    "we want to ",
    "we need to ",
    "please ",
    "let's ",
    "should we ",
];

fn content(table: &Table<'_>, items: &[Item<'_>], owners: &[&Sitting<'_>]) -> String {
    let author = Author::Supervisor;
    let mut voice = Voice::new(table, &author);
    voice.add(&disclosure(table));
    let matched = table.subject.areas.first().is_none_or(|(f, _)| f.head.area != GENERAL);
    let titles = table.subject.areas.iter().map(|(f, _)| f.head.title.to_lowercase());
    let key = if matched { "frame-areas" } else { "frame-general" };
    voice.say(key, &[("areas", &list(titles))]);
    voice.pause();
    let agenda = items.iter().zip(owners).zip(1..).map(|((item, owner), number)| {
        let what = item.decision.key.replace('-', " ");
        format!("D{number} ({what}) goes to {}", owner.tag)
    });
    voice.add(&list(agenda));
    match table.subject.constraints.first() {
        Some(first) => {
            let quotes = table.subject.constraints.iter().map(|b| format!("\"{}\"", b.quote));
            voice.say("frame-constraints", &[("quotes", &list(quotes)), ("argument", &first.argument())]);
        }
        None => voice.say("frame-free", &[]),
    }
    voice.say("frame-rule", &[]);
    voice.finish()
}

/// Says plainly who speaks here, as far as the opening tells.
fn disclosure(table: &Table<'_>) -> String {
    let opening = table.session.opening();
    let ruled = |model: &str| model.contains("rule-based") || model.contains("panel");
    let seats: Vec<&SeatTag> = opening.seats.iter().filter(|s| ruled(&s.speaker.model)).map(|s| &s.tag).collect();
    let all = seats.len() == opening.seats.len();
    let who = if all || seats.is_empty() && !ruled(&opening.supervisor.model) {
        "Supervisor and seats".to_owned()
    } else if seats.is_empty() {
        "The supervisor".to_owned()
    } else {
        format!("Supervisor, {}", list(seats))
    };
    let verb = if who == "The supervisor" { "is" } else { "are" };
    format!(
        "{who} {verb} rule-based here: the built-in panel, no language model. What it says follows from a catalogue of \
         decisions, the words of the topic, the role of each seat and what is in the log"
    )
}
