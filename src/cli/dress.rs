//! What the screen looks like and listens to: by flags, environment and settings.

use super::args::{ScreenArgs, Shading};
use super::error::CommandError;
use crate::config::Settings;
use crate::tui::background::{self, Background};
use crate::tui::keymap::Keymap;
use crate::tui::model::Options;
use crate::tui::theme::{Depth, Shade, Theme};

/// Everything about the look that is known before the terminal is asked.
pub(super) struct Dress {
    depth: Depth,
    ascii: bool,
    shade: Option<Shade>,
    keymap: Keymap,
    motion: bool,
    mouse: bool,
    notify: bool,
}

impl Dress {
    /// # Errors
    /// When the settings name a key or an action that is not there.
    pub fn of(settings: &Settings, screen: &ScreenArgs) -> Result<Self, CommandError> {
        let keymap = keymap(settings)?;
        let var = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        let told = var("COLORFGBG").as_deref().and_then(background::from_colorfgbg);
        let shade = match screen.theme {
            Shading::Dark => Some(Shade::Dark),
            Shading::Light => Some(Shade::Light),
            Shading::Auto => told.map(shade_of),
        };
        // A locale that is set and is not UTF-8 cannot show more; where none is set, terminals today can.
        let locale = var("LC_ALL").or_else(|| var("LC_CTYPE")).or_else(|| var("LANG"));
        let unicode = locale.is_none_or(|l| l.to_lowercase().contains("utf") || !matches!(l.as_str(), "C" | "POSIX"));
        Ok(Self {
            depth: Depth::of(var("NO_COLOR").as_deref(), var("COLORTERM").as_deref(), var("TERM").as_deref()),
            ascii: screen.ascii || !unicode,
            shade,
            keymap,
            motion: !screen.reduced_motion && var("REDUCED_MOTION").is_none(),
            mouse: !screen.no_mouse,
            notify: screen.notify,
        })
    }

    /// Whether the terminal should be asked for its background.
    pub fn asks(&self) -> bool {
        self.shade.is_none() && self.depth != Depth::Colourless
    }

    /// Takes note of the background that the terminal told, or that it told none: it is not asked again.
    pub fn know(&mut self, found: Option<Background>) {
        self.shade = Some(found.map_or(Shade::Dark, shade_of));
    }

    /// The theme, over the background that the terminal told; dark where it did not.
    pub fn theme(&self, found: Option<Background>) -> Theme {
        let shade = self.shade.or(found.map(shade_of)).unwrap_or(Shade::Dark);
        let theme = Theme::new(shade, self.depth);
        if self.ascii { theme.ascii() } else { theme }
    }

    /// The same for the screen.
    pub fn options(&self) -> Options {
        Options {
            keymap: self.keymap.clone(),
            theme: self.theme(None),
            motion: self.motion,
            mouse: self.mouse,
            notify: self.notify,
        }
    }
}

/// The keys of the screen, with those that the settings replace.
///
/// # Errors
/// When the settings name a key or an action that is not there.
pub(super) fn keymap(settings: &Settings) -> Result<Keymap, CommandError> {
    let keys = settings.keys.iter().map(|(name, keys)| (name.clone(), keys.value.clone())).collect();
    Keymap::with(&keys).map_err(|e| {
        let origin = settings.keys.get(e.named()).map(|keys| keys.origin.to_string());
        let whose = origin.unwrap_or_else(|| "the settings".to_owned());
        let hint = e.hint();
        CommandError::usage(format!("the keys in {whose} cannot be used")).because(&e).hint(hint)
    })
}

fn shade_of(background: Background) -> Shade {
    match background {
        Background::Dark => Shade::Dark,
        Background::Light => Shade::Light,
    }
}
