//! What choosing from a list does.

use super::{Effect, Left, act, lists, travel};
use crate::door::Request;
use crate::replay::{At, To};
use crate::tui::model::chooser::{Choice, Chooser, Leave};
use crate::tui::model::{Mode, Model};

/// Does what the chosen row says; the list is closed unless it stays open by its nature.
pub fn choose(model: &mut Model, mut chooser: Chooser) -> Vec<Effect> {
    let typed = chooser.field.text().trim().to_owned();
    if chooser.takes_places && typed.parse::<At>().is_ok() {
        travel::seek_typed(model, &typed);
        return Vec::new();
    }
    let Some(choice) = chooser.chosen().map(|row| row.choice.clone()) else {
        model.mode = Mode::Choosing(chooser);
        return Vec::new();
    };
    match choice {
        Choice::Do(action) => return act::act(model, action),
        Choice::Go(place) => travel::go(model, place),
        Choice::Seek(records) => {
            let clock = model.clock();
            travel::leave_footprint(model);
            model.player.seek(&model.timeline, To::Records(records), clock);
            model.log.follow();
        }
        Choice::Filter(part) => {
            model.log.filter.toggle(part);
            chooser.renew(lists::filter_rows(model));
            model.mode = Mode::Choosing(chooser);
        }
        Choice::Unfilter => model.log.filter = Default::default(),
        Choice::Export(format) => return vec![Effect::Export(format)],
        Choice::Leave(how) => {
            let (request, left) = match how {
                Leave::Detach => (Request::Detach, Left::Detached),
                Leave::Stop => (Request::Stop, Left::Stopped),
            };
            return vec![Effect::Ask { request, heard: false }, Effect::Leave(left)];
        }
        Choice::Nothing => {}
    }
    Vec::new()
}
