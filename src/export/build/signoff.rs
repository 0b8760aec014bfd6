//! Section 11: every seat, in the order of the table, and how far its agreement goes.

use super::super::document::SignOff;
use super::words;
use crate::protocol::event::Seat;
use crate::protocol::{Session, Stance};

/// A line a seat. The denominator is fixed: whoever did not sign stands here too.
pub fn signoff(session: &Session) -> Vec<SignOff> {
    session.opening().seats.iter().map(|seat| line(session, seat)).collect()
}

fn line(session: &Session, seat: &Seat) -> SignOff {
    let accord = session.accord_digest();
    let signature = session.ratification().signatures.get(&seat.tag);
    let valid = accord.as_ref().is_some_and(|digest| session.has_signed(&seat.tag, digest));
    let verdict = match (signature, valid) {
        (Some(_), true) => "signed".to_owned(),
        (Some(_), false) => {
            format!("signature void, the accord has changed or was reopened; {}", standing(session, seat))
        }
        (None, _) => format!("not signed; {}", standing(session, seat)),
    };
    let entry = signature.map(|s| s.entry);
    SignOff {
        seat: seat.tag.clone(),
        // Who signed, not who holds the seat now: a resumed session may have changed its model.
        model: entry.and_then(|e| session.entry(e)?.model.clone()).unwrap_or_else(|| seat.speaker.model.clone()),
        verdict,
        digest: signature.map(|s| s.digest.clone()),
        entry,
        at: entry.and_then(|e| session.entry(e)).map(|e| e.at),
        reservation: signature.and_then(|s| s.reservation.clone()),
    }
}

/// Where the seat stands on the decisions, those it agrees to last.
fn standing(session: &Session, seat: &Seat) -> String {
    let stances: Vec<(String, Stance)> =
        session.dockets().map(|d| (d.id.to_string(), session.stance(&seat.tag, d.id))).collect();
    if stances.is_empty() {
        return "nothing was on the table".to_owned();
    }
    let order = [Stance::Objects, Stance::Asks, Stance::Silent, Stance::Stale, Stance::Agrees];
    let parts = order.iter().filter_map(|wanted| {
        let on: Vec<String> = stances.iter().filter(|(_, s)| s == wanted).map(|(id, _)| id.clone()).collect();
        (!on.is_empty()).then(|| format!("{} on {}", words::stance(*wanted), words::list(&on)))
    });
    parts.collect::<Vec<_>>().join("; ")
}
