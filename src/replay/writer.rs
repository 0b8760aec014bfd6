//! Who is doing what at a moment: the records before the playhead, and the recorded times of the replies to come.

use super::kept::{Kept, Peek};
use super::player::Place;
use super::schedule::Schedule;
use super::timeline::Timeline;
use crate::agent::person;
use crate::journal::communication::render_move;
use crate::protocol::session::Life;
use crate::protocol::{Author, Duty, Event, Reply, Session};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use unicode_segmentation::GraphemeCursor;

/// Somebody who was asked in the wave under way, or the person who is waited for.
///
/// The live screen fills the same struct from pieces as they come: `doing` becomes [`Doing::Writing`] with `done` unknown
/// (0), and `text` and `moves` are what has come so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Writer {
    /// Who.
    pub author: Author,
    /// For what.
    pub duties: Vec<Duty>,
    /// What it is doing.
    pub doing: Doing,
    /// Since when, by the host's clock.
    pub since: DateTime<Utc>,
    /// How often its reply was sent back in this wave.
    pub sent_back: u32,
    /// The content of its reply so far; of a reply that will be sent back, the text as it came. Untrusted.
    pub text: String,
    /// Its moves so far, in words, the last one perhaps cut short. Untrusted.
    pub moves: Vec<String>,
}

impl Writer {
    /// Whether any of its reply is there.
    pub fn has_written(&self) -> bool {
        !self.text.is_empty() || !self.moves.is_empty()
    }
}

/// What somebody is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing {
    /// Owes something and was not asked yet.
    Queued,
    /// Was asked and has not begun to write.
    Thinking,
    /// Has looked at the project and was not heard of since.
    Looking {
        /// At what, in words: `read src/main.rs`. Untrusted.
        what: String,
    },
    /// Writes.
    Writing {
        /// How much of it is there, 0 to 1; 0 where that is not known.
        done: f32,
    },
    /// Met trouble and tries again.
    Retrying {
        /// The attempt that failed, from 1.
        attempt: u32,
        /// The most attempts there will be.
        of: u32,
        /// The trouble, in words. Untrusted.
        cause: String,
        /// When it tries again, by the host's clock.
        until: DateTime<Utc>,
    },
    /// Was sent back so often that its turn counts as no verdict.
    Refused {
        /// How often.
        times: u32,
    },
    /// Has answered; the reply is held until the wave is revealed.
    Done,
    /// A person is asked: a seat's, who thinks or writes, or the one in the room, for whom everything waits.
    Person,
}

/// Everybody who was asked in the wave under way at `place`, in the order of the table.
pub(super) fn writers(timeline: &Timeline, schedule: &Schedule, place: Place) -> Vec<Writer> {
    let session = timeline.at(place.records);
    match session.life() {
        Life::Running => {}
        Life::Escalated => return vec![person(&session)],
        Life::Suspended(_) | Life::Closed(_) => return Vec::new(),
    }
    let stage = Stage { timeline, schedule, place, session: &session };
    session.asks().into_iter().map(|ask| stage.writer(ask.author, ask.duties)).collect()
}

/// Replies that belong to the wave under way after `records` records and come later: each as the number of records
/// after which it has happened.
pub(super) fn upcoming(timeline: &Timeline, records: usize) -> impl Iterator<Item = usize> {
    let rest = timeline.kept().get(records..).unwrap_or_default();
    let wave = rest.iter().map(Kept::peek).take_while(|peek| goes_on(*peek)).enumerate();
    let spoken = wave.filter(|(_, peek)| matches!(peek, Peek::Reply(..) | Peek::Other(Event::SentBack { .. })));
    spoken.map(move |(i, _)| records + i + 1)
}

/// Whether a wave goes on after this record.
fn goes_on(peek: Peek<'_>) -> bool {
    let Peek::Other(event) = peek else { return true };
    match event {
        Event::Asked { .. }
        | Event::Retried { .. }
        | Event::Looked { .. }
        | Event::Replied { .. }
        | Event::SentBack { .. }
        | Event::Posted { .. } => true,
        Event::Opened(_)
        | Event::Revealed { .. }
        | Event::Escalated { .. }
        | Event::Lapsed { .. }
        | Event::Suspended { .. }
        | Event::Resumed { .. }
        | Event::Forked { .. }
        | Event::Closed { .. } => false,
    }
}

struct Stage<'a> {
    timeline: &'a Timeline,
    schedule: &'a Schedule,
    place: Place,
    session: &'a Session,
}

impl Stage<'_> {
    fn writer(&self, author: Author, duties: Vec<Duty>) -> Writer {
        let wave = self.session.wave();
        let sent_back = wave.sent_back.get(&author).map_or(0, |s| s.len() as u32);
        let since = self.since(&author);
        let mut writer = Writer {
            author,
            duties,
            doing: Doing::Queued,
            since: since.unwrap_or(self.session.clock().last),
            sent_back,
            text: String::new(),
            moves: Vec::new(),
        };
        if let Some(held) = wave.held.get(&writer.author) {
            writer.doing = Doing::Done;
            writer.since = held.timing.ended;
            say(&mut writer, self.session, &held.reply, 1.0);
        } else if wave.has_passed(&writer.author) {
            writer.doing = Doing::Refused { times: sent_back };
        } else if since.is_some() {
            self.at_work(&mut writer);
        }
        writer
    }

    /// Fills in what somebody who was asked and has not answered is doing.
    fn at_work(&self, writer: &mut Writer) {
        let next = upcoming(self.timeline, self.place.records).find(|n| self.speaks(*n, &writer.author));
        let slot = next.map(|n| self.schedule.slot(n));
        if let (Some(n), Some(slot)) = (next, slot.filter(|s| self.place.time >= s.from && s.from < s.at)) {
            let done = share(self.place.time - slot.from, slot.at - slot.from);
            writer.doing = Doing::Writing { done };
            writer.since = self.schedule.wall(slot.from);
            let event = self.timeline.kept().get(n - 1).map(Kept::event);
            match event.as_deref() {
                Some(Event::Replied { reply, .. }) => say(writer, self.session, reply, done),
                Some(Event::SentBack { text, .. }) => writer.text = prefix(text, done).to_owned(),
                _ => {}
            }
            return;
        }
        let waits = if self.is_person(&writer.author) { Doing::Person } else { Doing::Thinking };
        let looking = || self.looking(&writer.author);
        writer.doing = self.retrying(&writer.author).or_else(looking).unwrap_or(waits);
    }

    /// What `author` looked at last, if it was not heard of since.
    fn looking(&self, author: &Author) -> Option<Doing> {
        let last = self.wave_so_far().find(|event| match event {
            Event::Looked { author: by, .. }
            | Event::Retried { author: by, .. }
            | Event::SentBack { author: by, .. } => by == author,
            _ => false,
        })?;
        let Event::Looked { round, .. } = last else { return None };
        round.looks.last().map(|look| Doing::Looking { what: look.query.to_string() })
    }

    /// Whether a person holds the seat.
    fn is_person(&self, author: &Author) -> bool {
        let mut seats = self.session.opening().seats.iter();
        seats.any(|s| author.seat() == Some(&s.tag) && s.speaker.model == person::LABEL)
    }

    fn speaks(&self, records: usize, author: &Author) -> bool {
        match self.timeline.peek(records - 1) {
            Some(Peek::Reply(by, _) | Peek::Other(Event::SentBack { author: by, .. })) => by == author,
            Some(Peek::Other(_)) | None => false,
        }
    }

    /// Since when `author` is at it: asked, or asked again after its reply was sent back; none if it was not asked yet.
    fn since(&self, author: &Author) -> Option<DateTime<Utc>> {
        self.wave_so_far().find_map(|event| match event {
            Event::Asked { asks, at } if asks.iter().any(|a| a.author == *author) => Some(*at),
            Event::SentBack { author: by, timing, .. } | Event::Looked { author: by, timing, .. } if by == author => {
                Some(timing.ended)
            }
            Event::Retried { author: by, at, .. } if by == author => Some(*at),
            _ => None,
        })
    }

    /// The retry that `author` waits for, if it does.
    fn retrying(&self, author: &Author) -> Option<Doing> {
        let last = self.wave_so_far().find(|event| match event {
            Event::Retried { author: by, .. }
            | Event::SentBack { author: by, .. }
            | Event::Looked { author: by, .. } => by == author,
            Event::Asked { .. } => true,
            _ => false,
        })?;
        let Event::Retried { attempt, of, cause, wait_ms, at, .. } = last else { return None };
        let wait = i64::try_from(*wait_ms).ok().and_then(TimeDelta::try_milliseconds)?;
        let until = at.checked_add_signed(wait)?;
        let waits = self.schedule.wall(self.place.time) < until;
        waits.then(|| Doing::Retrying { attempt: *attempt, of: *of, cause: cause.clone(), until })
    }

    /// The events of the wave under way before the playhead but for its replies, the last one first.
    fn wave_so_far(&self) -> impl Iterator<Item = &Event> {
        let past = self.timeline.kept().get(..self.place.records).unwrap_or_default();
        let wave = past.iter().rev().map(Kept::peek).take_while(|peek| goes_on(*peek));
        wave.filter_map(|peek| match peek {
            Peek::Reply(..) => None,
            Peek::Other(event) => Some(event),
        })
    }
}

fn person(session: &Session) -> Writer {
    Writer {
        author: Author::Human,
        duties: Vec::new(),
        doing: Doing::Person,
        since: session.clock().last,
        sent_back: 0,
        text: String::new(),
        moves: Vec::new(),
    }
}

/// The first `done` of a reply: its content, then its moves in words.
fn say(writer: &mut Writer, session: &Session, reply: &Reply, done: f32) {
    let moves: Vec<String> = reply.moves.iter().map(|act| render_move(session, act)).collect();
    let whole = reply.content.len() + moves.iter().map(String::len).sum::<usize>();
    let mut left = if done >= 1.0 { whole } else { (whole as f64 * f64::from(done)) as usize };
    writer.text = cut(&reply.content, left).to_owned();
    left = left.saturating_sub(reply.content.len());
    for text in moves {
        if left == 0 {
            break;
        }
        let shown = cut(&text, left).to_owned();
        left = left.saturating_sub(text.len());
        writer.moves.push(shown);
    }
}

fn prefix(text: &str, done: f32) -> &str {
    cut(text, (text.len() as f64 * f64::from(done)) as usize)
}

/// At most `bytes` of `text`, cut where no character that a reader sees is torn.
fn cut(text: &str, bytes: usize) -> &str {
    if bytes >= text.len() {
        return text;
    }
    let at = (0..=bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    let whole = match cursor.is_boundary(text, 0) {
        Ok(true) => at,
        _ => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
    };
    text.get(..whole).unwrap_or_default()
}

fn share(part: Duration, whole: Duration) -> f32 {
    if whole.is_zero() { 1.0 } else { (part.as_secs_f32() / whole.as_secs_f32()).clamp(0.0, 1.0) }
}
