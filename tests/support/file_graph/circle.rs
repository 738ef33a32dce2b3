//! Which files reach themselves again, and on which way?

use super::arrows::Arrows;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

/// Files that all reach each other.
pub(crate) struct Circle {
    /// Every file of it.
    pub(crate) files: BTreeSet<String>,
    /// A shortest way round: file, and with which words the one before names it.
    way: Vec<(String, String)>,
}

impl fmt::Display for Circle {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.way.last().map_or("", |(file, _)| file))?;
        self.way.iter().try_for_each(|(file, words)| write!(to, " → {file} ({words})"))
    }
}

/// All circles, the largest first.
pub(crate) fn circles(arrows: &Arrows) -> Vec<Circle> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        arrows.keys().map(|file| (file.as_str(), reached_from(arrows, file))).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for (file, others) in &reached {
        if !others.contains(file) || seen.contains(file) {
            continue;
        }
        let files: BTreeSet<&str> =
            others.iter().copied().filter(|other| reached[other].contains(file)).collect();
        seen.extend(&files);
        let way = files.iter().map(|file| way_back(arrows, file)).min_by_key(Vec::len).unwrap_or_default();
        found.push(Circle { files: files.into_iter().map(str::to_owned).collect(), way });
    }
    found.sort_by_key(|circle| std::cmp::Reverse(circle.files.len()));
    found
}

fn reached_from<'a>(arrows: &'a Arrows, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = vec![from];
    while let Some(file) = next.pop() {
        for target in arrows.get(file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(target.as_str()) {
                next.push(target);
            }
        }
    }
    reached
}

/// The shortest way from a file back to itself.
fn way_back(arrows: &Arrows, from: &str) -> Vec<(String, String)> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(file) = next.pop_front()
        && !before.contains_key(from)
    {
        for target in arrows.get(file).into_iter().flat_map(BTreeMap::keys) {
            if !before.contains_key(target.as_str()) {
                before.insert(target, file);
                next.push_back(target);
            }
        }
    }
    let mut way = Vec::new();
    let mut file = from;
    while let Some(source) = before.get(file) {
        way.push((file.to_owned(), arrows[*source][file].clone()));
        file = source;
        if file == from {
            break;
        }
    }
    way.reverse();
    way
}
