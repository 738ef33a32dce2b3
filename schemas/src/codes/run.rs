//! The codes of runs, checks, snapshots, releases and the registry.

use super::declare::codes;
use super::reason::KeyError;

codes! {
    /// The state of one country's scan (mission A7).
    ScanStatus, "a scan status" {
        /// Waiting.
        Queued = "queued",
        /// At work.
        Running = "running",
        /// Done; its rows are in the snapshot.
        Completed = "completed",
        /// Ended without a result.
        Failed = "failed",
    }
}

codes! {
    /// The state of a run.
    RunState, "a run state" {
        /// At work, or killed while at work.
        Running = "running",
        /// Stopped politely; can be resumed.
        Interrupted = "interrupted",
        /// Complete, and not current before a decision to publish it: the gate is required.
        Held = "held",
        /// Published.
        Published = "published",
        /// Ended with an error; can be resumed once its cause is gone.
        Failed = "failed",
    }
}

codes! {
    /// How much a broken check matters.
    Severity, "error or warn" {
        /// The snapshot may not be published.
        Error = "error",
        /// Somebody should look.
        Warn = "warn",
    }
}

codes! {
    /// What a check found.
    CheckVerdict, "a check verdict" {
        /// Within its threshold.
        Pass = "pass",
        /// Beyond its threshold, worth a look.
        Warn = "warn",
        /// Beyond its threshold, stops the publication.
        Fail = "fail",
    }
}

codes! {
    /// What a ref entry does to the current snapshot.
    RefAction, "a ref action" {
        /// Makes a new snapshot current.
        Publish = "publish",
        /// Makes an earlier snapshot current again.
        Rollback = "rollback",
        /// Withdraws a snapshot.
        Retract = "retract",
        /// Marks a snapshot as past its retention; its files may be deleted.
        Expire = "expire",
        /// Takes a retraction or an expiry back.
        Restore = "restore",
        /// Says that the files of an expired snapshot are being deleted.
        Vacuum = "vacuum",
    }
}

codes! {
    /// What an event of the registry was.
    EventType, "an event type" {
        /// A rollback and its undoing, to see that it works and how long it takes.
        RollbackRehearsal = "rollback_rehearsal",
        /// A time-stamp authority was asked about a manifest or an entry of the ref log.
        Timestamp = "timestamp",
    }
}

codes! {
    /// What was done about an incident.
    IncidentAction, "an incident action" {
        /// Somebody noticed it; its record begins.
        Opened = "opened",
        /// Something was found or done.
        Note = "note",
        /// It is over and its postmortem is written.
        Closed = "closed",
    }
}

codes! {
    /// Where a published snapshot stands.
    SnapshotState, "a snapshot state" {
        /// It can be current.
        Live = "live",
        /// Withdrawn.
        Retracted = "retracted",
        /// Past its retention.
        Expired = "expired",
        /// Its files are deleted.
        Vacuumed = "vacuumed",
    }
}

codes! {
    /// What a file of a snapshot is.
    FileKind, "a file kind" {
        /// Part of a table.
        Table = "table",
        /// Page bytes.
        Evidence = "evidence",
        /// A country's artifact.
        Artifact = "artifact",
        /// A report or a page.
        Report = "report",
        /// Something that makes the snapshot usable alone.
        Document = "document",
    }
}

codes! {
    /// What somebody asked the registry to decide.
    DecisionAction, "a decision" {
        /// Whether a release may go out.
        Gate = "gate",
        /// Making a release current.
        Publish = "publish",
        /// An approval of a release.
        Approve = "approve",
        /// A waiver of a rule.
        Waive = "waive",
        /// The manifest of a release.
        Draft = "draft",
        /// A change of the thresholds, to be put on record.
        Thresholds = "thresholds",
    }
}

codes! {
    /// A rule of the gate. Each is judged at every gate.
    GateRule, "a rule of the gate" {
        /// The clock is not behind what the registry wrote last.
        Clock = "clock",
        /// Every table of the registry is an unbroken chain.
        Registry = "registry",
        /// Every file of the snapshot is what its manifest says.
        Integrity = "integrity",
        /// The drafted manifest is of this snapshot as it stands.
        Manifest = "manifest",
        /// Coverage did not shrink without a reason.
        Coverage = "coverage",
        /// Nobody who opted out was asked.
        Privacy = "privacy",
        /// Now lies in the rollout window of the manifest.
        Window = "window",
        /// The scorecard that the manifest names passed.
        Readiness = "readiness",
        /// That scorecard is recent.
        Freshness = "freshness",
        /// The 95th percentile of the service's answers is short enough.
        P95 = "p95",
        /// Few enough tests fail.
        ErrorRate = "error_rate",
        /// Few enough tests passed only on a second try, over the last runs.
        FlakeRate = "flake_rate",
        /// Enough approvers signed this manifest, and not only who ran it.
        Approvals = "approvals",
        /// The last rollback rehearsal passed and is recent.
        Rehearsal = "rehearsal",
        /// The last run of every drill passed.
        Drills = "drills",
        /// The thresholds are those last recorded.
        Thresholds = "thresholds",
    }
}

impl GateRule {
    /// False for what no waiver helps against: the record itself, coverage, privacy, who agreed, and what is judged by.
    pub fn may_be_waived(self) -> bool {
        matches!(
            self,
            Self::Window
                | Self::Readiness
                | Self::Freshness
                | Self::P95
                | Self::ErrorRate
                | Self::FlakeRate
                | Self::Rehearsal
                | Self::Drills
        )
    }
}

codes! {
    /// How a rule of the gate was judged.
    RuleVerdict, "a rule's verdict" {
        /// It holds.
        Passed = "passed",
        /// It does not hold, and a waiver in force covers it.
        Waived = "waived",
        /// It does not hold.
        Failed = "failed",
    }
}
