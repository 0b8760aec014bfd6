//! Rosters: tags, names and promises.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::agent::search::{Place, places};
use crate::protocol::charter::{Meant, stand_in};
use crate::protocol::{Author, Charter};

fn here() -> PathBuf {
    PathBuf::from("/nowhere")
}

fn wanted(names: &[&str]) -> Vec<Wanted> {
    names.iter().map(|n| n.parse().unwrap()).collect()
}

fn set(agents: &Agents, names: &[&str]) -> Table {
    table(agents, &wanted(names), &Who::Name(SUPERVISOR.into()), &here()).unwrap_or_else(|e| panic!("{e}"))
}

fn tags(table: &Table) -> Vec<&str> {
    table.seats.iter().map(|s| s.tag.as_str()).collect()
}

/// Definitions in a folder of their own, and the built-in ones.
fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Agents) {
    let room = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(room.path().join(name), text).unwrap();
    }
    let agents = Agents::look(&[Place::given(room.path(), room.path())]);
    (room, agents)
}

#[test]
fn tags_are_unique_and_in_the_order_given() {
    let agents = Agents::look(&[]);
    assert_eq!(tags(&set(&agents, &["security", "backend"])), ["SECURITY", "BACKEND"]);
    assert_eq!(tags(&set(&agents, &["backend", "Backend", "backend"])), ["BACKEND", "BACKEND-2", "BACKEND-3"]);
    assert_eq!(
        tags(&set(&agents, &["backend", "core=backend", "BACKEND-2=backend", "backend"])),
        ["BACKEND", "CORE", "BACKEND-2", "BACKEND-3"]
    );
    let refused = |names: &[&str]| table(&agents, &wanted(names), &Who::Name(SUPERVISOR.into()), &here()).unwrap_err();
    assert!(matches!(refused(&["backend"]), RosterError::Count(1)));
    assert!(matches!(refused(&["backend"; 17]), RosterError::Count(17)));
    assert!(matches!(refused(&["A=backend", "A=security"]), RosterError::Tag(_)));
    assert!(refused(&["backend", "astrologer"]).hint().contains("tech-lead"));
    assert!(matches!(refused(&["backend", "no/such.md"]), RosterError::Unreadable { .. }));
    assert!("HUMAN=backend".parse::<Wanted>().is_err() && "A=".parse::<Wanted>().is_err());
}

#[test]
fn sixteen_of_one_kind_sit_down() {
    let table = set(&Agents::look(&[]), &["backend"; 16]);
    assert_eq!(tags(&table).last(), Some(&"BACKEND-16"));
    assert_eq!(table.charter, Charter::default(), "what is built in asks for nothing beyond the protocol");
}

#[test]
fn names_mean_whoever_is_present() {
    let one = "---\nname: api-developer\n---\nYou work with the expert-database-agent, the frontend-team, @security, a tech-lead agent and the team lead.\n";
    let two = "---\nname: expert-database-agent\n---\nYou plan tables with the backend developer agent.\n";
    let three = "---\nname: ui-designer\n---\nYou are the frontend engineer's friend.\n";
    let (_room, agents) = folder(&[("a.md", one), ("b.md", two), ("c.md", three)]);
    let table = set(&agents, &["api-developer", "expert-database-agent", "frontend", "ui-designer"]);
    let named = |name: &str| {
        table
            .charter
            .names
            .iter()
            .find(|n| n.name == name)
            .unwrap_or_else(|| panic!("{name}: {:?}", table.charter.names))
    };
    let seats = |name: &str| named(name).seats.iter().map(|s| s.as_str()).collect::<Vec<_>>();
    assert_eq!((seats("expert-database"), named("expert-database").how), (vec!["DATABASE"], Meant::Exact));
    assert_eq!((seats("frontend-team"), named("frontend-team").how), (vec!["FRONTEND"], Meant::Role));
    assert_eq!((seats("backend-developer"), named("backend-developer").how), (vec!["API"], Meant::Role));
    assert_eq!((seats("team-lead"), named("team-lead").how), (vec![], Meant::Lead));
    assert_eq!((seats("security"), named("security").how), (vec![], Meant::Absent));
    assert_eq!(named("tech-lead").how, Meant::Absent);
    let opening = crate::protocol::event::Opening {
        charter: table.charter.clone(),
        project: None,
        ..crate::protocol::tests::host::opening(&["API", "DATABASE", "FRONTEND", "UI-DESIGNER"], Default::default())
    };
    let answers = |by: &str, name: &str| stand_in(&opening, &by.parse().unwrap(), name).to_string();
    assert_eq!(answers("API", "Expert Database Agent"), "DATABASE");
    assert_eq!(answers("DATABASE", "expert-database-agent"), "SUPERVISOR", "nobody answers itself");
    assert_eq!(answers("API", "nobody we know"), "SUPERVISOR");
    assert_eq!(stand_in(&opening, &Author::Supervisor, "@frontend-team"), "FRONTEND".parse().unwrap());
}

#[test]
fn a_supervisor_can_be_any_definition_and_answers_to_its_name() {
    let one = "---\nname: a\n---\nReport to the product manager agent.\n";
    let (_room, agents) = folder(&[("a.md", one)]);
    let led = table(&agents, &wanted(&["a", "security"]), &Who::of("product-manager"), &here()).unwrap();
    assert_eq!(led.supervisor.name, "product-manager");
    assert_eq!(led.charter.names.iter().find(|n| n.name == "product-manager").unwrap().how, Meant::Lead);
}

#[test]
fn lists_scopes_contracts_and_reviews_become_the_charter() {
    let one = "---\nname: server-developer\ndescription: backend\n---\nYou are a backend developer. Agree the API contract with frontend engineers.\n\n## Scope\n- `src/api/`\n\n**Self-check:**\n- amounts have a currency\n- retries book once\n";
    let two = "---\nname: store\n---\n# Database Keeper\n\nRequest security review for personal data.\n";
    let (_room, agents) = folder(&[("a.md", one), ("b.md", two)]);
    let table = set(&agents, &["server-developer", "frontend", "security", "store"]);
    let charge = &table.charter.charges[&"SERVER".parse().unwrap()];
    assert_eq!(
        (charge.checklist.len(), charge.scopes[0].as_str(), charge.contract_with[0].as_str()),
        (2, "src/api/", "FRONTEND")
    );
    let others: Vec<&str> = table.charter.charges.keys().map(|s| s.as_str()).collect();
    assert_eq!(others, ["FRONTEND", "SERVER"], "a contract binds both sides");
    assert_eq!(table.charter.charges[&"FRONTEND".parse().unwrap()].contract_with[0].as_str(), "SERVER");
    let reviewers: Vec<&str> = table.charter.reviewers.iter().map(|s| s.as_str()).collect();
    assert_eq!(reviewers[..2], ["SECURITY", "STORE"]);
}

#[test]
fn placeholders_are_filled_with_the_seats_name_and_the_session() {
    let mut opening = crate::protocol::tests::host::opening(&["A", "B"], Default::default());
    opening.session = "s-1".into();
    opening.seats[0].speaker.name = "Ledger Keeper".into();
    opening.seats[0].speaker.definition = "inbox/{agent}/ of {instruction_id}, not {other}".into();
    fill(&mut opening);
    assert_eq!(opening.seats[0].speaker.definition, "inbox/ledger-keeper/ of s-1, not {other}");
}

#[test]
fn the_nearest_and_highest_place_wins_and_duplicates_are_told() {
    let room = tempfile::tempdir().unwrap();
    let project = room.path().join("project");
    let (here, home) = (project.join("deep/er"), room.path().join("home"));
    let put = |path: PathBuf, body: &str| {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("---\nname: keeper\n---\n{body}\n")).unwrap();
    };
    std::fs::create_dir_all(project.join(".git")).unwrap();
    std::fs::create_dir_all(&here).unwrap();
    let looked = || Agents::look(&places(&[], None, &here, Some(&home)));
    let body = |agents: &Agents| agents.named("keeper").unwrap().definition().unwrap().body.clone();
    for (path, text) in [
        (home.join(".codex/agents/k.md"), "at home, last"),
        (home.join(".claude/agents/k.md"), "at home"),
        (project.join(".github/agents/k.agent.md"), "project, lower"),
        (project.join(".claude/agents/k.md"), "project"),
        (here.join(".opencode/agent/k.md"), "here"),
        (here.join("prompts/roles/k.md"), "prompts"),
    ] {
        put(path, text);
        assert_eq!(body(&looked()), text);
    }
    put(room.path().join(".claude/agents/k.md"), "above the project");
    let agents = looked();
    let duplicates = agents.duplicates();
    assert_eq!(duplicates.len(), 5);
    assert!(duplicates.iter().all(|d| d.won == "prompts/roles/k.md"), "{duplicates:?}");
    assert_eq!(looked().found, agents.found, "the same every time");
    let given = room.path().join("given");
    put(given.join("k.md"), "given");
    assert_eq!(body(&Agents::look(&places(&[given], None, &here, Some(&home)))), "given");
}

#[test]
fn a_given_name_counts_more_than_a_guessed_one_and_that_more_than_a_files() {
    let (_room, agents) = folder(&[
        ("a-keeper.md", "# Ledger Keeper\n\nYou keep the ledger."),
        ("ledger.md", "---\nname: keeper\n---\nbody"),
        ("keeper.md", "# Ledger\n\nYou write."),
        ("z.md", "---\nname: ledger-keeper\n---\nbody"),
    ]);
    let file = |name: &str| agents.named(name).unwrap().shown.clone();
    assert_eq!(file("keeper"), "ledger.md", "what gives itself the name, not the file called so");
    assert_eq!(file("ledger-keeper"), "z.md", "what gives itself the name, not the first of which it was guessed");
    assert_eq!(file("ledger"), "keeper.md", "the heading, not the file called so");
    assert_eq!(file("a-keeper"), "a-keeper.md");
    assert!(agents.duplicates().is_empty(), "each answers to a name: {:?}", agents.duplicates());
    let (_room, agents) = folder(&[
        ("a.md", "---\nname: keeper\n---\none"),
        ("keeper.md", "# Keeper\n\ntwo"),
        ("z.md", "---\nname: keeper\n---\nthree"),
    ]);
    let duplicates = agents.duplicates();
    let lost: Vec<(&str, &str)> = duplicates.iter().map(|d| (d.won.as_str(), d.lost.as_str())).collect();
    assert_eq!(lost, [("a.md", "keeper.md"), ("a.md", "z.md")]);
}

#[cfg(unix)]
#[test]
fn folders_are_read_within_themselves_and_every_file_is_accounted_for() {
    let room = tempfile::tempdir().unwrap();
    let agents = room.path().join(".claude/agents");
    std::fs::create_dir_all(agents.join("resources")).unwrap();
    std::fs::create_dir_all(agents.join("team")).unwrap();
    std::fs::write(room.path().join("outside.md"), "---\nname: outside\n---\nbody").unwrap();
    std::fs::write(agents.join("resources/x.md"), "material").unwrap();
    std::fs::write(agents.join("team/b.md"), "---\nname: b\n---\nbody").unwrap();
    std::fs::write(agents.join("README.md"), "# Agents\n\nAbout this folder.").unwrap();
    std::fs::write(agents.join("bytes.md"), [0xff, 0x00]).unwrap();
    std::fs::write(agents.join("picture.png"), "x").unwrap();
    std::fs::write(agents.join(".draft.md"), "---\nname: draft\n---\nbody").unwrap();
    std::fs::write(agents.join("off.md"), "---\nname: off\ndisable: true\n---\nbody").unwrap();
    std::os::unix::fs::symlink(room.path().join("outside.md"), agents.join("link.md")).unwrap();
    std::os::unix::fs::symlink(agents.join("team/b.md"), agents.join("within.md")).unwrap();
    std::os::unix::fs::symlink(&agents, agents.join("team/round")).unwrap();
    std::os::unix::fs::symlink(agents.join("gone.md"), agents.join("dangling.md")).unwrap();
    let found = Agents::look(&places(&[], None, room.path(), None)).found;
    let of =
        |name: &str| found.iter().find(|f| f.shown.ends_with(name)).unwrap_or_else(|| panic!("{name} is not told of"));
    let reason = |name: &str| match &of(name).outcome {
        Outcome::Skipped { reason, .. } => reason.clone(),
        Outcome::Loaded(_) => panic!("{name} was loaded"),
    };
    assert!(of("team/b.md").definition().is_some() && of("within.md").definition().is_some());
    assert!(reason("link.md").contains("out of the folder"));
    assert!(reason("resources").contains("material"));
    assert!(reason("README.md").contains("describes the folder"));
    assert!(reason("bytes.md").contains("UTF-8"));
    assert!(reason("picture.png").contains("ending"));
    assert!(reason(".draft.md").contains("begins with a dot"));
    assert!(reason("round").contains("no plain file"));
    assert!(reason("dangling.md").contains("leads to nothing"));
    let agents = Agents { found };
    assert!(agents.named("off").is_err() && agents.named("outside").is_err());

    // The folder itself may not be a way out of the project either; one in the home or on the command line may.
    let other = tempfile::tempdir().unwrap();
    std::fs::create_dir(other.path().join(".claude")).unwrap();
    std::os::unix::fs::symlink(room.path().join(".claude/agents"), other.path().join(".claude/agents")).unwrap();
    let refused = Agents::look(&places(&[], None, other.path(), None)).found;
    assert!(matches!(&refused[0].outcome, Outcome::Skipped { reason, .. } if reason.contains("out of the project")));
    let home = Agents::look(&places(&[], None, room.path(), Some(other.path())));
    assert!(home.named("b").is_ok());
}
