//! Money in words.

/// Billionths of a US dollar, to a hundredth of a cent.
pub fn dollars(nano: u64) -> String {
    format!("{}.{:04} USD", nano / 1_000_000_000, nano % 1_000_000_000 / 100_000)
}
