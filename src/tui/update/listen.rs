//! What the debate brings, and what a person says in it.

use super::{Effect, fill};
use crate::door::{News, Request};
use crate::journal::Record;
use crate::protocol::Event;
use crate::room::{Granted, Refused, Say};
use crate::tui::model::form::is_person;
use crate::tui::model::say::About;
use crate::tui::model::scene::outcome_of;
use crate::tui::model::{Mode, Model};

/// New records of the journal.
pub fn records(model: &mut Model, records: Vec<Record>) -> Vec<Effect> {
    let mut effects = Vec::new();
    // What comes after the word that it is over belongs to the end, too.
    let over = model.live.as_ref().is_some_and(|live| !live.runs());
    let at_end = over && model.player.records() == model.timeline.len();
    for record in records {
        if let Some(live) = &mut model.live {
            live.record(&record.event);
        }
        fill::record(model, &record.event);
        if model.options.notify
            && let Some(word) = calls_a_person(&record.event, model)
        {
            effects.push(Effect::Notify(word));
        }
        if let Err(misfit) = model.timeline.push(record) {
            model.say(format!("a record of the journal does not fit: {misfit}"));
        }
    }
    if at_end {
        model.player.to_live(&model.timeline);
    }
    fill::summon(model);
    if let Some(composer) = &mut model.composer {
        composer.renew(model.timeline.latest());
    }
    effects
}

fn calls_a_person(event: &Event, model: &Model) -> Option<String> {
    match event {
        Event::Escalated { question, .. } => Some(format!("Conclave waits for you: {question}")),
        Event::Asked { asks, .. } => {
            let session = model.timeline.latest();
            asks.iter().find(|a| is_person(session, &a.author)).map(|a| format!("Conclave waits for {}", a.author))
        }
        _ => None,
    }
}

/// What came through the door.
pub fn news(model: &mut Model, news: News) -> Vec<Effect> {
    let Some(live) = &mut model.live else { return Vec::new() };
    match news {
        News::Live(heard) => live.hear(&heard),
        News::Growing(growing) => live.replace(&growing),
        News::Grew => {}
        News::Paused(paused) => live.paused = paused,
        News::Pace(pace) => {
            // Told anew to whoever comes in, too.
            let before = live.pace.replace(pace);
            if before.is_some_and(|before| before != pace) {
                model.say(format!("the built-in panel types: {pace}"));
            }
        }
        News::Ended(ended) => {
            live.ended = Some(ended);
            over(model, "the debate has stopped");
        }
    }
    Vec::new()
}

/// Nothing more will come. Who followed sees the end; who reads elsewhere is not moved, but told.
fn over(model: &mut Model, word: &str) {
    let reads_elsewhere = !model.player.is_live_edge() || !model.log.follow;
    model.player.set_live(&model.timeline, false);
    if reads_elsewhere {
        let outcome = outcome_of(model.timeline.latest()).map(|outcome| format!(" ({outcome})")).unwrap_or_default();
        model.say(format!("{word}{outcome}; G goes to its end"));
    }
}

/// The host is gone.
pub fn host_gone(model: &mut Model) -> Vec<Effect> {
    let Some(live) = &mut model.live else { return Vec::new() };
    let unexpected = live.ended.is_none();
    live.lost = unexpected;
    if unexpected {
        model.say("the debate's process is gone; nothing is lost: `conclave resume` carries it on");
    }
    model.player.set_live(&model.timeline, false);
    fill::forsaken(model);
    if let Some(composer) = &mut model.composer {
        composer.sent = false;
    }
    Vec::new()
}

/// Hands over what the person wrote.
pub fn send(model: &mut Model) -> Vec<Effect> {
    let busy = model.forms.values().any(|form| form.sent);
    let Some(composer) = &mut model.composer else { return Vec::new() };
    if composer.sent || busy {
        composer.notice = Some("one moment: what you handed over before is still being taken in".to_owned());
        return Vec::new();
    }
    let text = composer.text().trim().to_owned();
    if text.is_empty() {
        composer.notice = Some("there is nothing written yet".to_owned());
        return Vec::new();
    }
    let say = match composer.about() {
        About::Direction => Say::Direct { text },
        About::Ask(author) => Say::Ask { to: author.to_string(), about: composer.target, text },
        About::Answer(question) => Say::Answer { question: *question, text },
        About::Escalation => Say::Decide { text },
    };
    composer.sent = true;
    composer.notice = Some("on its way".to_owned());
    vec![Effect::Ask { request: Request::Say(say), heard: true }]
}

/// What came of it.
pub fn answered(model: &mut Model, answer: Result<Granted, Refused>) -> Vec<Effect> {
    if fill::answered(model, &answer) {
        return Vec::new();
    }
    match answer {
        Ok(granted) => {
            // What was begun since is not what was taken in.
            if model.composer.take_if(|composer| composer.sent).is_some() && matches!(model.mode, Mode::Composing) {
                model.mode = Mode::Reading;
            }
            model.say(match granted {
                Granted::Done => "done".to_owned(),
                Granted::Entry(number) => format!("it is in the log as {number}"),
                Granted::Held => "it is kept, and in the log when this wave is revealed".to_owned(),
            });
        }
        Err(refused) => {
            if let Some(composer) = &mut model.composer {
                composer.sent = false;
                composer.notice = Some(refused.to_string());
            }
            model.say(refused.to_string());
        }
    }
    Vec::new()
}
