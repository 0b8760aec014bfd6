//! A record as a timeline keeps it.
//!
//! A reply lies in the journal's record and again in the entry that came of it. In a long session that is most of the memory,
//! so once a reply is revealed its record is kept as the entry and what the entry lacks, and made anew when it is asked for.

use crate::journal::Record;
use crate::protocol::entry::Timing;
use crate::protocol::event::Usage;
use crate::protocol::{Author, Digest, Entry, Event, Reply};
use std::sync::Arc;

/// A record without its number.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    digest: Digest,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Event(Arc<Event>),
    Said(Box<Said>),
}

/// A reply that is an entry now.
#[derive(Debug, Clone)]
struct Said {
    entry: Arc<Entry>,
    timing: Timing,
    repairs: Vec<String>,
    usage: Usage,
}

/// What a record says, without making it anew.
#[derive(Debug, Clone, Copy)]
pub(super) enum Peek<'a> {
    /// A reply: whose, and when it was written.
    Reply(&'a Author, &'a Timing),
    /// Any other event.
    Other(&'a Event),
}

impl Kept {
    /// Keeps a record whole.
    pub fn whole(record: Record) -> Self {
        Self { digest: record.digest, what: What::Event(record.event) }
    }

    /// The journal's digest up to and with this record.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The event.
    pub fn event(&self) -> Arc<Event> {
        match &self.what {
            What::Event(event) => Arc::clone(event),
            What::Said(said) => Arc::new(said.event()),
        }
    }

    /// What it says, as far as that lies ready.
    pub fn peek(&self) -> Peek<'_> {
        match &self.what {
            What::Event(event) => match &**event {
                Event::Replied { author, timing, .. } => Peek::Reply(author, timing),
                other => Peek::Other(other),
            },
            What::Said(said) => Peek::Reply(&said.entry.author, &said.timing),
        }
    }

    /// Whether it is kept as an entry.
    #[cfg(test)]
    pub fn is_light(&self) -> bool {
        matches!(self.what, What::Said(_))
    }

    /// Keeps `entry` in place of a reply, if that is what became of it, to the letter.
    pub fn became(&mut self, entry: &Arc<Entry>) {
        let What::Event(event) = &self.what else { return };
        let Event::Replied { repairs, usage, timing, .. } = &**event else { return };
        let (repairs, usage, timing) = (repairs.clone(), usage.clone(), timing.clone());
        let said = Said { entry: Arc::clone(entry), timing, repairs, usage };
        if said.event() == **event {
            self.what = What::Said(Box::new(said));
        }
    }
}

impl Said {
    fn event(&self) -> Event {
        let entry = &self.entry;
        let moves = entry.moves.iter().map(|m| m.act.clone()).collect();
        Event::Replied {
            author: entry.author.clone(),
            reply: Reply { kind: entry.kind.clone(), content: entry.content.clone(), moves },
            repairs: self.repairs.clone(),
            timing: self.timing.clone(),
            usage: self.usage.clone(),
        }
    }
}
