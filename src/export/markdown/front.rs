//! YAML front matter.

use super::super::document::FrontMatter;
use super::super::money::dollars;
use super::escape::yaml;
use std::fmt::Display;

/// The front matter with its fences. There is no `title`: the heading is the title.
pub fn matter(front: &FrontMatter) -> String {
    let mut lines = vec!["---".to_owned()];
    let mut put = |key: &str, value: String| lines.push(format!("{key}: {value}"));
    put("status", front.status.as_str().to_owned());
    put("date", front.date.clone());
    put("decision-makers", list(&front.decision_makers));
    put("consulted", list(&front.consulted));
    put("informed", list(&front.informed));
    put("session", yaml(&front.session));
    put("accord-digest", known(front.accord.as_ref().map(|d| yaml(d.as_str())), "none"));
    put("journal-digest", known(front.journal.as_ref().map(|d| yaml(d.as_str())), "unknown"));
    put("entries", front.entries.to_string());
    put("waves", front.waves.to_string());
    put("models", list(&front.models));
    put("tokens", known(front.tokens, "unknown"));
    put("cost", known(front.cost_nano.map(dollars), "unknown"));
    if !front.rule_based.is_empty() {
        put("rule-based", list(&front.rule_based.iter().map(ToString::to_string).collect::<Vec<_>>()));
    }
    lines.push("---".to_owned());
    lines.join("\n")
}

fn list(items: &[String]) -> String {
    format!("[{}]", items.iter().map(|i| yaml(i)).collect::<Vec<_>>().join(", "))
}

fn known(value: Option<impl Display>, otherwise: &str) -> String {
    value.map_or_else(|| otherwise.to_owned(), |v| v.to_string())
}
