//! What things look like, by what they are. Nothing else on this floor names a colour or a drawing character.
//!
//! Colour only repeats what letters, signs and words already say, so that a screen without colour loses nothing. Body
//! text has no colour of its own: it stays readable where the terminal's background was guessed wrong. All other colours
//! are tested for contrast over the backgrounds they are meant for, and those that tell things apart also for how
//! they look to the colour-blind.

pub mod color;
mod depth;
mod glyphs;
#[cfg(test)]
mod tests;

pub use depth::Depth;
pub use glyphs::Glyphs;

use color::Rgb;
use depth::{Ground, reduced};
use ratatui::style::{Modifier, Style};

/// Which background the colours are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shade {
    /// `#000000` to `#1E1E1E`.
    Dark,
    /// `#FFFFFF` to `#F5F5F5`.
    Light,
}

impl Shade {
    /// The background, of those it stands for, on which text is hardest to read.
    pub const fn background(self) -> Rgb {
        match self {
            Shade::Dark => Rgb::hex(0x1e_1e1e),
            Shade::Light => Rgb::hex(0xf5_f5f5),
        }
    }

    fn ground(self) -> Ground {
        Ground { back: self.background(), is_dark: self == Shade::Dark }
    }
}

/// One role's look: colours on dark, colours on light, and modifiers without any colour.
struct Paint {
    dark: Ink,
    light: Ink,
    bare: Modifier,
}

/// Foreground, background, modifiers.
type Ink = (Option<u32>, Option<u32>, Modifier);

const NONE: Modifier = Modifier::empty();
const BOLD: Modifier = Modifier::BOLD;
const DIM: Modifier = Modifier::DIM;
const ITALIC: Modifier = Modifier::ITALIC;
const LINE: Modifier = Modifier::UNDERLINED;
const STRUCK: Modifier = Modifier::CROSSED_OUT;
const SWAP: Modifier = Modifier::REVERSED;

/// The same modifiers with and without colour.
const fn ink(dark: u32, light: u32, modifiers: Modifier) -> Paint {
    bare(dark, light, modifiers, modifiers)
}

const fn bare(dark: u32, light: u32, coloured: Modifier, bare: Modifier) -> Paint {
    Paint { dark: (Some(dark), None, coloured), light: (Some(light), None, coloured), bare }
}

/// A background too: foreground and background on dark, then on light.
const fn on(dark: (u32, u32), light: (u32, u32), bare: Modifier) -> Paint {
    Paint { dark: (Some(dark.0), Some(dark.1), NONE), light: (Some(light.0), Some(light.1), NONE), bare }
}

const fn plain(modifiers: Modifier) -> Paint {
    Paint { dark: (None, None, modifiers), light: (None, None, modifiers), bare: modifiers }
}

/// Declares the roles: a field of [`Theme`] each, with its paint.
macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $paint:expr;)*) => {
        /// The look of every role, and the signs. The field is the role.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Theme {
            $($(#[$doc])* pub $role: Style,)*
            /// The signs that are not text.
            pub glyphs: Glyphs,
            seats: [Style; SEATS.len()],
        }

        impl Theme {
            fn painted(style: impl Fn(&Paint) -> Style) -> Self {
                Self {
                    $($role: style(&$paint),)*
                    glyphs: Glyphs::UNICODE,
                    seats: SEATS.map(|paint| style(&paint)),
                }
            }

            /// Every role by its name, for a test or a legend.
            pub fn roles(&self) -> Vec<(&'static str, Style)> {
                vec![$((stringify!($role), self.$role),)*]
            }

            fn map(mut self, change: impl Fn(Style) -> Style) -> Self {
                $(self.$role = change(self.$role);)*
                self.seats = self.seats.map(change);
                self
            }
        }
    };
}

roles! {
    /// Body text: the terminal's own colour.
    text = plain(NONE);
    /// What may be overlooked: times, numbers, hints.
    dim = ink(0x9a_9a9a, 0x5f_5f5f, DIM);
    /// Borders of panes, lines of tables.
    border = bare(0x7a_7a7a, 0x7e_7e7e, NONE, DIM);
    /// Border and title of the pane that has the focus.
    focus = ink(0x5f_d7ff, 0x00_5f87, BOLD);
    /// Titles of panes and headings of columns.
    title = ink(0xd0_d0d0, 0x30_3030, BOLD);
    /// What is going on now.
    accent = bare(0x8b_e0f0, 0x00_5a70, NONE, BOLD);
    /// Needs an eye: a retry, a budget nearly spent, a stale agreement.
    warn = bare(0xff_cc55, 0x8a_6d00, NONE, LINE);
    /// Failed, blocked, refused.
    error = bare(0xee_6666, 0x90_0028, NONE, BOLD.union(LINE));
    /// Done, settled, agreed.
    good = bare(0x66_e6cc, 0x00_7474, NONE, BOLD);
    /// The selected row.
    selection = on((0xff_ffff, 0x26_4a7a), (0x00_0000, 0xbc_d6f5), SWAP);
    /// A hit of the search.
    found = on((0xff_ffff, 0x6b_4e00), (0x00_0000, 0xff_e08a), LINE.union(ITALIC));
    /// The hit the reader stands on.
    found_here = on((0x00_0000, 0xff_cc33), (0xff_ffff, 0x7a_4a00), SWAP.union(BOLD));
    /// A reference the reader stands on.
    reference_here = on((0x00_0000, 0x6c_c6ff), (0xff_ffff, 0x00_4f9e), SWAP.union(LINE));
    /// Header and status line.
    bar = on((0xe0_e0e0, 0x30_3030), (0x20_2020, 0xdd_dddd), SWAP.union(DIM));
    /// A key in the footer and in help.
    key = bare(0xf0_f0f0, 0x10_1010, BOLD, BOLD.union(ITALIC));
    /// The rule above what has not been read.
    unread = bare(0xff_9d9d, 0x9a_2a2a, BOLD, BOLD.union(DIM));
    /// An agreement to a text that has since changed, and other things out of date.
    stale = bare(0xb8_a888, 0x6a_5c3a, ITALIC, DIM.union(ITALIC));
    /// The supervisor's tag.
    supervisor = bare(0xff_ffff, 0x00_0000, NONE, BOLD.union(ITALIC));
    /// The tag of a person in the room.
    human = bare(0x9c_dcfe, 0x00_5f5f, BOLD.union(LINE), BOLD.union(LINE).union(ITALIC));
    /// A reasoning model's thoughts.
    thought = bare(0x94_9cae, 0x5a_6070, ITALIC, DIM.union(ITALIC));
    /// First and second headings in Markdown.
    heading = bare(0x9e_b8ff, 0x1f_3f9e, BOLD, BOLD.union(LINE));
    /// Lesser headings.
    subheading = ink(0x9e_b8ff, 0x1f_3f9e, BOLD.union(ITALIC));
    /// Strong emphasis.
    strong = plain(BOLD);
    /// Emphasis.
    emphasis = plain(ITALIC);
    /// Text struck out.
    strike = plain(STRUCK);
    /// Code within a line.
    code = bare(0xc8_d8a0, 0x45_5a10, NONE, NONE);
    /// Code in a block, where highlighting says nothing else.
    code_block = bare(0xc8_c8c8, 0x38_3838, NONE, NONE);
    /// Quoted text.
    quote = ink(0xa8_b4c4, 0x4a_5668, ITALIC);
    /// Bars beside quotations and code, rules, bullets.
    rule = bare(0x80_8894, 0x60_6874, NONE, DIM);
    /// A link's text.
    link = ink(0x6c_c6ff, 0x00_4f9e, LINE);
    /// Where a link leads.
    url = bare(0x8a_9cb0, 0x50_6070, NONE, DIM);
    /// An id in a text that Enter follows.
    reference = bare(0x6c_c6ff, 0x00_4f9e, NONE, LINE);
    /// A control character or another hidden one, made visible.
    escape = bare(0xee_6666, 0x90_0028, SWAP, SWAP);
    /// Code: keywords.
    keyword = bare(0xcc_99f0, 0x70_28a8, NONE, BOLD);
    /// Code: texts.
    string = bare(0xa4_d88c, 0x20_6a20, NONE, NONE);
    /// Code: numbers and constants.
    number = bare(0xf5_a27a, 0x9a_4210, NONE, NONE);
    /// Code: comments.
    comment = bare(0x8e_99a8, 0x5c_6674, ITALIC, DIM.union(ITALIC));
    /// Code: functions.
    function = bare(0x8c_b4ff, 0x20_4cb8, NONE, NONE);
    /// Code: types.
    kind = bare(0xf0_d080, 0x70_5600, NONE, NONE);
}

/// The seats' colours, in the order in which seats take them.
const SEATS: [Paint; 4] = [
    bare(0x86_95fa, 0x03_15bd, NONE, BOLD),
    bare(0xfd_c823, 0x83_6d03, NONE, BOLD),
    bare(0xdc_6497, 0x8f_057e, NONE, BOLD),
    bare(0x0e_f08a, 0x03_805b, NONE, BOLD),
];

impl Theme {
    /// For a dark background.
    pub fn dark() -> Self {
        Self::painted(|paint| styled(paint.dark))
    }

    /// For a light one.
    pub fn light() -> Self {
        Self::painted(|paint| styled(paint.light))
    }

    /// Without colour, for `NO_COLOR`: modifiers only.
    ///
    /// crossterm 0.29 turns a colour into a full reset under `NO_COLOR`: force its colours on, and use this theme.
    pub fn colourless() -> Self {
        Self::painted(|paint| styled((None, None, paint.bare)))
    }

    /// For a background and a number of colours.
    pub fn new(shade: Shade, depth: Depth) -> Self {
        let exact = match (depth, shade) {
            (Depth::Colourless, _) => return Self::colourless(),
            (_, Shade::Dark) => Self::dark(),
            (_, Shade::Light) => Self::light(),
        };
        exact.map(|style| reduced(style, depth, shade.ground()))
    }

    /// The same with ASCII signs.
    #[must_use]
    pub fn ascii(mut self) -> Self {
        self.glyphs = Glyphs::ASCII;
        self
    }

    /// The colour of a seat, by its place at the table: 0 is the first participant; the supervisor has a role of its own.
    /// Where there are more seats than colours they begin again, underlined, and with a [`Theme::seat_mark`].
    pub fn seat(&self, index: usize) -> Style {
        let style = self.seats.get(index % self.seats.len()).copied().unwrap_or_default();
        if index < self.seats.len() { style } else { style.add_modifier(LINE) }
    }

    /// What goes behind the tag of a seat so that two seats of one colour differ; empty for the first round of colours.
    pub fn seat_mark(&self, index: usize) -> &'static str {
        let marks = self.glyphs.seat_marks;
        let round = (index / self.seats.len()).min(marks.len() - 1);
        marks.get(round).copied().unwrap_or_default()
    }
}

fn styled((front, back, modifiers): Ink) -> Style {
    let color = |value: Option<u32>| value.map(|value| Rgb::hex(value).into());
    Style { fg: color(front), bg: color(back), ..Style::new() }.add_modifier(modifiers)
}
