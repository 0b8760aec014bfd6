//! What a person watches: reads a feed or a player, never the room.

pub mod markdown;
pub mod theme;
