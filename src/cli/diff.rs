//! `conclave diff`: two sessions, decision by decision.

use super::args::{Common, DiffArgs, DiffFormat};
use super::error::{CommandError, Exit};
use super::lines::{say, tame};
use super::places;
use super::replay::tell;
use super::stage::journal_error;
use crate::journal::catalog;
use crate::protocol::{ProposalId, Stance};
use crate::replay::diff::{Clause, Comparison, Matched, Note, Part, Side, Standing};
use crate::replay::{self, Source};
use serde_json::{Value, json};
use std::fmt::{Display, Write as _};
use std::io::IsTerminal;

/// Most characters of an issue or a risk that are shown; `--json` has it whole.
const SHOWN: usize = 160;

pub(super) fn run(common: &Common, args: &DiffArgs) -> Result<Exit, CommandError> {
    let settings = places::settings(common, None, None)?;
    let sessions = places::sessions(&settings)?;
    let open = |name: &str| -> Result<Source, CommandError> {
        let folder = catalog::resolve(&sessions, Some(name)).map_err(journal_error)?;
        let source = replay::open(&folder).map_err(journal_error)?;
        tell(&source.notices);
        Ok(source)
    };
    let (a, b) = (open(&args.a)?, open(&args.b)?);
    let comparison = Comparison::of(&a.timeline, &b.timeline);
    if args.json {
        say(&format!("{:#}", in_json(&comparison)));
        return Ok(Exit::Done);
    }
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let style = match args.format {
        DiffFormat::Md => Style::Markdown,
        DiffFormat::Text if colour => Style::Coloured,
        DiffFormat::Text => Style::Plain,
    };
    say(in_words(&comparison, style).trim_end());
    Ok(Exit::Done)
}

/// How changed words are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `[-old-]{+new+}`, as `git diff --word-diff` does.
    Plain,
    /// Red and green besides.
    Coloured,
    /// Struck out and bold.
    Markdown,
}

impl Style {
    fn heading(self, level: usize, text: &str) -> String {
        match self {
            Style::Markdown => format!("{} {}\n\n", "#".repeat(level), escaped(text)),
            Style::Plain => format!("{text}\n"),
            Style::Coloured => format!("\u{1b}[1m{text}\u{1b}[0m\n"),
        }
    }

    /// A text of somebody's, on one line.
    fn text(self, text: &str) -> String {
        let line = one_line(text);
        if self == Style::Markdown { escaped(&line) } else { line }
    }

    fn part(self, part: &Part) -> String {
        let marked = |old: &str, before: [&str; 3], after: [&str; 3]| {
            let i = match self {
                Style::Plain => 0,
                Style::Coloured => 1,
                Style::Markdown => 2,
            };
            let text = self.text(old);
            // Emphasis in Markdown must touch its words.
            let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
            let (Some(lead), Some(body), Some(tail)) = (text.get(..start), text.get(start..end), text.get(end..))
            else {
                return text;
            };
            let pick = |all: [&str; 3]| all.get(i).copied().unwrap_or_default().to_owned();
            format!("{lead}{}{body}{}{tail}", pick(before), pick(after))
        };
        match part {
            Part::Same(text) => self.text(text),
            Part::Old(text) if text.trim().is_empty() => String::new(),
            Part::New(text) if text.trim().is_empty() => text.clone(),
            Part::Old(text) => marked(text, ["[-", "\u{1b}[31m[-", "~~"], ["-]", "-]\u{1b}[0m", "~~"]),
            Part::New(text) => marked(text, ["{+", "\u{1b}[32m{+", "**"], ["+}", "+}\u{1b}[0m", "**"]),
        }
    }

    fn bullet(self) -> &'static str {
        if self == Style::Markdown { "- " } else { "  " }
    }
}

fn in_words(comparison: &Comparison, style: Style) -> String {
    let [one, two] = &comparison.sides;
    let mut out = style.heading(1, "Two sessions compared");
    let bullet = style.bullet();
    for (name, side) in [("A", one), ("B", two)] {
        let _ = writeln!(out, "{bullet}{name} {}: {}", style.text(&side.session), style.text(&side.outcome));
    }
    match comparison.shared {
        Some(shared) if shared.entry.0 > 0 => {
            let _ = writeln!(out, "{bullet}They share everything up to {} ({} records).", shared.entry, shared.records);
        }
        Some(_) => {
            let _ = writeln!(out, "{bullet}They share the opening.");
        }
        None => {
            let _ = writeln!(out, "{bullet}They share no record; decisions are matched by what they ask.");
        }
    }
    if comparison.is_same() {
        let _ = writeln!(out, "{bullet}Both came to the same.");
    }
    out.push('\n');
    write_people(&mut out, comparison, style);
    comparison.decisions.iter().for_each(|decision| write_decision(&mut out, decision, style));
    write_risks(&mut out, comparison, style);
    write_figures(&mut out, one, two, style);
    out
}

fn write_people(out: &mut String, comparison: &Comparison, style: Style) {
    if comparison.people.iter().all(Vec::is_empty) {
        return;
    }
    out.push_str(&style.heading(2, "What people said"));
    for (side, said) in ["A", "B"].iter().zip(&comparison.people) {
        for note in said {
            let _ = writeln!(out, "{}only in {side}: {} {}", style.bullet(), note.id, style.text(&short(&note.text)));
        }
    }
    out.push('\n');
}

fn write_decision(out: &mut String, decision: &Matched, style: Style) {
    let ids: Vec<String> = decision.sides.iter().flatten().map(|s| s.id.to_string()).collect();
    let name = match ids.as_slice() {
        [one, two] if one != two => format!("{one} in A, {two} in B"),
        [one, ..] => one.clone(),
        [] => String::new(),
    };
    out.push_str(&style.heading(2, &format!("{name} {}", one_line(&decision.question))));
    let bullet = style.bullet();
    for (side, standing) in ["A", "B"].iter().zip(&decision.sides) {
        let _ = writeln!(out, "{bullet}{side} {}", stands(standing.as_ref()));
    }
    for (seat, before, after) in &decision.moved {
        let _ = writeln!(out, "{bullet}{seat} {} in A and {} in B", stance(*before), stance(*after));
    }
    write_text(out, &decision.text, style);
    for (side, issues) in ["A", "B"].iter().zip(&decision.issues) {
        issues.iter().for_each(|issue| write_note(out, side, issue, style));
    }
    out.push('\n');
}

fn write_text(out: &mut String, text: &[Clause], style: Style) {
    let same = text.iter().filter(|c| c.is_same()).count();
    let bullet = style.bullet();
    for clause in text.iter().filter(|c| !c.is_same()) {
        let name = clause.number.map_or("assumption".to_owned(), |n| format!("clause {n}"));
        let words: String = clause.parts.iter().map(|p| style.part(p)).collect();
        let _ = writeln!(out, "{bullet}{name}: {words}");
    }
    if text.is_empty() {
        return;
    }
    let _ = match (same, text.len() - same) {
        (same, 0) => writeln!(out, "{bullet}the text is the same ({same} clauses and assumptions)"),
        (0, _) => Ok(()),
        (1, _) => writeln!(out, "{bullet}one other is the same"),
        (same, _) => writeln!(out, "{bullet}{same} others are the same"),
    };
}

fn write_risks(out: &mut String, comparison: &Comparison, style: Style) {
    if comparison.risks.iter().all(Vec::is_empty) {
        return;
    }
    out.push_str(&style.heading(2, "Risks"));
    for (side, risks) in ["A", "B"].iter().zip(&comparison.risks) {
        risks.iter().for_each(|risk| write_note(out, side, risk, style));
    }
    out.push('\n');
}

fn write_note<Id: Display>(out: &mut String, side: &str, note: &Note<Id>, style: Style) {
    let Note { id, by, text, entry } = note;
    let _ = writeln!(out, "{}only in {side}: {id} of {by} ({entry}): {}", style.bullet(), style.text(&short(text)));
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

fn write_figures(out: &mut String, a: &Side, b: &Side, style: Style) {
    let money =
        |side: &Side| side.spending.known_cost().map_or("--".to_owned(), |nano| format!("${:.2}", nano as f64 / 1e9));
    let tokens = |side: &Side| side.spending.known_tokens().map_or("--".to_owned(), |t| t.to_string());
    let rows = [
        ("waves", a.waves.to_string(), b.waves.to_string()),
        ("entries", a.entries.to_string(), b.entries.to_string()),
        ("calls", a.spending.calls.to_string(), b.spending.calls.to_string()),
        ("tokens", tokens(a), tokens(b)),
        ("cost", money(a), money(b)),
        ("models", style.text(&a.models.join(", ")), style.text(&b.models.join(", "))),
    ];
    out.push_str(&style.heading(2, "What it took"));
    if style == Style::Markdown {
        out.push_str("| | A | B |\n| --- | --- | --- |\n");
    }
    for (name, one, two) in rows {
        let _ = match style {
            Style::Markdown => writeln!(out, "| {name} | {one} | {two} |"),
            Style::Plain | Style::Coloured if name == "models" => writeln!(out, "  {name:<8} {one}\n{:11}{two}", ""),
            Style::Plain | Style::Coloured => writeln!(out, "  {name:<8} {one:>10} {two:>10}"),
        };
    }
}

fn stands(standing: Option<&Standing>) -> String {
    let Some(Standing { head, settled, raised, open, .. }) = standing else {
        return "does not have it on the agenda".to_owned();
    };
    let head = head.map_or("nothing on the table".to_owned(), |id| format!("{id} on the table"));
    let state = if *settled { "settled" } else { "not settled" };
    let issues = if *raised == 1 { "one issue".to_owned() } else { format!("{raised} issues") };
    format!("has {head}, {state}; {issues} raised, {open} open")
}

fn stance(stance: Stance) -> &'static str {
    match stance {
        Stance::Agrees => "agrees",
        Stance::Stale => "agreed to an earlier text",
        Stance::Objects => "objects",
        Stance::Asks => "asks",
        Stance::Silent => "has not judged",
    }
}

fn one_line(text: &str) -> String {
    tame(&text.replace(['\n', '\r'], " "))
}

/// Somebody's text where Markdown would read a meaning into it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '!' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn in_json(comparison: &Comparison) -> Value {
    let [one, two] = &comparison.sides;
    json!({
        "format": "conclave-diff",
        "version": 1,
        "same": comparison.is_same(),
        "shared": comparison.shared.map(|s| json!({ "records": s.records, "entry": s.entry })),
        "a": side_json(one),
        "b": side_json(two),
        "decisions": comparison.decisions.iter().map(decision_json).collect::<Vec<_>>(),
        "people": both(&comparison.people, |said| notes_json(said)),
        "risks": both(&comparison.risks, |risks| notes_json(risks)),
    })
}

fn both<T>(sides: &[T; 2], each: impl Fn(&T) -> Value) -> Value {
    let [a, b] = sides;
    json!({ "a": each(a), "b": each(b) })
}

fn side_json(side: &Side) -> Value {
    json!({
        "session": side.session,
        "topic": side.topic,
        "outcome": side.outcome,
        "models": side.models,
        "waves": side.waves,
        "entries": side.entries,
        "calls": side.spending.calls,
        "tokens": side.spending.known_tokens(),
        "cost": side.spending.known_cost().map(|nano| nano as f64 / 1e9),
    })
}

fn decision_json(decision: &Matched) -> Value {
    let standing = |s: &Option<Standing>| {
        s.as_ref().map_or(Value::Null, |s| {
            let head = s.head.as_ref().map(ProposalId::to_string);
            json!({ "id": s.id, "head": head, "settled": s.settled, "raised": s.raised, "open": s.open })
        })
    };
    let part = |part: &Part| match part {
        Part::Same(text) => json!({ "same": text }),
        Part::Old(text) => json!({ "a": text }),
        Part::New(text) => json!({ "b": text }),
    };
    let clause = |c: &Clause| {
        let parts: Vec<Value> = c.parts.iter().map(part).collect();
        json!({ "clause": c.number, "same": c.is_same(), "parts": parts })
    };
    let moved = |(seat, before, after): &(_, Stance, Stance)| json!({ "seat": seat, "a": stance(*before), "b": stance(*after) });
    json!({
        "question": decision.question,
        "sides": both(&decision.sides, standing),
        "text": decision.text.iter().map(clause).collect::<Vec<_>>(),
        "moved": decision.moved.iter().map(moved).collect::<Vec<_>>(),
        "issues": both(&decision.issues, |issues| notes_json(issues)),
    })
}

fn notes_json<Id: Display>(notes: &[Note<Id>]) -> Value {
    let one = |n: &Note<Id>| json!({ "id": n.id.to_string(), "by": n.by, "text": n.text, "entry": n.entry });
    notes.iter().map(one).collect()
}
