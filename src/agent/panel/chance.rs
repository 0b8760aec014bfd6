//! Chance that is none: a number from a seed and some words, the same every time.

/// A number from 0 to 2^64 - 1 that depends on the seed and on every part (FNV-1a, then mixed).
pub(super) fn draw(seed: u64, parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for part in parts {
        // The byte 255 stands in no text and so keeps the parts apart.
        for byte in part.bytes().chain([255]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash ^= hash >> 31;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ (hash >> 29)
}

/// A number from -1 to 1.
pub(super) fn sway(seed: u64, parts: &[&str]) -> f64 {
    let unit = (draw(seed, parts) >> 11) as f64 / (1u64 << 53) as f64;
    unit * 2.0 - 1.0
}
