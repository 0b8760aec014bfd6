//! Going places: entries, markers, objections, references, matches, and back.

use super::{act, lists};
use crate::journal::communication::{Form, render_moves, render_references};
use crate::protocol::{Author, EntryNumber, IssueKind};
use crate::replay::{At, Step, To};
use crate::tui::model::log::{Item, Want};
use crate::tui::model::place::Place;
use crate::tui::model::{Cell, Footprint, Mode, Model};
use crate::tui::view;
use crate::tui::view::layout::Pane;

/// How far back references can be followed.
const TRAIL: usize = 64;

/// Puts an entry in view; where it lies ahead of the playhead, that goes there.
pub fn show(model: &mut Model, entry: EntryNumber) {
    if model.scene.session.entry(entry).is_none() {
        let clock = model.clock();
        model.player.seek(&model.timeline, To::Entry(entry), clock);
    }
    let session = &model.scene.session;
    let hidden = session.entry(entry).is_some_and(|e| !model.log.filter.shows(session, e));
    if hidden {
        model.log.filter = Default::default();
        model.say("the filter hid it: it is off now");
    }
    model.log.want(Want::Show(entry));
    if model.focus != Pane::Document {
        model.focus = Pane::Log;
    }
}

/// Remembers where the reader is.
pub fn leave_footprint(model: &mut Model) {
    if model.trail.len() >= TRAIL {
        model.trail.remove(0);
    }
    model.trail.push(Footprint {
        focus: model.focus,
        cursor: model.log.cursor,
        follow: model.log.follow,
        decision: model.cell.decision,
        row: model.paper.cursor,
    });
}

/// Goes to a place that a reference names.
pub fn go(model: &mut Model, place: Place) {
    let Some(entry) = place.entry(model.timeline.latest()) else {
        model.say(format!("{place} is not there"));
        return;
    };
    leave_footprint(model);
    if let Place::Decision(id) = place
        && let Some(at) = model.scene.session.dockets().position(|d| d.id == id)
    {
        model.cell = Cell { decision: at, seat: None };
        model.detail_top = 0;
    }
    model.zoom = false;
    model.focus = Pane::Log;
    show(model, entry);
}

/// Back to where the last reference was followed from.
pub fn back(model: &mut Model) {
    let Some(print) = model.trail.pop() else {
        model.say("nothing to go back to");
        return;
    };
    model.cell.decision = print.decision;
    model.focus = print.focus;
    if print.focus == Pane::Document {
        model.document = true;
        model.paper.cursor = print.row;
    }
    match print.cursor {
        _ if print.follow => model.log.follow(),
        Some(entry) => model.log.want(Want::Show(entry)),
        None => {}
    }
}

/// To the first entry that was not read.
pub fn first_unread(model: &mut Model) {
    match model.log.first_unread().filter(|n| model.scene.session.entry(*n).is_some()) {
        Some(entry) => show(model, entry),
        None => model.say("everything is read"),
    }
}

/// Follows what is under the cursor.
pub fn open(model: &mut Model) {
    let places = match model.focus {
        Pane::Log => entry_places(model),
        Pane::Document => model.paper.places(),
        Pane::Board => return open_cell(model),
        Pane::Detail => detail_places(model),
        Pane::Seats => return open_seat(model),
    };
    match places.as_slice() {
        [] => model.say("nothing here leads anywhere"),
        [one] => go(model, *one),
        _ => {
            let list = lists::references(model.timeline.latest(), places);
            model.mode = Mode::Choosing(list);
        }
    }
}

fn entry_places(model: &Model) -> Vec<Place> {
    let session = &model.scene.session;
    let Some(entry) = model.log.cursor.and_then(|n| session.entry(n)) else { return Vec::new() };
    let mut texts = render_references(session, entry);
    texts.push(entry.content.clone());
    texts.extend(render_moves(session, entry, Form::FILE));
    let mut places = Place::all(&texts.join(" "));
    places.retain(|p| *p != Place::Entry(entry.number) && p.entry(session).is_some());
    places
}

/// A cell leads to the seat's verdict; the decision to the text on the table.
fn open_cell(model: &mut Model) {
    let session = model.scene.session.clone();
    let Some(docket) = session.dockets().nth(model.cell.decision) else { return };
    let seat = model.cell.seat.and_then(|at| session.seats().nth(at));
    let verdict = seat.and_then(|s| docket.verdicts.get(s)).map(|v| v.entry);
    let objection = seat.and_then(|s| session.own_objections(s, docket.id).next()).map(|i| i.entry);
    match objection.or(verdict) {
        Some(entry) => go(model, Place::Entry(entry)),
        None if seat.is_some() => model.say("this seat has not judged it yet"),
        None => go(model, Place::Decision(docket.id)),
    }
}

fn open_seat(model: &mut Model) {
    let session = model.scene.session.clone();
    let seats = session.seats().map(|t| Author::Seat(t.clone()));
    let Some(author) = std::iter::once(Author::Supervisor).chain(seats).nth(model.seat) else { return };
    match session.entries().iter().rfind(|e| e.author == author) {
        Some(entry) => go(model, Place::Entry(entry.number)),
        None => model.say(format!("{author} has said nothing yet")),
    }
}

fn detail_places(model: &Model) -> Vec<Place> {
    let rows = view::detail::rows(&model.scene, model.cell, &model.options.theme, 200);
    let text: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let mut places = Place::all(&text.join(" "));
    places.retain(|p| p.entry(&model.scene.session).is_some());
    places
}

/// The entry before or after the cursor.
pub fn step_entry(model: &mut Model, on: bool) {
    match model.log.neighbour(on) {
        Some(entry) => model.log.want(Want::Reveal(entry)),
        None if on => model.log.follow(),
        None => {}
    }
}

/// The marker before or after. At the edge of a running debate the log goes there; else the playhead does.
pub fn step_marker(model: &mut Model, on: bool) {
    if !super::live_keys(model) {
        let clock = model.clock();
        let moved = model.player.step(&model.timeline, Step::Marker, !on, clock);
        model.log.follow();
        if !moved {
            model.say("no marker further on");
        }
        return;
    }
    let at = model.log.cursor.unwrap_or(EntryNumber(0));
    let mut markers = model.timeline.markers().iter();
    let found = if on { markers.find(|m| m.entry > at) } else { markers.rfind(|m| m.entry < at) };
    match found.map(|m| (m.entry, m.label.clone())) {
        Some((entry, label)) => {
            show(model, entry);
            model.say(label);
        }
        None => model.say("no marker further on"),
    }
}

/// The open objection before or after the cursor.
pub fn step_objection(model: &mut Model, on: bool) {
    let issues = model.scene.session.issues().iter();
    let open = issues.filter(|i| i.is_open() && i.id.kind == IssueKind::Objection);
    let entries: Vec<EntryNumber> = open.map(|i| i.entry).collect();
    let next = match model.log.cursor.filter(|_| !model.log.follow) {
        None => entries.first(),
        Some(at) if on => entries.iter().find(|e| **e > at).or(entries.first()),
        Some(at) => entries.iter().rfind(|e| **e < at).or(entries.last()),
    };
    match next {
        Some(entry) => show(model, *entry),
        None => model.say("no objection is open"),
    }
}

/// Searches for what is typed, from where the search began.
pub fn search(model: &mut Model) {
    look(model);
    let Some(search) = model.search.as_ref().filter(|search| search.whole) else { return };
    if let Some(entry) = search.at_or_after(search.from) {
        model.log.want(Want::Find(entry, search.field.text().to_owned()));
    }
}

/// Looks through the texts there are.
fn look(model: &mut Model) {
    let Some(search) = &mut model.search else { return };
    search.found = model.haystack.find(&model.scene.session, search.field.text());
}

/// Reads on for the search. Once everything is read, what is being typed is gone to: earlier it might not be the nearest.
pub fn read_on(model: &mut Model) {
    model.haystack.keep_up(model.timeline.latest());
    let whole = model.haystack.is_whole(model.timeline.latest());
    let Some(search) = &mut model.search else { return };
    let first = whole && !search.whole;
    search.whole |= whole;
    match model.mode {
        Mode::Searching if first => self::search(model),
        _ if whole => look(model),
        _ => {}
    }
}

/// The next match, or the one before.
pub fn next_match(model: &mut Model, on: bool) {
    look(model);
    let Some(search) = &model.search else {
        model.say("nothing is searched for: / begins");
        return;
    };
    let text = search.field.text().to_owned();
    match search.next(model.log.cursor, on) {
        Some(entry) => {
            show(model, entry);
            model.log.want(Want::Find(entry, text));
        }
        None => model.say("no match"),
    }
}

/// Ends the search; `back` goes to where it began.
pub fn end_search(model: &mut Model, back: bool) {
    let from = model.search.take().and_then(|s| s.from);
    if let (true, Some(entry)) = (back, from) {
        model.log.want(Want::Show(entry));
    }
}

/// Goes to `#46`, `12:05` or `50%`.
pub fn seek_typed(model: &mut Model, text: &str) {
    let Ok(at) = text.parse::<At>() else {
        model.say(format!("{text} is no place: write #46, 12:05 or 50%"));
        return;
    };
    if let Err(missing) = at.is_in(&model.timeline) {
        model.say(format!("{missing}: {}", missing.hint()));
        return;
    }
    leave_footprint(model);
    if let At::Entry(entry) = at
        && model.scene.session.entry(entry).is_some()
        && super::live_keys(model)
    {
        return show(model, entry);
    }
    let clock = model.clock();
    model.player.seek(&model.timeline, To::At(at), clock);
    model.log.follow();
}

/// The pane in a cell of the screen.
pub fn pane_at(model: &Model, x: u16, y: u16) -> Option<Pane> {
    let map = &model.map;
    let panes = [
        (map.log, Pane::Log),
        (map.document, Pane::Document),
        (map.seats, Pane::Seats),
        (map.board, Pane::Board),
        (map.detail, Pane::Detail),
    ];
    panes.into_iter().find(|(area, _)| area.is_some_and(|a| a.contains((x, y).into()))).map(|(_, pane)| pane)
}

/// A press in a pane selects what is there.
pub fn press(model: &mut Model, pane: Pane, y: u16) {
    let area = match pane {
        Pane::Log => model.map.log,
        Pane::Document => model.map.document,
        Pane::Seats => model.map.seats,
        Pane::Board => model.map.board,
        Pane::Detail => model.map.detail,
    };
    let border = u16::from(model.framed());
    let Some(row) = area.and_then(|a| y.checked_sub(a.y + border)).map(usize::from) else { return };
    match pane {
        Pane::Log => {
            if let Some(Item::Entry(entry)) = model.log.item_at(row) {
                model.log.hold();
                model.log.cursor = Some(entry);
            }
        }
        Pane::Document => {
            let to = model.paper.top + row;
            model.paper.step(to as isize - model.paper.cursor as isize);
        }
        Pane::Seats if model.framed() => model.seat = row,
        // Its first row is the heading.
        Pane::Board if model.framed() && row > 0 => {
            act::scroll(model, Pane::Board, row as isize - 1 - model.cell.decision as isize);
        }
        Pane::Seats | Pane::Board | Pane::Detail => {}
    }
}

/// A press on the timeline goes there.
pub fn scrub(model: &mut Model, x: u16, y: u16) {
    let Some(area) = model.map.timeline.filter(|a| a.contains((x, y).into())) else { return };
    let (from, width) = view::timeline::track(area);
    // The last column is the end, or nobody could press it.
    let share = f64::from(x.saturating_sub(from)) / f64::from(width.saturating_sub(1).max(1));
    let clock = model.clock();
    model.player.seek(&model.timeline, To::Share(share.clamp(0.0, 1.0)), clock);
    model.log.follow();
}
