//! What the definitions ask for, with the names they use mapped to whoever is present.

use super::Guest;
use crate::agent::definition::{Expectation, naming};
use crate::agent::workbench::TOOLS;
use crate::protocol::charter::{Charge, Charter, Meant, Named, key};
use crate::protocol::id::SeatTag;
use std::collections::BTreeMap;

/// Most names that one table keeps.
const MAX_NAMES: usize = 120;

/// The charter of a table.
pub(super) fn of(lead: &Guest, guests: &[(SeatTag, Guest)]) -> Charter {
    let mut names: Vec<Named> = Vec::new();
    // What is built in speaks of trades in general and waits for nobody.
    let mentioned = std::iter::once(lead).chain(guests.iter().map(|(_, g)| g)).filter(|g| !g.is_built_in);
    for name in mentioned.flat_map(|g| g.definition.asks.mentions.iter().chain(&g.definition.asks.contract_with)) {
        let name = key(name);
        if !name.is_empty() && names.len() < MAX_NAMES && !names.iter().any(|n| n.name == name) {
            names.push(named(&name, lead, guests));
        }
    }
    // A definition's own name answers to it even where nobody mentions it: a model may.
    for (tag, guest) in guests {
        let name = key(&guest.definition.name);
        let is_its_tag = name == tag.as_str().to_lowercase();
        if !is_its_tag && !name.is_empty() && !names.iter().any(|n| n.name == name) && !guest.is_built_in {
            names.push(named(&name, lead, guests));
        }
    }
    let mut missed: Vec<&str> = Vec::new();
    for name in names.iter_mut().filter(|n| n.how == Meant::Absent) {
        match naming::role(&name.name) {
            Some(role) if missed.contains(&role) => name.how = Meant::Again,
            Some(role) => missed.push(role),
            None => {}
        }
    }
    let mut charges: BTreeMap<SeatTag, Charge> =
        guests.iter().map(|(tag, guest)| (tag.clone(), charge(tag, guest, lead, guests))).collect();
    both_ways(&mut charges);
    charges.retain(|_, charge| *charge != Charge::default());
    Charter { names, reviewers: reviewers(guests), charges }
}

/// A contract binds both sides, whichever of them asked for it.
fn both_ways(charges: &mut BTreeMap<SeatTag, Charge>) {
    let asked: Vec<(SeatTag, SeatTag)> = charges
        .iter()
        .flat_map(|(seat, charge)| charge.contract_with.iter().map(|partner| (seat.clone(), partner.clone())))
        .collect();
    for (seat, partner) in asked {
        let theirs = &mut charges.entry(partner).or_default().contract_with;
        if !theirs.contains(&seat) {
            theirs.push(seat);
        }
    }
}

/// Who is meant by `name`: a definition of that name, else a seat of that trade, else whoever leads, else nobody here.
fn named(name: &str, lead: &Guest, guests: &[(SeatTag, Guest)]) -> Named {
    let answer = |seats: Vec<SeatTag>, how| Named { name: name.to_owned(), seats, how };
    let of_name = |(tag, guest): &&(SeatTag, Guest)| {
        key(&guest.definition.name) == name || tag.as_str().to_lowercase().replace('_', "-") == name
    };
    let exact: Vec<SeatTag> = guests.iter().filter(of_name).map(|(tag, _)| tag.clone()).collect();
    if !exact.is_empty() {
        return answer(exact, Meant::Exact);
    }
    let role = naming::role(name);
    let of_role = |(tag, guest): &&(SeatTag, Guest)| role.is_some() && role_of(tag, guest) == role;
    let seats: Vec<SeatTag> = guests.iter().filter(of_role).map(|(tag, _)| tag.clone()).collect();
    if !seats.is_empty() {
        return answer(seats, Meant::Role);
    }
    let leads = role == Some(naming::LEAD)
        || key(&lead.definition.name) == name
        || (role.is_some() && role == naming::role(&lead.definition.name));
    answer(Vec::new(), if leads { Meant::Lead } else { Meant::Absent })
}

/// The trade of a seat: by its tag, which somebody may have given it, else by its definition's name or first sentence.
fn role_of(tag: &SeatTag, guest: &Guest) -> Option<&'static str> {
    naming::role(tag.as_str()).or_else(|| naming::role_of(&guest.definition.name, &guest.definition.body))
}

/// Who reviews for security, if any definition asks for it: seats of that trade, then whoever asked, then the others. A seat
/// that merely stands in is better than no review, and the opening says who it is.
fn reviewers(guests: &[(SeatTag, Guest)]) -> Vec<SeatTag> {
    let asks = |guest: &Guest| guest.definition.asks.expects.contains(&Expectation::SecurityReview);
    if !guests.iter().any(|(_, guest)| asks(guest)) {
        return Vec::new();
    }
    let rank = |(tag, guest): &(SeatTag, Guest)| match role_of(tag, guest) {
        Some("security") => 0,
        _ if asks(guest) => 1,
        _ => 2,
    };
    let mut all: Vec<&(SeatTag, Guest)> = guests.iter().collect();
    all.sort_by_key(|guest| rank(guest));
    all.into_iter().map(|(tag, _)| tag.clone()).collect()
}

fn charge(tag: &SeatTag, guest: &Guest, lead: &Guest, guests: &[(SeatTag, Guest)]) -> Charge {
    let asks = &guest.definition.asks;
    let mut contract_with: Vec<SeatTag> = Vec::new();
    for name in &asks.contract_with {
        let partner = named(&key(name), lead, guests).seats.into_iter().find(|s| s != tag);
        contract_with.extend(partner.filter(|p| !contract_with.contains(p)));
    }
    // Partners of one's own trade are colleagues, not the other side of an interface.
    let own = role_of(tag, guest);
    contract_with.retain(|p| own.is_none() || guests.iter().any(|(t, g)| t == p && role_of(t, g) != own));
    let refused_tools = if guest.is_built_in { Vec::new() } else { refused(&guest.definition.tools) };
    Charge { checklist: asks.checklist.clone(), scopes: asks.scopes.clone(), contract_with, refused_tools }
}

/// Most refused tools that are named.
const MAX_TOOLS: usize = 40;
/// Longest name of a tool, in characters.
const MAX_TOOL: usize = 60;

/// The tools that a definition asks for beyond those a seat can have.
fn refused(tools: &[String]) -> Vec<String> {
    let mut refused: Vec<String> = Vec::new();
    for tool in tools {
        // `Bash(git:*)` is `Bash` with a permission.
        let name: String = tool.split('(').next().unwrap_or_default().trim().chars().take(MAX_TOOL).collect();
        let is_ours = TOOLS.iter().any(|ours| name.eq_ignore_ascii_case(ours.name));
        if !name.is_empty() && !is_ours && refused.len() < MAX_TOOLS && !refused.contains(&name) {
            refused.push(name);
        }
    }
    refused
}
