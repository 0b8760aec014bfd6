//! How long a text is to a reader, in characters: what pacing and typing are measured by.

use crate::protocol::{Event, Reply};

/// The characters of what `event` says; 0 for an event that says nothing a reader reads.
pub(super) fn of_event(event: &Event) -> u32 {
    match event {
        Event::Replied { reply, .. } | Event::Posted { reply, .. } => of_reply(reply),
        Event::SentBack { text, .. } => of_text(text),
        Event::Opened(_)
        | Event::Asked { .. }
        | Event::Retried { .. }
        | Event::Looked { .. }
        | Event::Revealed { .. }
        | Event::Escalated { .. }
        | Event::Lapsed { .. }
        | Event::Suspended { .. }
        | Event::Resumed { .. }
        | Event::Forked { .. }
        | Event::Closed { .. } => 0,
    }
}

fn of_reply(reply: &Reply) -> u32 {
    let mut length = of_text(&reply.content);
    for act in &reply.moves {
        act.each_text(&mut |text| length = length.saturating_add(of_text(text)));
    }
    length
}

fn of_text(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
