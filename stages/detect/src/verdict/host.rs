//! All rows about one host say whether it was reached, read and answered elsewhere.

use deklaro_schemas::HostKey;
use deklaro_schemas::codes::{FetchOutcome, PageKind, Purpose, ReasonCode};
use deklaro_schemas::tables::{Candidate, Fetch, Reading, Target};

/// All that is known of one host in this run.
pub(super) struct Known<'a> {
    pub(super) target: &'a Target,
    pub(super) fetches: Vec<&'a Fetch>,
    pub(super) readings: Vec<&'a Reading>,
    pub(super) candidates: Vec<&'a Candidate>,
}

impl<'a> Known<'a> {
    /// The fetch that brought a reading.
    pub(super) fn fetch_of(&self, reading: &Reading) -> Option<&'a Fetch> {
        self.fetches.iter().copied().find(|fetch| fetch.fetch_id == reading.fetch_id)
    }

    /// The entry page's final fetch; the last round that fetched an entry counts.
    pub(super) fn entry(&self) -> Option<&'a Fetch> {
        self.fetches
            .iter()
            .copied()
            .filter(|fetch| fetch.is_final && fetch.purpose == Purpose::Entry)
            .min_by_key(|fetch| (fetch.round, fetch.rank))
    }

    /// The host the entry page answered under, at the end of its redirects.
    pub(super) fn answering_host(&self) -> Option<HostKey> {
        let entry = self.entry().filter(|fetch| fetch.outcome == FetchOutcome::Ok)?;
        Some(entry.final_url.as_ref().unwrap_or(&entry.url).host())
    }

    /// The entry page's reading.
    pub(super) fn entry_reading(&self) -> Option<&'a Reading> {
        let entry = self.entry()?;
        self.readings.iter().copied().find(|reading| reading.fetch_id == entry.fetch_id)
    }

    /// True when a server of the host answered: a page, another status than 5xx, or a robots.txt that forbids.
    ///
    /// Network errors, 5xx, a host too slow for its time and an unreachable robots.txt are unreachable: diff counts those towards inactivity.
    pub(super) fn is_reachable(&self) -> bool {
        self.fetches.iter().filter(|fetch| fetch.is_final).any(|fetch| match fetch.outcome {
            FetchOutcome::Ok => true,
            FetchOutcome::HttpError => fetch.status_code.is_some_and(|status| status < 500),
            FetchOutcome::Refused => {
                matches!(fetch.reason_code, Some(ReasonCode::RobotsDisallowed | ReasonCode::RobotsTooCostly))
            }
            FetchOutcome::NetworkError | FetchOutcome::RedirectError => false,
        })
    }

    /// True when a page was read and its links extracted.
    pub(super) fn is_read(&self) -> bool {
        self.readings.iter().any(|reading| is_page(reading))
    }

    /// The reason of the entry page's failure, else of the last failure.
    pub(super) fn failure(&self) -> Option<ReasonCode> {
        let entry = self.entry().and_then(|fetch| fetch.reason_code);
        entry.or_else(|| self.fetches.iter().rev().find_map(|fetch| fetch.reason_code))
    }

    /// The chosen candidate whose address this fetch asked for, the best one.
    pub(super) fn candidate_for(&self, fetch: &Fetch) -> Option<&'a Candidate> {
        let same = self
            .candidates
            .iter()
            .copied()
            .filter(|candidate| candidate.url == fetch.url && !candidate.is_hub);
        same.max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// The final fetch of a candidate's address.
    pub(super) fn fetch_for(&self, candidate: &Candidate) -> Option<&'a Fetch> {
        self.fetches.iter().copied().find(|fetch| fetch.is_final && fetch.url == candidate.url)
    }
}

/// True for readings that were pages with links in them.
pub(super) fn is_page(reading: &Reading) -> bool {
    let is_text = matches!(
        reading.page_kind,
        PageKind::Ordinary | PageKind::Statement | PageKind::Template | PageKind::AboutAccessibility
    );
    is_text && reading.link_count > 0
}
