//! The terminal: taken, given back, whatever happens in between.
//!
//! A frame is collected in memory and written at once, inside a synchronised update, so that nobody ever sees half of it.
//! The screen is given back by [`Terminal::leave`], by dropping, by a signal's path through the loop, and by the panic
//! hook; doing it twice does nothing.

use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{self, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, queue};
use ratatui::Frame;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Rect, Size};
use ratatui::{TerminalOptions, Viewport};
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this process has the terminal, for the panic hook.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Begin and end of a synchronised update (mode 2026); terminals without it ignore both.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// The terminal while it is ours.
pub struct Terminal {
    screen: ratatui::Terminal<CrosstermBackend<Sheet>>,
    sheet: Sheet,
    mouse: bool,
    /// Frames written so far.
    pub frames: u64,
}

/// What one frame writes, until it is written whole.
#[derive(Clone, Default)]
struct Sheet(Rc<RefCell<Vec<u8>>>);

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// The terminal library flushes within a frame; we do at its end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Terminal {
    /// Takes the terminal: raw mode, the other screen, pasted text as one event, the mouse if wanted.
    ///
    /// # Errors
    /// When standard output is no terminal, or cannot be written.
    pub fn take(mouse: bool) -> io::Result<Self> {
        give_back_on_panic();
        // NO_COLOR is obeyed by our own colourless theme: the library's way turns a colour into a full reset.
        crossterm::style::force_color_output(true);
        let sheet = Sheet::default();
        let screen = blank(&sheet, Size::default())?;
        let mut terminal = Self { screen, sheet, mouse, frames: 0 };
        terminal.enter()?;
        Ok(terminal)
    }

    /// Takes it again, after [`Terminal::leave`]; the next frame is drawn whole.
    ///
    /// # Errors
    /// As [`Terminal::take`].
    pub fn enter(&mut self) -> io::Result<()> {
        if TAKEN.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        terminal::enable_raw_mode()?;
        let mut out = Vec::new();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
        if self.mouse {
            queue!(out, EnableMouseCapture)?;
        }
        write_out(&out)?;
        self.redraw_all()
    }

    /// Gives it back as it was.
    pub fn leave(&mut self) {
        give_back();
    }

    /// Turns the mouse on or off.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        if self.mouse == on {
            return Ok(());
        }
        self.mouse = on;
        let mut out = Vec::new();
        if on {
            queue!(out, EnableMouseCapture)?;
        } else {
            queue!(out, DisableMouseCapture)?;
        }
        write_out(&out)
    }

    /// Its size now, in cells.
    pub fn size(&self) -> Size {
        terminal::size().map_or(Size::new(80, 24), |(width, height)| Size { width, height })
    }

    /// The next frame is written whole: after a resize, or when something else wrote here.
    ///
    /// # Errors
    /// When the terminal cannot be asked for its size.
    pub fn redraw_all(&mut self) -> io::Result<()> {
        if self.mouse {
            let mut out = Vec::new();
            queue!(out, EnableMouseCapture)?;
            write_out(&out)?;
        }
        queue!(self.sheet, terminal::Clear(terminal::ClearType::All))?;
        self.screen = blank(&self.sheet, self.size())?;
        Ok(())
    }

    /// Draws a frame and writes it at once. A frame that changes nothing writes nothing.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.screen.draw(paint)?;
        let mut sheet = self.sheet.0.take();
        if sheet.is_empty() {
            return Ok(());
        }
        let mut whole = Vec::with_capacity(sheet.len() + BEGIN.len() + END.len());
        whole.extend_from_slice(BEGIN);
        whole.append(&mut sheet);
        whole.extend_from_slice(END);
        self.frames += 1;
        write_out(&whole)
    }

    /// Shows text by itself, with nothing around it, for the terminal's own selection.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    pub fn show_bare(&mut self, text: &str) -> io::Result<()> {
        let mut out = Vec::new();
        queue!(out, DisableMouseCapture, terminal::Clear(terminal::ClearType::All), cursor::MoveTo(0, 0))?;
        let shown: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
        out.extend_from_slice(shown.replace('\n', "\r\n").as_bytes());
        write_out(&out)
    }

    /// Writes bytes that draw nothing: a bell, a notification, a copy to the clipboard.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        write_out(bytes)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// A screen of this size on which nothing stands. The library's own ways to clear and to resize ask the terminal where its
/// cursor is and wait for the answer, which a busy or a simple terminal does not give: so a fresh one takes the old one's place.
fn blank(sheet: &Sheet, size: Size) -> io::Result<ratatui::Terminal<CrosstermBackend<Sheet>>> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
    ratatui::Terminal::with_options(CrosstermBackend::new(sheet.clone()), TerminalOptions { viewport })
}

/// Stops this process as Ctrl+Z does in a shell; returns when it goes on. The terminal must have been left.
pub fn stop_here() {
    // The default action of SIGTSTP was taken away by the handler that brought us here; this one cannot be.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}

fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = Vec::from(END);
    let _ = queue!(out, DisableMouseCapture, DisableBracketedPaste, cursor::Show, LeaveAlternateScreen);
    let _ = write_out(&out);
    let _ = terminal::disable_raw_mode();
}

/// A panic anywhere gives the terminal back before it is told, and ends the program: a screen of which a task has died
/// must not go on as if all were well. The debate is another process, which suspends when its owner is gone.
fn give_back_on_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let ours = TAKEN.load(Ordering::SeqCst);
            give_back();
            tell(info);
            if ours {
                std::process::exit(1);
            }
        }));
    });
}
