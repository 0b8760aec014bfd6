//! `conclave replay`: a saved session once more, on the screen, as lines, or as JSON events.

use super::args::{Common, IdleLimit, OutputArgs, ReplayArgs};
use super::dress::Dress;
use super::error::{CommandError, Exit};
use super::lines::{note, say};
use super::plain::Show;
use super::stage::journal_error;
use super::{browse, places, screen};
use crate::journal::catalog;
use crate::journal::communication::render_header;
use crate::replay::{self, At, Notice, Player, Source, Speed, Timeline, To};
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

/// The moment at which a replay begins, on a clock of its own.
const BEGIN: Duration = Duration::ZERO;

pub(super) async fn run(common: &Common, args: &ReplayArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let output = OutputArgs { json: args.json, plain: args.plain, ..OutputArgs::default() };
    let wanted = screen::is_wanted(&output);
    if wanted && args.session.is_none() {
        return browse::run(common, args, &settings).await;
    }
    let folder = catalog::resolve(&places::sessions(&settings)?, args.session.as_deref()).map_err(journal_error)?;
    if wanted {
        return on_screen(&folder, args, &Dress::of(&settings, &args.screen)?).await;
    }
    let source = replay::open(&folder).map_err(journal_error)?;
    places_are_in(&source.timeline, [args.at, args.until])?;
    tell(&source.notices);
    lines(&source, args, &folder).await;
    if args.until.is_none() {
        // Once more where it is read: the lines above may be many.
        cut_short(&source);
    }
    Ok(Exit::Done)
}

/// What is wrong with a journal that is shown all the same.
pub(super) fn tell(notices: &[Notice]) {
    for notice in notices {
        note(&format!("Note: {}. {}.", notice.what, capital(&notice.hint)));
    }
}

/// Refuses places that were typed and are not in the session.
pub(super) fn places_are_in(
    timeline: &Timeline,
    typed: impl IntoIterator<Item = Option<At>>,
) -> Result<(), CommandError> {
    let missing = typed.into_iter().flatten().try_for_each(|at| at.is_in(timeline));
    missing.map_err(|missing| CommandError::usage(missing.to_string()).hint(missing.hint()))
}

/// Says at the end of what was shown that there was more, which cannot be read.
fn cut_short(source: &Source) {
    if let Some(notice) = source.notices.iter().find(|notice| notice.more) {
        note(&format!("This is not the end of the session: {}.", notice.what));
    }
}

/// On the screen: where and how fast to begin is set here, the rest is the screen's.
pub(super) async fn on_screen(folder: &Path, args: &ReplayArgs, dress: &Dress) -> Result<Exit, CommandError> {
    let source = replay::open(folder).map_err(journal_error)?;
    places_are_in(&source.timeline, [args.at, args.until])?;
    screen::replay(source, folder, dress, |model| {
        model.player = started(&model.timeline, args);
    })
    .await
}

/// A player for the screen: it plays from where the flags say, unless that is the end of what they say is played.
fn started(timeline: &Timeline, args: &ReplayArgs) -> Player {
    let mut player = player(timeline, args, args.speed.unwrap_or(Speed::Times(1.0)));
    let until = args.until.map(|until| player.place_of(timeline, To::At(until)).records);
    player.set_stop(until);
    // From its end a player would begin anew.
    if player.records() < until.unwrap_or(timeline.len()) {
        player.play(timeline, BEGIN);
    }
    player
}

/// The player that the flags ask for, where they say it begins.
fn player(timeline: &Timeline, args: &ReplayArgs, speed: Speed) -> Player {
    let IdleLimit(idle) = args.idle_limit;
    let mut player = Player::new(timeline);
    player.set_pacing(timeline, args.pacing, idle, BEGIN);
    player.set_speed(timeline, speed, BEGIN);
    if let Some(at) = args.at {
        player.seek(timeline, To::At(at), BEGIN);
    }
    player
}

async fn lines(source: &Source, args: &ReplayArgs, folder: &Path) {
    let timeline = &source.timeline;
    let watched = !args.json && std::io::stdout().is_terminal();
    let speed = args.speed.unwrap_or(if watched { Speed::Times(1.0) } else { Speed::AtOnce });
    let player = player(timeline, args, speed);
    // What happened where it begins is shown; what happened before that is not.
    let skip = if args.at.is_some() { player.records() - 1 } else { 0 };
    let until = args.until.map_or(timeline.len(), |until| player.place_of(timeline, To::At(until)).records);
    if skip == 0 && !args.json {
        // As the log has it: with the names of those who speak at the end.
        say(&render_header(timeline.latest().opening()));
    }
    let mut show = Show::new(args.json, skip.max(1) as u64);
    let mut shown = 0;
    // How it ended is not known of one whose end cannot be read.
    let whole = until == timeline.len() && source.notices.is_empty();
    play(timeline, player, until, |records, player| {
        for record in (shown..records).filter_map(|i| timeline.record(i)) {
            let n = record.n as usize;
            if args.json && n > skip {
                let (at, playing) = (timeline.time(n), player.time_of(n).as_secs_f64());
                say(&serde_json::json!({ "n": n, "at": at, "playing": playing, "event": record.event }).to_string());
            } else if !args.json {
                show.record(&record);
            }
        }
        shown = records;
    })
    .await;
    if whole && !args.json {
        show.summary(timeline.latest(), folder);
    }
}

/// Plays up to `until` records in the player's own time, and tells `take` how many have happened whenever there are more.
async fn play(timeline: &Timeline, mut player: Player, until: usize, mut take: impl FnMut(usize, &Player)) {
    let mut now = BEGIN;
    if player.records() < until {
        player.play(timeline, now);
    }
    let mut taken = 0;
    loop {
        let records = player.records().min(until);
        if records > taken {
            take(records, &player);
            taken = records;
        }
        let Some(wait) = player.next_record(now).filter(|_| records < until) else { return };
        // A little more, so that rounding does not end it just before.
        let wait = wait + Duration::from_micros(1);
        tokio::time::sleep(wait).await;
        now += wait;
        player.tick(timeline, now);
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]
mod tests {
    use super::*;
    use crate::replay::Pacing;

    fn recorded() -> Timeline {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sessions");
        let listed = std::fs::read_to_string(root.join("recorded.txt")).unwrap();
        replay::open(&root.join(listed.lines().next().unwrap())).unwrap().timeline
    }

    #[tokio::test(start_paused = true)]
    async fn records_come_at_their_playing_times_at_every_speed() {
        let timeline = recorded();
        for speed in [Speed::Times(0.5), Speed::Times(1.0), Speed::Times(16.0)] {
            let mut player = Player::new(&timeline);
            player.set_pacing(&timeline, Pacing::Text, None, BEGIN);
            player.set_speed(&timeline, speed, BEGIN);
            let Speed::Times(factor) = speed else { panic!() };
            let began = tokio::time::Instant::now();
            let mut seen = Vec::new();
            play(&timeline, player, timeline.len(), |records, player| {
                seen.push(records);
                let due = player.time_of(records).as_secs_f64() / factor;
                let late = began.elapsed().as_secs_f64() - due;
                // The timer of the test counts in milliseconds, and each wait is rounded up to one.
                assert!((-0.01..0.002 * records as f64 + 0.01).contains(&late), "{speed}: {records} are {late} s late");
            })
            .await;
            assert_eq!(seen.last(), Some(&timeline.len()));
            assert!(seen.len() > timeline.len() / 2);
        }
    }

    #[test]
    fn a_screen_that_begins_at_the_end_stands_there_and_one_that_does_not_plays() {
        use super::super::args::{Cli, Verb};
        use clap::Parser as _;
        let timeline = recorded();
        let started = |flags: &[&str]| {
            let typed = ["conclave", "replay"].iter().chain(flags);
            let Verb::Replay(args) = Cli::try_parse_from(typed).unwrap().verb else { panic!() };
            let player = started(&timeline, &args);
            (player.records(), player.is_paused())
        };
        assert_eq!(started(&[]), (1, false));
        assert_eq!(started(&["--at", "end"]), (timeline.len(), true));
        assert_eq!(started(&["--at", "100%"]), (timeline.len(), true));
        let third = timeline.of_entry(crate::protocol::EntryNumber(3)).unwrap();
        assert_eq!(started(&["--at", "#3"]), (third, false));
        assert_eq!(started(&["--at", "#3", "--until", "#3"]), (third, true));
        assert_eq!(started(&["--at", "#3", "--until", "#2"]), (third, true));
    }

    #[tokio::test(start_paused = true)]
    async fn at_once_takes_no_time_and_until_is_the_end() {
        let timeline = recorded();
        let mut player = Player::new(&timeline);
        player.set_speed(&timeline, Speed::AtOnce, BEGIN);
        let began = tokio::time::Instant::now();
        let mut last = 0;
        play(&timeline, player, 7, |records, _| last = records).await;
        assert_eq!(last, 7);
        assert!(began.elapsed() < Duration::from_millis(100));
    }
}
