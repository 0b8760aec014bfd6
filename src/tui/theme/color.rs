//! What a colour looks like, in numbers: contrast against a background and distance from another colour.
//!
//! Contrast is that of WCAG 2.2; distance is CIE76 in CIELAB under D65, where 2.3 is just noticeable.

use ratatui::style::Color;

/// An sRGB colour, eight bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// The colour written `0xRRGGBB`.
    pub const fn hex(value: u32) -> Self {
        let [_, r, g, b] = value.to_be_bytes();
        Self(r, g, b)
    }

    /// Red, green and blue light, each from 0 to 1, linear.
    pub fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Relative luminance, 0 for black and 1 for white.
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The WCAG contrast ratio with `other`, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// How far the colours look apart.
    pub fn distance(self, other: Self) -> f64 {
        lab_distance(lab(self.linear()), lab(other.linear()))
    }
}

impl From<Rgb> for Color {
    fn from(Rgb(r, g, b): Rgb) -> Self {
        Color::Rgb(r, g, b)
    }
}

/// CIELAB of linear light: lightness from 0 to 100, then the green-red and blue-yellow axes.
fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let x = 0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b;
    let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b;
    let z = 0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b;
    let f = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 };
    let (x, y, z) = (f(x / 0.950_47), f(y), f(z / 1.088_83));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn lab_distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.into_iter().zip(b).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
pub(super) mod sight {
    //! How colours look to eyes that lack one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1.

    use super::{Rgb, lab, lab_distance};

    /// One way to see: its name, and what it does to linear light.
    pub type Sight = (&'static str, [[f64; 3]; 3]);

    /// Full sight and the three kinds of colour blindness.
    pub const SIGHTS: [Sight; 4] = [
        ("full", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        ),
        (
            "deuteranopia",
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
        ),
        (
            "tritanopia",
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
        ),
    ];

    /// How far two colours look apart to somebody who sees so.
    pub fn distance(a: Rgb, b: Rgb, (_, matrix): &Sight) -> f64 {
        let seen = |c: Rgb| {
            let light = c.linear();
            lab(matrix.map(|row| row.into_iter().zip(light).map(|(m, l)| m * l).sum::<f64>().clamp(0.0, 1.0)))
        };
        lab_distance(seen(a), seen(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_are_as_far_apart_as_can_be() {
        let (black, white) = (Rgb::hex(0), Rgb::hex(0xff_ffff));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((black.distance(white) - 100.0).abs() < 0.1);
        assert!((white.contrast(white) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_known_pair_has_its_known_contrast() {
        // #767676 is the lightest grey that WCAG lets stand on white.
        let ratio = Rgb::hex(0x76_7676).contrast(Rgb::hex(0xff_ffff));
        assert!((ratio - 4.54).abs() < 0.01, "{ratio}");
    }
}
