//! The codes for a host's lifecycle and for the changes between two snapshots.

use super::declare::codes;
use super::reason::KeyError;

codes! {
    /// Where a host stands in its life (mission A6).
    Lifecycle, "a lifecycle state" {
        /// Reached this month.
        Active = "active",
        /// Unreachable this month; last month's record is kept.
        Stale = "stale",
        /// Unreachable twice in a row, or never reached.
        Inactive = "inactive",
        /// No longer on any list.
        Retired = "retired",
    }
}

codes! {
    /// Why a host was retired or made inactive: its tombstone.
    RetiredReason, "a retirement reason" {
        /// Unreachable in two runs in a row.
        UnreachableTwice = "unreachable_twice",
        /// Never reached so far.
        NeverReached = "never_reached",
        /// Dropped from all lists.
        Delisted = "delisted",
        /// Listed under another name now.
        Renamed = "renamed",
    }
}

codes! {
    /// What changed between the last snapshot and this one.
    ChangeType, "a change type" {
        /// The host is new on the lists.
        HostAdded = "host_added",
        /// The host is no longer on any list.
        HostRemoved = "host_removed",
        /// The host is listed, or answers, under another name.
        HostRenamed = "host_renamed",
        /// The host could not be reached; its record is kept.
        BecameStale = "became_stale",
        /// The host could not be reached for the second time.
        Deactivated = "deactivated",
        /// The host is reachable again.
        Recovered = "recovered",
        /// A statement was found where there was none.
        StatementAppeared = "statement_appeared",
        /// The statement is gone, the site being readable in both runs.
        StatementVanished = "statement_vanished",
        /// The statement stands at another address.
        StatementMoved = "statement_moved",
        /// The detection status changed in another way.
        StatusChanged = "status_changed",
        /// The declared conformance changed.
        ConformanceChanged = "conformance_changed",
        /// The statement gives a later review date.
        Reviewed = "reviewed",
        /// The confidence of the same verdict changed.
        ConfidenceChanged = "confidence_changed",
        /// The laws and standards it mentions changed.
        PolicyMentionsChanged = "policy_mentions_changed",
    }
}
