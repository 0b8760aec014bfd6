//! Cuts bytes into lines, bounded, whatever the line ends are and wherever the network cut.

/// Longest line, bytes. A line of a stream holds one token and its dressing; a megabyte is never meant well.
pub(super) const LINE_LIMIT: usize = 1 << 20;

/// A line longer than [`LINE_LIMIT`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LineTooLong;

/// Feed it bytes in order; take what is left with [`Lines::rest`] at the end.
#[derive(Debug, Default)]
pub(super) struct Lines {
    line: Vec<u8>,
    after_cr: bool,
}

impl Lines {
    /// The lines that `bytes` complete, without their ends. Bytes that are not UTF-8 become replacement characters.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, LineTooLong> {
        let mut lines = Vec::new();
        for &byte in bytes {
            let half = std::mem::take(&mut self.after_cr) && byte == b'\n';
            match byte {
                b'\n' if half => {}
                b'\n' | b'\r' => {
                    self.after_cr = byte == b'\r';
                    lines.push(self.rest());
                }
                _ if self.line.len() >= LINE_LIMIT => return Err(LineTooLong),
                _ => self.line.push(byte),
            }
        }
        Ok(lines)
    }

    /// What stands behind the last line end.
    pub(super) fn rest(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_network_may_cut_anywhere(size in 1_usize..9) {
            let text = "data: ä€\u{1f642}\r\n\r\nb\rc\n\nrest";
            let mut lines = Lines::default();
            let mut out: Vec<String> = Vec::new();
            for bytes in text.as_bytes().chunks(size) {
                out.extend(lines.push(bytes).unwrap());
            }
            prop_assert_eq!(out, ["data: ä€\u{1f642}", "", "b", "c", ""]);
            prop_assert_eq!(lines.rest(), "rest");
        }
    }

    #[test]
    fn a_line_is_bounded() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(&vec![b'x'; LINE_LIMIT]), Ok(vec![]));
        assert_eq!(lines.push(b"x"), Err(LineTooLong));
    }
}
