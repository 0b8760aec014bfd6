#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::color::Rgb;
use super::color::sight::{SIGHTS, distance};
use super::*;
use ratatui::style::Color;
use std::collections::BTreeSet;

/// The least contrast of text: WCAG 2.2, level AA.
const READABLE: f64 = 4.5;
/// The least contrast of lines that carry no text: WCAG 2.2, 1.4.11.
const VISIBLE: f64 = 3.0;
/// The least CIE76 distance between the colours of two speakers; 2.3 is just noticeable.
const SPEAKERS_APART: f64 = 30.0;
/// The same for good, warning and error, which are dark on a light background and so have less room.
const STATES_APART: f64 = 25.0;
/// What may be lost where colours are taken from the 240 indexed ones.
const LOST: f64 = 10.0;

const SHADES: [Shade; 2] = [Shade::Dark, Shade::Light];

fn rgb(color: Option<Color>) -> Option<Rgb> {
    match color? {
        Color::Rgb(r, g, b) => Some(Rgb(r, g, b)),
        Color::Indexed(index @ 16..=231) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            Some(Rgb(level(cube / 36), level(cube / 6 % 6), level(cube % 6)))
        }
        Color::Indexed(index @ 232..) => {
            Some(Rgb(8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)))
        }
        other => panic!("a colour that differs from terminal to terminal: {other:?}"),
    }
}

/// Every role and the seats.
fn everything(theme: &Theme) -> Vec<(String, Style)> {
    let roles = theme.roles().into_iter().map(|(name, style)| (name.to_owned(), style));
    roles.chain((0..4).map(|seat| (format!("seat {seat}"), theme.seat(seat)))).collect()
}

#[test]
fn text_can_be_read_over_its_background() {
    for shade in SHADES {
        for depth in [Depth::True, Depth::Indexed] {
            for (role, style) in everything(&Theme::new(shade, depth)) {
                let back = rgb(style.bg).unwrap_or(shade.background());
                let Some(front) = rgb(style.fg) else { continue };
                let least = if role == "border" { VISIBLE } else { READABLE };
                let ratio = front.contrast(back);
                assert!(ratio >= least, "{role} has a contrast of {ratio:.2} in {shade:?} {depth:?}");
            }
        }
    }
}

#[test]
fn no_two_roles_look_alike() {
    for theme in [Theme::dark(), Theme::light()] {
        let all = everything(&theme);
        for (at, (role, style)) in all.iter().enumerate() {
            for (other, same) in &all[at + 1..] {
                assert_ne!(style, same, "{role} and {other}");
            }
        }
    }
}

#[test]
fn without_colour_what_must_be_told_apart_still_is() {
    let theme = Theme::colourless();
    for (role, style) in everything(&theme) {
        assert_eq!((style.fg, style.bg), (None, None), "{role}");
    }
    for group in [
        vec![theme.text, theme.selection, theme.found, theme.found_here, theme.reference_here, theme.bar],
        vec![theme.text, theme.warn, theme.error, theme.good, theme.stale, theme.dim],
        vec![theme.border, theme.focus, theme.unread],
        vec![theme.text, theme.strong, theme.emphasis, theme.strike, theme.link, theme.heading, theme.subheading],
        vec![theme.text, theme.reference, theme.escape, theme.key, theme.thought],
        vec![theme.text, theme.supervisor, theme.human, theme.seat(0)],
    ] {
        let different: BTreeSet<String> = group.iter().map(|style| format!("{style:?}")).collect();
        assert_eq!(different.len(), group.len(), "{group:#?}");
    }
}

/// The least distance of any two of `colors` for anybody's eyes, and where it was found.
fn nearest_pair(colors: &[Style]) -> (f64, String) {
    let mut least = (f64::MAX, String::new());
    for sight in &SIGHTS {
        for (at, a) in colors.iter().enumerate() {
            for b in &colors[at + 1..] {
                let apart = distance(rgb(a.fg).unwrap(), rgb(b.fg).unwrap(), sight);
                if apart < least.0 {
                    least = (apart, format!("{:?} and {:?} under {}", a.fg, b.fg, sight.0));
                }
            }
        }
    }
    least
}

#[test]
fn colours_that_tell_apart_do_so_for_the_colour_blind() {
    for shade in SHADES {
        for (depth, lost) in [(Depth::True, 0.0), (Depth::Indexed, LOST)] {
            let theme = Theme::new(shade, depth);
            let tags = [theme.supervisor, theme.seat(0), theme.seat(1), theme.seat(2), theme.seat(3)];
            let states = [theme.good, theme.warn, theme.error];
            for (group, threshold) in [(&tags[..], SPEAKERS_APART), (&states, STATES_APART)] {
                let (apart, pair) = nearest_pair(group);
                assert!(apart >= threshold - lost, "{pair}: {apart:.1} in {shade:?} {depth:?}");
            }
        }
    }
}

#[test]
fn sixteen_colours_keep_seats_and_states_apart() {
    for shade in SHADES {
        let theme = Theme::new(shade, Depth::Basic);
        for group in [
            vec![theme.supervisor, theme.seat(0), theme.seat(1), theme.seat(2), theme.seat(3)],
            vec![theme.good, theme.warn, theme.error],
        ] {
            let different: BTreeSet<String> = group.iter().map(|style| format!("{:?}", style.fg)).collect();
            assert_eq!(different.len(), group.len(), "{shade:?}: {group:?}");
        }
        for (role, style) in everything(&theme) {
            assert!(!matches!(style.fg, Some(Color::Rgb(..))) && !matches!(style.bg, Some(Color::Rgb(..))), "{role}");
            assert!(style.fg.is_none() || style.fg != style.bg, "{role} cannot be seen");
        }
    }
}

#[test]
fn more_seats_than_colours_are_told_apart_by_a_mark() {
    for theme in [Theme::dark(), Theme::colourless().ascii()] {
        assert_eq!(theme.seat(4).fg, theme.seat(0).fg);
        assert_ne!(theme.seat(4), theme.seat(0));
        let marks: Vec<&str> = [0, 3, 4, 8, 12, 400].into_iter().map(|seat| theme.seat_mark(seat)).collect();
        assert_eq!(marks[..2], ["", ""]);
        assert_eq!(marks[2..5].iter().collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(marks[4], marks[5]);
    }
}

#[test]
fn the_seats_have_the_colours_that_were_chosen_for_them() {
    let dark: Vec<_> = (0..4).map(|seat| Theme::dark().seat(seat).fg).collect();
    let chosen = [0x8695fa, 0xfdc823, 0xdc6497, 0x0ef08a].map(|value| Some(Color::from(Rgb::hex(value))));
    assert_eq!(dark, chosen);
}
