//! What a person's seat owes: put before it when it is asked, filled in, handed in.

use super::Effect;
use crate::door::Request;
use crate::protocol::{Event, SeatTag};
use crate::room::{Granted, Refused};
use crate::tui::input::Chord;
use crate::tui::model::form::{Form, asked};
use crate::tui::model::{Mode, Model};
use crate::tui::view::layout::{Room, room};
use chrono::TimeDelta;
use crossterm::event::KeyCode;
use std::sync::Arc;

/// How long after a key a person counts as in the middle of something.
const BUSY: TimeDelta = TimeDelta::seconds(2);

/// A reply that the journal has needs no form any more. It may be there before the host's answer is, or after.
pub fn record(model: &mut Model, event: &Event) {
    if let Event::Replied { author, .. } = event
        && let Some(seat) = author.seat()
        && let Some(form) = model.forms.get(seat)
    {
        model.settled += usize::from(form.sent);
        done(model, &seat.clone());
    }
}

/// Puts a form away whose reply was accepted, and opens the next one, if another of the person's seats is asked.
fn done(model: &mut Model, seat: &SeatTag) {
    model.forms.remove(seat);
    // Whoever has just handed in waits for what comes next.
    model.touched = None;
    if matches!(&model.mode, Mode::Filling(filling) if filling == seat) {
        model.mode = Mode::Reading;
    }
    let more = matches!(model.mode, Mode::Reading) && open(model);
    let next = if more { "; another of your seats is asked" } else { "" };
    model.say(format!("{seat} has answered: it is in the log when the wave is revealed{next}"));
}

/// Makes a form for each person's seat that is asked now, brings those there are up to date, and calls the person.
pub fn summon(model: &mut Model) {
    if !model.may_speak() {
        return;
    }
    let session = Arc::clone(model.timeline.latest());
    let mut called = None;
    for (seat, ask) in asked(&session) {
        match model.forms.get_mut(&seat) {
            Some(form) => {
                if form.take(ask, &session) {
                    called = called.or(Some(seat));
                }
            }
            None => {
                model.forms.insert(seat.clone(), Form::of(&session, seat.clone(), ask));
                called = called.or(Some(seat));
            }
        }
    }
    if let Mode::Filling(seat) = &model.mode
        && !owes(model, seat)
    {
        let word = format!("{seat} is not asked any more; what you wrote is kept");
        model.mode = Mode::Reading;
        model.say(word);
    }
    if let Some(seat) = called {
        if is_free(model) {
            model.say(format!("{seat} is asked; Esc leads back to the log and keeps what you write"));
            model.mode = Mode::Filling(seat);
        } else {
            model.say(format!("{seat} is asked, and a person holds it: i opens what it owes"));
        }
    }
}

/// The seats whose persons are asked now.
fn owing(model: &Model) -> Vec<SeatTag> {
    if !model.may_speak() {
        return Vec::new();
    }
    asked(model.timeline.latest()).into_iter().map(|(seat, _)| seat).collect()
}

fn owes(model: &Model, seat: &SeatTag) -> bool {
    owing(model).contains(seat)
}

/// The reader follows the debate and is not in the middle of something.
fn is_free(model: &Model) -> bool {
    matches!(model.mode, Mode::Reading)
        && model.at_live_edge()
        && model.log.follow
        && !model.document
        && !model.zoom
        && model.search.is_none()
        && model.touched.is_none_or(|at| model.now - at > BUSY)
        && room(model.size.0, model.size.1) != Room::Line
}

/// Opens the form of the first seat that owes something and was not handed in; says whether there is one.
pub fn open(model: &mut Model) -> bool {
    let waiting = |model: &Model, seat: &SeatTag| model.forms.get(seat).is_some_and(|form| !form.sent);
    let Some(seat) = owing(model).into_iter().find(|seat| waiting(model, seat)) else { return false };
    model.mode = Mode::Filling(seat);
    true
}

/// A key while a form is open.
pub fn key(model: &mut Model, seat: SeatTag, chord: Chord) -> Vec<Effect> {
    let session = Arc::clone(model.timeline.latest());
    let Some(form) = model.forms.get_mut(&seat) else { return Vec::new() };
    let hands_in = match chord.key {
        KeyCode::Char('s') => chord.ctrl,
        KeyCode::Enter => chord.alt || chord.ctrl,
        _ => false,
    };
    match chord.key {
        KeyCode::Esc => {
            model.say("kept as it is: i opens it again, I says something as HUMAN");
            return Vec::new();
        }
        _ if hands_in => {
            model.mode = Mode::Filling(seat.clone());
            return hand_in(model, &seat);
        }
        _ => form.key(chord, &session),
    }
    model.mode = Mode::Filling(seat);
    Vec::new()
}

/// Text pasted into the open form.
pub fn paste(model: &mut Model, seat: &SeatTag, text: &str) {
    let session = Arc::clone(model.timeline.latest());
    if let Some(form) = model.forms.get_mut(seat) {
        form.paste(text, &session);
    }
}

fn hand_in(model: &mut Model, seat: &SeatTag) -> Vec<Effect> {
    let session = Arc::clone(model.timeline.latest());
    // Answers bear no name: one thing is handed over at a time.
    let busy = model.forms.values().any(|f| f.sent) || model.composer.as_ref().is_some_and(|c| c.sent);
    let Some(form) = model.forms.get_mut(seat).filter(|_| !busy) else {
        model.say("one moment: what you handed over before is still being taken in");
        return Vec::new();
    };
    match form.reply(&session) {
        Ok(reply) => {
            form.reasons.clear();
            form.sent = true;
            vec![Effect::Ask { request: Request::Reply { seat: seat.clone(), reply }, heard: true }]
        }
        Err(reasons) => {
            let word = match reasons.len() {
                1 => "not yet: one thing is missing or wrong".to_owned(),
                many => format!("not yet: {many} things are missing or wrong"),
            };
            form.refuse(reasons);
            model.say(word);
            Vec::new()
        }
    }
}

/// The host's answer, if it is one to a form.
pub fn answered(model: &mut Model, answer: &Result<Granted, Refused>) -> bool {
    if answer.is_ok() && model.settled > 0 {
        model.settled -= 1;
        return true;
    }
    let waiting = model.forms.iter().find(|(_, form)| form.sent).map(|(seat, _)| seat.clone());
    let Some(seat) = waiting else { return false };
    match answer {
        Ok(_) => done(model, &seat),
        Err(refused) => {
            if let Some(form) = model.forms.get_mut(&seat) {
                form.refused(refused.reasons.clone());
            }
            model.say(format!("refused: {refused}"));
        }
    }
    true
}

/// Nobody will answer any more.
pub fn forsaken(model: &mut Model) {
    model.settled = 0;
    model.forms.values_mut().for_each(|form| form.sent = false);
}
