//! A door to a running session, for other processes of the same user: to watch it and to speak in it.
//!
//! A debate must not depend on whoever looks at it. So the room runs in a process of its own, the *host*, and every
//! screen is a *visitor* that knocks at a Unix socket: it may come late, be slow, be stopped or vanish. Visitors read the
//! journal from its file; through the door come only what is not in it (pieces of replies in flight, pause, pace, the
//! end) and word that the journal has grown. Requests go the other way, and each is answered.
//!
//! One visitor may *own* the session: the screen that `conclave debate` opened. If it goes without having said
//! [`Request::Detach`], the session is stopped as at Ctrl+C, so that nobody pays for a debate nobody wanted.
//!
//! - `news`: what is said in both directions; `wire`: how it looks on the socket;
//! - `host`, `visitor`: the two sides; `present`: what whoever comes late must know;
//! - `place`: where the socket is.

mod host;
mod news;
mod place;
mod present;
#[cfg(test)]
mod tests;
mod visitor;
mod wire;

pub use host::{Door, open};
pub use news::{Ended, Growing, News, Request};
pub use visitor::{Closed, Line, Visitor};
