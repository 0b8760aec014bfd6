//! Contrast, computed from the style sheet: 4.5 for text (WCAG 2.2, 1.4.3).

use std::collections::BTreeMap;

const STYLE: &str = include_str!("../style.css");

/// The colours named in the block after `start`.
fn palette(start: &str) -> BTreeMap<&'static str, &'static str> {
    let block = STYLE.split_once(start).unwrap().1.split('}').next().unwrap();
    let pairs = block.split([';', '{']).filter_map(|d| d.trim().split_once(": "));
    pairs.filter(|(name, value)| name.starts_with("--") && value.starts_with('#')).collect()
}

/// Relative luminance (WCAG 2.2, definitions).
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, two: &str) -> f64 {
    let (one, two) = (luminance(one), luminance(two));
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

#[test]
fn every_text_can_be_read_in_both_schemes() {
    for start in [":root {", "@media (prefers-color-scheme: dark) {\n  :root {", "@media print {\n  :root {"] {
        let colours = palette(start);
        let mut pairs = vec![("--paper", "--bad"), ("--good", "--good-wash"), ("--bad", "--bad-wash")];
        pairs.extend([("--wary", "--wary-wash"), ("--ink", "--wary-wash"), ("--ink", "--bad-wash")]);
        pairs.extend([("--ink", "--code"), ("--paper", "--ink")]);
        for ground in ["--paper", "--panel"] {
            let inks = ["--ink", "--soft", "--link", "--r0", "--r1", "--r2", "--r3", "--r4", "--bad", "--wary"];
            pairs.extend(inks.map(|ink| (ink, ground)));
        }
        for (one, two) in pairs {
            let found = contrast(colours[one], colours[two]);
            assert!(found >= 4.5, "{one} on {two} in {start}: {found:.2}");
        }
    }
}
