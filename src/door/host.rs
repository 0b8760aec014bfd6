//! The host's side: news out, requests in, and what becomes of the session when its owner goes.

use super::news::{Ended, News, Request};
use super::place::Place;
use super::present::Present;
use super::wire::{self, Asked, Greeting, Lines, MAX_REQUEST, Told};
use crate::journal::{Feed, Journal};
use crate::room::{Floor, Granted, Live, Refused, Room};
use futures::FutureExt;
use futures::stream::{FuturesUnordered, StreamExt};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{broadcast, watch};
use tokio::task::{AbortHandle, JoinSet};

/// How many lines a visitor may lag behind before it misses pieces.
const BACKLOG: usize = 1024;
/// Most visitors at a time.
const VISITORS: usize = 32;
/// Most requests of one visitor that are being dealt with at a time.
const REQUESTS: usize = 16;
/// How long the end waits for visitors to hear of it.
const FAREWELL: Duration = Duration::from_secs(3);

/// A door that is open. Dropping it shuts it without a word.
#[derive(Debug)]
pub struct Door {
    shared: Arc<Shared>,
    tasks: [AbortHandle; 2],
    /// Nobody is let in any more.
    shut: watch::Sender<bool>,
    /// Resolves when the last visitor has gone.
    serving: Option<tokio::task::JoinHandle<()>>,
    place: Option<Place>,
}

#[derive(Debug)]
struct Shared {
    session: String,
    floor: Floor,
    lines: broadcast::Sender<Line>,
    /// Whether the session was ever owned.
    claimed: watch::Sender<bool>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    present: Present,
    /// How many visitors own the session.
    owners: usize,
}

/// A line for all visitors.
#[derive(Debug, Clone)]
struct Line {
    bytes: Arc<[u8]>,
    /// Nothing follows.
    last: bool,
}

/// Opens the door to the session that `room` is about to run, whose events are in `journal`. Needs a tokio runtime.
///
/// # Errors
/// Where no socket can be made.
pub fn open(room: &Room, journal: &Journal) -> io::Result<Door> {
    let (listener, place) = Place::make(journal.folder())?;
    let floor = room.floor();
    let present = Present::new(*floor.paused().borrow(), floor.pacer().pace());
    let shared = Arc::new(Shared {
        session: room.session().opening().session.clone(),
        floor,
        lines: broadcast::Sender::new(BACKLOG),
        claimed: watch::Sender::new(false),
        state: Mutex::new(State { present, owners: 0 }),
    });
    let (shut, shutting) = watch::channel(false);
    let watching = tokio::spawn(watch_room(Arc::clone(&shared), room.live(), journal.subscribe()));
    let serving = tokio::spawn(serve(Arc::clone(&shared), listener, shutting));
    let tasks = [watching.abort_handle(), serving.abort_handle()];
    Ok(Door { shared, tasks, shut, serving: Some(serving), place: Some(place) })
}

impl Door {
    /// Waits until a visitor owns the session; false if none does within that time.
    pub async fn claimed(&self, within: Duration) -> bool {
        let mut claimed = self.shared.claimed.subscribe();
        tokio::time::timeout(within, claimed.wait_for(|claimed| *claimed)).await.is_ok()
    }

    /// Tells every visitor how the host ended and shuts the door. Waits a moment for those who are slow to hear.
    pub async fn close(mut self, ended: Ended) {
        self.shut.send_replace(true);
        self.place = None;
        self.shared.publish(&News::Ended(ended));
        if let Some(serving) = self.serving.take() {
            let _ = tokio::time::timeout(FAREWELL, serving).await;
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // What a panic left is still a state: no step of its changes depends on another.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells all visitors. Under the lock, so that whoever comes meanwhile hears it once: in the present or as news.
    fn publish(&self, news: &News) {
        let mut state = self.state();
        if !state.present.take(news) {
            return;
        }
        let last = matches!(news, News::Ended(_));
        if let Ok(bytes) = wire::line(&Told::News(news.clone())) {
            // Nobody may be visiting.
            let _ = self.lines.send(Line { bytes: bytes.into(), last });
        }
    }

    /// What holds now, and whatever comes after it.
    fn enter(&self) -> (Vec<News>, broadcast::Receiver<Line>) {
        let state = self.state();
        (state.present.news(), self.lines.subscribe())
    }

    fn own(&self) {
        self.state().owners += 1;
        self.claimed.send_replace(true);
    }

    /// An owner goes. The last one to go without detaching takes the session with it.
    fn disown(&self, detached: bool) {
        let mut state = self.state();
        state.owners = state.owners.saturating_sub(1);
        if state.owners == 0 && !detached {
            self.floor.stop();
        }
    }
}

/// Turns what happens in the room into news, until its journal is closed.
async fn watch_room(shared: Arc<Shared>, mut live: broadcast::Receiver<Live>, mut feed: Feed) {
    let mut paused = shared.floor.paused();
    let mut tempo = shared.floor.pacer().watch();
    loop {
        tokio::select! {
            record = feed.next() => {
                if record.is_none() {
                    while let Ok(live) = live.try_recv() {
                        shared.publish(&News::Live(live));
                    }
                    return;
                }
                // Many at once are one piece of news.
                feed.ready();
                shared.publish(&News::Grew);
            }
            heard = live.recv() => match heard {
                Ok(live) => shared.publish(&News::Live(live)),
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "the door was too slow for the room");
                    shared.state().present.lose();
                    shared.publish(&News::Growing(Vec::new()));
                }
                // The room is gone; its journal may have more.
                Err(broadcast::error::RecvError::Closed) => return drain(&shared, feed).await,
            },
            Ok(()) = paused.changed() => {
                let paused = *paused.borrow_and_update();
                shared.publish(&News::Paused(paused));
            }
            Ok(()) = tempo.changed() => {
                let pace = tempo.borrow_and_update().pace;
                shared.publish(&News::Pace(pace));
            }
        }
    }
}

async fn drain(shared: &Shared, mut feed: Feed) {
    while feed.next().await.is_some() {
        shared.publish(&News::Grew);
    }
}

/// Lets visitors in until the door is shut, and waits for the last to go.
async fn serve(shared: Arc<Shared>, listener: UnixListener, mut shutting: watch::Receiver<bool>) {
    let mut visitors = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = is_shut(&mut shutting) => break,
            Some(_) = visitors.join_next() => {}
            knocked = listener.accept() => match knocked {
                Ok((stream, _)) if visitors.len() < VISITORS && is_same_user(&stream) => {
                    visitors.spawn(attend(Arc::clone(&shared), stream));
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "a visitor could not be let in");
                    // Out of file handles, most likely: trying again at once would only spin.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    drop(listener);
    while visitors.join_next().await.is_some() {}
}

async fn is_shut(shutting: &mut watch::Receiver<bool>) {
    // Where the other end is gone, the door is too.
    drop(shutting.wait_for(|shut| *shut).await);
}

fn is_same_user(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::getuid().as_raw())
}

/// Attends to one visitor until it goes. Whatever it does, it holds nobody up but itself.
async fn attend(shared: Arc<Shared>, stream: UnixStream) {
    let mut owns = false;
    if let Err(error) = converse(&shared, stream, &mut owns).await {
        tracing::debug!(%error, "a visitor's connection broke");
    }
    if owns {
        shared.disown(false);
    }
}

async fn converse(shared: &Shared, stream: UnixStream, owns: &mut bool) -> io::Result<()> {
    let (read, mut to) = stream.into_split();
    let greeting = Greeting { conclave_door: wire::VERSION, session: shared.session.clone() };
    wire::write(&mut to, &greeting).await?;
    let mut requests = Lines::new(read, MAX_REQUEST);
    let (present, mut lines) = shared.enter();
    if tell_all(&mut to, present).await? {
        return Ok(());
    }
    let mut answers = FuturesUnordered::new();
    loop {
        tokio::select! {
            Some((id, answer)) = answers.next() => wire::write(&mut to, &Told::Answer { id, answer }).await?,
            line = lines.recv() => match line {
                Ok(Line { bytes, last }) => {
                    to.write_all(&bytes).await?;
                    if last {
                        return to.shutdown().await;
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    let (present, following) = shared.enter();
                    lines = following;
                    if tell_all(&mut to, present).await? {
                        return Ok(());
                    }
                }
                Err(broadcast::error::RecvError::Closed) => return Ok(()),
            },
            request = requests.next(), if answers.len() < REQUESTS => {
                let request = match request {
                    Ok(Some(line)) => serde_json::from_slice::<Asked>(&line).map_err(|e| e.to_string()),
                    Ok(None) => return Ok(()),
                    Err(error) => return refuse(&mut to, error.to_string()).await,
                };
                match request {
                    Ok(Asked { id, request: Request::Own }) => {
                        if !*owns {
                            shared.own();
                        }
                        *owns = true;
                        answers.push(futures::future::ready((id, Ok(Granted::Done))).boxed());
                    }
                    Ok(Asked { id, request: Request::Detach }) => {
                        if *owns {
                            shared.disown(true);
                        }
                        *owns = false;
                        answers.push(futures::future::ready((id, Ok(Granted::Done))).boxed());
                    }
                    Ok(Asked { id, request }) => {
                        let floor = shared.floor.clone();
                        answers.push(async move { (id, carry_out(&floor, request).await) }.boxed());
                    }
                    Err(fault) => return refuse(&mut to, fault).await,
                }
            }
        }
    }
}

/// Tells what holds now; true where that includes the end.
async fn tell_all(to: &mut OwnedWriteHalf, present: Vec<News>) -> io::Result<bool> {
    let ended = present.iter().any(|news| matches!(news, News::Ended(_)));
    for news in present {
        wire::write(to, &Told::News(news)).await?;
    }
    Ok(ended)
}

/// Who says what cannot be read is told so, and shown out: nobody knows where its next request would begin.
async fn refuse(to: &mut OwnedWriteHalf, fault: String) -> io::Result<()> {
    let answer = Err(Refused::because(format!("this is no request: {fault}")));
    wire::write(to, &Told::Answer { id: 0, answer }).await?;
    to.shutdown().await
}

async fn carry_out(floor: &Floor, request: Request) -> Result<Granted, Refused> {
    match request {
        Request::Say(say) => floor.say(say).await,
        Request::Reply { seat, reply } => floor.reply(seat, reply).await,
        Request::Pause(pause) => {
            floor.pause(pause);
            Ok(Granted::Done)
        }
        Request::Pace(change) => {
            floor.pace(change);
            Ok(Granted::Done)
        }
        Request::Stop => {
            floor.stop();
            Ok(Granted::Done)
        }
        // These are about the visitor, not the room, and were dealt with where it is attended to.
        Request::Own | Request::Detach => Ok(Granted::Done),
    }
}
