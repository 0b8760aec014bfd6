//! The program in a real pseudo-terminal, and what a terminal would show of it.

use super::Scratch;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// How long a screen may take to show what is waited for. Only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// What has come from the program so far.
struct Seen {
    parser: vt100::Parser,
    /// Every byte, for what a terminal would obey and not show.
    bytes: Vec<u8>,
    closed: bool,
}

/// A running program at a terminal.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

impl Terminal {
    /// Starts the program in `scratch` at a terminal of so many columns and rows.
    pub fn start(scratch: &Scratch, args: &[&str], size: (u16, u16)) -> Self {
        Self::start_with(scratch, args, size, &[])
    }

    /// The same with more environment.
    pub fn start_with(scratch: &Scratch, args: &[&str], size: (u16, u16), env: &[(&str, &str)]) -> Self {
        Self::start_program(Path::new(env!("CARGO_BIN_EXE_conclave")), scratch, args, size, env)
    }

    /// The same with another program.
    pub fn start_program(
        program: &Path,
        scratch: &Scratch,
        args: &[&str],
        (columns, rows): (u16, u16),
        env: &[(&str, &str)],
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.cwd(scratch.path());
        command.env_clear();
        let own = [("HOME", scratch.path().to_str().unwrap()), ("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
        for (name, value) in own.iter().chain(env) {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let seen = Arc::new((Mutex::new(Seen { parser, bytes: Vec::new(), closed: false }), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let into = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut some = [0; 8192];
            loop {
                let read = reader.read(&mut some).unwrap_or(0);
                let mut seen = into.0.lock().unwrap();
                seen.parser.process(&some[..read]);
                seen.bytes.extend_from_slice(&some[..read]);
                seen.closed |= read == 0;
                into.1.notify_all();
                if read == 0 {
                    break;
                }
            }
        });
        Self { child, master: pair.master, writer, seen }
    }

    /// Sends keys as a terminal does.
    pub fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Waits until the screen is as wanted; fails with the screen where it does not become so.
    #[track_caller]
    pub fn until(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let seen = self.seen.0.lock().unwrap();
        let waiting = |seen: &mut Seen| !wanted(seen.parser.screen()) && !seen.closed;
        let seen = self.seen.1.wait_timeout_while(seen, PATIENCE, waiting).unwrap().0;
        assert!(wanted(seen.parser.screen()), "waited for {what}, and saw:\n{}", seen.parser.screen().contents());
    }

    /// Waits until more than `bytes` bytes have come.
    #[track_caller]
    pub fn after(&self, what: &str, bytes: usize) {
        let seen = self.seen.0.lock().unwrap();
        let waiting = |seen: &mut Seen| seen.bytes.len() <= bytes && !seen.closed;
        let waited = self.seen.1.wait_timeout_while(seen, PATIENCE, waiting).unwrap().1;
        assert!(!waited.timed_out(), "waited for {what}");
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    /// The screen as it is.
    pub fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// What `see` makes of the screen as it is.
    pub fn with<T>(&self, see: impl Fn(&vt100::Screen) -> T) -> T {
        see(self.seen.0.lock().unwrap().parser.screen())
    }

    /// Every byte that has come.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().bytes.clone()
    }

    /// How many bytes have come.
    pub fn bytes_len(&self) -> usize {
        self.seen.0.lock().unwrap().bytes.len()
    }

    /// Wakes a process that sleeps; says whether its screen is back soon after.
    pub fn wakes(&self) -> bool {
        self.signal("CONT");
        let seen = self.seen.0.lock().unwrap();
        let soon = Duration::from_millis(100);
        let asleep = |seen: &mut Seen| !seen.parser.screen().alternate_screen();
        !self.seen.1.wait_timeout_while(seen, soon, asleep).unwrap().1.timed_out()
    }

    /// Changes the window's size.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends it a signal, by name.
    pub fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end and says how it ended; asserts that the terminal is as it was.
    #[track_caller]
    pub fn ends(mut self) -> (u32, String) {
        let status = self.child.wait().unwrap();
        let mut seen = self.seen.0.lock().unwrap();
        while !seen.closed {
            seen = self.seen.1.wait_timeout(seen, PATIENCE).unwrap().0;
        }
        let screen = seen.parser.screen();
        assert!(!screen.alternate_screen(), "the other screen is still on");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pasting is still bracketed");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is still listened to");
        (status.exit_code(), screen.contents())
    }
}

fn cells(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).unwrap()
}
