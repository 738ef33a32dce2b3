use super::codes;

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
        /// A time-stamp authority was asked about a manifest.
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
