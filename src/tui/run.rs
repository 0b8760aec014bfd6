//! The loop: wait for whatever happens first, change the model, carry out effects, draw when it is time.
//!
//! A frame is drawn at most every thirtieth of a second and only when something changed, so that a flood of pieces costs
//! no more than a trickle. The journal is read when word comes through the door that it has grown; without a door it is
//! looked at a few times a second.

use super::input;
use super::model::Model;
use super::terminal::{self, Terminal};
use super::update::{Effect, Left, Msg, update};
use super::view;
use crate::door::{Line, News, Visitor};
use crate::journal::Reader;
use crate::room::Clock;
use chrono::{DateTime, Utc};
use crossterm::event::EventStream;
use futures::StreamExt;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::sleep;

/// Least time between two frames: thirty a second.
const FRAME: Duration = Duration::from_millis(33);
/// The same where motion is unwelcome and nothing was pressed.
const CALM: Duration = Duration::from_secs(1);
/// How often a journal is looked at where nobody tells that it has grown.
const LOOK: Duration = Duration::from_millis(250);
/// Inputs taken in before a frame is considered.
const BATCH: usize = 256;

/// What the screen cannot do itself.
pub trait Hands {
    /// Writes the document of the session as it stands after the first `records` records; says where it is.
    ///
    /// # Errors
    /// Why not, in words.
    fn export(&mut self, format: &str, records: usize) -> Result<String, String>;

    /// Writes a text into a new file of this name; says where it is.
    ///
    /// # Errors
    /// Why not, in words.
    fn write(&mut self, name: &str, text: &str) -> Result<String, String>;

    /// Makes a new session from the first `records` records; says how to go on with it.
    ///
    /// # Errors
    /// Why not, in words.
    fn fork(&mut self, records: usize) -> Result<String, String>;
}

/// What the screen is shown from.
pub struct Stage {
    /// The journal, where it may still grow.
    pub reader: Option<Reader>,
    /// The way into a running session.
    pub visitor: Option<Visitor>,
    /// What the screen cannot do itself.
    pub hands: Box<dyn Hands>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Runs the screen until it is left.
///
/// # Errors
/// When the terminal cannot be read or written.
pub async fn run(model: &mut Model, stage: &mut Stage, terminal: &mut Terminal) -> io::Result<Left> {
    let (answers, inbox) = mpsc::unbounded_channel();
    let line = stage.visitor.as_ref().map(Visitor::line);
    let mut show =
        Show { model, stage, terminal, line, answers, inbox, stale: true, pressed: true, last_frame: None, left: None };
    show.run().await
}

struct Show<'a> {
    model: &'a mut Model,
    stage: &'a mut Stage,
    terminal: &'a mut Terminal,
    line: Option<Line>,
    answers: mpsc::UnboundedSender<Msg>,
    inbox: mpsc::UnboundedReceiver<Msg>,
    /// Something changed since the last frame.
    stale: bool,
    /// A person did it, who waits to see it.
    pressed: bool,
    last_frame: Option<DateTime<Utc>>,
    left: Option<Left>,
}

/// The signals that matter to a screen.
pub(super) struct Signals {
    pub term: Signal,
    pub hup: Signal,
    pub int: Signal,
    pub tstp: Signal,
    pub cont: Signal,
}

impl Signals {
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            hup: signal(SignalKind::hangup())?,
            int: signal(SignalKind::interrupt())?,
            tstp: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            cont: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }
}

impl Show<'_> {
    async fn run(&mut self) -> io::Result<Left> {
        let mut signals = Signals::new()?;
        let mut keys = EventStream::new();
        let size = self.terminal.size();
        self.model.size = (size.width, size.height);
        self.read_journal();
        // A seat of this person's may have been asked before the screen began.
        self.take(Msg::Records(Vec::new()))?;
        loop {
            if self.stale && self.rest().is_zero() {
                self.draw()?;
            }
            let wake = self.wake();
            let look = self.stage.reader.is_some() && self.stage.visitor.is_none();
            tokio::select! {
                biased;
                _ = signals.term.recv() => return Ok(Left::Closed),
                _ = signals.hup.recv() => return Ok(Left::Closed),
                _ = signals.int.recv() => self.take(Msg::Input(interrupt()))?,
                _ = signals.tstp.recv() => self.sleep()?,
                _ = signals.cont.recv() => self.awake()?,
                event = keys.next() => {
                    let Some(event) = event else { return Ok(Left::Closed) };
                    if let Some(input) = input::read(event?) {
                        self.take(Msg::Input(input))?;
                    }
                    self.drain(&mut keys).await?;
                }
                news = next_news(&mut self.stage.visitor) => self.news(news)?,
                Some(msg) = self.inbox.recv() => self.take(msg)?,
                () = std::future::ready(()), if self.model.reads() => self.take(Msg::Idle)?,
                () = sleep(wake.unwrap_or(LOOK)), if wake.is_some() => self.take(Msg::Tick)?,
                () = sleep(LOOK), if look => self.read_journal(),
            }
            if let Some(left) = self.left {
                return Ok(left);
            }
        }
    }

    /// How long the next frame has to wait yet.
    fn rest(&self) -> Duration {
        let Some(last) = self.last_frame else { return Duration::ZERO };
        let since = (self.stage.clock.now() - last).to_std().unwrap_or_default();
        let least = if self.model.options.motion || self.pressed { FRAME } else { CALM };
        least.saturating_sub(since)
    }

    /// In what time the loop must wake up by itself: for the frame that is due, or because the picture changes with time.
    fn wake(&self) -> Option<Duration> {
        if self.stale {
            return Some(self.rest().max(Duration::from_millis(1)));
        }
        self.model.next_wakeup(self.stage.clock.now()).map(|after| after.max(self.rest()))
    }

    fn draw(&mut self) -> io::Result<()> {
        let now = self.stage.clock.now();
        self.last_frame = Some(now);
        self.model.prepare(now);
        let model = &*self.model;
        if matches!(model.mode, super::model::Mode::Bare) {
            return Ok(());
        }
        self.terminal.draw(|frame| view::draw(model, frame))?;
        (self.stale, self.pressed) = (false, false);
        Ok(())
    }

    /// Takes in what is there already, up to a bound, before the next frame.
    ///
    /// The stream is polled with this task's waker and no other: it remembers the waker of its first poll that found
    /// nothing, and a poll with one that wakes nobody would let the next key lie until something else happens.
    async fn drain(&mut self, keys: &mut EventStream) -> io::Result<()> {
        for _ in 0..BATCH {
            let Poll::Ready(Some(event)) = futures::poll!(keys.next()) else { break };
            if let Some(input) = input::read(event?) {
                self.take(Msg::Input(input))?;
            }
        }
        Ok(())
    }

    fn take(&mut self, msg: Msg) -> io::Result<()> {
        self.pressed |= matches!(msg, Msg::Input(_) | Msg::Answered(_) | Msg::Done(_));
        let effects = update(self.model, msg, self.stage.clock.now());
        self.stale = true;
        effects.into_iter().try_for_each(|effect| self.carry_out(effect))
    }

    fn news(&mut self, news: Option<News>) -> io::Result<()> {
        match news {
            Some(News::Grew) => self.read_journal(),
            Some(News::Ended(ended)) => {
                self.read_journal();
                self.take(Msg::News(News::Ended(ended)))?;
            }
            Some(news) => self.take(Msg::News(news))?,
            None => {
                self.stage.visitor = None;
                self.read_journal();
                // Nobody writes there any more.
                self.stage.reader = None;
                self.take(Msg::HostGone)?;
            }
        }
        Ok(())
    }

    fn read_journal(&mut self) {
        let Some(reader) = &mut self.stage.reader else { return };
        let msg = match reader.poll() {
            Ok(records) if records.is_empty() => return,
            Ok(records) => Msg::Records(records),
            Err(error) => {
                // It is told once; what was read stays.
                self.stage.reader = None;
                Msg::Done(Err(error.to_string()))
            }
        };
        let _ = self.take(msg);
    }

    fn carry_out(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Ask { request, heard } => self.ask(request, heard),
            Effect::Export(format) => {
                let done = self.stage.hands.export(format, self.model.player.records());
                return self.take(Msg::Done(done));
            }
            Effect::Fork(records) => {
                let done = self.stage.hands.fork(records);
                return self.take(Msg::Done(done));
            }
            Effect::Copy(text, what) => {
                self.copy(&text)?;
                let word =
                    format!("{what} sent to the clipboard; if your terminal takes no OSC 52, b shows the bare text");
                return self.take(Msg::Done(Ok(word)));
            }
            Effect::Write { name, text } => {
                let done = self.stage.hands.write(&name, &text);
                return self.take(Msg::Done(done));
            }
            Effect::Mouse(on) => self.terminal.set_mouse(on)?,
            Effect::Notify(word) => self.notify(&word)?,
            Effect::Bare(text) => self.terminal.show_bare(&text)?,
            Effect::Redraw => self.terminal.redraw_all()?,
            Effect::Suspend => self.sleep()?,
            Effect::Leave(left) => self.left = Some(left),
        }
        Ok(())
    }

    fn ask(&mut self, request: crate::door::Request, heard: bool) {
        let Some(line) = self.line.clone() else { return };
        let answers = self.answers.clone();
        tokio::spawn(async move {
            let answer = line.ask(request).await;
            let _ = match answer {
                _ if heard => answers.send(Msg::Answered(answer)),
                Err(refused) => answers.send(Msg::Done(Err(refused.to_string()))),
                Ok(_) => Ok(()),
            };
        });
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        let mut bytes = Vec::new();
        crossterm::queue!(bytes, crossterm::clipboard::CopyToClipboard::to_clipboard_from(text))?;
        self.terminal.send(&bytes)
    }

    /// A notification of the terminal (OSC 9) and a bell.
    fn notify(&mut self, word: &str) -> io::Result<()> {
        let word: String = word.chars().filter(|c| !c.is_control()).take(200).collect();
        self.terminal.send(format!("\x1b]9;{word}\x07\x07").as_bytes())
    }

    fn sleep(&mut self) -> io::Result<()> {
        self.terminal.leave();
        terminal::stop_here();
        self.awake()
    }

    fn awake(&mut self) -> io::Result<()> {
        self.terminal.enter()?;
        let size = self.terminal.size();
        self.take(Msg::Input(input::Input::Resize(size.width, size.height)))
    }
}

/// Ctrl+C sent as a signal, by another program.
fn interrupt() -> input::Input {
    let chord = input::Chord { ctrl: true, ..input::Chord::plain(crossterm::event::KeyCode::Char('c')) };
    input::Input::Key(chord)
}

async fn next_news(visitor: &mut Option<Visitor>) -> Option<News> {
    match visitor {
        Some(visitor) => visitor.next().await,
        None => std::future::pending().await,
    }
}
