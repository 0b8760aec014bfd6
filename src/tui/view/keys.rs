//! The last line: the keys that matter here.

use crate::tui::keymap::{Action, DEEDS, Scope};
use crate::tui::model::form::task::Input;
use crate::tui::model::say::About;
use crate::tui::model::{Mode, Model};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Draws it.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.options.theme;
    let mut spans = Vec::new();
    let width = |(key, word): &(String, String)| key.width() + word.width() + 3;
    let hints = hints(model);
    // The way out is told last and always.
    let mut left = usize::from(area.width).saturating_sub(hints.last().map_or(0, width));
    for (i, hint) in hints.iter().enumerate() {
        let last = i + 1 == hints.len();
        if !last && width(hint) > left {
            left = 0;
            continue;
        }
        left = left.saturating_sub(if last { 0 } else { width(hint) });
        let (key, word) = hint;
        spans.push(Span::styled(format!(" {key} "), theme.key));
        spans.push(Span::styled(format!("{word} "), theme.dim));
    }
    frame.render_widget(Line::from(spans), area);
}

fn hints(model: &Model) -> Vec<(String, String)> {
    let fixed = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, w)| ((*k).to_owned(), (*w).to_owned())).collect();
    match &model.mode {
        Mode::Searching => fixed(&[("Enter", "keep"), ("Esc", "end"), ("n N", "next, previous after Enter")]),
        Mode::Choosing(_) => fixed(&[("Up Down", "choose"), ("Enter", "do it"), ("Esc", "close")]),
        Mode::Composing => {
            let asks = model.composer.as_ref().is_some_and(|c| matches!(c.about(), About::Ask(_)));
            let about = if asks { ("Ctrl+T", "about what") } else { ("Enter", "new line") };
            fixed(&[("Ctrl+S", "send"), ("Tab", "to whom"), about, ("Esc", "close, kept")])
        }
        Mode::Filling(seat) => {
            let input = model.forms.get(seat).and_then(|form| form.focused()).map(|field| &field.input);
            let here = match input {
                Some(Input::One(_)) => ("Left Right", "choose"),
                Some(Input::Any(_)) => ("Space", "tick"),
                Some(Input::Line | Input::Text) => ("Ctrl+Down", "read on"),
                None => ("Up Down", "read"),
            };
            fixed(&[("Ctrl+S", "hand in"), ("Tab", "field"), ("PgDn", "task"), ("Esc", "close, kept"), here])
        }
        Mode::Bare => fixed(&[("any key", "back")]),
        Mode::Reading => {
            let live = super::super::update::live_keys(model);
            let here = if live { Scope::Live } else { Scope::Replay };
            let shown = DEEDS.iter().filter(|d| !d.short.is_empty() && (d.scope == Scope::Always || d.scope == here));
            let key = |d: &crate::tui::keymap::Deed| {
                let first = |action| model.options.keymap.keys_of(action).first().map(ToString::to_string);
                let back = match d.action {
                    Action::NextEntry => first(Action::PreviousEntry),
                    Action::NextMarker => first(Action::PreviousMarker),
                    _ => None,
                };
                Some((format!("{}{}", back.unwrap_or_default(), first(d.action)?), d.short.to_owned()))
            };
            shown.filter_map(key).collect()
        }
    }
}
