//! The only pump: ask the protocol what must happen next, make it happen, append what came of it to the journal, fold
//! it in, and ask again.
//!
//! The room decides nothing about the debate. It knows who can be called how, what time it is, and how to stop; what
//! is right is the protocol's to say, and what happened is the journal's to keep.
//!
//! - [`run`](Room): the loop; `wave`, `turn`: asking everybody at once, and one call;
//! - [`floor`]: the handle by which people act; `people`: what the room does about it;
//! - [`live`]: pieces of replies in flight, beside the journal;
//! - [`clock`]: the only one.

pub mod clock;
pub mod floor;
pub mod live;
mod people;
mod run;
#[cfg(test)]
pub(crate) mod tests;
mod turn;
mod wave;

pub use clock::{Clock, SystemClock};
pub use floor::{Floor, Granted, Refused, Say, posted};
pub use live::Live;
pub use run::{Cast, Ended, Room, RoomError, Voices};
