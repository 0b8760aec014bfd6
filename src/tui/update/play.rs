//! The player's keys; on a running debate some of them set the built-in panel's pace.

use super::Effect;
use crate::agent::pace::PaceChange;
use crate::agent::panel::is_panel;
use crate::config::Pace;
use crate::door::Request;
use crate::protocol::event::Opening;
use crate::replay::{Pacing, Speed, Step};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use std::time::Duration;

/// Idle caps, in the order in which the key goes through them.
const IDLE_CAPS: [Option<Duration>; 4] =
    [Some(Duration::from_millis(500)), Some(Duration::from_secs(2)), Some(Duration::from_secs(5)), None];

/// Moves the playhead, or changes how it plays.
pub fn play(model: &mut Model, action: Action) {
    let clock = model.clock();
    let step = match action {
        Action::EntryBack => Some((Step::Entry, true)),
        Action::EntryOn => Some((Step::Entry, false)),
        Action::WaveBack => Some((Step::Wave, true)),
        Action::WaveOn => Some((Step::Wave, false)),
        Action::PieceBack => Some((Step::Piece, true)),
        Action::PieceOn => Some((Step::Piece, false)),
        _ => None,
    };
    if let Some((step, back)) = step {
        if back || !model.player.is_live_edge() {
            model.player.step(&model.timeline, step, back, clock);
            model.log.follow();
        }
        return;
    }
    match action {
        Action::PlayPause => {
            model.player.toggle(&model.timeline, clock);
            model.log.follow();
        }
        Action::IdleCap => next_idle_cap(model, clock),
        Action::Pacing => {
            let next = match model.player.pacing() {
                Pacing::Auto => Pacing::Recorded,
                Pacing::Recorded => Pacing::Text,
                Pacing::Text => Pacing::Auto,
            };
            model.player.set_pacing(&model.timeline, next, model.player.idle_cap(), clock);
            model.say(format!("pacing: {next}"));
        }
        Action::PauseOnMarkers => {
            let on = !model.player.pauses_on_markers();
            model.player.set_pauses_on_markers(on);
            model.say(if on { "pauses at every marker" } else { "plays through markers" });
        }
        _ => {}
    }
}

fn next_idle_cap(model: &mut Model, clock: Duration) {
    let at = IDLE_CAPS.iter().position(|c| *c == model.player.idle_cap()).unwrap_or(1);
    let cap = IDLE_CAPS.get((at + 1) % IDLE_CAPS.len()).copied().flatten();
    model.player.set_pacing(&model.timeline, model.player.pacing(), cap, clock);
    let told = cap.map_or("as they were".to_owned(), |c| format!("at most {:.1} s", c.as_secs_f64()));
    model.say(format!("pauses are played {told}"));
}

/// A step faster, or slower.
pub fn speed(model: &mut Model, faster: bool) -> Vec<Effect> {
    if model.at_live_edge() {
        return pace(model, if faster { PaceChange::Faster } else { PaceChange::Slower });
    }
    let speed = model.player.speed();
    set_speed(model, if faster { speed.faster() } else { speed.slower() });
    Vec::new()
}

/// As it was meant.
pub fn normal_speed(model: &mut Model) -> Vec<Effect> {
    if model.at_live_edge() {
        return pace(model, PaceChange::Set(Pace::READING));
    }
    set_speed(model, Speed::Times(1.0));
    Vec::new()
}

fn set_speed(model: &mut Model, speed: Speed) {
    let clock = model.clock();
    model.player.set_speed(&model.timeline, speed, clock);
}

/// Asks for another pace of the built-in panel.
pub fn pace(model: &mut Model, change: PaceChange) -> Vec<Effect> {
    if !model.may_speak() {
        model.say("this screen only watches");
        return Vec::new();
    }
    if !has_panel(model.timeline.latest().opening()) {
        model.say("models write as fast as they do; the built-in panel and a replay have a pace");
        return Vec::new();
    }
    vec![Effect::Ask { request: Request::Pace(change), heard: false }]
}

/// Whether the built-in panel speaks for anybody.
fn has_panel(opening: &Opening) -> bool {
    is_panel(&opening.supervisor.model) || opening.seats.iter().any(|seat| is_panel(&seat.speaker.model))
}
