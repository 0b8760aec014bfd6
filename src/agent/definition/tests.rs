//! Definitions in every dialect, whole and broken, in our own words.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::includes::{self, Included};
use super::*;

fn loaded(file: &str, text: &str) -> Loaded {
    read(file, text).unwrap_or_else(|e| panic!("{e}"))
}

fn field<'a>(loaded: &'a Loaded, key: &str) -> &'a Value {
    &loaded.definition.fields.iter().find(|f| f.key == key).unwrap_or_else(|| panic!("no {key}")).value
}

fn text(loaded: &Loaded, key: &str) -> String {
    field(loaded, key).text().unwrap_or_else(|| panic!("{key} is no text")).to_owned()
}

#[test]
fn front_matter_and_body_are_told_apart() {
    let text = "---\nname: backend\ndescription: what runs\ntag: BACKEND\nheart: >-\n  one\n  two\n---\n\n# Body\n\n---\n\nmore\n";
    let found = loaded("file.md", text);
    assert!(found.repairs.is_empty());
    let definition = found.definition;
    assert_eq!((definition.name.as_str(), definition.heart.as_str()), ("backend", "one two"));
    assert_eq!(definition.tag.unwrap().as_str(), "BACKEND");
    assert_eq!(definition.body, "# Body\n\n---\n\nmore", "a rule in the body is the body's");
    let plain = loaded("file.md", "Just a body.").definition;
    assert_eq!((plain.name.as_str(), plain.tag, plain.dialect), ("file", None, Dialect::Plain));
}

#[test]
fn what_is_no_definition_is_refused_with_reason_and_line() {
    let refused = |file: &str, text: &str| {
        let error = read(file, text).unwrap_err();
        (error.line, error.reason)
    };
    assert_eq!(refused("x.md", "---\nname: a\n---\n").0, 4);
    assert!(refused("x.md", "---\nname: a\n---\n").1.contains("says nothing"));
    assert!(refused("x.md", "").1.contains("says nothing"));
    assert!(refused("x.md", &"x".repeat(MAX_BYTES + 1)).1.contains("at most"));
    assert!(refused("x.md", "a\nb\0").1.contains("NUL"));
    let (line, reason) = refused("x.toml", "name = 'a'\ndescription = \n");
    assert!(line == 2 && reason.contains("TOML"), "{line} {reason}");
    assert!(refused("x.toml", "name = 'a'").1.contains("developer_instructions"));
}

#[test]
fn scalars_stay_as_they_are_written() {
    let found = loaded(
        "a.md",
        "---\nversion: 1.10\ntier: 007\nhidden: yes\nnothing:\nnull-like: ~\nnested: {a: 0x10, b: [no, 1e3]}\n---\nbody",
    );
    assert!(found.repairs.is_empty(), "{:?}", found.repairs);
    assert_eq!(
        (text(&found, "version"), text(&found, "tier"), text(&found, "hidden")),
        ("1.10".into(), "007".into(), "yes".into())
    );
    assert_eq!(text(&found, "nothing"), "");
    let Value::Map(nested) = field(&found, "nested") else { panic!() };
    assert_eq!(nested[0], ("a".to_owned(), Value::Text("0x10".into())));
    assert_eq!(nested[1].1, Value::List(vec![Value::Text("no".into()), Value::Text("1e3".into())]));
}

#[test]
fn unquoted_values_with_colons_are_read_the_second_time_and_said_to_be_repaired() {
    let text_of = "---\nname: payer\ndescription: Use this when: money moves.\\n\\n<example>\\nuser: \"Refund it\"\\n</example>\nargument-hint: one of: refund, chargeback\nmodel: opus\n---\nbody";
    let found = loaded("a.md", text_of);
    assert_eq!(
        text(&found, "description"),
        "Use this when: money moves.\n\n<example>\nuser: \"Refund it\"\n</example>"
    );
    assert_eq!(text(&found, "argument-hint"), "one of: refund, chargeback");
    assert_eq!(text(&found, "model"), "opus");
    assert_eq!(found.definition.name, "payer");
    let lines: Vec<usize> = found.repairs.iter().map(|n| n.line).collect();
    assert_eq!(lines, [3, 3, 4], "{:?}", found.repairs);
}

#[test]
fn examples_at_the_left_edge_stay_within_their_description() {
    let source = "---\nname: a\ndescription: Use it so: here.\nuser: \"Do it\"\nassistant: \"I do\"\n<example>\n- a point\n</example>\ncolor: red\n---\nbody";
    let found = loaded("a.md", source);
    let description = text(&found, "description");
    assert!(
        description.contains("user: \"Do it\"\nassistant: \"I do\"") && description.ends_with("</example>"),
        "{description}"
    );
    assert_eq!(text(&found, "color"), "red");
}

#[test]
fn keys_we_do_not_know_after_a_repaired_description_are_fields_of_their_own() {
    let source = "---\nname: a\ndescription: Use it so: here.\nuser: \"Do it\"\n<example>x: y</example>\nreviewed-by: Kim\nlevels:\n  - one\n---\nbody";
    let found = loaded("a.md", source);
    assert!(text(&found, "description").ends_with("</example>"), "{}", text(&found, "description"));
    assert_eq!(text(&found, "reviewed-by"), "Kim");
    assert_eq!(field(&found, "levels"), &Value::List(vec![Value::Text("one".into())]));
    let spoken = "---\ndescription: Use it so: here.\nuser: Do it\nassistant: I do\n---\nbody";
    assert!(
        text(&loaded("a.md", spoken), "description").ends_with("assistant: I do"),
        "the end of an example is no field"
    );
}

#[test]
fn anchors_that_multiply_are_no_yaml() {
    let mut source = "---\nname: bomb\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..7 {
        let uses = vec![format!("*a{}", n - 1); 9].join(", ");
        source.push_str(&format!("a{n}: &a{n} [{uses}]\n"));
    }
    source.push_str("---\nbody");
    let found = loaded("a.md", &source);
    assert_eq!(found.definition.name, "bomb");
    assert!(found.repairs[0].text.contains("its anchors repeat too much"), "{:?}", found.repairs);
    let few = loaded("a.md", "---\nname: a\none: &one [x, y]\ntwo: *one\n---\nbody");
    assert!(few.repairs.is_empty() && field(&few, "two") == field(&few, "one"));
}

#[test]
fn an_include_that_may_not_be_is_told_whatever_its_ending() {
    let told = |body: &str| {
        let found = loaded("a.md", &format!("---\nname: a\n---\n{body}"));
        (found.definition.includes, found.warnings.iter().map(|w| w.text.clone()).collect::<Vec<_>>())
    };
    for path in ["/etc/passwd", ".env", "~/.ssh/config", "../up", "conf/../../up", "keys/server.pem", "secrets.yaml"] {
        let (includes, warnings) = told(&format!("Read @{path} first."));
        assert!(includes.is_empty(), "{path}");
        let refused = format!("{}{path} is refused", includes::REFUSED);
        assert!(warnings.iter().any(|w| w.starts_with(&refused)), "{path}: {warnings:?}");
    }
    let (includes, warnings) = told("Ask @frontend or @secrets, import @/lib/utils from @scope/package, a.b@home.env");
    assert!(includes.is_empty() && warnings.is_empty(), "{warnings:?}");
}

#[test]
fn what_only_ends_as_a_person_does_is_nobody() {
    let body = "Send the User-Agent, unlock the ssh-agent, plan for multi-agent work and for a non-expert; ask the billing-expert.";
    let found = loaded("a.md", &format!("---\nname: a\n---\n{body}"));
    assert_eq!(found.definition.asks.mentions, ["billing-expert"]);
}

#[test]
fn written_line_breaks_are_shown_once() {
    let found = loaded(
        "a.md",
        "---\ndescription: One.\\nTwo.\ntier: \"three\\nfour \\\\n five\"\ndomain: 'six\\nseven'\n---\nbody",
    );
    assert!(found.repairs.is_empty());
    assert_eq!(text(&found, "description"), "One.\nTwo.");
    assert_eq!(text(&found, "tier"), "three\nfour \\n five", "what was quoted was unescaped by YAML, and is not again");
    assert_eq!(text(&found, "domain"), "six\\nseven");
}

#[test]
fn line_ends_marks_and_missing_ends_do_not_matter() {
    let plain = "---\nname: a\ndescription: b\n---\nbody\nmore";
    let want = loaded("x.md", plain).definition;
    for other in [
        plain.replace('\n', "\r\n"),
        format!("\u{feff}{plain}"),
        format!("{plain}\n"),
        plain.replace("---\n", "---  \n"),
    ] {
        let found = loaded("x.md", &other);
        assert_eq!(found.definition, want, "{other:?}");
        assert!(found.repairs.is_empty());
    }
    let blank = loaded("x.md", &format!("\n\n{plain}"));
    assert_eq!((blank.definition.name.as_str(), blank.repairs.len()), ("a", 1));
    let open = loaded("x.md", "---\nname: a\ndescription: b\n\n# Role\n\nbody");
    assert!(open.definition.name == "a" && open.repairs[0].text.contains("not closed"), "{open:?}");
    let rule = loaded("x.md", "---\n\nA text that begins with a rule.");
    assert!(rule.definition.fields.is_empty() && rule.definition.body.contains("begins"));
}

#[test]
fn front_matter_is_found_behind_a_comment_in_a_code_block_and_before_dots() {
    let front = "---\nname: a\ndescription: b\n---\nbody\n";
    for (text, repairs) in [
        (format!("<!-- Licence: mine.\n---\n -->\n\n{front}"), 1),
        (format!("```markdown\n{front}```\n"), 1),
        (front.replace("---\nbody", "...\nbody"), 0),
    ] {
        let found = loaded("x.md", &text);
        assert_eq!((found.definition.name.as_str(), found.definition.body.trim()), ("a", "body"), "{text}");
        assert_eq!(found.repairs.len(), repairs, "{text}");
    }
    let block = loaded("x.md", "```\nsome code\n```\n\n---\nname: a\n---\n");
    assert!(block.definition.fields.is_empty() && block.definition.body.starts_with("```"));
}

#[test]
fn between_two_rules_without_a_key_stands_text_of_the_body() {
    for text in ["---\nYou keep the gate.\n---\nBody", "---\n- one\n- two\n---\nBody"] {
        let found = loaded("gate.md", text);
        assert_eq!((found.definition.body.as_str(), found.definition.dialect), (text, Dialect::Plain));
        assert!(found.repairs.is_empty());
    }
}

#[test]
fn tabs_capitals_and_strange_tags_lose_nothing() {
    let tabs = loaded("a.md", "---\nname:\ta\ntools:\n\t- Read\n\t- Bash\n---\nbody");
    assert_eq!(tabs.definition.tools, ["Read", "Bash"]);
    assert!(tabs.repairs.len() == 1 && tabs.repairs[0].text.contains("tabs"), "{:?}", tabs.repairs);
    let capitals =
        loaded("x.md", "---\nName: Cased\nDescription: D\nTools: Read, Bash\ndisallowedTools: Bash\n---\nbody");
    assert_eq!((capitals.definition.name.as_str(), capitals.definition.description.as_str()), ("Cased", "D"));
    assert_eq!(capitals.definition.tools, ["Read"], "what it rules out it does not ask for");
    let small = loaded("x.md", "---\nname: a\ntag: backend\n---\nbody");
    assert_eq!(small.definition.tag.unwrap().as_str(), "BACKEND");
    let strange = loaded("x.md", "---\nname: a\ntag: v1.2 beta\n---\nbody");
    assert!(strange.definition.tag.is_none() && strange.warnings[0].line == 3, "{:?}", strange.warnings);
}

#[test]
fn folded_text_with_examples_needs_no_repair() {
    let found = loaded(
        "a.md",
        "---\ndescription: >-\n  Use this agent when\n  it rains.\n\n\n  <example>\n    user: \"Rain?\"\n  </example>\nmode: subagent\n---\nbody",
    );
    assert!(found.repairs.is_empty());
    let description = text(&found, "description");
    assert!(
        description.starts_with("Use this agent when it rains.\n") && description.contains("user: \"Rain?\""),
        "{description:?}"
    );
    assert_eq!(found.definition.dialect, Dialect::OpenCode);
}

#[test]
fn keys_of_every_dialect_are_kept_and_tools_are_read_however_they_are_listed() {
    let tools = |front: &str| loaded("a.md", &format!("---\nname: a\n{front}\n---\nbody")).definition.tools;
    assert_eq!(tools("tools: Read, Bash(git log, git show), Grep"), ["Read", "Bash(git log, git show)", "Grep"]);
    assert_eq!(tools("tools: [Read, Grep]"), ["Read", "Grep"]);
    assert_eq!(tools("allowed-tools:\n  - Read\n  - Edit"), ["Read", "Edit"]);
    assert_eq!(tools("tools:\n  write: true\n  bash: false\n  edit: ask"), ["write", "edit"]);
    let claude = loaded("a.md", "---\nname: a\ndescription: b\ntools: Read\ndisallowedTools: Bash\nmodel: opus\ncolor: blue\nmood: calm\n---\nbody").definition;
    assert_eq!(claude.dialect, Dialect::ClaudeCode);
    assert_eq!(
        claude.fields.iter().map(|f| f.key.as_str()).collect::<Vec<_>>(),
        ["name", "description", "tools", "disallowedTools", "model", "color", "mood"]
    );
    let open = loaded("a.md", "---\ndescription: b\nmode: primary\nmodel: anthropic/claude\ntop_p: 0.9\npermission:\n  edit: deny\ndisable: true\n---\nbody").definition;
    assert!(open.dialect == Dialect::OpenCode && open.disabled);
    let copilot = loaded("tidy.agent.md", "---\ndescription: 'b'\ntools: ['read', 'edit']\n---\nbody").definition;
    assert_eq!((copilot.dialect, copilot.name.as_str(), copilot.tools.len()), (Dialect::Copilot, "tidy", 2));
    let codex = loaded("ops.toml", "name = \"ops\"\ndescription = \"b\"\nmodel_reasoning_effort = \"high\"\nnickname_candidates = [\"A\"]\ndeveloper_instructions = '''\nYou run things.\n'''\n").definition;
    assert_eq!((codex.dialect, codex.body.as_str(), codex.fields.len()), (Dialect::Codex, "You run things.", 4));
    let ours = loaded("a.md", "---\nname: a\nheart: look\n---\nbody").definition;
    assert_eq!(ours.dialect, Dialect::Conclave);
    let prompt = loaded("a.md", "---\ndescription: b\nprompt: You look after b.\n---\n").definition;
    assert_eq!(prompt.body, "You look after b.");
}

#[test]
fn what_yaml_takes_for_a_comment_and_keys_given_twice_are_mended() {
    let found = loaded("a.md", "---\nname: a\ncolor: #e63946\n---\nbody");
    assert_eq!(text(&found, "color"), "#e63946");
    assert!(found.repairs[0].line == 3 && found.repairs[0].text.contains("comment"));
    let twice = loaded("a.md", "---\nname: a\nmodel: x\nmodel: y\n---\nbody");
    assert_eq!(text(&twice, "model"), "x");
    assert!(twice.repairs.iter().any(|n| n.text.contains("twice") && n.line == 4), "{:?}", twice.repairs);
}

#[test]
fn deep_nesting_and_aliases_do_no_harm() {
    let deep = format!("---\nname: a\nmetadata: {}x{}\n---\nbody", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(loaded("a.md", &deep).definition.name, "a");
    let bomb = "---\nname: a\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n---\nbody";
    assert_eq!(loaded("a.md", bomb).definition.name, "a");
}

#[test]
fn the_communication_format_gives_tag_and_types() {
    let body = "---\ndescription: x\n---\n# Notes\n\n```\n### [APPSEC] [timestamp] UTC\n**Type**: [ANALYSIS|THREAT_MODEL|…]\n```\n";
    let definition = loaded("a.md", body).definition;
    assert_eq!(definition.tag.unwrap().as_str(), "APPSEC");
    assert_eq!(definition.kinds, ["ANALYSIS", "THREAT_MODEL"]);
    let tag = |heading: &str| loaded("a.md", &format!("### {heading} UTC\n")).definition.tag.map(|t| t.to_string());
    assert_eq!(tag("[Backend] [time]").as_deref(), Some("BACKEND"));
    assert_eq!(tag("[Date] [Author]"), None, "small letters stand for anything but a trade");
    let any = loaded("a.md", "### [AGENT_NAME] [time] UTC\n**Type**: [choose one]\n").definition;
    assert!(any.tag.is_none() && any.kinds.is_empty());
}

#[test]
fn what_a_body_expects_of_its_host_is_read() {
    let body = "# Payments Developer\n\nWait for supervisor to set framework. NO STOPPING until all agree. React to proposals of others.\n\
        Coordinate with the frontend developer agent on the API contract before implementation.\n\
        Request security review for sign-in.\nEscalate with options. Claim tasks from the TaskList; SendMessage to the team lead.\n\n\
        ## Scope\n\n- `src/pay/`, `tests/pay/**`\n- `../other/`\n- `team/{agent}/`\n\n\
        **Self-Verification:**\nBefore considering it done:\n- [ ] Amounts carry a currency\n1. Retries book once\n\n## More\n- not a check\n";
    let asks = loaded("a.md", body).definition.asks;
    assert_eq!(asks.checklist, ["Amounts carry a currency", "Retries book once"]);
    assert_eq!(asks.scopes, ["src/pay/", "tests/pay/**"]);
    assert_eq!(asks.contract_with, ["frontend"]);
    for expected in [
        Expectation::WaitForFramework,
        Expectation::NoStopping,
        Expectation::RespondToOthers,
        Expectation::ContractFirst,
        Expectation::SecurityReview,
        Expectation::Escalate,
        Expectation::ClaimTasks,
        Expectation::MessageTheLead,
        Expectation::SelfCheck,
        Expectation::FileOwnership,
        Expectation::Placeholders,
    ] {
        assert!(asks.expects.contains(&expected), "{expected:?}");
    }
    assert!(
        asks.mentions.contains(&"team-lead".to_owned()) && asks.mentions.contains(&"frontend-developer".to_owned())
    );
}

#[test]
fn names_are_found_however_they_are_written() {
    let mentions = |body: &str| loaded("me.md", body).definition.asks.mentions;
    assert_eq!(mentions("Ask expert-database-agent and @frontend."), ["expert-database", "frontend"]);
    assert_eq!(mentions("Report to the product manager agent; the ML agent helps."), ["product-manager", "ml"]);
    assert_eq!(mentions("Work with Security experts and with DevOps."), ["security-expert", "devops"]);
    assert_eq!(
        mentions("React to Frontend, Security, and Architect proposals."),
        ["frontend", "security", "architect"]
    );
    assert_eq!(
        mentions("See @resources/frontend.md, use @angular/core, mail a@b.io, architect a database schema."),
        Vec::<String>::new()
    );
    assert_eq!(mentions("Consult frontend first. A third-party service is no one."), ["frontend"]);
}

#[test]
fn includes_stay_in_the_definitions_own_folder() {
    let found = loaded(
        "a.md",
        "See @resources/x.md and (@notes.txt).\nNot @../up.md, not @/etc/hosts.txt, not @~/k.md,\nnot @a\\b.md.\nTwice @resources/x.md.",
    );
    assert_eq!(found.definition.includes, ["resources/x.md", "notes.txt"]);
    let refused: Vec<(usize, bool)> = found.warnings.iter().map(|n| (n.line, n.text.contains("refused"))).collect();
    assert_eq!(refused, [(2, true), (2, true), (2, true), (3, true)]);
}

#[cfg(unix)]
#[test]
fn no_include_follows_a_link_outside_or_reads_what_is_no_file() {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("agents");
    std::fs::create_dir_all(folder.join("resources")).unwrap();
    std::fs::write(room.path().join("secret.md"), "secret").unwrap();
    std::fs::write(folder.join("resources/x.md"), "inside").unwrap();
    std::os::unix::fs::symlink(room.path().join("secret.md"), folder.join("resources/link.md")).unwrap();
    std::os::unix::fs::symlink(room.path(), folder.join("out")).unwrap();
    std::fs::create_dir(folder.join("d.md")).unwrap();
    std::fs::write(folder.join("bytes.md"), [0xff, 0xfe]).unwrap();
    let read = |path: &str| includes::read(&folder, path, includes::MAX_INCLUDED);
    assert_eq!(read("resources/x.md"), Included::Text("inside".into()));
    assert_eq!(read("resources/none.md"), Included::Missing);
    for outside in ["resources/link.md", "out/secret.md", "../secret.md", "/etc/passwd.md", "d.md", "bytes.md"] {
        assert!(matches!(read(outside), Included::Refused(_)), "{outside}: {:?}", read(outside));
    }
    assert!(matches!(includes::read(&folder, "resources/x.md", 3), Included::Refused(_)));
    // A definition may lie in a folder that holds more than definitions.
    let token = format!("ghp_{}", "a1B2".repeat(9));
    std::fs::write(folder.join("credentials.json"), "secret").unwrap();
    std::fs::write(folder.join("notes.md"), format!("Use {token}.")).unwrap();
    std::os::unix::fs::symlink("credentials.json", folder.join("harmless.json")).unwrap();
    for secret in ["credentials.json", "harmless.json"] {
        assert!(matches!(read(secret), Included::Refused(why) if why.contains("secrets")), "{secret}");
    }
    assert_eq!(read("notes.md"), Included::Text("Use [redacted].".into()));
}

mod arbitrary {
    use super::super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn no_text_brings_the_loader_down(text in "(---\n)?([a-z-]{1,12}:( [^\n]{0,30})?\n|[ \t]*[^\n]{0,30}\n){0,14}(---\n)?.{0,60}") {
            for file in ["a.md", "a.toml", "0af.agent.md"] {
                if let Ok(loaded) = read(file, &text) {
                    prop_assert!(!loaded.definition.body.trim().is_empty());
                    prop_assert!(!loaded.definition.name.contains(['\n', '\r']));
                }
            }
        }
    }
}
