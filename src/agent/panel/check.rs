//! Whether an area's file is consistent: every reference leads somewhere and every rating is there.

use super::catalogue::{Area, Choice, Decision};
use std::collections::BTreeSet;

/// What is wrong with `area`, one sentence each; empty when it can be used.
pub(super) fn faults(area: &Area) -> Vec<String> {
    let mut faults = Vec::new();
    if area.criteria.is_empty() || area.decisions.is_empty() {
        faults.push("an area needs criteria and decisions".to_owned());
    }
    twice(area.criteria.iter().map(|c| c.key.as_str()), "criterion", &mut faults);
    twice(area.decisions.iter().map(|d| d.key.as_str()), "decision", &mut faults);
    for decision in &area.decisions {
        of_decision(area, decision, &mut faults);
    }
    faults
}

fn of_decision(area: &Area, decision: &Decision, faults: &mut Vec<String>) {
    let at = &decision.key;
    if decision.criteria.is_empty() || decision.options.len() < 2 {
        faults.push(format!("{at}: a decision needs a criterion and two options"));
    }
    for key in &decision.criteria {
        if area.criterion(key).is_none() {
            faults.push(format!("{at}: '{key}' is not among the area's criteria"));
        }
    }
    twice(decision.options.iter().map(|o| o.key.as_str()), "option", faults);
    for option in &decision.options {
        of_option(decision, option, faults);
    }
}

fn of_option(decision: &Decision, option: &Choice, faults: &mut Vec<String>) {
    let at = format!("{}/{}", decision.key, option.key);
    let rated: BTreeSet<&String> = option.ratings.keys().collect();
    if rated != decision.criteria.iter().collect() {
        faults.push(format!("{at}: ratings are needed for exactly the decision's criteria"));
    }
    if option.ratings.values().any(|r| !(1..=5).contains(r)) {
        faults.push(format!("{at}: ratings run from 1 to 5"));
    }
    if option.clauses.is_empty() || option.pros.is_empty() || option.cons.is_empty() {
        faults.push(format!("{at}: clauses, for and against are needed"));
    }
    for failure in &option.failures {
        if !decision.criteria.contains(&failure.criterion) {
            faults.push(format!("{at}: a failure names the unknown criterion '{}'", failure.criterion));
        }
        if failure.clause == 0 || failure.clause > option.clauses.len() {
            faults.push(format!("{at}: a failure names clause {}, which is not there", failure.clause));
        }
        if failure.fixed_by.is_some() && option.fix(failure).is_none() {
            faults.push(format!("{at}: a failure is fixed by an unknown mitigation"));
        }
    }
    for (key, rating) in &option.ratings {
        if *rating <= 2 && !option.failures.iter().any(|f| f.criterion == *key) {
            faults.push(format!("{at}: {key} is rated {rating} without a failure"));
        }
    }
    twice(option.mitigations.iter().map(|m| m.key.as_str()), "mitigation", faults);
    for mitigation in &option.mitigations {
        let named = mitigation.raises.keys().chain(mitigation.lowers.keys());
        if let Some(key) = named.into_iter().find(|k| !decision.criteria.contains(k)) {
            faults.push(format!("{at}: {} changes the unknown criterion '{key}'", mitigation.key));
        }
    }
}

fn twice<'a>(keys: impl Iterator<Item = &'a str>, what: &str, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key) {
            faults.push(format!("the {what} '{key}' is given twice"));
        }
    }
}
