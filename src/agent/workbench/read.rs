//! `read`: some lines of one file, numbered.

use super::project::{Folder, open};
use super::{Raw, line};
use crate::protocol::Spot;
use std::fmt::Write;
use std::io::{BufRead, BufReader, Read};

/// Most lines that one look gives.
const MAX_LINES: u32 = 400;
/// Largest file that is read, in bytes.
pub(super) const MAX_FILE: u64 = 8 << 20;
/// Bytes at the start of a file in which a zero shows that it is no text.
const HEAD: usize = 8 * 1024;

/// Lines of the file at `path` from line `from`, `lines` of them, in at most `most` bytes.
pub(super) fn read(folder: &Folder, path: &str, (from, lines): (u32, u32), most: usize) -> Result<Raw, String> {
    let shown = folder.file(path)?;
    let file = open(&shown)?;
    let size = file.metadata().map(|about| about.len()).unwrap_or(u64::MAX);
    if size > MAX_FILE {
        let most = MAX_FILE >> 20;
        return Err(format!("{} is larger than {most} MiB, the most that is read or searched", shown.path));
    }
    let mut reader = BufReader::with_capacity(HEAD, file.take(MAX_FILE));
    let head = reader.fill_buf().map_err(|_| format!("{} cannot be read", shown.path))?;
    if head.contains(&0) {
        return Err(format!("{} is no text", shown.path));
    }
    let from = from.max(1);
    let wanted = if lines == 0 { MAX_LINES } else { lines.min(MAX_LINES) };
    let mut out = Raw { text: String::new(), spots: Vec::new(), left_out: String::new() };
    let (mut number, mut last, mut bytes) = (0u32, 0u32, Vec::new());
    loop {
        bytes.clear();
        match reader.read_until(b'\n', &mut bytes) {
            Ok(0) => break,
            Ok(_) => number = number.saturating_add(1),
            Err(_) => return Err(format!("{} cannot be read", shown.path)),
        }
        if number < from {
            continue;
        }
        let shown_line = format!("{number}\t{}\n", line(&String::from_utf8_lossy(&bytes)));
        if number - from >= wanted || out.text.len() + shown_line.len() > most {
            let _ = write!(out.left_out, "lines from {number} on");
            break;
        }
        out.text.push_str(&shown_line);
        last = number;
    }
    if last == 0 && !(number == 0 && from == 1) {
        return Err(if out.left_out.is_empty() {
            format!("{} has {number} lines: there is no line {from}", shown.path)
        } else {
            format!("line {from} of {} is longer than what may still be given", shown.path)
        });
    }
    if last > 0 {
        out.spots.push(Spot { path: shown.path, from, to: last });
    }
    Ok(out)
}
