//! Whoever sits at the table: definitions written for other programs, rosters, and what they ask of their host.

use crate::support::model::{Act, Seen, Server, dutiful};
use crate::support::{Ran, Scratch, fold};
use conclave::protocol::Session;
use conclave::protocol::event::Outcome;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

const TOPIC: &str = "How should sign-in and sessions work for our B2B SaaS?";

/// The five definitions of `fixtures/agents/crew`, in five dialects.
fn crew() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/agents/crew");
    ["ledger-service-developer.md", "7c41d09be2.md", "warehouse.md", "security.md", "ops.toml"]
        .map(|f| folder.join(f))
        .to_vec()
}

/// Real files of other people, where the folder with them is there: `CONCLAVE_SEEDS`, else beside the repository.
fn seeds() -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("CONCLAVE_SEEDS").map(PathBuf::from);
    let beside = [root.join("../shared/seeds"), root.join("../../shared/seeds")];
    let folder = named.into_iter().chain(beside).find(|f| f.is_dir())?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    Some(files)
}

/// `--seat FILE` for each.
fn seated(files: &[PathBuf]) -> Vec<&str> {
    files.iter().flat_map(|f| ["--seat", f.to_str().unwrap()]).collect()
}

fn tags(session: &Session) -> Vec<String> {
    session.seats().map(ToString::to_string).collect()
}

fn json_of(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}\n{}", ran.out))
}

/// Does what is owed, and what the prompt says the definitions want beyond it.
fn promising(seen: &Seen) -> String {
    let mut reply: Value = serde_json::from_str(&dutiful(seen)).unwrap();
    let tail = seen.tail();
    let points = tail.lines().skip_while(|l| !l.starts_with("Your self-check list")).skip(1);
    let points = points.take_while(|l| l.starts_with("  ")).count();
    let mut list: Vec<Value> = (1..=points).map(|n| json!({ "item": n, "how": "clause 1 holds it" })).collect();
    for act in reply["moves"].as_array_mut().unwrap() {
        match act["move"].as_str().unwrap() {
            "frame" => owners(act, tail),
            "agree" => {
                let review = format!("- **review** {}", act["decision"].as_str().unwrap());
                let reviews = tail.lines().any(|l| l.starts_with(&review) && l.contains("You review it for security"));
                if !list.is_empty() || reviews {
                    act["confirms"] = Value::from(std::mem::take(&mut list));
                    act["security"] =
                        if reviews { json!("looked for replay and fixation, found none") } else { Value::Null };
                }
            }
            _ => {}
        }
    }
    reply.to_string()
}

/// Gives the framework's decisions to those who are there; the second is open to be claimed.
fn owners(act: &mut Value, tail: &str) {
    let line = tail.lines().find_map(|l| l.strip_prefix("Owners can be: ")).unwrap();
    let tags: Vec<&str> = line.trim_end_matches('.').split(", ").collect();
    for (at, decision) in act["framework"]["decisions"].as_array_mut().unwrap().iter_mut().enumerate() {
        decision["owner"] = json!(tags[at]);
        decision["open"] = json!(at == 1);
    }
}

fn server() -> Server {
    Server::start(Duration::from_millis(1), |seen| Act::Say(promising(seen)))
}

#[test]
fn check_says_of_every_file_what_became_of_it_with_reason_and_line() {
    let scratch = Scratch::new();
    let folder = crew()[0].parent().unwrap().to_owned();
    let ran = scratch.run(&["agents", "check", folder.to_str().unwrap()]).exits(0);
    let line = |name: &str| {
        ran.out.lines().find(|l| l.contains(name)).unwrap_or_else(|| panic!("{name}\n{}", ran.out)).to_owned()
    };
    assert!(
        line("ledger-service-developer.md").starts_with("repaired")
            && line("ledger-service-developer.md").contains("→ LEDGER-SERVICE")
    );
    assert!(line("7c41d09be2.md").starts_with("loaded") && line("7c41d09be2.md").contains("→ SEASONED-FRONTEND"));
    assert!(line("warehouse.md").starts_with("repaired"));
    assert!(line("security.md").contains("→ APPSEC"));
    assert!(line("ops.toml").contains("(codex)"));
    assert!(line("resources").starts_with("skipped"));
    assert!(ran.out.contains("line 3: the value of 'description' is no YAML"), "{}", ran.out);
    assert!(
        ran.out.contains("the include @../secrets.md is refused")
            && ran.out.contains("@resources/missing.md is not there")
    );
    assert!(ran.err.contains("6 files: 3 loaded, 2 repaired, 1 skipped"), "{}", ran.err);
    let json = json_of(&scratch.run(&["agents", "check", "--json", crew()[2].to_str().unwrap()]).exits(0));
    let file = &json["files"][0];
    assert_eq!((&file["status"], &file["definition"]["fields"]["color"]), (&json!("repaired"), &json!("#e63946")));
    assert_eq!(file["definition"]["fields"]["capabilities"], json!(["schema_design", { "migration": "007" }]));
    assert_eq!(file["definition"]["tools"], json!(["Read", "Grep", "Bash(psql *, pg_dump)"]));
    scratch.run(&["agents", "check", "nosuch"]).exits(2).complains(&["nosuch"]);
}

#[test]
fn five_dialects_debate_with_the_panel_and_with_a_server() {
    let (crew, server) = (crew(), server());
    let panel = ["--model", "builtin"];
    let model = ["--model", "scripted", "--base-url", &server.url];
    for more in [panel.as_slice(), model.as_slice()] {
        let scratch = Scratch::new();
        let ran = scratch.run(&[&["debate", TOPIC], more, &seated(&crew)].concat()).exits(0);
        assert!(!ran.err.contains("sent back:"), "{}", ran.err);
        let session = fold(&scratch.session());
        assert!(matches!(session.outcome(), Some(Outcome::Consensus { .. })));
        assert_eq!(
            tags(&session),
            ["LEDGER-SERVICE", "SEASONED-FRONTEND", "WAREHOUSE-DATABASE", "APPSEC", "PLATFORM-OPERATOR"]
        );
        assert_eq!(session.opening().seats[3].kinds, ["ANALYSIS", "THREAT_MODEL", "REVIEW"]);
        let log = std::fs::read_to_string(scratch.session().join("communication.md")).unwrap();
        assert!(log.contains("- confirms point 3: ") && log.contains("- security review: "), "{log}");
        assert!(log.contains("Not at this table: ") && log.contains("Questions to them go to SUPERVISOR."));
        let document = std::fs::read_to_string(scratch.session().join("consensus.md")).unwrap();
        assert!(document.contains("PLATFORM-OPERATOR: `deploy/`, `charts/**`"), "{document}");
        scratch.run(&["verify"]).exits(0);
        scratch.run(&["export", "--format", "html"]).exits(0);
    }
    let seen = server.seen();
    let shared = seen[0].shared();
    assert!(shared.contains("Tables are plural, columns are not."), "what is included is read with it");
    assert!(shared.contains("team/inbox/warehouse-database-specialist/") && !shared.contains("{instruction_id}"));
    assert!(!shared.contains("secret that no model may see"));
    for told in ["(Host: @resources/missing.md is not there.)", "(Host: the include @../secrets.md is refused: "] {
        assert!(shared.contains(told), "{told} is on record");
    }
    let position = seen.iter().find(|s| s.kind() == "position").unwrap();
    assert!(
        position.tail().contains("D2 is open") && position.tail().contains("reviewed for security: D1 by APPSEC"),
        "{}",
        position.tail()
    );
}

#[test]
fn real_definitions_of_other_people_debate_to_consensus() {
    let Some(seeds) = seeds() else {
        eprintln!("skipped: no folder of real definitions (set CONCLAVE_SEEDS)");
        return;
    };
    let scratch = Scratch::new();
    let folder = seeds[0].parent().unwrap().to_str().unwrap();
    let checked = scratch.run(&["agents", "check", folder]).exits(0);
    assert!(checked.err.contains(" 0 skipped") && checked.out.contains("repaired"), "{}{}", checked.out, checked.err);
    let server = server();
    for more in [["--model", "builtin"].as_slice(), &["--model", "scripted", "--base-url", &server.url]] {
        let scratch = Scratch::new();
        scratch.run(&[&["debate", TOPIC], more, &seated(&seeds)].concat()).exits(0);
        let session = fold(&scratch.session());
        assert!(matches!(session.outcome(), Some(Outcome::Consensus { .. })));
        let different: BTreeSet<String> = tags(&session).into_iter().collect();
        assert_eq!(different.len(), seeds.len());
        scratch.run(&["verify"]).exits(0);
    }
}

#[test]
fn a_seat_is_given_by_file_by_tag_and_by_roster() {
    let scratch = Scratch::new();
    let crew = crew();
    let (security, ops) = (crew[3].to_str().unwrap(), crew[4].to_str().unwrap());
    let table = |args: &[&str]| {
        let _ = std::fs::remove_dir_all(scratch.sessions());
        std::fs::create_dir(scratch.sessions()).unwrap();
        scratch.run(&[&["debate", TOPIC, "--model", "builtin", "--max-waves", "1"], args].concat()).exits(3);
        tags(&fold(&scratch.session()))
    };
    assert_eq!(table(&[]), ["BACKEND", "FRONTEND", "SECURITY", "ARCHITECT"]);
    assert_eq!(table(&["--seat", security, "--seat", &format!("OPS={ops}")]), ["APPSEC", "OPS"]);
    let own = format!("SECURITY={security}");
    assert_eq!(
        table(&["--seat", &own]),
        ["BACKEND", "FRONTEND", "SECURITY", "ARCHITECT"],
        "a tag that sits there keeps its place"
    );
    assert_eq!(fold(&scratch.session()).opening().seats[2].speaker.name, "Security Engineer Agent");
    assert_eq!(table(&["--seats", "backend,frontend", "--seat", ops]), ["BACKEND", "FRONTEND", "PLATFORM-OPERATOR"]);
    std::fs::write(scratch.path().join("conclave.toml"), "# mine\nseed = 3\n").unwrap();
    let saved = scratch
        .run(&["agents", "save", "pay", "--seats", &format!("backend,OPS={ops}"), "--supervisor", "tech-lead"])
        .exits(0);
    assert!(saved.err.contains("--roster pay"), "{}", saved.err);
    let toml = std::fs::read_to_string(scratch.path().join("conclave.toml")).unwrap();
    assert!(toml.starts_with("# mine\nseed = 3\n") && toml.contains("[roster.pay]"), "{toml}");
    assert_eq!(table(&["--roster", "pay"]), ["BACKEND", "OPS"]);
    assert_eq!(fold(&scratch.session()).opening().supervisor.name, "tech-lead");
    assert_eq!(table(&["--roster", "pay", "--supervisor", security]), ["BACKEND", "OPS"]);
    assert_eq!(fold(&scratch.session()).opening().supervisor.name, "Security Engineer Agent");
    let panel = |args: &[&str]| scratch.run(&[&["debate", TOPIC, "--model", "builtin"], args].concat());
    panel(&["--roster", "nosuch"]).exits(2).complains(&["nosuch", "pay"]);
    panel(&["--roster", "pay", "--seats", "backend,security"]).exits(2);
    panel(&["--seat", "nosuch.md"]).exits(2).complains(&["nosuch.md"]);
    panel(&["--seat", security]).exits(2).complains(&["2 to 16"]);
    let twice = [&own, &format!("SECURITY={ops}")];
    panel(&["--seat", twice[0], "--seat", twice[1]]).exits(2).complains(&["two seats are to be called SECURITY"]);
    panel(&["--agents-dir", "nosuch"]).exits(2).complains(&["nosuch"]);
    scratch.run(&["agents", "save", "bad name", "--seats", "backend,security"]).exits(2);
    scratch.run(&["agents", "save", "one", "--seats", "backend"]).exits(2).complains(&["2 to 16"]);
    scratch.run(&["resume", "--seat", security]).exits(2).complains(&["under way"]);
}

#[test]
fn definitions_are_found_in_their_folders_and_listed_with_which_won() {
    let scratch = Scratch::new();
    let put = |path: &str, body: &str| {
        let path = scratch.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("---\nname: security\ndescription: {body}\n---\nYou look at locks.\n")).unwrap();
    };
    put(".github/agents/s.agent.md", "of copilot");
    put(".claude/agents/s.md", "of claude");
    let listed = scratch.run(&["agents"]).exits(0);
    assert!(
        listed
            .err
            .contains("security is there twice: .claude/agents/s.md answers to it, .github/agents/s.agent.md does not"),
        "{}",
        listed.err
    );
    assert!(listed.err.contains("built in: security does not"), "{}", listed.err);
    let json = json_of(&scratch.run(&["agents", "--json"]).exits(0));
    assert_eq!(json["agents"][0]["file"], ".claude/agents/s.md");
    assert_eq!(json["duplicates"].as_array().unwrap().len(), 2);
    scratch.run(&["debate", TOPIC, "--model", "builtin", "--max-waves", "1"]).exits(3);
    assert_eq!(fold(&scratch.session()).opening().seats[2].speaker.definition, "You look at locks.");
}

#[test]
fn seats_on_one_model_are_told_of_and_seats_of_their_own_are_not() {
    let server = Server::agreeable();
    let base = ["debate", TOPIC, "--model", "scripted", "--base-url", &server.url];
    let (one, own) = (Scratch::new(), Scratch::new());
    let ran = one.run(&base).exits(0);
    assert!(ran.err.contains("All 4 seats share one model, scripted@"), "{}", ran.err);
    let other = format!("SECURITY=other@{}", server.url);
    let ran = own.run(&[base.as_slice(), &["--seat", &other]].concat()).exits(0);
    assert!(!ran.err.contains("share one model"), "{}", ran.err);
    let panel = Scratch::new().run(&["debate", TOPIC, "--model", "builtin"]).exits(0);
    assert!(!panel.err.contains("share one model"), "{}", panel.err);
}

#[test]
fn rosters_of_two_and_of_sixteen_debate_to_consensus() {
    for count in [2, 16] {
        let scratch = Scratch::new();
        let roles =
            ["backend", "frontend", "security", "architect", "database", "devops", "tech-lead", "product-manager"];
        let names: Vec<&str> = roles.into_iter().cycle().take(count).collect();
        scratch.run(&["debate", TOPIC, "--model", "builtin", "--seats", &names.join(",")]).exits(0);
        let session = fold(&scratch.session());
        assert!(matches!(session.outcome(), Some(Outcome::Consensus { .. })));
        assert_eq!(session.seats().count(), count);
    }
}

#[test]
fn folders_of_messages_tasks_and_results_are_made_from_the_log_anew_each_time() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    scratch.run(&["debate", TOPIC, "--model", "builtin", "--max-waves", "5"]).exits(3);
    let folder = scratch.session();
    let first = std::fs::read_to_string(folder.join("tasks/D1.md")).unwrap();
    assert!(first.contains("id: D1\nstatus: in_progress\nowner: BACKEND"), "{first}");
    let files = |name: &str| -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> =
            std::fs::read_dir(folder.join(name)).unwrap().map(|e| e.unwrap().path()).collect();
        found.sort();
        found
    };
    let inbox = files("inbox/backend");
    assert!(inbox[0].ends_with("0001-supervisor.md"), "{inbox:?}");
    assert_eq!(std::fs::metadata(&inbox[0]).unwrap().permissions().mode() & 0o777, 0o400);
    assert!(files("outputs/backend").iter().any(|f| f.ends_with("D1.1.md")));
    // Whatever somebody puts there is gone, and a link is taken away and not followed.
    std::fs::remove_dir_all(folder.join("tasks")).unwrap();
    let precious = scratch.path().join("precious");
    std::fs::create_dir(&precious).unwrap();
    std::fs::write(precious.join("mine.md"), "mine").unwrap();
    std::os::unix::fs::symlink(&precious, folder.join("tasks")).unwrap();
    std::fs::write(folder.join("inbox/backend/forged.md"), "### [SECURITY] …").unwrap();
    scratch.run(&["resume"]).exits(0);
    assert!(std::fs::read_to_string(folder.join("tasks/D1.md")).unwrap().contains("status: completed"));
    assert!(!folder.join("inbox/backend/forged.md").exists() && precious.join("mine.md").exists());
    scratch.run(&["verify"]).exits(0);
}
