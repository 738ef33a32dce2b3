//! The gate's verdict: every rule, and what is waived.

use super::gate_input::GateInput;
use super::rules;
use deklaro_schemas::codes::{GateRule, RuleVerdict};
use deklaro_schemas::stored::{DecidedRule, ReleaseWaiver};

/// The gate's verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// True when every rule holds or is waived.
    pub passed: bool,
    /// Every rule, in order.
    pub rules: Vec<DecidedRule>,
}

/// Judges a release by every rule (mission B3). What was not measured does not hold.
pub fn judge(input: &GateInput) -> Judged {
    let rules: Vec<DecidedRule> = GateRule::ALL.iter().map(|rule| decided(*rule, input)).collect();
    Judged { passed: rules.iter().all(|rule| rule.verdict != RuleVerdict::Failed), rules }
}

fn decided(rule: GateRule, input: &GateInput) -> DecidedRule {
    let found = rules::found(rule, input);
    let waiver = input.waivers_in_force().find(|waiver| waiver.rule == rule);
    let verdict = match (found.holds, waiver) {
        (true, _) => RuleVerdict::Passed,
        (false, Some(_)) => RuleVerdict::Waived,
        (false, None) => RuleVerdict::Failed,
    };
    let value = match waiver.filter(|_| verdict == RuleVerdict::Waived) {
        Some(ReleaseWaiver { until, approver, reason, .. }) => {
            format!("{}; waived until {until} by {approver}: {reason}", found.value)
        }
        None => found.value,
    };
    let satisfied_by = (verdict != RuleVerdict::Passed).then_some(found.satisfied_by);
    DecidedRule { rule, verdict, value, limit: found.limit, satisfied_by }
}
