//! A seat's sealed first position: what it would choose, what it would not sign, and one question.

use super::bench::Sitting;
use super::catalogue::{Choice, Failure};
use super::matter::{Matter, Text};
use super::table::Table;
use super::voice::{Voice, essence, inline, list, named};
use super::weigh::{Plan, word};
use crate::protocol::entry::{Move, Reply};
use crate::protocol::id::{Author, DecisionId, SeatTag, Target};

/// Decisions that a position speaks of beyond a seat's own, up to this many in all.
const SPOKEN: usize = 3;
/// Concerns of one position; the rules allow one more.
const CONCERNS: usize = 2;
/// Words after which a further decision is left to its move.
const ENOUGH: usize = 95;

/// The position of `seat`.
pub(super) fn position(table: &Table<'_>, seat: &Sitting<'_>, author: &Author) -> Reply {
    let spoken = of_concern(table, seat);
    let mut voice = Voice::new(table, author);
    let mut moves = Vec::new();
    let ids = list(spoken.iter().map(|m| m.id));
    voice.say_one_of(&format!("{}-position", seat.role.key), &seat.role.position, &[("ds", &ids)]);
    for (at, matter) in spoken.iter().enumerate() {
        moves.extend(choice(table, seat, matter, &mut voice, at == 0));
    }
    if moves.is_empty() {
        moves.extend(unknown(table, seat, &mut voice));
    }
    let concerns = concerns(table, seat);
    if let Some((matter, option, key)) = concerns.first().map(|(m, o, f)| (m, o, &f.criterion)) {
        let leans = table.ranked(seat, matter).first().is_some_and(|p| p.text.option.key == option.key);
        let key_of = if leans { "position-concern-own" } else { "position-concern" };
        voice.say(
            key_of,
            &[("d", &matter.id.to_string()), ("option", &named(&option.name)), ("criterion", &matter.named(key))],
        );
    }
    for (matter, option, failure) in &concerns {
        moves.push(Move::Concern {
            about: Target::Decision(matter.id),
            clause: 0,
            criterion: matter.criterion(&failure.criterion),
            text: format!("If it comes to '{}': {} {}", option.name, failure.scenario, failure.remedy),
        });
    }
    if let Some((id, to, text)) = question(table, seat) {
        voice.say("position-question", &[("to", to.as_str()), ("d", &id.to_string())]);
        moves.push(Move::Ask { to: to.to_string(), about: Target::Decision(id), text });
    }
    Reply { kind: super::turn::kind(table, seat.tag, "ANALYSIS"), content: voice.finish(), moves }
}

/// The seat's own decisions and those that touch what it watches; at least two where there are two.
fn of_concern<'t, 'a>(table: &'t Table<'a>, seat: &Sitting<'_>) -> Vec<&'t Matter<'a>> {
    let own = |m: &&Matter<'_>| table.owns(seat.tag, m.id);
    let mut spoken: Vec<&Matter<'a>> = table.matters.values().filter(own).collect();
    let stake = |m: &Matter<'_>| -> f64 {
        let watched = m.keys().filter(|k| seat.watches(m.axis(k)));
        watched.map(|k| table.weight(seat, m.axis(k))).sum()
    };
    let mut others: Vec<&Matter<'a>> = table.matters.values().filter(|m| !own(m)).collect();
    others.sort_by(|a, b| stake(b).total_cmp(&stake(a)));
    for other in others {
        if spoken.len() < 2 || (spoken.len() < SPOKEN && stake(other) > 0.0) {
            spoken.push(other);
        }
    }
    spoken
}

fn choice(
    table: &Table<'_>,
    seat: &Sitting<'_>,
    matter: &Matter<'_>,
    voice: &mut Voice<'_, '_>,
    first: bool,
) -> Option<Move> {
    let ranked = table.ranked(seat, matter);
    let [best, rival, ..] = ranked.as_slice() else {
        return None;
    };
    let gap = best.score - rival.score;
    let decisive = table.deciding(seat, matter, &best.text, &rival.text).or_else(|| table.dearest(seat, matter))?;
    let margin = match gap {
        gap if gap > 0.5 => "clearly",
        gap if gap > 0.18 => "by some margin",
        _ => "by a hair",
    };
    tell(matter, [best, rival], (margin, first.then(|| table.owns(seat.tag, matter.id))), voice);
    if first {
        price(table, seat, matter, [best, rival], voice);
    }
    let (won, lost) = (best.text.option, rival.text.option);
    let ratings = (best.text.rating(decisive), rival.text.rating(decisive));
    let comparison = if ratings.0 == ratings.1 {
        format!("{} for both, and the rest tips it", word(ratings.0))
    } else {
        format!("{} against {} for the other", word(ratings.0), word(ratings.1))
    };
    Some(Move::Position {
        decision: matter.id,
        choice: format!("{}: {}", won.name, in_short(&best.text)),
        rejected: format!("{}: {}", lost.name, first_of(&lost.cons)),
        rests_on: format!(
            "{}, {}: {comparison}; {}",
            matter.criterion(decisive),
            decisive.replace('-', " "),
            inline(&won.rationale)
        ),
        confidence: (56.0 + 45.0 * gap).clamp(51.0, 94.0) as u8,
    })
}

/// What the binding text would come to.
fn in_short(text: &Text<'_>) -> String {
    let clauses = text.option.clauses.iter().take(2).map(|c| essence(c));
    let mut parts: Vec<String> = clauses.map(str::to_owned).collect();
    let added = text.added.iter().map(|m| essence(&m.clause).to_owned());
    parts.extend(added.take(1));
    parts.join("; ")
}

fn first_of(texts: &[String]) -> String {
    texts.first().map(|t| inline(t)).unwrap_or_default()
}

/// The choice on one decision in words; `main` is set for the one that is told at length: whether the seat owns it.
fn tell(
    matter: &Matter<'_>,
    [best, rival]: [&Plan<'_>; 2],
    (margin, main): (&str, Option<bool>),
    voice: &mut Voice<'_, '_>,
) {
    let template = match main {
        Some(true) => "position-mine",
        Some(false) => "position-main",
        None if voice.length() >= ENOUGH => return,
        None => "position-other",
    };
    let option = best.text.option;
    let pro = voice.fresh(&option.pros).map(inline).unwrap_or_default();
    voice.say(
        template,
        &[
            ("d", &matter.id.to_string()),
            ("option", &named(&option.name)),
            ("for", &pro),
            ("margin", margin),
            ("rival", &named(&rival.text.option.name)),
        ],
    );
}

/// What the choice gives up, and what in the topic makes that the right price.
fn price(
    table: &Table<'_>,
    seat: &Sitting<'_>,
    matter: &Matter<'_>,
    [best, rival]: [&Plan<'_>; 2],
    voice: &mut Voice<'_, '_>,
) {
    let weakest = matter.keys().filter(|k| best.text.rating(k) <= 3).min_by_key(|k| best.text.rating(k));
    if let (Some(key), Some(con)) = (weakest, voice.fresh(&best.text.option.cons).map(inline)) {
        voice.say("position-price", &[("criterion", &matter.named(key)), ("against", &con)]);
    }
    let decisive = table.deciding(seat, matter, &best.text, &rival.text);
    if let Some(binding) = decisive.and_then(|key| table.subject.pressing(matter.axis(key))) {
        voice.say("position-constraint", &[("argument", &binding.argument())]);
    }
    voice.pause();
}

/// The options of others' decisions that would not pass this seat, likeliest first, with the failure that stops them.
fn concerns<'t, 'a>(table: &'t Table<'a>, seat: &Sitting<'_>) -> Vec<(&'t Matter<'a>, &'a Choice, &'a Failure)> {
    let mut found = Vec::new();
    for matter in table.matters.values() {
        if table.owns(seat.tag, matter.id) {
            continue;
        }
        let Some(likely) = likely(table, matter) else {
            continue;
        };
        let breaches = table.breaches(seat, matter, &likely);
        let watched = breaches.iter().filter(|b| seat.watches(matter.axis(b.key)));
        let failing = watched.filter_map(|b| Some((b, likely.weakness(b.key)?)));
        found.extend(failing.take(1).map(|(b, f)| {
            let weight = table.weight(seat, matter.axis(b.key));
            (weight * f64::from(b.floor - b.rating), matter, likely.option, f)
        }));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let worst = found.into_iter().take(CONCERNS);
    worst.map(|(_, matter, option, failure)| (matter, option, failure)).collect()
}

/// The text that all seats together would rate highest, as it stands in the catalogue.
fn likely<'a>(table: &Table<'a>, matter: &Matter<'a>) -> Option<Text<'a>> {
    let mut best: Option<(f64, Text<'a>)> = None;
    for option in &matter.decision.options {
        let text = Text { option, added: Vec::new(), exact: true };
        let scores = table.bench.iter().map(|s| table.score(s, matter, &text));
        let sum: f64 = scores.sum();
        if best.as_ref().is_none_or(|(most, _)| sum > *most) {
            best = Some((sum, text));
        }
    }
    best.map(|(_, text)| text)
}

/// A question of the catalogue that this seat's role asks of a role that is seated.
fn question(table: &Table<'_>, seat: &Sitting<'_>) -> Option<(DecisionId, SeatTag, String)> {
    let first = table.bench.iter().find(|s| s.role.key == seat.role.key);
    if first.is_some_and(|s| s.tag != seat.tag) {
        return None;
    }
    table.matters.values().find_map(|matter| {
        let asked = matter.decision.questions.iter().find(|q| q.from == seat.role.key)?;
        let owner = table.session.decision(matter.id).map(|d| &d.owner);
        let able = table.bench.iter().filter(|s| s.role.key == asked.to && s.tag != seat.tag);
        let to = able.min_by_key(|s| (Some(s.tag) != owner, s.index))?;
        Some((matter.id, to.tag.clone(), asked.text.clone()))
    })
}

/// A position on a decision of which the catalogue has nothing.
fn unknown(table: &Table<'_>, seat: &Sitting<'_>, voice: &mut Voice<'_, '_>) -> Option<Move> {
    let decisions = &table.session.framework()?.decisions;
    let own = decisions.iter().find(|d| d.owner == *seat.tag);
    let decision = own.or_else(|| decisions.first())?;
    let criterion = decision.criteria.first()?;
    let id = decision.id.to_string();
    voice.say("position-unknown", &[("d", &id), ("lens", &seat.role.lens)]);
    Some(Move::Position {
        decision: decision.id,
        choice: format!("The option with the fewest parts that can be shown to meet {criterion}."),
        rejected: "Any option whose effect on the criteria cannot be tested before it is in use.".to_owned(),
        rests_on: format!(
            "{criterion}; the catalogue of this rule-based seat has no decision of this kind, so it judges by the criteria alone"
        ),
        confidence: 20,
    })
}
