//! Telling a network that is gone from hosts that are: many hosts in a row of which nothing is heard are no finding.

use deklaro_crawl::HostOutcome;
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::tables::Fetch;

/// Fewer silent hosts than these prove nothing.
const MIN_SILENT: usize = 20;

/// Outcomes that came since anything was heard. They are written when the next host answers, and never where none does.
#[derive(Debug)]
pub(super) struct Silence {
    held: Vec<HostOutcome>,
    heard: usize,
    max_held: usize,
}

/// The hosts in a row of which nothing was heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Silent(pub(super) usize);

impl Silence {
    /// For a crawl with so many hosts open at once: as many may be dead, end last and together, and mean nothing.
    pub(super) fn new(max_open_hosts: usize) -> Self {
        Self { held: Vec::new(), heard: 0, max_held: MIN_SILENT.max(2 * max_open_hosts) }
    }

    /// Takes an outcome and gives those that may be written; an error once too many in a row are silent.
    pub(super) fn take(&mut self, outcome: HostOutcome) -> Result<Vec<HostOutcome>, Silent> {
        let is_silent = is_silent(&outcome);
        self.held.push(outcome);
        if !is_silent {
            self.heard += self.held.len();
            return Ok(std::mem::take(&mut self.held));
        }
        if self.held.len() > self.max_held { Err(Silent(self.held.len())) } else { Ok(Vec::new()) }
    }

    /// What is held at the end of a round; an error where that is most of it.
    pub(super) fn end(self) -> Result<Vec<HostOutcome>, Silent> {
        let is_most = self.held.len() >= MIN_SILENT && self.held.len() > self.heard;
        if is_most { Err(Silent(self.held.len())) } else { Ok(self.held) }
    }
}

/// True where no request of a host got as far as a server: also a refusal is an answer. Requests that were not made, as
/// waiting in vain took the host's time, prove nothing.
fn is_silent(outcome: &HostOutcome) -> bool {
    let reached_nobody = |reason| {
        matches!(
            reason,
            ReasonCode::DnsTimeout
                | ReasonCode::DnsServfail
                | ReasonCode::ConnectFailed
                | ReasonCode::ConnectTimeout
        )
    };
    let is_unmade =
        |row: &Fetch| row.reason_code == Some(ReasonCode::HostTooSlow) && row.status_code.is_none();
    let mut made = outcome.fetches.iter().filter(|row| !is_unmade(row)).peekable();
    made.peek().is_some() && made.all(|row| row.reason_code.is_some_and(reached_nobody))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::tables::testing::fetch;

    fn outcome(number: usize, reason_code: Option<ReasonCode>) -> HostOutcome {
        let row = Fetch { reason_code, ..fetch(&format!("h{number}.example")) };
        let host_id = row.host_id.clone();
        HostOutcome { host_id, fetches: vec![row], robots: Vec::new(), bodies: Vec::new(), is_complete: true }
    }

    /// How many outcomes were given back at once and at the end, `S` being silent and all else an answer.
    fn told(hosts: &str, max_open_hosts: usize) -> (usize, Result<usize, Silent>) {
        let mut silence = Silence::new(max_open_hosts);
        let mut given = 0;
        for (number, host) in hosts.chars().enumerate() {
            let reason = (host == 'S').then_some(ReasonCode::ConnectTimeout);
            match silence.take(outcome(number, reason)) {
                Ok(outcomes) => given += outcomes.len(),
                Err(silent) => return (given, Err(silent)),
            }
        }
        (given, silence.end().map(|held| held.len()))
    }

    #[test]
    fn dead_hosts_among_others_are_written_down() {
        assert_eq!(told("SSaSSSbS", 4), (7, Ok(1)));
        let last_ones = format!("{}{}", "a".repeat(60), "S".repeat(30));
        assert_eq!(told(&last_ones, 40), (60, Ok(30)), "the dead take longest");
        assert_eq!(told(&"S".repeat(MIN_SILENT - 1), 4), (0, Ok(MIN_SILENT - 1)));
    }

    #[test]
    fn what_was_not_asked_for_any_more_is_neither_silence_nor_an_answer() {
        let silent = |reasons: &[ReasonCode]| {
            let mut outcome = outcome(0, None);
            let row = |reason: &ReasonCode| Fetch {
                reason_code: Some(*reason),
                status_code: None,
                ..outcome.fetches[0].clone()
            };
            outcome.fetches = reasons.iter().map(row).collect();
            is_silent(&outcome)
        };
        assert!(silent(&[ReasonCode::ConnectTimeout, ReasonCode::HostTooSlow]));
        assert!(!silent(&[ReasonCode::HeadersTimeout, ReasonCode::HostTooSlow]));
        assert!(!silent(&[ReasonCode::HostTooSlow]));
    }

    #[test]
    fn silence_all_round_is_ours() {
        assert_eq!(told(&"S".repeat(20), 40), (0, Err(Silent(20))));
        let then_nothing = format!("{}{}", "a".repeat(25), "S".repeat(30));
        assert_eq!(told(&then_nothing, 40), (25, Err(Silent(30))));
        assert_eq!(told(&"S".repeat(500), 40), (0, Err(Silent(81))));
    }
}
