//! `conclave doctor`: what works, what does not, and what to type next.
//!
//! | file | holds |
//! | --- | --- |
//! | `seats` | which seats share an endpoint, and what is in the way of those that have none |
//! | `endpoint` | a checkup's figures, judged |
//! | `terminal` | what the terminal can do, as far as its environment tells |
//! | `row` | one line of the report |
//! | `report` | the whole of it, for people and for programs |

mod endpoint;
mod report;
mod row;
mod seats;
mod terminal;

use super::args::{Common, DoctorArgs};
use super::error::{CommandError, Exit};
use super::lines::{note, say, tame};
use super::voices::Casting;
use super::{places, table};
use crate::llm::{self, Spent};
use crate::protocol::Author;
use crate::room::{Clock, SystemClock};
use futures::future::join_all;
use report::{Checked, Report};
use seats::{Bench, What};
use std::time::Duration;

/// How long one call may take, where nothing else was said: a local server may have to load its model first.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) async fn run(common: &Common, args: DoctorArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, Some(&args.models), None)?;
    let table = table::of_names(&settings, args.seats.as_ref().map(|s| s.0.as_slice()), &args.models.seat)?;
    let seats = table.seats.into_iter().map(|seat| Author::Seat(seat.tag));
    let authors = std::iter::once(Author::Supervisor).chain(seats);
    let mut casting = Casting::new(&settings, true).tracing_bodies(args.models.trace_bodies);
    let benches = seats::benches(&mut casting, authors.collect()).await;
    if !args.json && benches.iter().any(|bench| matches!(bench.what, What::Model(_))) {
        note("Checking; each endpoint gets a few calls of some tokens.");
    }
    let patience = args.timeout.unwrap_or(PATIENCE);
    // One after the other at one server, which may serve one call at a time; different servers at once.
    let servers = seats::by_server(benches).into_iter().map(|benches| async move {
        let mut checked = Vec::new();
        for bench in benches {
            checked.push(check(bench, patience).await);
        }
        checked
    });
    let report = Report {
        endpoints: join_all(servers).await.into_iter().flatten().collect(),
        terminal: terminal::rows(&terminal::Facts::of_system()),
        places: report::places(&settings)?,
        settings: settings.report(),
    };
    if args.json {
        say(&report.json());
    } else {
        report.lines().iter().for_each(|line| say(&tame(line)));
    }
    Ok(if report.is_usable() { Exit::Done } else { Exit::Endpoint })
}

async fn check(bench: Bench, patience: Duration) -> Checked {
    let Bench { authors, what } = bench;
    let (rows, spent) = match &what {
        What::Panel => (endpoint::panel(), Spent::default()),
        What::Person => (endpoint::person(), Spent::default()),
        What::Refused(error) => (endpoint::refused(error), Spent::default()),
        What::Model(asked) => match llm::check_up(&asked.spec, patience, &|| SystemClock.now()).await {
            Ok(checkup) => (endpoint::rows(asked, &checkup), checkup.spent),
            Err(error) => (endpoint::unusable(&error), Spent::default()),
        },
    };
    Checked { authors, what, rows, spent }
}
