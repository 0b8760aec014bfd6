//! What it costs to show a long debate while it runs: 10,000 entries, 200 pieces of replies a second, thirty frames of
//! 120×40 a second. Run with `cargo bench --bench screen`; a number after `--` is the number of entries.
//!
//! The model is measured in a process of its own, so that peak memory is its own; frames go through the terminal library's
//! differ to a sink. Last, the program itself shows the session in a pseudo-terminal, and the system says how much of a
//! core it takes while nothing happens.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, missing_docs)]

#[path = "support/long.rs"]
mod long;

use chrono::{DateTime, TimeDelta, Utc};
use conclave::agent::speaker::Piece;
use conclave::door::News;
use conclave::protocol::{Author, Event};
use conclave::replay::{Speed, Timeline, To};
use conclave::room::Live as Heard;
use conclave::tui::input::Input;
use conclave::tui::keymap::Keymap;
use conclave::tui::model::live::Live;
use conclave::tui::model::{Model, Options};
use conclave::tui::theme::Theme;
use conclave::tui::update::{Msg, update};
use conclave::tui::view;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

/// Frames of each measurement.
const FRAMES: usize = 600;
/// Entries that are yet to come when the screen opens.
const TO_COME: usize = 200;
/// Pieces between two frames: 200 a second at thirty frames.
const PIECES: usize = 7;
/// Bytes of a piece: what a model sends in one.
const PIECE: usize = 24;
/// Pieces after which a reply begins anew: 12 kB.
const REPLY: usize = 500;
/// How long the program is watched while nothing happens.
const IDLE: Duration = Duration::from_secs(10);

fn main() {
    let entries = std::env::args().skip(1).find_map(|a| a.parse::<usize>().ok());
    let folder = std::env::args().skip(1).find(|a| a.starts_with('/'));
    if let Some(folder) = folder {
        return measure(folder.as_ref());
    }
    let entries = entries.unwrap_or(10_000);
    let folder = tempfile::tempdir().unwrap();
    let bytes = long::write(folder.path(), entries);
    println!("{entries} entries, {:.1} MB of journal, 120×40", bytes as f64 / 1e6);
    let me = std::env::current_exe().unwrap();
    assert!(std::process::Command::new(me).arg(folder.path()).status().unwrap().success());
    idle(folder.path());
}

fn measure(folder: &Path) {
    let records = conclave::journal::read(folder).unwrap().records;
    let mut screen = Screen::running(records);
    println!("  open      {:8.2} ms to the first frame, {:.1} MiB", screen.opened, resident("VmRSS:"));
    screen.live("following", &[]);
    screen.live("following, records come in", &[Also::Records]);
    screen.live("held, scrolling back", &[Also::Key("PgUp")]);
    screen.press("G d");
    println!("  memory    {:8.1} MiB now, {:.1} MiB peak", resident("VmRSS:"), resident("VmHWM:"));
    screen.live("document beside, records come in", &[Also::Records]);
    println!("  memory    {:8.1} MiB now, {:.1} MiB peak", resident("VmRSS:"), resident("VmHWM:"));
    screen.press("d");
    screen.search("clause that changed");
    screen.press("Esc");
    screen.search("tired operator");
    screen.live("following, a search is marked", &[]);
    screen.press("Esc &");
    screen.write("by SECURITY");
    screen.press("Enter Esc G");
    screen.live("following, filtered", &[Also::Records]);
    println!("  memory    {:8.1} MiB now, {:.1} MiB peak", resident("VmRSS:"), resident("VmHWM:"));
    screen.replay();
    println!("  memory    {:8.1} MiB now, {:.1} MiB peak", resident("VmRSS:"), resident("VmHWM:"));
}

/// What happens besides the pieces before each frame.
enum Also {
    Records,
    Key(&'static str),
}

struct Screen {
    model: Model,
    terminal: Terminal<CrosstermBackend<std::io::Sink>>,
    now: DateTime<Utc>,
    coming: std::vec::IntoIter<conclave::journal::Record>,
    pieces: usize,
    opened: f64,
}

impl Screen {
    /// The debate with its last entries yet to come, in the middle of a wave.
    fn running(mut records: Vec<conclave::journal::Record>) -> Self {
        let asked = |r: &conclave::journal::Record| matches!(&*r.event, Event::Asked { asks, .. } if asks.len() > 2);
        let cut = records.len() - TO_COME * 2;
        let cut = records[..cut].iter().rposition(asked).unwrap() + 1;
        let coming = records.split_off(cut).into_iter();
        let begun = Instant::now();
        let timeline = Timeline::of(records).unwrap();
        let folded = begun.elapsed();
        let now = timeline.time(timeline.len());
        let theme = Theme::dark();
        let options = Options { keymap: Keymap::default(), theme, motion: true, mouse: true, notify: false };
        let begun = Instant::now();
        let mut model = Model::new(timeline, Some(Live::new(true)), options, now);
        model.size = (120, 40);
        let viewport = Viewport::Fixed(Rect::new(0, 0, 120, 40));
        let backend = CrosstermBackend::new(std::io::sink());
        let terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        let mut screen = Self { model, terminal, now, coming, pieces: 0, opened: 0.0 };
        screen.frame();
        screen.opened = ms(begun.elapsed());
        println!("  fold      {:8.2} ms", ms(folded));
        screen
    }

    fn tell(&mut self, msg: Msg) {
        update(&mut self.model, msg, self.now);
    }

    fn press(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.tell(Msg::Input(Input::Key(key.parse().unwrap())));
            self.frame();
        }
    }

    fn write(&mut self, text: &str) {
        text.chars()
            .for_each(|c| self.tell(Msg::Input(Input::Key(c.to_string().replace(' ', "Space").parse().unwrap()))));
    }

    /// Lays out and draws; says how long that took.
    fn frame(&mut self) -> Duration {
        self.now += TimeDelta::milliseconds(33);
        let begun = Instant::now();
        self.model.prepare(self.now);
        let model = &self.model;
        self.terminal.draw(|frame| view::draw(model, frame)).unwrap();
        begun.elapsed()
    }

    /// Replies in flight grow, the wave's authors in turn.
    fn stream(&mut self) {
        let authors: Vec<Author> = self.model.scene.writers.iter().map(|w| w.author.clone()).collect();
        for _ in 0..PIECES {
            self.pieces += 1;
            let Some(author) = authors.get(self.pieces % authors.len().max(1)).cloned() else { return };
            let at = self.pieces / authors.len();
            if at.is_multiple_of(REPLY) {
                let over = Heard::Over { author: author.clone() };
                self.tell(Msg::News(News::Live(over)));
            }
            let text = piece(at % REPLY);
            self.tell(Msg::News(News::Live(Heard::Piece { author, piece: Piece::Text(text) })));
        }
    }

    fn live(&mut self, what: &str, also: &[Also]) {
        let mut taken: Vec<(Duration, Duration)> = Vec::with_capacity(FRAMES);
        for i in 0..FRAMES {
            let begun = Instant::now();
            self.stream();
            for one in also {
                match one {
                    Also::Records if i % 10 == 0 => {
                        if let Some(record) = self.coming.next() {
                            self.tell(Msg::Records(vec![record]));
                        }
                    }
                    Also::Records => {}
                    Also::Key(key) => self.tell(Msg::Input(Input::Key(key.parse().unwrap()))),
                }
            }
            let updated = begun.elapsed();
            taken.push((self.frame(), updated));
        }
        let mut frames: Vec<f64> = taken.iter().map(|(frame, _)| ms(*frame)).collect();
        let mut updates: Vec<f64> = taken.iter().map(|(_, updated)| ms(*updated)).collect();
        frames.sort_by(f64::total_cmp);
        updates.sort_by(f64::total_cmp);
        let at = |all: &[f64], share: usize| all[(all.len() - 1) * share / 100];
        println!(
            "  frame     {:8.2} ms median, {:.2} 95 %, {:.2} worst; messages before it {:.2} median, {:.2} worst: {what}",
            at(&frames, 50),
            at(&frames, 95),
            at(&frames, 100),
            at(&updates, 50),
            at(&updates, 100),
        );
    }

    fn search(&mut self, text: &str) {
        let timed = |screen: &mut Self, key: &str| {
            let begun = Instant::now();
            screen.tell(Msg::Input(Input::Key(key.parse().unwrap())));
            begun.elapsed()
        };
        let opened = timed(self, "/");
        let mut slices = Vec::new();
        while self.model.reads() {
            let begun = Instant::now();
            self.tell(Msg::Idle);
            slices.push(begun.elapsed());
        }
        let typed: Vec<Duration> = text.chars().map(|c| timed(self, &c.to_string())).collect();
        let kept = timed(self, "Enter");
        let next = timed(self, "n");
        let found = self.model.search.as_ref().map_or(0, |s| s.found.len());
        println!(
            "  search    {:8.2} ms to open, then {} slices of {:.2} ms at worst, {:.2} in all; {:.2} worst letter, {:.2} the \
             next match ({found} found)",
            ms(opened),
            slices.len(),
            ms(slices.iter().max().copied().unwrap_or_default()),
            ms(slices.iter().sum()),
            ms(*typed.iter().max().unwrap()),
            ms(kept + next)
        );
    }

    /// The past of the same debate, played.
    fn replay(&mut self) {
        self.press("&");
        self.press("Enter G Left");
        let clock = self.model.clock();
        self.model.player.seek(&self.model.timeline, To::Share(0.5), clock);
        self.model.player.set_speed(&self.model.timeline, Speed::Times(16.0), clock);
        self.model.player.play(&self.model.timeline, clock);
        self.live("replayed from the middle, 16 times as fast", &[]);
        let mut seeks: Vec<f64> = (0..40)
            .map(|i| {
                let clock = self.model.clock();
                let share = f64::from(i * 37 % 40) / 40.0;
                let begun = Instant::now();
                self.model.player.seek(&self.model.timeline, To::Share(share), clock);
                let sought = begun.elapsed();
                ms(sought + self.frame())
            })
            .collect();
        seeks.sort_by(f64::total_cmp);
        println!("  seek      {:8.2} ms median, {:.2} worst, its frame included", seeks[20], seeks[39]);
    }
}

/// A piece of a reply as it comes over the wire.
fn piece(at: usize) -> String {
    if at == 0 {
        return r#"{"type":"REVIEW","content":"What I looked at: "#.to_owned();
    }
    let text = "the clause that changed, **what rests on it**, and `what an attacker` makes of it.\\n\\n- It holds where the \
                load is what we assume.\\n- It fails where a retry meets a 409 that nobody reads.\\n\\n";
    let cut = text.as_bytes();
    (0..PIECE).map(|i| char::from(cut[(at * PIECE + i) % cut.len()])).collect()
}

/// The program itself, at a terminal, with nothing to do.
fn idle(folder: &Path) {
    let size = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_conclave"));
    command.args(["watch".as_ref(), folder.as_os_str()]);
    command.env("TERM", "xterm-256color");
    let begun = Instant::now();
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (sender, seen) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut some = [0; 8192];
        while let Ok(read @ 1..) = reader.read(&mut some) {
            let _ = sender.send((Instant::now(), read));
        }
    });
    // It is open when it has drawn and then nothing for a while.
    let mut last = begun;
    while let Ok((at, _)) = seen.recv_timeout(Duration::from_secs(2)) {
        last = at;
    }
    let pid = child.process_id().unwrap();
    let before = ticks(pid);
    std::thread::sleep(IDLE);
    let used = (ticks(pid) - before) as f64 / 100.0;
    let written: usize = seen.try_iter().map(|(_, bytes)| bytes).sum();
    println!(
        "  program   {:8.2} ms to its last byte; idle for {} s: {:.2} % of a core, {written} bytes written, {:.1} MiB",
        ms(last - begun),
        IDLE.as_secs(),
        used / IDLE.as_secs_f64() * 100.0,
        status(&format!("/proc/{pid}/status"), "VmRSS:"),
    );
    child.kill().unwrap();
}

/// Processor time of a process, in hundredths of a second.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name may hold spaces; what follows its bracket does not.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// Memory of this process as the system counts it, in MiB.
fn resident(which: &str) -> f64 {
    status("/proc/self/status", which)
}

fn status(path: &str, which: &str) -> f64 {
    let status = std::fs::read_to_string(path).unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix(which)).unwrap_or("0 kB").trim().trim_end_matches(" kB");
    kib.trim().parse::<f64>().unwrap_or(0.0) / 1024.0
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
