#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::super::fixture::{self, posted};
use super::*;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn first() -> Event {
    fixture::events()[0].clone()
}

fn session_in(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("sessions").join("one")
}

#[tokio::test]
async fn appends_at_once_are_acknowledged_in_order_and_are_on_disk_by_then() {
    let dir = tempfile::tempdir().unwrap();
    let folder = session_in(&dir);
    let journal = Journal::create(&folder, first()).await.unwrap();
    let waiting: Vec<_> = (0..200)
        .map(|i| {
            let (journal, folder) = (journal.clone(), folder.clone());
            tokio::spawn(async move {
                let done = journal.append(posted(&i.to_string())).await.unwrap();
                // Another process would find it there.
                let there = reader::read(&folder).unwrap();
                let record = &there.records[done.n as usize - 1];
                assert_eq!(record.digest, done.digest);
                assert_eq!(*record.event, posted(&i.to_string()));
                done.n
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in waiting {
        numbers.push(task.await.unwrap());
    }
    // Spawned tasks of this runtime run in order, and so do their records.
    assert_eq!(numbers, (2..202).collect::<Vec<_>>());
    let digest = journal.digest();
    journal.close().await.unwrap();
    let loaded = reader::read(&folder).unwrap();
    assert_eq!(loaded.records.len(), 201);
    assert_eq!(loaded.digest().cloned(), digest);
}

#[tokio::test]
async fn a_second_writer_is_refused_until_the_first_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    let folder = session_in(&dir);
    let journal = Journal::create(&folder, first()).await.unwrap();
    let refused = Journal::open(&folder).await.unwrap_err();
    assert!(matches!(refused, JournalError::Held { .. }));
    assert!(refused.to_string().contains("one"), "{refused}");
    assert!(matches!(Journal::create(&folder, first()).await, Err(JournalError::Exists { .. })));
    let left = journal.clone();
    journal.close().await.unwrap();
    assert!(matches!(left.append(posted("late")).await, Err(JournalError::Closed { .. })));
    let (_open, loaded) = Journal::open(&folder).await.unwrap();
    assert_eq!(loaded.records.len(), 1);
}

#[tokio::test]
async fn a_torn_record_is_cut_off_and_the_chain_goes_on() {
    let whole = fixture::lines()[..3].concat();
    let last = fixture::lines()[2].len();
    for missing in 1..=last {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(JOURNAL), &whole[..whole.len() - missing]).unwrap();
        let (journal, loaded) = Journal::open(dir.path()).await.unwrap();
        assert_eq!(loaded.records.len(), 2);
        assert_eq!(loaded.torn.map_or(0, |t| t.bytes), (last - missing) as u64);
        let done = journal.append(posted("on")).await.unwrap();
        assert_eq!(done.n, 3);
        journal.close().await.unwrap();
        let loaded = reader::read(dir.path()).unwrap();
        assert_eq!((loaded.records.len(), loaded.torn), (3, None));
    }
}

#[tokio::test]
async fn damage_is_not_repaired_but_refused() {
    let mut bytes = fixture::lines()[..3].concat();
    bytes[40] ^= 1;
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(JOURNAL), &bytes).unwrap();
    let refused = Journal::open(dir.path()).await.unwrap_err();
    assert!(matches!(refused, JournalError::Damaged { line: 1, .. }));
    assert_eq!(std::fs::read(dir.path().join(JOURNAL)).unwrap(), bytes);
}

#[cfg(unix)]
#[tokio::test]
async fn folder_and_file_are_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let folder = session_in(&dir);
    let _journal = Journal::create(&folder, first()).await.unwrap();
    let mode = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join(JOURNAL)), 0o600);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named_with_a_hint() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o500)).unwrap();
    // Root may write anywhere but where the kernel itself says no.
    let root = std::fs::write(dir.path().join("probe"), b"").is_ok();
    let place = if root { Path::new("/sys") } else { dir.path() };
    let error = Journal::create(&place.join("one"), first()).await.unwrap_err();
    assert!(matches!(&error, JournalError::Io { .. }), "{error:?}");
    assert_eq!(error.hint(), "choose a folder you may write to");
    assert!(error.to_string().contains("one"));
}

#[tokio::test]
async fn a_feed_gives_every_record_once_whenever_it_was_opened() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::create(&session_in(&dir), first()).await.unwrap();
    let mut watchers = Vec::new();
    for i in 0..60 {
        if i % 20 == 0 {
            let mut feed = journal.subscribe();
            watchers.push(tokio::spawn(async move {
                let mut numbers: Vec<u64> = feed.ready().iter().map(|r| r.n).collect();
                while let Some(record) = feed.next().await {
                    numbers.push(record.n);
                }
                numbers
            }));
        }
        journal.append(posted(&i.to_string())).await.unwrap();
    }
    let mut late = journal.subscribe();
    journal.close().await.unwrap();
    for watcher in watchers {
        assert_eq!(watcher.await.unwrap(), (1..=61).collect::<Vec<_>>());
    }
    assert_eq!(late.ready().len(), 61);
    assert_eq!(late.next().await, None);
}

/// A disk in memory that is full after some bytes.
#[derive(Clone, Default)]
struct Small {
    bytes: Arc<Mutex<Vec<u8>>>,
    room: usize,
    syncs: Arc<AtomicUsize>,
}

impl Disk for Small {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut all = self.bytes.lock().unwrap();
        let fits = bytes.len().min(self.room - all.len());
        all.extend_from_slice(&bytes[..fits]);
        if fits < bytes.len() {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.bytes.lock().unwrap().truncate(len as usize);
        Ok(())
    }
}

fn on(disk: &Small) -> Journal {
    Journal::run(Path::new("s"), Box::new(disk.clone()), Loaded::default())
}

#[tokio::test]
async fn a_full_disk_leaves_no_half_record_and_is_the_last_word() {
    let lines = fixture::lines();
    let disk = Small { room: lines[0].len() + lines[1].len() + 9, ..Small::default() };
    let journal = on(&disk);
    let mut feed = journal.subscribe();
    for event in &fixture::events()[..2] {
        journal.append(event.clone()).await.unwrap();
    }
    for _ in 0..2 {
        let error = journal.append(posted("x")).await.unwrap_err();
        assert!(error.hint().starts_with("free some space"), "{error}");
    }
    assert_eq!(*disk.bytes.lock().unwrap(), lines[..2].concat());
    assert_eq!(feed.ready().len(), 2, "watchers see what counts");
}

#[tokio::test]
async fn appends_that_wait_together_share_a_sync() {
    let disk = Small { room: usize::MAX, ..Small::default() };
    let journal = on(&disk);
    let waiting = fixture::events().into_iter().map(|e| journal.append(e));
    let done = futures::future::join_all(waiting).await;
    assert!(done.iter().all(Result::is_ok));
    assert_eq!(disk.syncs.load(Ordering::SeqCst), 1);
    assert_eq!(*disk.bytes.lock().unwrap(), fixture::lines().concat());
}

#[tokio::test]
async fn an_event_nobody_could_read_back_is_refused_alone() {
    let journal = on(&Small { room: usize::MAX, ..Small::default() });
    assert!(matches!(journal.append(posted("no opening yet")).await, Err(JournalError::Unwritable { .. })));
    assert_eq!(journal.append(first()).await.unwrap().n, 1);
}
