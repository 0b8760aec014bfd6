//! The layers together: real files in a temporary folder, an environment from a map, nothing global.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::*;

/// A working folder, a user's folder and an environment.
struct House {
    root: TempDir,
    variables: BTreeMap<&'static str, OsString>,
}

impl House {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for folder in ["project", "user"] {
            std::fs::create_dir(root.path().join(folder)).unwrap();
        }
        Self { root, variables: BTreeMap::new() }
    }

    fn file(self, folder: &str, text: &str) -> Self {
        std::fs::write(self.path(folder), text).unwrap();
        self
    }

    fn env(mut self, name: &'static str, value: &str) -> Self {
        self.variables.insert(name, value.into());
        self
    }

    fn path(&self, folder: &str) -> PathBuf {
        self.root.path().join(folder).join("conclave.toml")
    }

    fn load_with(&self, flags: Partial) -> Result<Settings, ConfigError> {
        let folders = Folders { project: self.root.path().join("project"), user: Some(self.root.path().join("user")) };
        Settings::load(flags, &|name| self.variables.get(name).cloned(), &folders)
    }

    fn load(&self) -> Settings {
        self.load_with(Partial::default()).unwrap()
    }

    fn fault(&self) -> ConfigError {
        self.load_with(Partial::default()).expect_err("these settings are wrong")
    }
}

fn project(text: &str) -> House {
    House::new().file("project", text)
}

/// Everything an error can print, its sources and `Debug` included.
fn everything(error: &ConfigError) -> String {
    use std::error::Error;
    let mut text = format!("{error}\n{error:?}\n{}", error.hint());
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!("\n{cause}\n{cause:?}");
        source = cause.source();
    }
    text
}

#[test]
fn nothing_set_gives_the_defaults() {
    let settings = House::new().load();
    assert_eq!(
        settings.seats,
        Sourced::default(["backend", "frontend", "security", "architect"].map(String::from).to_vec())
    );
    assert_eq!(settings.limits.max_waves.value.get(), 24);
    assert_eq!(settings.limits.max_mediations, Sourced::default(3));
    assert_eq!(settings.limits.max_tokens, None);
    assert_eq!(settings.endpoint.max_parallel.value.get(), 8);
    assert_eq!(settings.endpoint.retries.value, 5);
    assert_eq!(settings.endpoint.max_output_tokens.value.get(), 8192);
    assert_eq!(settings.endpoint.temperature, None);
    assert_eq!(settings.seed, Sourced::default(0));
    assert!(settings.model.is_none() && settings.api_key.is_none() && settings.base_url.is_none());
    assert!(settings.report().iter().all(|line| line.origin == Origin::Default));
}

#[test]
fn each_layer_gives_way_to_the_one_above_and_says_where_it_stands() {
    let mut house = House::new().file("user", "model = 'of-user'\nseed = 7");
    assert_eq!(house.load().model.unwrap(), Sourced::file(&house.path("user"), "of-user".to_owned()));
    house = house.file("project", "model = 'of-project'");
    assert_eq!(house.load().model.unwrap(), Sourced::file(&house.path("project"), "of-project".to_owned()));
    house = house.env("CONCLAVE_MODEL", "of-env");
    assert_eq!(house.load().model.unwrap(), Sourced::env("CONCLAVE_MODEL", "of-env".to_owned()));
    let flags = Partial { model: Some(Sourced::flag("--model", "of-flag".to_owned())), ..Partial::default() };
    let settings = house.load_with(flags).unwrap();
    assert_eq!(settings.model.unwrap(), Sourced::flag("--model", "of-flag".to_owned()));
    assert_eq!(settings.seed, Sourced::file(&house.path("user"), 7), "a lower layer still fills the gaps");
}

#[test]
fn conclaves_own_variables_come_before_the_shared_ones_and_blank_ones_do_not_count() {
    let mut house = House::new().env("OPENAI_BASE_URL", "https://shared.example/v1").env("CONCLAVE_BASE_URL", " ");
    assert_eq!(house.load().base_url.unwrap().origin, Origin::Env("OPENAI_BASE_URL"));
    house = house.env("CONCLAVE_BASE_URL", "https://own.example/v1").env("CONCLAVE_SEATS", "a, b");
    let settings = house.load();
    assert_eq!(settings.base_url.unwrap().value.as_str(), "https://own.example/v1");
    assert_eq!(settings.seats, Sourced::env("CONCLAVE_SEATS", vec!["a".to_owned(), "b".to_owned()]));
}

#[test]
fn every_key_of_a_file_is_read() {
    let house = project(
        r#"
        model = "gpt-5"
        base_url = "http://localhost:11434/v1/"
        api_key_env = "PROJECT_KEY"
        sessions = "debates"
        prompts = "~/prompts"
        log = "info"
        seats = ["backend", "security"]
        seed = 0x10
        pace = 25
        [supervisor]
        model = "o4"
        [seat.security]
        model = "claude"
        base_url = "https://other.example/v1"
        api_key_env = "OTHER_KEY"
        agent = "agents/sec.md"
        [limits]
        max_waves = 12
        max_tokens = 400_000
        max_cost = 3
        max_time = "1h30m"
        max_mediations = 0
        escalation_timeout = "10m"
        [endpoint]
        max_parallel = 2
        retries = 0
        max_output_tokens = 1000
        context = 32768
        temperature = 1
        timeouts = { first_token = 30, idle = "2m", whole = 600 }
        [price."gpt-5"]
        prompt = 1.25
        cached = 0.125
        completion = 10.0
        [price.local]
        prompt = 0
        completion = 0
        [context]
        "qwen3:8b" = 16384
        "#,
    )
    .env("HOME", "/home/someone")
    .env("OTHER_KEY", "sk-other");
    let settings = house.load();
    let here = house.root.path().join("project");
    assert_eq!(settings.base_url.as_ref().unwrap().value.as_str(), "http://localhost:11434/v1");
    assert_eq!(settings.sessions.as_ref().unwrap().value, here.join("debates"));
    assert_eq!(settings.prompts.as_ref().unwrap().value, PathBuf::from("/home/someone/prompts"));
    assert_eq!(settings.log.as_ref().unwrap().value, "info");
    assert_eq!(settings.seats.value, ["backend", "security"]);
    assert_eq!(settings.seed.value, 16);
    assert_eq!(settings.supervisor.model.as_ref().unwrap().value, "o4");
    let seat = &settings.seat["SECURITY"];
    assert_eq!(seat.agent.as_ref().unwrap().value, "agents/sec.md");
    assert_eq!(seat.api_key.as_ref().unwrap().value.resolve().unwrap().expose_secret(), "sk-other");
    assert_eq!(settings.limits.max_waves.value.get(), 12);
    assert_eq!(settings.limits.max_tokens.as_ref().unwrap().value.get(), 400_000);
    assert_eq!(settings.limits.max_cost.as_ref().unwrap().value, MicroDollars(3_000_000));
    assert_eq!(settings.limits.max_time.as_ref().unwrap().value, Duration::from_secs(5400));
    assert_eq!(settings.limits.max_mediations.value, 0);
    assert_eq!(settings.limits.escalation_timeout.as_ref().unwrap().value, Duration::from_secs(600));
    assert_eq!(settings.pace.as_ref().unwrap().value.to_string(), "25/s");
    assert_eq!(settings.endpoint.max_parallel.value.get(), 2);
    assert_eq!(settings.endpoint.retries.value, 0);
    assert_eq!(settings.endpoint.max_output_tokens.value.get(), 1000);
    assert_eq!(settings.endpoint.temperature.as_ref().unwrap().value.get(), 1.0);
    assert_eq!((settings.context("qwen3:8b"), settings.context("other")), (Some(16_384), Some(32_768)));
    assert_eq!(settings.endpoint.timeouts.first_token.value, Duration::from_secs(30));
    assert_eq!(settings.endpoint.timeouts.idle.value, Duration::from_secs(120));
    assert_eq!(settings.endpoint.timeouts.whole.value, Duration::from_secs(600));
    let gpt =
        Price { prompt: MicroDollars(1_250_000), cached: MicroDollars(125_000), completion: MicroDollars(10_000_000) };
    assert_eq!(settings.price("gpt-5"), Some(&gpt));
    assert_eq!(settings.price("local").unwrap().cached, MicroDollars(0));
    assert_eq!(settings.price("unknown"), None);
    let report = settings.report();
    assert!(report.iter().all(|line| line.origin == Origin::File(house.path("project"))), "{report:?}");
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_its_neighbour() {
    for (text, line, key, hint) in [
        ("model = 'a'\nmodle = 'b'", 2, "modle", "did you mean `model`?"),
        ("[limits]\n\nmax_wave = 3", 3, "limits.max_wave", "did you mean `max_waves`?"),
        ("max_waves = 3", 1, "max_waves", "belongs into the table [limits]"),
        ("[endpoint]\nidle = 3", 2, "endpoint.idle", "[endpoint.timeouts]"),
        ("[seat.SECURITY]\nmodell = 'x'", 2, "seat.SECURITY.modell", "did you mean `model`?"),
        ("[price.'gpt 5']\nprompts = 1", 2, "price.\"gpt 5\".prompts", "did you mean `prompt`?"),
        ("[supervisor]\ncolour = 'red'", 2, "supervisor.colour", "model, base_url, api_key_env, agent"),
        ("zz = 1\n'a\\u001b' = 2\nmodel = 'x'", 1, "zz", "may stand here"),
    ] {
        let error = project(text).fault();
        let ConfigError::UnknownKey { line: at, key: found, .. } = &error else { panic!("{text}: {error:?}") };
        assert_eq!((*at, found.as_str()), (line, key), "{text}");
        assert!(error.hint().contains(hint), "{text}: {}", error.hint());
        assert!(error.to_string().contains("conclave.toml, line"), "{error}");
    }
}

#[test]
fn a_wrong_value_says_what_would_be_right() {
    for (text, line, key, message) in [
        ("model = 5", 1, "model", "must be a text in quotes, not 5"),
        ("seed = -1", 1, "seed", "a whole number, 0 or more, not -1"),
        ("pace = 'quick'", 1, "pace", "slow, reading, fast, off, or a number"),
        ("pace = true", 1, "pace", "slow, reading, fast, off"),
        ("seats = 'backend'", 1, "seats", "a list of names"),
        ("seats = []", 1, "seats", "1 to 64 names"),
        ("\n[limits]\nmax_waves = 0", 3, "limits.max_waves", "a whole number, 1 or more, not 0"),
        ("limits.max_waves = 4294967296", 1, "limits.max_waves", "a whole number, 1 or more"),
        ("limits.max_waves = 2.5", 1, "limits.max_waves", "not 2.5"),
        ("limits.max_time = 30", 1, "limits.max_time", "a text in quotes, not 30"),
        ("limits.max_time = '30'", 1, "limits.max_time", "such as 500ms, 90s, 30m"),
        ("limits.max_cost = -1", 1, "limits.max_cost", "an amount in US dollars"),
        ("limits.max_cost = nan", 1, "limits.max_cost", "an amount in US dollars"),
        ("limits = 3", 1, "limits", "must be a table"),
        ("endpoint.temperature = 3", 1, "endpoint.temperature", "a number from 0 to 2, not 3"),
        ("endpoint.timeouts.idle = 0", 1, "endpoint.timeouts.idle", "a number of seconds"),
        ("price.m = { prompt = 1 }", 1, "price.m.completion", "not left out"),
        ("price.m = { prompt = 0.0000001, completion = 1 }", 1, "price.m.prompt", "at most six decimal places"),
        ("seat.supervisor.model = 'x'", 1, "seat.supervisor", "not SUPERVISOR"),
        ("seat.a.model = 'x'\nseat.A.model = 'y'", 0, "seat.", "the only table"),
        ("base_url = 'example.com'", 1, "base_url", "a URL such as"),
    ] {
        let error = project(text).fault();
        let ConfigError::Value { line: at, key: found, .. } = &error else { panic!("{text}: {error:?}") };
        assert!(line == 0 || *at == line, "{text}: line {at}");
        assert!(found.starts_with(key), "{text}: {found}");
        assert!(error.to_string().contains(message), "{text}: {error}");
    }
}

#[test]
fn no_error_repeats_a_secret_or_the_line_it_stands_on() {
    for text in [
        "api_key = sk-secret",
        "api_key = \"sk-secret",
        "api_key = 'sk-secret' 'x'",
        "api_key 'sk-secret'",
        "api_key = [ 'sk-secret' ]",
        "api_key = { sk-secret = 1 }",
        "api_key = 'sk-secret with blanks'",
        "api_key_env = 'sk-secret'",
        "api_key = 'sk-secret'\napi_key = 'sk-secret'",
        "api_key = 'sk-secret'\napi_key_env = 'A'",
        "api_key = 'sk-secret' \u{1}",
        "base_url = 'https://user:sk-secret@h/v1'",
    ] {
        let error = project(text).fault();
        assert!(!everything(&error).contains("sk-secret"), "{text}: {}", everything(&error));
        assert!(error.to_string().contains("line"), "{error}");
    }
    let error = project("api_key = 987654321").fault();
    assert!(!everything(&error).contains("987654321"), "{error}");
    let error = House::new().env("OPENAI_API_KEY", "sk-secret and more").fault();
    assert!(!everything(&error).contains("sk-secret"), "{error}");
    assert!(error.to_string().contains("OPENAI_API_KEY"), "{error}");
}

#[test]
fn neither_debug_nor_report_shows_a_key() {
    let house = House::new()
        .file("user", "api_key_cmd = 'echo sk-secret'\nseat.A.api_key_env = 'A_KEY'\nsupervisor.api_key_env = 'NONE'")
        .env("A_KEY", "sk-secret");
    for house in [house, House::new().env("CONCLAVE_API_KEY", "sk-secret")] {
        let settings = house.load();
        let shown = format!("{settings:?} {:?}", settings.report());
        assert!(settings.api_key.is_some());
        assert!(!shown.contains("sk-secret"), "{shown}");
    }
}

#[test]
fn a_command_for_the_key_is_the_users_alone_to_name() {
    let error = project("model = 'x'\napi_key_cmd = 'touch /tmp/never'").fault();
    assert!(matches!(error, ConfigError::CommandInProject { line: 2, .. }), "{error:?}");
    let settings = House::new().file("user", "api_key_cmd = 'echo sk-cmd'").load();
    assert!(matches!(settings.api_key.unwrap().value, ApiKey::Command(_)));
}

#[test]
fn one_file_in_both_roles_counts_as_the_users() {
    let house = House::new().file("user", "api_key_cmd = 'echo sk-cmd'\nbase_url = 'https://h.example'");
    let folder = house.root.path().join("user");
    let folders = Folders { project: folder.clone(), user: Some(folder) };
    let settings = Settings::load(Partial::default(), &|_| None, &folders).unwrap();
    assert!(settings.access(Chair::Supervisor).unwrap().api_key.is_some());
}

#[test]
fn a_seats_own_settings_come_first() {
    let mut flags = Partial { model: Some(Sourced::flag("--model", "general".to_owned())), ..Partial::default() };
    flags.add_seat_flag("b=of-flag".parse().unwrap());
    let house = House::new()
        .file("user", "[seat.a]\nmodel='of-a'\n[seat.b]\nmodel='of-b'\nagent='b.md'\n[supervisor]\nmodel='s'");
    let settings = house.load_with(flags).unwrap();
    let model = |chair| settings.access(chair).unwrap().model.unwrap().value;
    assert_eq!(model(Chair::Seat("A")), "of-a");
    assert_eq!(model(Chair::Seat("b")), "of-flag");
    assert_eq!(model(Chair::Seat("C")), "general");
    assert_eq!(model(Chair::Supervisor), "s");
    assert_eq!(settings.seat["B"].agent.as_ref().unwrap().value, "b.md", "the flag leaves the rest alone");
}

#[test]
fn the_general_key_does_not_follow_a_seat_to_another_server() {
    let house = House::new()
        .file("user", "seat.A.base_url='https://a.example'\nseat.B.base_url='https://api.openai.com/v1/'\n[seat.C]\nbase_url='https://c.example'\napi_key_env='C_KEY'")
        .env("OPENAI_API_KEY", "sk-general")
        .env("C_KEY", "sk-c");
    let settings = house.load();
    let key = |tag| settings.access(Chair::Seat(tag)).unwrap().api_key.map(|key| key.value.resolve().unwrap());
    assert!(key("A").is_none());
    assert_eq!(key("B").unwrap().expose_secret(), "sk-general", "named, and the same as the general one");
    assert_eq!(key("C").unwrap().expose_secret(), "sk-c");
    assert_eq!(key("D").unwrap().expose_secret(), "sk-general");
}

#[test]
fn a_projects_file_cannot_send_the_users_key_to_its_own_server() {
    for text in [
        "base_url = 'https://evil.example/v1'",
        "base_url = 'https://evil.example/v1'\napi_key_env = 'CLOUD_TOKEN'",
        "[seat.X]\nbase_url = 'https://evil.example/v1'\napi_key_env = 'CLOUD_TOKEN'",
    ] {
        let house = project(text).env("OPENAI_API_KEY", "sk-general").env("CLOUD_TOKEN", "sk-cloud");
        let error = house.load().access(Chair::Seat("X")).expect_err(text);
        assert!(matches!(error, ConfigError::KeyWouldLeave { .. }), "{error:?}");
        assert!(error.to_string().contains("https://evil.example/v1"), "{error}");
    }
    let key = ("OPENAI_API_KEY", "sk-general");
    let local = project("base_url = 'http://localhost:11434/v1'").env(key.0, key.1);
    assert!(local.load().access(Chair::Supervisor).unwrap().api_key.is_some());
    let its_own = project("base_url = 'https://p.example'\napi_key = 'sk-of-project'");
    assert!(its_own.load().access(Chair::Supervisor).unwrap().api_key.is_some());
    let confirmed =
        project("base_url = 'https://p.example'").env(key.0, key.1).env("CONCLAVE_BASE_URL", "https://p.example");
    assert!(confirmed.load().access(Chair::Supervisor).unwrap().api_key.is_some());
}

#[test]
fn a_missing_variable_matters_when_the_key_is_used() {
    let settings = House::new().file("user", "api_key_env = 'NOT_SET'").load();
    let key = settings.access(Chair::Supervisor).unwrap().api_key.unwrap();
    let error = key.value.resolve().expect_err("the variable is not set");
    assert!(error.to_string().contains("NOT_SET"), "{error}");
}

#[test]
fn a_file_that_cannot_be_a_settings_file_is_refused() {
    let house = House::new();
    std::fs::create_dir(house.path("project")).unwrap();
    assert!(matches!(house.fault(), ConfigError::Read { .. }));
    let house = House::new();
    std::fs::write(house.path("user"), [0xff, 0xfe]).unwrap();
    assert!(matches!(house.fault(), ConfigError::Read { .. }));
    assert!(matches!(project(&"#".repeat(300_000)).fault(), ConfigError::TooLarge { .. }));
    let deep = project(&format!("model = {}", "[".repeat(100_000)));
    assert!(matches!(deep.fault(), ConfigError::Syntax { line: 1, .. }));
}
