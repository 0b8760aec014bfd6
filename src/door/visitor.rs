//! The visitor's side.

use super::news::{News, Request};
use super::place;
use super::present::Present;
use super::wire::{self, Asked, Greeting, Lines, MAX_NEWS, Told};
use crate::config::Pace;
use crate::journal::reader;
use crate::room::{Granted, Refused};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// News that may wait to be read before pieces are dropped.
const QUEUE: usize = 1024;
/// Requests that may wait to be sent.
const REQUESTS: usize = 16;
/// How long a host may take to greet.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why nobody opened.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// No host runs this session.
    #[error("nobody runs the session in {}", folder.display())]
    Nobody {
        /// The session's folder.
        folder: PathBuf,
    },
    /// Somebody answered, but no host of this session that this program understands.
    #[error("what answers at {} is no host of this session: {why}", path.display())]
    Stranger {
        /// The socket.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The system refused.
    #[error("cannot reach the host at {}", path.display())]
    Io {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A connection to the host of a running session. Dropping it leaves; for its owner that stops the session, unless
/// [`Request::Detach`] was granted before.
#[derive(Debug)]
pub struct Visitor {
    news: mpsc::Receiver<News>,
    line: Line,
    tasks: [JoinHandle<()>; 2],
}

/// The way to ask for something, apart from [`Visitor::next`]. Clone it freely; it does not keep the connection.
#[derive(Debug, Clone)]
pub struct Line {
    requests: mpsc::Sender<(Request, oneshot::Sender<Answer>)>,
}

type Answer = Result<Granted, Refused>;
/// Who waits for an answer, by the request's id. None once the connection is gone.
type Waiting = Arc<Mutex<Option<HashMap<u64, oneshot::Sender<Answer>>>>>;

impl Visitor {
    /// Knocks at the door of the session in `folder`. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Closed::Nobody`] where no host runs, also where one died and left its socket; else why it cannot be reached.
    pub async fn knock(folder: &Path) -> Result<Self, Closed> {
        let nobody = || Closed::Nobody { folder: folder.to_owned() };
        let session = reader::read_id(folder).map_err(|_| nobody())?;
        for path in place::find(folder) {
            match UnixStream::connect(&path).await {
                Ok(stream) => return greeted(stream, path, &session).await,
                // A host that died, or went just now.
                Err(e) if matches!(e.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound) => {}
                Err(source) => return Err(Closed::Io { path, source }),
            }
        }
        Err(nobody())
    }

    /// The next news; none once the connection is gone, be it after [`News::Ended`] or because the host died. May be
    /// dropped while it waits; nothing is lost.
    pub async fn next(&mut self) -> Option<News> {
        self.news.recv().await
    }

    /// The way to ask for something.
    pub fn line(&self) -> Line {
        self.line.clone()
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Line {
    /// Asks the host for something. Answers need nobody to read the news.
    ///
    /// # Errors
    /// The reasons why not, or that the host is gone.
    pub async fn ask(&self, request: Request) -> Result<Granted, Refused> {
        let gone = || Refused::because("nobody runs this session any more");
        let (done, answer) = oneshot::channel();
        self.requests.send((request, done)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// Lets the host speak first: not a word is said to anything that is not the host of this session.
async fn greeted(stream: UnixStream, path: PathBuf, session: &str) -> Result<Visitor, Closed> {
    let stranger = |why: &str| Closed::Stranger { path: path.clone(), why: why.to_owned() };
    let peer = stream.peer_cred().map_err(|source| Closed::Io { path: path.clone(), source })?;
    if peer.uid() != rustix::process::getuid().as_raw() {
        return Err(stranger("it belongs to another user"));
    }
    let (read, write) = stream.into_split();
    let mut lines = Lines::new(read, MAX_NEWS);
    let first = tokio::time::timeout(PATIENCE, lines.next()).await.map_err(|_| stranger("it does not answer"))?;
    let first = first.map_err(|source| Closed::Io { path: path.clone(), source })?;
    let greeting: Greeting = first
        .and_then(|line| serde_json::from_slice(&line).ok())
        .ok_or_else(|| stranger("it does not greet as a host does"))?;
    if greeting.conclave_door != wire::VERSION {
        return Err(stranger("it is of another version of Conclave"));
    }
    if greeting.session != session {
        return Err(stranger("it runs another session"));
    }
    let waiting: Waiting = Arc::new(Mutex::new(Some(HashMap::new())));
    let (requests, asked) = mpsc::channel(REQUESTS);
    let (news, received) = mpsc::channel(QUEUE);
    let reading = tokio::spawn(read_on(lines, Desk::new(news), Arc::clone(&waiting)));
    let writing = tokio::spawn(write_on(write, asked, waiting));
    Ok(Visitor { news: received, line: Line { requests }, tasks: [reading, writing] })
}

fn with_waiting<T>(waiting: &Waiting, act: impl FnOnce(&mut Option<HashMap<u64, oneshot::Sender<Answer>>>) -> T) -> T {
    act(&mut waiting.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Sends requests. A task of its own: were reading to wait for writing, both sides could wait for each other.
async fn write_on(
    mut to: OwnedWriteHalf,
    mut asked: mpsc::Receiver<(Request, oneshot::Sender<Answer>)>,
    waiting: Waiting,
) {
    let mut id = 0;
    while let Some((request, done)) = asked.recv().await {
        id += 1;
        // Where the connection is gone, dropping `done` tells so.
        let noted = with_waiting(&waiting, |waiting| waiting.as_mut().map(|w| w.insert(id, done)));
        if noted.is_none() || wire::write(&mut to, &Asked { id, request }).await.is_err() {
            with_waiting(&waiting, |waiting| *waiting = None);
        }
    }
}

async fn read_on(mut lines: Lines, mut desk: Desk, waiting: Waiting) {
    loop {
        tokio::select! {
            line = lines.next() => {
                let Ok(Some(line)) = line else { break };
                match serde_json::from_slice::<Told>(&line) {
                    Ok(Told::News(news)) => desk.put(news),
                    Ok(Told::Answer { id, answer }) => {
                        let done = with_waiting(&waiting, |waiting| waiting.as_mut().and_then(|w| w.remove(&id)));
                        if let Some(done) = done {
                            let _ = done.send(answer);
                        }
                    }
                    Err(error) => tracing::debug!(%error, "the host said what is not understood here"),
                }
            }
            () = desk.caught_up(), if desk.behind => {}
        }
    }
    with_waiting(&waiting, |waiting| *waiting = None);
    if desk.behind {
        desk.caught_up().await;
    }
}

/// Where news waits to be read. A reader that is too slow misses pieces, and gets the present in their place.
struct Desk {
    news: mpsc::Sender<News>,
    present: Present,
    behind: bool,
}

impl Desk {
    fn new(news: mpsc::Sender<News>) -> Self {
        Self { news, present: Present::new(false, Pace::OFF), behind: false }
    }

    fn put(&mut self, news: News) {
        self.present.take(&news);
        self.behind = self.behind || self.news.try_send(news).is_err();
    }

    /// Waits until there is room for the present, and puts it there.
    async fn caught_up(&mut self) {
        let present = self.present.news();
        let Ok(room) = self.news.reserve_many(present.len()).await else {
            // Nobody reads any more; answers may still be waited for.
            return std::future::pending().await;
        };
        room.zip(present).for_each(|(place, news)| place.send(news));
        self.behind = false;
    }
}
