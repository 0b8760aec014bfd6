//! What the table's charter wants said with an agreement: the check list of a definition, and a security review. The panel
//! goes by its catalogue, and says how far that carries.

use super::table::Table;
use crate::protocol::entry::{Confirmed, Move, Reply};
use crate::protocol::id::{DecisionId, SeatTag};
use crate::protocol::step::Ask;

/// The reply with what its agreements must say beyond the panel's own words.
pub(super) fn kept(table: &Table<'_>, ask: &Ask, mut reply: Reply) -> Reply {
    let Some(seat) = ask.author.seat() else { return reply };
    let session = table.session;
    let mut list = if session.owes_checklist(seat) { checklist(table, seat) } else { Vec::new() };
    for act in &mut reply.moves {
        let Move::Agree { decision, because, confirms, security, .. } = act else { continue };
        confirms.append(&mut list);
        if session.security_reviewer(*decision) == Some(seat) {
            *security = Some(review(table, *decision, because));
        }
    }
    reply
}

fn checklist(table: &Table<'_>, seat: &SeatTag) -> Vec<Confirmed> {
    let points = table.session.checklist(seat);
    let heads: Vec<String> = table.session.dockets().filter_map(|d| d.head()).map(|h| h.id.to_string()).collect();
    let how = format!(
        "Gone through by rule against {}, as far as the catalogue of this rule-based seat reaches.",
        heads.join(", ")
    );
    (1..).zip(points).map(|(item, _)| Confirmed { item, how: how.clone() }).collect()
}

fn review(table: &Table<'_>, id: DecisionId, because: &str) -> String {
    let head = table.session.docket(id).and_then(|d| d.head()).map(|h| h.id.to_string()).unwrap_or_default();
    format!(
        "Read by rule: of the failures that the catalogue knows for such a text, {head} leaves none open that this seat watches. {because}"
    )
}
