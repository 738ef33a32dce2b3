//! A month for people: the funnel from hosts known to statements found.

use crate::request::RunOutcome;
use deklaro_judge::Summary;

/// The funnel, the lifecycle and the changes of a month, each number with its denominator.
pub fn funnel(outcome: &RunOutcome) -> String {
    let Summary { all, changes, .. } = &outcome.summary;
    let of = |part: u64, whole: u64| {
        let share = if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
        format!("{part} of {whole} ({share:.1} %)")
    };
    let recovered = changes.iter().find(|count| count.name == "recovered").map_or(0, |count| count.count);
    let changed: Vec<String> =
        changes.iter().map(|count| format!("{} {}", count.count, count.name)).collect();
    let lines = [
        format!("{}", outcome.snapshot),
        format!("  known      {}", all.known),
        format!("  attempted  {}", of(all.attempted, all.known)),
        format!("  reachable  {}", of(all.reachable, all.attempted)),
        format!("  read       {}", of(all.read, all.attempted)),
        format!("  found      {} of those read and eligible", of(all.found, all.eligible)),
        format!(
            "  verdicts   {} found + {} not found + {} uncertain = {}",
            all.found, all.not_found, all.uncertain, all.in_scope
        ),
        format!(
            "  lifecycle  {} active, {} stale, {} inactive, {} retired; {recovered} recovered",
            all.active, all.stale, all.inactive, all.retired
        ),
        format!("  changes    {}", if changed.is_empty() { "none".to_owned() } else { changed.join(", ") }),
    ];
    format!("{}\n", lines.join("\n"))
}
