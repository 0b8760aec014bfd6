//! Placeholders in definitions, filled once the session has its name.

use super::super::search::slug;
use crate::protocol::event::{Opening, Speaker};

/// Fills `{agent}` and `{agent_name}` with the definition's own name and `{instruction_id}` and `{session_id}` with the
/// session's. Other words in braces stay: they are the definition's.
pub fn fill(opening: &mut Opening) {
    let session = opening.session.clone();
    fill_in(&mut opening.supervisor, &session);
    for seat in &mut opening.seats {
        fill_in(&mut seat.speaker, &session);
    }
}

fn fill_in(speaker: &mut Speaker, session: &str) {
    let name = slug(&speaker.name);
    for (hole, value) in
        [("{agent}", name.as_str()), ("{agent_name}", &name), ("{instruction_id}", session), ("{session_id}", session)]
    {
        if speaker.definition.contains(hole) {
            speaker.definition = speaker.definition.replace(hole, value);
        }
    }
}
