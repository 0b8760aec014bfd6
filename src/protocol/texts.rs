//! Every text within a move: for whoever bounds them, counts them or looks for something in them.

use super::entry::{Action, Amendment, Change, Draft, How, Move, Rejected};
use super::framework::Framework;

impl Move {
    /// Gives every free text in the move, in the order of its fields. Ids, which are bounded by their form, are not among
    /// them; names of seats and digests as somebody typed them are.
    pub fn each_text<'a>(&'a self, take: &mut dyn FnMut(&'a str)) {
        match self {
            Move::Frame { framework } => of_framework(framework, take),
            Move::Position { choice, rejected, rests_on, .. } => all(&[choice, rejected, rests_on], take),
            Move::Propose(draft) => of_draft(draft, take),
            Move::Amend(amendment) => of_amendment(amendment, take),
            Move::Agree { digest, because, confirms, security, .. } => {
                all(&[digest, because], take);
                confirms.iter().for_each(|c| take(&c.how));
                security.iter().for_each(|text| take(text));
            }
            Move::Object { digest, fails_when, resolved_if, .. } => all(&[digest, fails_when, resolved_if], take),
            Move::Ask { to, text, .. } => all(&[to, text], take),
            Move::Escalate { text, options, .. } => {
                take(text);
                options.iter().for_each(|o| all(&[&o.option, &o.trade_off], take));
            }
            Move::Concern { text, .. } | Move::Answer { text, .. } | Move::Direct { text } => take(text),
            Move::Dispose { how, why, .. } => {
                if let How::Reading { reading, .. } = how {
                    take(reading);
                }
                take(why);
            }
            Move::Withdraw { why, .. } | Move::Rule { why, .. } | Move::Claim { why, .. } => take(why),
            Move::Stand { digest, why, .. } => all(&[digest, why], take),
            Move::Mediate { agreed, disputed, crux, question } => all(&[agreed, disputed, crux, question], take),
            Move::Risk { scenario, sign, mitigation, .. } => all(&[scenario, sign, mitigation], take),
            Move::Sign { digest, reservation } => {
                take(digest);
                reservation.iter().for_each(|text| take(text));
            }
        }
    }
}

fn all<'a>(texts: &[&'a String], take: &mut dyn FnMut(&'a str)) {
    texts.iter().for_each(|text| take(text));
}

fn of_framework<'a>(framework: &'a Framework, take: &mut dyn FnMut(&'a str)) {
    let Framework { title, goals, non_goals, constraints, unknowns, criteria, decisions } = framework;
    take(title);
    for list in [goals, non_goals, constraints, unknowns] {
        list.iter().for_each(|text| take(text));
    }
    criteria.iter().for_each(|c| take(&c.text));
    decisions.iter().for_each(|d| take(&d.question));
}

fn of_draft<'a>(draft: &'a Draft, take: &mut dyn FnMut(&'a str)) {
    let Draft { decision: _, clauses, rationale, assumptions, rejected, actions } = draft;
    clauses.iter().for_each(|text| take(text));
    take(rationale);
    assumptions.iter().for_each(|text| take(text));
    of_rest(rejected, actions, take);
}

fn of_amendment<'a>(amendment: &'a Amendment, take: &mut dyn FnMut(&'a str)) {
    let Amendment { decision: _, base: _, changes, rationale, assumptions, rejected, actions } = amendment;
    for change in changes {
        match change {
            Change::Replace { text, .. } | Change::Add { text } => take(text),
            Change::Strike { .. } => {}
        }
    }
    take(rationale);
    assumptions.iter().flatten().for_each(|text| take(text));
    of_rest(rejected, actions, take);
}

fn of_rest<'a>(rejected: &'a [Rejected], actions: &'a [Action], take: &mut dyn FnMut(&'a str)) {
    rejected.iter().for_each(|r| all(&[&r.option, &r.why], take));
    actions.iter().for_each(|a| all(&[&a.owner, &a.what, &a.done_when], take));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::protocol::Move;
    use serde_json::{Value, json};

    fn strings(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|v| strings(v, found)),
            Value::Object(fields) => fields.values().for_each(|v| strings(v, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    #[test]
    fn no_free_text_of_any_move_is_left_out() {
        // Free texts are those that begin with `t`; everything else that is a string is an id or a word of the vocabulary.
        let moves = json!([
            {"move": "frame", "framework": {"title": "t1", "goals": ["t2"], "non_goals": ["t3"], "constraints": ["t4"],
                "unknowns": ["t5"], "criteria": [{"id": "K1", "text": "t6"}],
                "decisions": [{"id": "D1", "question": "t7", "criteria": ["K1"], "owner": "BACKEND"}]}},
            {"move": "position", "decision": "D1", "choice": "t1", "rejected": "t2", "rests_on": "t3", "confidence": 7},
            {"move": "propose", "decision": "D1", "clauses": ["t1"], "rationale": "t2", "assumptions": ["t3"],
                "rejected": [{"option": "t4", "why": "t5"}], "actions": [{"owner": "t6", "what": "t7", "done_when": "t8"}]},
            {"move": "amend", "decision": "D1", "base": "D1.1", "changes": [{"change": "replace", "clause": 1, "text": "t1"},
                {"change": "add", "text": "t2"}, {"change": "strike", "clause": 2}], "rationale": "t3", "assumptions": ["t4"],
                "rejected": [{"option": "t5", "why": "t6"}], "actions": [{"owner": "t7", "what": "t8", "done_when": "t9"}]},
            {"move": "agree", "decision": "D1", "digest": "t1", "criteria": ["K1"], "because": "t2"},
            {"move": "object", "about": "D1", "digest": "t1", "criterion": "K1", "fails_when": "t2", "resolved_if": "t3"},
            {"move": "concern", "about": "D1", "criterion": "K1", "text": "t1"},
            {"move": "ask", "to": "t1", "about": "D1", "text": "t2"},
            {"move": "answer", "question": "Q1", "text": "t1"},
            {"move": "dispose", "item": "C1", "how": "reading", "clause": 1, "reading": "t1", "why": "t2"},
            {"move": "withdraw", "issue": "O1", "why": "t1"},
            {"move": "stand", "issue": "O1", "digest": "t1", "why": "t2"},
            {"move": "rule", "issue": "O1", "ruling": "duplicate", "why": "t1"},
            {"move": "mediate", "agreed": "t1", "disputed": "t2", "crux": "t3", "question": "t4"},
            {"move": "risk", "about": "D1", "scenario": "t1", "sign": "t2", "mitigation": "t3"},
            {"move": "sign", "digest": "t1", "reservation": "t2"},
            {"move": "direct", "text": "t1"},
        ]);
        for value in moves.as_array().unwrap() {
            let act: Move = serde_json::from_value(value.clone()).unwrap();
            let mut given: Vec<&str> = Vec::new();
            act.each_text(&mut |text| given.push(text));
            let mut expected = Vec::new();
            strings(value, &mut expected);
            expected.retain(|text| text.starts_with('t') && text.len() == 2);
            expected.sort();
            given.sort_unstable();
            assert_eq!(given, expected, "{value}");
        }
    }
}
