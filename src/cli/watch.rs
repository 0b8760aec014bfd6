//! `conclave watch`: a session that runs somewhere else, on the screen or as lines. It only reads.

use super::args::{Common, OutputArgs, WatchArgs};
use super::error::{CommandError, Exit};
use super::lines::note;
use super::plain::Show;
use super::stage::journal_error;
use super::{places, screen};
use crate::door::{Closed, Ended, News, Visitor};
use crate::journal::{Reader, catalog};
use crate::protocol::session::Life;
use std::path::Path;

pub(super) async fn run(common: &Common, args: &WatchArgs) -> Result<Exit, CommandError> {
    let output = OutputArgs { json: args.json, plain: args.plain, ..OutputArgs::default() };
    if screen::is_wanted(&output) {
        return screen::watch(common, args).await;
    }
    if args.join {
        return Err(CommandError::usage("whoever joins a debate needs the full screen, and there is none here")
            .hint("watch without --join, and speak with conclave post"));
    }
    let settings = places::settings(common, None, None)?;
    let folder = catalog::resolve(&places::sessions(&settings)?, args.session.as_deref()).map_err(journal_error)?;
    lines(&folder, args.json).await
}

/// The way into the session in `folder`; none where nobody runs it.
pub(super) async fn knock(folder: &Path) -> Result<Option<Visitor>, CommandError> {
    match Visitor::knock(folder).await {
        Ok(visitor) => Ok(Some(visitor)),
        Err(Closed::Nobody { .. }) => Ok(None),
        Err(error) => Err(CommandError::fault("the session cannot be watched").because(&error)),
    }
}

/// Everything from the beginning on, and what comes until the host is gone. A session that nobody runs is shown as it is.
async fn lines(folder: &Path, json: bool) -> Result<Exit, CommandError> {
    // The door first: what is written between the two is read twice by nobody and missed by nobody.
    let mut visitor = knock(folder).await?;
    let mut reader = Reader::open(folder).map_err(journal_error)?;
    let mut show = Show::new(json, 0);
    let mut ended: Option<Ended> = None;
    loop {
        for record in reader.poll().map_err(journal_error)? {
            show.record(&record);
        }
        let Some(open) = &mut visitor else { break };
        match open.next().await {
            Some(News::Ended(said)) => ended = Some(said),
            Some(_) => {}
            None => visitor = None,
        }
    }
    let Some(session) = show.session() else { return Ok(Exit::Done) };
    show.summary(session, folder);
    let carry_on = || format!("conclave resume {}", session.opening().session);
    match (session.life(), ended.and_then(|ended| ended.what)) {
        // How the debate ended is not how watching it ended; that it broke off is.
        (Life::Running | Life::Escalated, Some(what)) => {
            Err(CommandError::fault(format!("the debate has stopped: {what}")).hint(carry_on()))
        }
        (Life::Running | Life::Escalated, None) => {
            note(&format!("Nobody runs it now. Carry on with: {}", carry_on()));
            Ok(Exit::Done)
        }
        (Life::Suspended(_) | Life::Closed(_), _) => Ok(Exit::Done),
    }
}
