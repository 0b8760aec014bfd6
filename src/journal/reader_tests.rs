#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::super::fixture;
use super::*;
use std::io::Write as _;

fn folder_with(bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(JOURNAL), bytes).unwrap();
    folder
}

/// The first `n` lines of the debate.
fn journal(n: usize) -> Vec<u8> {
    fixture::lines()[..n].concat()
}

#[test]
fn every_prefix_of_a_journal_is_a_session_that_was_killed_there() {
    let whole = journal(6);
    let ends: Vec<usize> = fixture::lines()
        .iter()
        .take(6)
        .scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        })
        .collect();
    for cut in 0..=whole.len() {
        let folder = folder_with(&whole[..cut]);
        let complete = ends.iter().filter(|end| **end <= cut).count();
        let sound = complete.checked_sub(1).map_or(0, |i| ends[i]);
        match read(folder.path()) {
            Ok(loaded) => {
                assert_eq!(loaded.records.len(), complete);
                assert_eq!(loaded.bytes, sound as u64);
                let torn = (cut > sound).then_some(Torn { line: complete as u64 + 1, bytes: (cut - sound) as u64 });
                assert_eq!(loaded.torn, torn);
                assert!(loaded.events().eq(&fixture::events()[..complete]));
            }
            Err(JournalError::Empty { torn, .. }) => {
                assert_eq!((complete, torn), (0, cut as u64));
            }
            Err(other) => panic!("cut at {cut}: {other}"),
        }
    }
}

#[test]
fn every_flipped_byte_is_found_and_its_line_named() {
    let whole = journal(4);
    let lines = |end: usize| whole[..end].iter().filter(|b| **b == b'\n').count() as u64;
    for at in 0..whole.len() {
        for flip in [0x01, 0x20, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let folder = folder_with(&bytes);
            let last = at == whole.len() - 1;
            match read(folder.path()) {
                Err(JournalError::Damaged { line, before, .. }) => {
                    // A line feed that is born splits a line: the damage is in its first half.
                    assert_eq!(line, lines(at) + 1, "byte {at} flipped by {flip}");
                    assert_eq!(before.records.len() as u64, line - 1);
                }
                Ok(loaded) => {
                    assert!(last && loaded.torn.is_some(), "byte {at} by {flip} unseen");
                }
                Err(other) => panic!("byte {at} flipped by {flip}: {other}"),
            }
        }
    }
}

#[test]
fn lines_taken_out_swapped_or_doubled_break_the_chain() {
    let lines = fixture::lines();
    let damaged = |order: &[usize]| {
        let bytes: Vec<u8> = order.iter().flat_map(|i| lines[*i].clone()).collect();
        match read(folder_with(&bytes).path()) {
            Err(JournalError::Damaged { line, fault, .. }) => (line, fault),
            other => panic!("{order:?}: {other:?}"),
        }
    };
    let number = |expected, found| Fault::Number { expected, found };
    assert_eq!(damaged(&[0, 2, 3]), (2, number(2, 3)));
    assert_eq!(damaged(&[0, 2, 1]), (2, number(2, 3)));
    assert_eq!(damaged(&[0, 1, 1]), (3, number(3, 2)));
    assert_eq!(damaged(&[1, 2]), (1, number(1, 2)));
}

#[test]
fn what_is_no_journal_is_called_that() {
    for bytes in [b"hello\nworld\n".as_slice(), b"{\"n\":1}\n", b"PK\x03\x04", &[b'x'; 4096]] {
        let folder = folder_with(bytes);
        assert!(matches!(read(folder.path()), Err(JournalError::Foreign { .. })));
    }
    assert!(matches!(read(folder_with(b"").path()), Err(JournalError::Empty { torn: 0, .. })));
    let none = tempfile::tempdir().unwrap();
    assert!(matches!(read(none.path()), Err(JournalError::Missing { .. })));
    fs::create_dir(none.path().join(JOURNAL)).unwrap();
    assert!(matches!(read(none.path()), Err(JournalError::Foreign { .. })));
}

#[test]
fn a_line_without_end_is_not_taken_into_memory() {
    let mut bytes = journal(2);
    bytes.resize(bytes.len() + MAX_LINE + 2, b'a');
    let folder = folder_with(&bytes);
    match read(folder.path()) {
        Err(JournalError::Damaged { line: 3, fault: Fault::TooLong, before, .. }) => {
            assert_eq!(before.records.len(), 2)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_follower_gets_each_record_once_it_is_whole() {
    let folder = folder_with(&[]);
    let mut file = fs::OpenOptions::new().append(true).open(folder.path().join(JOURNAL)).unwrap();
    let mut reader = Reader::open(folder.path()).unwrap();
    let mut got = Vec::new();
    for piece in journal(5).chunks(97) {
        file.write_all(piece).unwrap();
        got.extend(reader.poll().unwrap());
    }
    let numbers: Vec<u64> = got.iter().map(|r| r.n).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert!(reader.poll().unwrap().is_empty());
}

#[test]
fn the_opening_alone_can_be_read_from_a_damaged_journal() {
    let mut bytes = journal(3);
    let last = bytes.len() - 2;
    bytes[last] = b'x';
    let folder = folder_with(&bytes);
    let opening = read_opening(folder.path()).unwrap();
    assert_eq!(opening, fixture::opening("Where do sessions live?"));
}

#[test]
fn folding_as_it_reads_comes_to_what_folding_afterwards_does() {
    let whole = journal(fixture::lines().len());
    for cut in [whole.len(), whole.len() - 7, whole.len() / 2, 10, 0] {
        let folder = folder_with(&whole[..cut]);
        match (read(folder.path()), fold(folder.path())) {
            (Ok(loaded), Ok(folded)) => {
                let expected = Session::fold(loaded.events()).map(|session| Folded {
                    session,
                    digest: loaded.digest().unwrap().clone(),
                    torn: loaded.torn,
                });
                assert_eq!(folded, expected, "cut at {cut}");
            }
            (Err(one), Err(other)) => assert_eq!(one.to_string(), other.to_string()),
            (read, folded) => panic!("cut at {cut}: {read:?} and {folded:?}"),
        }
    }
}
