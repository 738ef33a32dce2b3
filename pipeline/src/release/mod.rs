//! What stands between a complete snapshot and the public: the registry, approvers and their keys, the gate.

mod chosen;
mod desk;
mod drafting;
mod facts;
mod kept;
mod keys;
mod limits;
mod settings;
mod shown;
mod signing;

pub(crate) use chosen::{drafted, of_release, waiting};
pub(crate) use desk::{About, Desk};
pub(crate) use drafting::{Asked, drafting};
pub(crate) use facts::Facts;
pub(crate) use keys::SigningKey;
pub(crate) use limits::thresholds_now;
pub use settings::{Approver, Gate, GateFile};
pub use shown::Waived;
pub(crate) use shown::{Shown, Signed, shown, waived};
pub(crate) use signing::{approval_text, days_in_force, waiver_text};

use crate::exit::UsageError;
use deklaro_schemas::Timestamp;

/// A time as it stands in the registry, or was typed.
pub(crate) fn moment(text: &str) -> anyhow::Result<Timestamp> {
    let parsed = text.parse::<jiff::Timestamp>().map_err(|error| {
        UsageError::new(format!("time `{text}`: {error}"), "expected one such as `2026-11-22T00:00:00Z`")
    })?;
    Ok(Timestamp(parsed.as_microsecond()))
}
