//! Pre-mortem and signature.

use super::bench::Sitting;
use super::catalogue::Failure;
use super::matter::{Matter, Text, clause_of};
use super::table::Table;
use super::turn::kind;
use super::voice::{Voice, inline, list, named};
use super::weigh::word;
use crate::protocol::docket::Proposal;
use crate::protocol::entry::{Move, Reply};
use crate::protocol::id::{Author, Target};

/// Risks of one pre-mortem.
const RISKS: usize = 4;

/// A weak place of the accord.
struct Weak<'t, 'a> {
    matter: &'t Matter<'a>,
    head: &'a Proposal,
    text: Text<'a>,
    key: &'a str,
    failure: Option<&'a Failure>,
}

impl Weak<'_, '_> {
    fn rating(&self) -> i32 {
        self.text.rating(self.key)
    }
}

/// The accord has failed: where and why.
pub(super) fn premortem(table: &Table<'_>, seat: &Sitting<'_>, author: &Author) -> Reply {
    let mut voice = Voice::new(table, author);
    voice.say_one_of(&format!("{}-premortem", seat.role.key), &seat.role.premortem, &[]);
    let weak = weak(table, seat);
    let mut moves: Vec<Move> = weak.iter().map(risk).collect();
    for (at, place) in weak.iter().take(2).enumerate() {
        let key = match (at, place.rating()) {
            (0, ..=3) => "premortem-first",
            (0, _) => "premortem-first-good",
            (_, ..=3) => "premortem-second",
            _ => "premortem-second-good",
        };
        voice.say(
            key,
            &[
                ("d", &place.matter.id.to_string()),
                ("option", &named(&place.text.option.name)),
                ("criterion", &place.matter.named(place.key)),
                ("word", word(place.rating())),
            ],
        );
    }
    if moves.is_empty() {
        voice.say("unknown-premortem", &[]);
        moves.push(Move::Risk {
            about: Target::Framework,
            scenario:
                "What was decided rests on assumptions that nobody in the room could check, and one of them was false."
                    .to_owned(),
            sign: "An assumption of an accepted text is first tested by an incident.".to_owned(),
            mitigation: "Turn each assumption into a check with a date and an owner before the work begins.".to_owned(),
        });
    }
    Reply { kind: kind(table, seat.tag, "ANALYSIS"), content: voice.finish(), moves }
}

/// The weakest place of each decision, weakest first.
fn weak<'t, 'a>(table: &'t Table<'a>, seat: &Sitting<'_>) -> Vec<Weak<'t, 'a>> {
    let mut found: Vec<Weak<'t, 'a>> = Vec::new();
    for matter in table.matters.values() {
        let Some((head, Some(text))) = table.head(matter.id) else { continue };
        let places = matter.keys().map(|key| {
            let open = text.weakness(key);
            let guarded = || text.option.failures.iter().find(|f| f.criterion == key);
            (key, open.is_some(), open.or_else(guarded))
        });
        let worst = places
            .filter(|(_, _, failure)| failure.is_some())
            .min_by_key(|(key, open, _)| (text.rating(key), !open, !seat.watches(matter.axis(key))));
        if let Some((key, _, failure)) = worst {
            found.push(Weak { matter, head, text, key, failure });
        }
    }
    found.sort_by_key(Weak::rating);
    found.truncate(RISKS);
    found
}

fn risk(weak: &Weak<'_, '_>) -> Move {
    let Weak { matter, head, text, key, failure } = weak;
    let criterion = matter.area.criterion(key).map_or("", |c| c.text.as_str());
    let scenario = failure.map_or_else(String::new, |f| f.scenario.clone());
    let guard = failure.and_then(|f| text.option.fix(f)).filter(|m| text.has(m));
    let mitigation = match (guard, failure) {
        (Some(guard), _) => {
            let clause = super::matter::number_of(head, &guard.clause);
            format!(
                "Clause {clause} of {} is the only guard: rehearse it before launch and again each quarter.",
                head.id
            )
        }
        (None, Some(failure)) => match clause_of(head, text.option, failure) {
            0 => failure.remedy.clone(),
            clause => format!("Revisit clause {clause} of {}. {}", head.id, failure.remedy),
        },
        (None, None) => String::new(),
    };
    Move::Risk {
        about: Target::Decision(matter.id),
        scenario,
        sign: sign_of(&matter.criterion(key).to_string(), criterion),
        mitigation,
    }
}

/// The early sign: the criterion's own measure, on its way to being missed.
fn sign_of(id: &str, criterion: &str) -> String {
    let measure = criterion.split(';').find(|part| part.chars().any(|c| c.is_ascii_digit())).unwrap_or(criterion);
    format!("{id} slips two measurements in a row, or nobody has measured it for a month: {}.", inline(measure))
}

/// Signs the accord, with what this seat wants on record.
pub(super) fn sign(table: &Table<'_>, seat: &Sitting<'_>, author: &Author) -> Reply {
    let mut voice = Voice::new(table, author);
    voice.say_one_of(&format!("{}-sign", seat.role.key), &seat.role.sign, &[]);
    let reserved = reservation(table, seat);
    strongest(table, seat, &mut voice);
    let reservation = reserved.map(|(ids, text)| {
        voice.say("sign-reserved", &[("ds", &ids)]);
        text
    });
    if reservation.is_none() {
        voice.say("sign-plain", &[]);
    }
    let digest = table.session.accord_digest().map(|d| d.short().to_owned());
    Reply {
        kind: kind(table, seat.tag, "REVIEW"),
        content: voice.finish(),
        moves: vec![Move::Sign { digest: digest.unwrap_or_default(), reservation }],
    }
}

/// Says what carries the accord for this seat: the place where what it weighs most is met best.
fn strongest(table: &Table<'_>, seat: &Sitting<'_>, voice: &mut Voice<'_, '_>) {
    let mut best: Option<(f64, &Matter<'_>, Text<'_>, &str)> = None;
    for matter in table.matters.values() {
        let Some((_, Some(text))) = table.head(matter.id) else { continue };
        let own = if table.owns(seat.tag, matter.id) { 0.7 } else { 1.0 };
        for key in matter.keys() {
            // What the seat watches first; its own text last, since it praised that already.
            let watched = if seat.watches(matter.axis(key)) { own } else { 0.3 * own };
            let worth = watched * table.weight(seat, matter.axis(key)) * f64::from(text.rating(key) - 2);
            if best.as_ref().is_none_or(|(most, ..)| worth > *most) {
                best = Some((worth, matter, text.clone(), key));
            }
        }
    }
    if let Some((_, matter, text, key)) = best {
        voice.say(
            "sign-carries",
            &[
                ("d", &matter.id.to_string()),
                ("option", &named(&text.option.name)),
                ("criterion", &matter.named(key)),
                ("word", word(text.rating(key))),
            ],
        );
    }
}

/// What the seat wants published: places below its line that it gave way on, and those just on it that may fail.
fn reservation(table: &Table<'_>, seat: &Sitting<'_>) -> Option<(String, String)> {
    let mut found: Vec<(i32, &Matter<'_>, &str, Option<&Failure>)> = Vec::new();
    for matter in table.matters.values() {
        let Some((_, Some(text))) = table.head(matter.id) else { continue };
        for key in matter.keys() {
            let axis = matter.axis(key);
            let (rating, floor) = (text.rating(key), seat.floor(axis));
            let failure = text.weakness(key);
            let just = rating == floor && seat.watches(axis) && failure.is_some();
            if rating < floor || just {
                found.push((rating - floor, matter, key, failure));
            }
        }
    }
    found.sort_by_key(|(margin, ..)| *margin);
    found.truncate(2);
    let ids = list(found.iter().map(|(_, matter, ..)| matter.id));
    let texts: Vec<String> = found
        .iter()
        .map(|(margin, matter, key, failure)| {
            let criterion = matter.named(key);
            let level = if *margin < 0 { "below what I would choose" } else { "just at what I accept" };
            let when = failure.map(|f| format!(" If it comes to this, I ask to reopen it: {}", f.scenario));
            format!("{} holds {criterion} {level}.{}", matter.id, when.unwrap_or_default())
        })
        .collect();
    (!texts.is_empty()).then(|| (ids, texts.join(" ")))
}
