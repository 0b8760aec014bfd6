//! The only pump: ask the protocol what must happen next, make it happen, append what came of it to the journal, fold
//! it in, and ask again.
//!
//! The room decides nothing about the debate. It knows who can be called how, what time it is, and how to stop; what
//! is right is the protocol's to say, and what happened is the journal's to keep.

pub mod clock;
pub mod floor;
pub mod live;
mod run;
#[cfg(test)]
mod tests;
mod turn;

pub use clock::{Clock, SystemClock};
pub use floor::{Floor, Granted, Refused, Say};
pub use live::Live;
pub use run::{Ended, Room, RoomError, Voices};
