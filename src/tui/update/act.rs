//! What each action does.

use super::{Effect, Left, lists, play, settle_focus, travel};
use crate::agent::pace::PaceChange;
use crate::door::Request;
use crate::journal::communication::render_entry;
use crate::tui::keymap::Action;
use crate::tui::model::log::Want;
use crate::tui::model::say::Composer;
use crate::tui::model::search::Search;
use crate::tui::model::{Mode, Model};
use crate::tui::view::layout::{Pane, Room, room};

/// Does it.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Help => model.mode = Mode::Choosing(lists::help(model)),
        Action::Palette => model.mode = Mode::Choosing(lists::palette(model)),
        Action::Chapters => model.mode = Mode::Choosing(lists::chapters(model)),
        Action::Filter => model.mode = Mode::Choosing(lists::filter(model)),
        Action::Export => model.mode = Mode::Choosing(lists::export()),
        Action::Search => begin_search(model),
        Action::NextMatch => travel::next_match(model, true),
        Action::PreviousMatch => travel::next_match(model, false),
        Action::Cancel => cancel(model),
        Action::ToggleHold => toggle_hold(model),
        Action::NextEntry => travel::step_entry(model, true),
        Action::PreviousEntry => travel::step_entry(model, false),
        Action::NextMarker => travel::step_marker(model, true),
        Action::PreviousMarker => travel::step_marker(model, false),
        Action::NextObjection => travel::step_objection(model, true),
        Action::PreviousObjection => travel::step_objection(model, false),
        Action::FirstUnread => travel::first_unread(model),
        Action::Open => travel::open(model),
        Action::Back => travel::back(model),
        Action::FocusNext => focus_next(model, true),
        Action::FocusPrevious => focus_next(model, false),
        Action::FocusLog => model.focus = Pane::Log,
        Action::FocusSeats => focus_side(model, Pane::Seats),
        Action::FocusBoard => focus_side(model, Pane::Board),
        Action::FocusDetail => focus_side(model, Pane::Detail),
        Action::Zoom => model.zoom = !model.zoom,
        Action::ScrollDown => scroll(model, model.focus, 1),
        Action::ScrollUp => scroll(model, model.focus, -1),
        Action::ScrollLeft => sideways(model, -8),
        Action::ScrollRight => sideways(model, 8),
        Action::PageDown => halves(model, 2),
        Action::PageUp => halves(model, -2),
        Action::HalfDown => halves(model, 1),
        Action::HalfUp => halves(model, -1),
        Action::Top => top(model),
        Action::Newest => newest(model),
        Action::Document => toggle_document(model),
        Action::Bookmark => bookmark(model),
        Action::CopyEntry => return copy(model, true),
        Action::CopyReference => return copy(model, false),
        Action::WriteEntry => return write_entry(model),
        Action::Bare => return bare(model),
        Action::Mouse => return mouse(model),
        Action::SaveMarkdown => return vec![Effect::Export("md")],
        Action::Say => say(model),
        Action::Speak => compose(model),
        Action::Pause => return pause(model),
        Action::FinishTurn => return play::pace(model, PaceChange::Finish),
        Action::PlayPause
        | Action::EntryBack
        | Action::EntryOn
        | Action::WaveBack
        | Action::WaveOn
        | Action::PieceBack
        | Action::PieceOn
        | Action::IdleCap
        | Action::Pacing
        | Action::PauseOnMarkers => play::play(model, action),
        Action::Slower => return play::speed(model, false),
        Action::Faster => return play::speed(model, true),
        Action::NormalSpeed => return play::normal_speed(model),
        Action::Fork => return vec![Effect::Fork(model.player.records())],
        Action::Quit => return quit(model),
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Interrupt => return super::interrupt(model),
    }
    Vec::new()
}

fn begin_search(model: &mut Model) {
    model.haystack.keep_up(model.timeline.latest());
    let whole = model.haystack.is_whole(model.timeline.latest());
    model.search = Some(Search { from: model.log.cursor, whole, ..Search::default() });
    model.mode = Mode::Searching;
}

/// One thing at a time: the zoom, the search, the filter, the document.
fn cancel(model: &mut Model) {
    if model.zoom {
        model.zoom = false;
    } else if model.search.is_some() {
        travel::end_search(model, false);
    } else if !model.log.filter.is_off() {
        model.log.filter = Default::default();
    } else if model.document {
        toggle_document(model);
    }
}

fn toggle_hold(model: &mut Model) {
    if model.log.follow {
        model.log.hold();
    } else {
        model.log.follow();
    }
}

fn focus_next(model: &mut Model, on: bool) {
    let panes: &[Pane] = if model.document && !model.zoom {
        &[Pane::Log, Pane::Document]
    } else {
        &[Pane::Log, Pane::Seats, Pane::Board, Pane::Detail]
    };
    let at = panes.iter().position(|p| *p == model.focus).unwrap_or(0);
    let next = if on { at + 1 } else { at + panes.len() - 1 } % panes.len();
    model.focus = panes.get(next).copied().unwrap_or(Pane::Log);
}

/// The side panes give way to the document: asking for one closes it.
fn focus_side(model: &mut Model, pane: Pane) {
    model.document = false;
    model.focus = pane;
}

/// Scrolls a pane, or moves what is selected in it.
pub fn scroll(model: &mut Model, pane: Pane, rows: isize) {
    match pane {
        Pane::Log => model.log.want(Want::Rows(rows)),
        Pane::Document => model.paper.step(rows),
        Pane::Seats => {
            let last = model.scene.session.seats().count();
            model.seat = model.seat.saturating_add_signed(rows).min(last);
        }
        Pane::Board => {
            let last = model.scene.session.dockets().count().saturating_sub(1);
            model.cell.decision = model.cell.decision.saturating_add_signed(rows).min(last);
            model.detail_top = 0;
        }
        Pane::Detail => model.detail_top = model.detail_top.saturating_add_signed(rows).min(4096),
    }
}

fn halves(model: &mut Model, halves: isize) {
    match model.focus {
        Pane::Log => model.log.want(Want::Halves(halves)),
        Pane::Document => model.paper.half_pages(halves),
        Pane::Seats | Pane::Board | Pane::Detail => scroll(model, model.focus, halves * 5),
    }
}

/// Sideways: wide rows of the log, or the seat on the board.
fn sideways(model: &mut Model, columns: isize) {
    if model.focus == Pane::Board {
        let last = model.scene.session.seats().count() as isize - 1;
        let at = model.cell.seat.map_or(-1, |s| s as isize) + columns.signum();
        model.cell.seat = usize::try_from(at.min(last)).ok();
    } else {
        model.log.shift = model.log.shift.saturating_add_signed(columns).min(4096);
    }
}

fn top(model: &mut Model) {
    match model.focus {
        Pane::Log => model.log.want(Want::Top),
        Pane::Document => model.paper.ends(false),
        Pane::Seats | Pane::Board | Pane::Detail => scroll(model, model.focus, isize::MIN / 2),
    }
}

fn newest(model: &mut Model) {
    match model.focus {
        Pane::Document => model.paper.ends(true),
        Pane::Seats | Pane::Board | Pane::Detail => scroll(model, model.focus, isize::MAX / 2),
        Pane::Log => {
            model.log.follow();
            if model.live.is_some() {
                model.player.to_live(&model.timeline);
            }
        }
    }
}

fn toggle_document(model: &mut Model) {
    model.document = !model.document;
    if model.document {
        model.zoom = false;
        model.focus = Pane::Document;
        if let Some(entry) = model.log.cursor.filter(|_| !model.log.follow) {
            model.paper.cite(entry);
        }
    }
    settle_focus(model);
}

fn bookmark(model: &mut Model) {
    let Some(entry) = model.log.cursor else { return };
    match model.timeline.toggle_bookmark(entry) {
        Some(true) => model.say(format!("bookmark on {entry}; [ and ] go there")),
        Some(false) => model.say(format!("bookmark on {entry} taken away")),
        None => {}
    }
}

fn copy(model: &mut Model, whole: bool) -> Vec<Effect> {
    let session = &model.scene.session;
    let Some(entry) = model.log.cursor.and_then(|n| session.entry(n)) else {
        model.say("no entry to copy");
        return Vec::new();
    };
    if whole {
        return vec![Effect::Copy(render_entry(session, entry), "entry")];
    }
    vec![Effect::Copy(format!("{} {}", session.opening().session, entry.number), "reference")]
}

fn write_entry(model: &mut Model) -> Vec<Effect> {
    let session = &model.scene.session;
    let Some(entry) = model.log.cursor.and_then(|n| session.entry(n)) else {
        model.say("no entry to copy");
        return Vec::new();
    };
    let name = format!("{}-{}.md", session.opening().session, entry.number.0);
    vec![Effect::Write { name, text: render_entry(session, entry) }]
}

fn bare(model: &mut Model) -> Vec<Effect> {
    let text: Vec<String> = model.log.page.rows.iter().map(|(_, row)| row.line.to_string()).collect();
    model.mode = Mode::Bare;
    vec![Effect::Bare(text.join("\n"))]
}

fn mouse(model: &mut Model) -> Vec<Effect> {
    model.options.mouse = !model.options.mouse;
    model.say(if model.options.mouse {
        "mouse on: the wheel scrolls, a press selects; Shift selects text in most terminals"
    } else {
        "mouse off: the terminal selects text"
    });
    vec![Effect::Mouse(model.options.mouse)]
}

/// What a person's seat owes comes first; else the person speaks as itself.
fn say(model: &mut Model) {
    if !super::fill::open(model) {
        compose(model);
    }
}

fn compose(model: &mut Model) {
    if !model.may_speak() {
        model.say("this screen only watches: `conclave watch --join` takes part, `conclave post` says something");
        return;
    }
    let kept = model.composer.take().filter(|c| !c.text().trim().is_empty() || c.sent);
    let session = model.timeline.latest();
    let composer = match kept {
        Some(mut kept) => {
            kept.renew(session);
            kept
        }
        None => Composer::new(session, model.selected()),
    };
    model.composer = Some(composer);
    model.mode = Mode::Composing;
}

fn pause(model: &mut Model) -> Vec<Effect> {
    if !model.may_speak() {
        model.say("this screen only watches: `conclave watch --join` takes part");
        return Vec::new();
    }
    let wanted = !model.live.as_ref().is_some_and(|l| l.paused);
    model.say(if wanted { "pauses at the turn's end; p goes on" } else { "goes on" });
    vec![Effect::Ask { request: Request::Pause(wanted), heard: false }]
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let covers = model.document && room(model.size.0, model.size.1) != Room::Wide;
    if covers || model.zoom {
        cancel(model);
        return Vec::new();
    }
    if model.may_speak() {
        model.mode = Mode::Choosing(lists::leaving());
        return Vec::new();
    }
    vec![Effect::Leave(Left::Closed)]
}
