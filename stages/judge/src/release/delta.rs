//! Deltas are the named values that differ between two sets of settings or thresholds.

use deklaro_schemas::stored::ThresholdDelta;
use std::collections::{BTreeMap, BTreeSet};

/// The differences between two sets of named values, by name. A value that only one side has is missing on
/// the other.
pub fn deltas(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<ThresholdDelta> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| ThresholdDelta {
            name: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}
