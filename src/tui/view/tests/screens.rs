//! Whole screens as people see them. Read them after a change: they are the specification of the look.

use super::made_up::{self, Until};
use super::{Screen, options, recorded, rows};
use crate::protocol::Event;
use crate::tui::model::live::Live;
use crate::tui::theme::Theme;
use insta::assert_snapshot;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

/// The sizes at which the screen is another one.
const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (40, 12), (30, 5)];

/// The same screen at each size, one under the other.
fn at_every_size(make: impl Fn() -> Screen) -> String {
    let shots = SIZES.map(|(width, height)| {
        let mut screen = make().sized(width, height);
        format!("{width}×{height}\n{}", screen.text())
    });
    shots.join("\n\n")
}

/// The recorded debate in deliberation, right after a wave was asked.
fn asked() -> Vec<crate::journal::Record> {
    let mut all = recorded();
    let half = all.len() / 2;
    let asked = all[half..].iter().position(|r| matches!(*r.event, Event::Asked { .. })).unwrap();
    all.truncate(half + asked + 1);
    all
}

/// The same with several who write at once.
fn writing() -> Screen {
    let screen = Screen::running(asked()).wait(8);
    let at_work: Vec<String> = screen.model.scene.writers.iter().map(|w| w.author.to_string()).collect();
    let reply = r#"{"type":"REVIEW","content":"I read **clause 2** again. What it leaves open:\n\n- a token that is stolen at 15:00\n- a second login in between\n\nThe exception is acceptable if the return endpoint never sets"#;
    let with_move = r#"{"type":"REVIEW","content":"Clause 1 holds.","moves":[{"move":"agree","decision":"D1","because":"K1 is met by cl"#;
    let screen = screen.piece(&at_work[0], reply);
    match at_work.get(1) {
        Some(second) => screen.piece(second, with_move),
        None => screen,
    }
}

#[test]
fn a_saved_debate_at_its_end() {
    assert_snapshot!(at_every_size(|| Screen::saved(recorded())));
}

#[test]
fn a_running_debate_with_several_writers() {
    assert_snapshot!(at_every_size(writing));
}

#[test]
fn the_beginning_before_anybody_has_spoken() {
    let mut all = recorded();
    all.truncate(2);
    assert_snapshot!(at_every_size(|| Screen::running(all.clone()).wait(3)));
}

#[test]
fn the_middle_of_a_replay() {
    assert_snapshot!(at_every_size(|| Screen::saved(recorded()).press(": 5 0 % Enter > , ,")));
}

#[test]
fn the_past_of_a_running_debate() {
    assert_snapshot!(Screen::running(asked()).wait(90).press("Left Left Left").text());
}

#[test]
fn a_reader_who_holds_and_what_came_meanwhile() {
    let all = recorded();
    let some = all.len() / 2;
    let mut screen = Screen::running(all[..some].to_vec()).press("PgUp PgUp");
    screen.tell(crate::tui::update::Msg::Records(all[some..some + 12].to_vec()));
    let held = screen.text();
    let unread = screen.press("u").text();
    assert_snapshot!(format!("held\n{held}\n\nu\n{unread}"));
}

#[test]
fn the_document_beside_the_log_and_in_its_place() {
    assert_snapshot!(at_every_size(|| Screen::saved(recorded()).press("d PgDn PgDn")));
}

#[test]
fn a_search_while_it_is_typed_and_after() {
    let typed = Screen::saved(recorded()).press("g /").write("revoke").text();
    let kept = Screen::saved(recorded()).press("g /").write("revoke").press("Enter n").sized(80, 24).text();
    assert_snapshot!(format!("typed\n{typed}\n\nkept\n{kept}"));
}

#[test]
fn lists_over_the_screen() {
    let shot = |keys: &str| {
        let wide = Screen::saved(recorded()).press(keys).sized(80, 24).text();
        let small = Screen::saved(recorded()).press(keys).sized(40, 12).text();
        format!("{keys}\n{wide}\n\n{small}")
    };
    let lists = ["?", ":", "c", "e", "& Down Down Enter", "g } } } Enter"].map(shot);
    assert_snapshot!(lists.join("\n\n"));
}

#[test]
fn a_filtered_log_says_so() {
    assert_snapshot!(Screen::saved(recorded()).press("&").write("by SECURITY").press("Enter Esc").sized(80, 24).text());
}

#[test]
fn the_composer_and_the_question_on_leaving() {
    let composer = |width, height| {
        let screen = Screen::running(made_up::records(Until::Stale)).press("i Tab");
        screen.write("Which of the two ways is cheaper to undo? 二つの方法のうち。").sized(width, height).text()
    };
    let leaving = Screen::running(asked()).press("q").sized(80, 24).text();
    assert_snapshot!(format!("{}\n\n{}\n\n{leaving}", composer(100, 30), composer(40, 12)));
}

#[test]
fn eight_seats_and_twelve_decisions_after_their_first_verdicts() {
    assert_snapshot!(at_every_size(|| Screen::running(made_up::records(Until::Judged)).wait(102)));
}

#[test]
fn stale_cells_a_retry_with_its_cause_and_budgets_near_their_end() {
    assert_snapshot!(at_every_size(|| Screen::running(made_up::records(Until::Stale)).wait(5)));
}

#[test]
fn a_debate_that_a_limit_suspended() {
    assert_snapshot!(at_every_size(|| Screen::saved(made_up::records(Until::Suspended))));
}

#[test]
fn a_debate_that_ended_without_consensus() {
    assert_snapshot!(at_every_size(|| Screen::saved(made_up::records(Until::NoConsensus))));
}

#[test]
fn every_pane_alone() {
    let shot = |keys: &str, (width, height)| {
        let screen = Screen::running(made_up::records(Until::Stale)).wait(5).press(keys);
        format!("{keys} {width}×{height}\n{}", screen.sized(width, height).text())
    };
    let panes = ["2 f", "3 f", "4 f", "3", "2", "4", "3 Down Down l l l"];
    let shots = panes.iter().flat_map(|keys| [shot(keys, (80, 24)), shot(keys, (40, 12))]);
    assert_snapshot!(shots.collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn the_selected_decision_in_detail() {
    let shot = |until, keys: &str| Screen::running(made_up::records(until)).wait(102).press(keys).text();
    let select = "3 Down Down Down";
    assert_snapshot!(format!("{}\n\n{}", shot(Until::Judged, select), shot(Until::Stale, select)));
}

#[test]
fn every_kind_of_writing_in_the_log() {
    // Framework, positions with tables, quotations, code, diagrams, and scripts of every direction and width.
    let shot = |width, height| {
        let mut screen = Screen::saved(made_up::records(Until::Judged)).sized(width, height).press("1 f g");
        let mut seen = vec![screen.text()];
        for _ in 0..4 {
            screen = screen.press("PgDn");
            seen.push(screen.text());
        }
        seen.join("\n")
    };
    assert_snapshot!(format!("{}\n\n{}", shot(120, 40), shot(60, 20)));
}

#[test]
fn a_wide_diagram_is_scrolled_and_never_broken() {
    let mut screen = Screen::saved(made_up::records(Until::Judged)).sized(80, 24).press(":").write("#5").press("Enter");
    let from_here = screen.text();
    let scrolled = screen.press("g } } } } l l").text();
    assert_snapshot!(format!("{from_here}\n\n{scrolled}"));
}

#[test]
fn an_entry_of_two_hundred_kilobytes_is_read_to_its_end() {
    let mut screen = Screen::saved(made_up::records(Until::Judged)).sized(80, 24).press("1 g");
    let session = screen.model.scene.session.clone();
    let longest =
        session.entries().iter().max_by_key(|e| crate::journal::communication::render_entry(&session, e).len());
    let number = longest.unwrap().number;
    let text = crate::journal::communication::render_entry(&session, longest.unwrap());
    assert!(text.len() > 200_000, "{}", text.len());
    screen.model.log.want(crate::tui::model::log::Want::Show(number));
    let begins = screen.text();
    let mut screen = screen.press("}").press("k k k k");
    let ends = screen.text();
    assert_snapshot!(format!("{begins}\n\n{ends}"));
}

#[test]
fn a_reply_of_two_hundred_kilobytes_grows() {
    let screen = Screen::running(asked());
    let author = screen.model.scene.writers[0].author.to_string();
    let words = "every word of it **counts**, 一語一語。 ".repeat(5_000);
    let mut screen = screen.piece(&author, r#"{"type":"REVIEW","content":""#).piece(&author, &words);
    screen = screen.piece(&author, "and this is the end of it");
    assert!(screen.text().contains("and this is the end of it"), "{}", screen.text());
}

#[test]
fn other_themes() {
    let shot = |name: &str, theme: Theme| {
        let mut options = options();
        options.theme = theme;
        let mut screen = Screen::over(made_up::records(Until::Stale), Some(Live::new(true)), options).wait(5);
        screen = screen.sized(80, 20).press("PgUp");
        format!("{name}\n{}", styled(&screen.drawn()))
    };
    let shots =
        [shot("light", Theme::light()), shot("colourless", Theme::colourless()), shot("ascii", Theme::dark().ascii())];
    for (at, (name, shot)) in ["light", "colourless", "ascii"].iter().zip(shots).enumerate() {
        assert_snapshot!(format!("theme_{at}_{name}"), shot);
    }
}

#[test]
fn the_ascii_theme_draws_its_own_signs_in_ascii() {
    let mut options = options();
    options.theme = Theme::dark().ascii();
    let ended = Screen::over(recorded(), Some(Live::new(true)), options.clone());
    let running = Screen::over(asked(), Some(Live::new(true)), options.clone());
    let replayed = Screen::over(recorded(), None, options).press("Right Right Right");
    for mut screen in [ended, running, replayed] {
        // The dash before a reason belongs to the log's text, as it stands in its file.
        let foreign: Vec<char> = screen.text().chars().filter(|c| !c.is_ascii() && *c != '—').collect();
        assert!(foreign.is_empty(), "{foreign:?}\n{}", screen.text());
    }
}

/// The rows, each followed by its runs of cells that have a look.
fn styled(buffer: &Buffer) -> String {
    let mut out = Vec::new();
    for (y, text) in (0..).zip(rows(buffer)) {
        out.push(text);
        let looks: Vec<String> = (0..buffer.area.width).map(|x| look(buffer, x, y)).collect();
        let mut x = 0;
        let mut runs = Vec::new();
        for run in looks.chunk_by(|a, b| a == b) {
            if !run[0].is_empty() {
                runs.push(format!("{x}+{}{}", run.len(), run[0]));
            }
            x += run.len();
        }
        out.push(format!("    {}", runs.join("  ")));
    }
    out.join("\n")
}

fn look(buffer: &Buffer, x: u16, y: u16) -> String {
    let cell = &buffer[(x, y)];
    let mut look = String::new();
    if cell.fg != Color::Reset {
        look += &format!(" {}", cell.fg);
    }
    if cell.bg != Color::Reset {
        look += &format!(" on {}", cell.bg);
    }
    if cell.modifier != Modifier::empty() {
        look += &format!(" {:?}", cell.modifier);
    }
    look
}
