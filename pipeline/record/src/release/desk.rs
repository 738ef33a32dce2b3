//! A desk holds what a decision about a release needs: the record, the rules, the person and the time.

use super::keys::SigningKey;
use super::refused::Refused;
use super::settings::{Approver, Gate};
use crate::tables::Tables;
use deklaro_console::now;
use deklaro_schemas::codes::DecisionAction;
use deklaro_schemas::stored::{Decision, Entry, LEASE_SECONDS, REGISTRY_TABLES, Registered};
use deklaro_schemas::{Sha256, SnapshotId, Timestamp};
use deklaro_store::{Store, StoreError};
use std::path::Path;

/// The record, the rules, the person and the time of a decision about a release.
#[derive(Debug, Clone)]
pub struct Desk<'a> {
    /// The record.
    pub store: &'a Store,
    /// The rules.
    pub gate: &'a Gate,
    /// Who.
    pub by: &'a str,
    /// What the tables of snapshots tell.
    pub tables: &'a dyn Tables,
    /// The clock, read once.
    pub at: Timestamp,
    /// The trace all of this belongs to.
    pub trace_id: Option<String>,
}

/// What a decision is about.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The snapshot.
    pub snapshot: Option<SnapshotId>,
    /// The manifest that was drafted for it.
    pub manifest_sha256: Option<Sha256>,
}

impl<'a> Desk<'a> {
    /// The desk of who runs this program, in the trace of the current span.
    pub fn open(store: &'a Store, gate: &'a Gate, by: &'a str, tables: &'a dyn Tables) -> Self {
        Self {
            store,
            gate,
            by,
            tables,
            at: now(),
            trace_id: deklaro_watch::trace_id(&tracing::Span::current()),
        }
    }

    /// The approver who signs, with the key that is theirs; why not, otherwise.
    pub fn signer(&self, name: &str, file: &Path) -> Result<(&'a Approver, SigningKey), String> {
        let Some(approver) = self.gate.approver(name) else {
            return Err(format!("`{name}` is not among the approvers of the configuration"));
        };
        if let Some(expired) = approver.expired(self.at) {
            return Err(expired);
        }
        let key = SigningKey::read(file)?;
        if !key.is_of(&approver.public_key) {
            return Err(format!(
                "key `{}` is not the one the configuration has for `{name}`",
                file.display()
            ));
        }
        Ok((approver, key))
    }

    /// Writes a row, by this name.
    pub async fn register<R: Registered>(&self, by: &str, row: R) -> Result<Entry<R>, StoreError> {
        self.store.register(self.at, by, self.trace_id.as_deref(), row).await
    }

    /// Writes a decision down, with the ends of all tables as they are now.
    pub async fn decide(&self, decision: Decision) -> Result<Entry<Decision>, StoreError> {
        let heads = self.store.registry_heads().await?;
        self.register(self.by, Decision { heads, ..decision }).await
    }

    /// Refuses, and records the refusal. A table of decisions that is broken takes no row: the log has the
    /// refusal then, and the reason says so.
    pub async fn refuse(&self, action: DecisionAction, about: About, reason: String) -> anyhow::Error {
        let decision = Decision {
            action,
            snapshot: about.snapshot,
            manifest_sha256: about.manifest_sha256,
            passed: false,
            reason: reason.clone(),
            scorecard: None,
            rules: Vec::new(),
            heads: Vec::new(),
        };
        match self.decide(decision).await {
            Ok(entry) => {
                tracing::warn!(%action, reason, decision = entry.sequence, outcome = "refused", "refused");
                Refused { reason }.into()
            }
            Err(error) => {
                tracing::error!(%action, reason, %error, outcome = "refused", "refused, and not recorded");
                Refused { reason: format!("{reason}; the refusal cannot be put on record: {error}") }.into()
            }
        }
    }

    /// What came of a step, where a log it rests on turned out to be broken half-way: that is a refusal too.
    pub async fn or_refused<T>(&self, action: DecisionAction, done: anyhow::Result<T>) -> anyhow::Result<T> {
        match done {
            Err(error) if is_broken_log(&error) => {
                Err(self.refuse(action, About::default(), format!("{error:#}")).await)
            }
            done => done,
        }
    }

    /// Why nothing can be added to the record: a table is broken, or the clock is behind it. None when all is
    /// well.
    pub async fn mistrust(&self) -> anyhow::Result<Option<String>> {
        let problems = self.registry_problems().await?;
        if let Some(first) = problems.first() {
            return Ok(Some(format!("the registry is broken: {first}")));
        }
        let last = self.last_written().await?;
        Ok(last.filter(|last| self.at.0 + LEASE_SECONDS * 1_000_000 < last.0).map(|last| {
            format!("the clock says {}, and the last entry was written on {last}: it was set back", self.at)
        }))
    }

    /// What is wrong with the registry's tables.
    pub async fn registry_problems(&self) -> anyhow::Result<Vec<String>> {
        let checks = self.store.verify_registry().await?;
        let named = |check: deklaro_store::TableCheck| {
            check.problems.into_iter().map(move |problem| format!("table {}: {problem}", check.table))
        };
        Ok(checks.into_iter().flat_map(named).collect())
    }

    /// When anything was written into the registry or the ref log last.
    pub async fn last_written(&self) -> anyhow::Result<Option<Timestamp>> {
        let mut times: Vec<Timestamp> = self.store.refs().await?.into_iter().map(|entry| entry.at).collect();
        for table in REGISTRY_TABLES {
            times.extend(self.store.raw_table(table).await?.rows.into_iter().map(|row| row.at));
        }
        Ok(times.into_iter().max())
    }
}

fn is_broken_log(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| matches!(cause.downcast_ref(), Some(StoreError::Chain { .. })))
}
