//! What holds right now, for whoever comes late or was too slow: on the host's side and on the visitor's alike.

use super::news::{Ended, Growing, News};
use crate::agent::speaker::Piece;
use crate::config::Pace;
use crate::protocol::Author;
use crate::room::Live;
use std::collections::{BTreeMap, BTreeSet};

/// Most of one reply in flight that is kept, in bytes; what is longer is a runaway, and is cut off there.
const MAX_TEXT: usize = 256 * 1024;
/// Most of its thoughts that are kept, in bytes: the last of them.
const MAX_THOUGHT: usize = 8 * 1024;

/// The news up to now, folded.
#[derive(Debug)]
pub(super) struct Present {
    growing: BTreeMap<Author, Growing>,
    /// Pieces were lost: only authors whose call began since then are known from the beginning.
    lost: bool,
    sound: BTreeSet<Author>,
    paused: bool,
    pace: Pace,
    pub ended: Option<Ended>,
}

impl Present {
    pub fn new(paused: bool, pace: Pace) -> Self {
        Self { growing: BTreeMap::new(), lost: false, sound: BTreeSet::new(), paused, pace, ended: None }
    }

    /// Takes news in. False where it must not be passed on: a piece of a reply whose beginning was lost.
    pub fn take(&mut self, news: &News) -> bool {
        match news {
            News::Live(live) => return self.live(live),
            News::Growing(growing) => {
                self.growing = growing.iter().map(|g| (g.author.clone(), g.clone())).collect();
            }
            News::Grew => {}
            News::Paused(paused) => self.paused = *paused,
            News::Pace(pace) => self.pace = *pace,
            News::Ended(ended) => self.ended = Some(ended.clone()),
        }
        true
    }

    /// Some pieces were lost, nobody knows whose: what is in flight cannot be shown whole any more.
    pub fn lose(&mut self) {
        self.growing.clear();
        self.sound.clear();
        self.lost = true;
    }

    /// Everything, as news in the order that [`News`] promises.
    pub fn news(&self) -> Vec<News> {
        let growing = self.growing.values().cloned().collect();
        let mut all = vec![News::Growing(growing), News::Paused(self.paused), News::Pace(self.pace), News::Grew];
        all.extend(self.ended.clone().map(News::Ended));
        all
    }

    fn live(&mut self, live: &Live) -> bool {
        match live {
            Live::Over { author } => {
                self.growing.remove(author);
                if self.lost {
                    self.sound.insert(author.clone());
                }
                true
            }
            Live::Piece { author, .. } if self.lost && !self.sound.contains(author) => false,
            Live::Piece { author, piece } => {
                let empty = || Growing { author: author.clone(), text: String::new(), thought: String::new() };
                let growing = self.growing.entry(author.clone()).or_insert_with(empty);
                match piece {
                    Piece::Text(text) if growing.text.len() + text.len() <= MAX_TEXT => growing.text.push_str(text),
                    Piece::Text(_) => return false,
                    Piece::Thought(thought) => {
                        growing.thought.push_str(thought);
                        keep_tail(&mut growing.thought);
                    }
                    Piece::Retry { .. } => {
                        growing.text.clear();
                        growing.thought.clear();
                    }
                }
                true
            }
        }
    }
}

fn keep_tail(text: &mut String) {
    let excess = text.len().saturating_sub(MAX_THOUGHT);
    if excess > 0 {
        let cut = (excess..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.drain(..cut);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn author(tag: &str) -> Author {
        tag.parse().unwrap()
    }

    fn piece(tag: &str, piece: Piece) -> News {
        News::Live(Live::Piece { author: author(tag), piece })
    }

    fn text(tag: &str, text: &str) -> News {
        piece(tag, Piece::Text(text.to_owned()))
    }

    fn over(tag: &str) -> News {
        News::Live(Live::Over { author: author(tag) })
    }

    fn growing(present: &Present) -> Vec<(String, String)> {
        let News::Growing(all) = present.news().remove(0) else { panic!("the order of news") };
        all.into_iter().map(|g| (g.author.to_string(), g.text)).collect()
    }

    #[test]
    fn replies_in_flight_grow_begin_anew_and_end() {
        let mut present = Present::new(false, Pace::OFF);
        let retry = Piece::Retry { attempt: 1, of: 5, cause: "429".into(), wait: Duration::from_secs(1) };
        for news in [text("A", "{\"a"), text("B", "x"), text("A", "\"}"), piece("B", retry), text("B", "y")] {
            assert!(present.take(&news));
        }
        assert_eq!(growing(&present), [("A".into(), "{\"a\"}".into()), ("B".into(), "y".into())]);
        present.take(&over("A"));
        assert_eq!(growing(&present), [("B".into(), "y".into())]);
    }

    #[test]
    fn after_a_loss_only_calls_that_begin_anew_are_shown() {
        let mut present = Present::new(false, Pace::OFF);
        present.take(&text("A", "1"));
        present.lose();
        assert!(!present.take(&text("A", "3")), "its middle was lost");
        assert!(present.take(&over("A")));
        assert!(present.take(&text("A", "new")));
        assert!(!present.take(&text("B", "perhaps a middle")));
        assert_eq!(growing(&present), [("A".into(), "new".into())]);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut present = Present::new(false, Pace::OFF);
        for _ in 0..400 {
            present.take(&text("A", &"ä".repeat(1000)));
            present.take(&piece("A", Piece::Thought("ö".repeat(1000))));
        }
        let News::Growing(all) = present.news().remove(0) else { panic!() };
        assert!(all[0].text.len() <= MAX_TEXT && all[0].thought.len() <= MAX_THOUGHT);
        assert!(all[0].text.len() > MAX_TEXT - 2001 && all[0].thought.len() > MAX_THOUGHT - 3);
    }
}
