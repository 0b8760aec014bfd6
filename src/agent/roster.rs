//! Names of roles become seats with unique tags, in the order given.

use super::library::{Library, LibraryError};
use crate::protocol::entry::DEFAULT_KINDS;
use crate::protocol::event::{Seat, Speaker};
use crate::protocol::id::SeatTag;

/// Fewest and most seats at one table.
pub const SEATS: std::ops::RangeInclusive<usize> = 2..=16;

/// A roster that cannot sit down.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// Too few or too many.
    #[error("{0} seats: a debate needs 2 to 16")]
    Count(usize),
    /// A role that cannot be had.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl RosterError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            RosterError::Count(_) => "name them with --seats backend,frontend,security,architect".to_owned(),
            RosterError::Library(error) => error.hint(),
        }
    }
}

/// The seats for `names`; `model` says what drives each, by its tag.
///
/// # Errors
/// When there are too few or too many, or a role is unknown or unreadable.
pub fn seats(
    library: &Library,
    names: &[String],
    model: impl Fn(&SeatTag) -> String,
) -> Result<Vec<Seat>, RosterError> {
    if !SEATS.contains(&names.len()) {
        return Err(RosterError::Count(names.len()));
    }
    let mut seats: Vec<Seat> = Vec::new();
    for name in names {
        let role = library.role(name)?;
        let wanted = role.tag.clone().unwrap_or_else(|| tag_of(&role.name));
        let tag = free(&wanted, &seats);
        let speaker = Speaker { name: role.name, definition: role.body, heart: role.heart, model: model(&tag) };
        seats.push(Seat { kinds: DEFAULT_KINDS.map(str::to_owned).to_vec(), speaker, tag });
    }
    Ok(seats)
}

/// The supervisor.
///
/// # Errors
/// When its definition cannot be had.
pub fn supervisor(library: &Library, model: String) -> Result<Speaker, RosterError> {
    let role = library.role("supervisor")?;
    Ok(Speaker { name: role.name, definition: role.body, heart: role.heart, model })
}

/// A second BACKEND becomes BACKEND-2.
fn free(wanted: &SeatTag, taken: &[Seat]) -> SeatTag {
    let is_free = |tag: &SeatTag| taken.iter().all(|s| s.tag != *tag);
    let numbered = (2..).filter_map(|n| format!("{:.28}-{n}", wanted.as_str()).parse().ok());
    std::iter::once(wanted.clone()).chain(numbered).find(is_free).unwrap_or_else(|| wanted.clone())
}

fn tag_of(name: &str) -> SeatTag {
    let plain: String = name
        .to_uppercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .skip_while(|c| !c.is_ascii_uppercase())
        .take(28)
        .collect();
    // A name without a single Latin letter still sits down.
    plain.parse().or_else(|_| "SEAT".parse()).unwrap_or_else(|_| unreachable!("SEAT is a tag"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn tags(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let seats = seats(&Library::load(None).unwrap(), &names, |_| "m".to_owned()).unwrap();
        seats.iter().map(|s| s.tag.to_string()).collect()
    }

    #[test]
    fn tags_are_unique_and_in_the_order_given() {
        assert_eq!(tags(&["security", "backend"]), ["SECURITY", "BACKEND"]);
        assert_eq!(tags(&["backend", "Backend", "backend"]), ["BACKEND", "BACKEND-2", "BACKEND-3"]);
        assert_eq!(tag_of("über-Prüfer 9").as_str(), "BER-PR-FER-9");
        assert_eq!(tag_of("测试").as_str(), "SEAT");
    }

    #[test]
    fn a_debate_needs_two() {
        let one = ["backend".to_owned()];
        assert!(matches!(seats(&Library::load(None).unwrap(), &one, |_| String::new()), Err(RosterError::Count(1))));
    }
}
