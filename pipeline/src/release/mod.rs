//! What stands between a complete snapshot and the public: the registry, approvers and their keys, the gate.

mod chosen;
mod desk;
mod drafting;
mod facts;
mod kept;
mod keys;
mod limits;
mod refused;
mod settings;
mod shown;
mod signing;

pub(crate) use chosen::{drafted, of_release, waiting};
pub(crate) use desk::{About, Desk};
pub(crate) use drafting::{Asked, drafting};
pub(crate) use facts::Facts;
pub(crate) use keys::SigningKey;
pub(crate) use limits::thresholds_now;
pub use refused::{ENDINGS, Refused};
pub use settings::{Approver, Gate, GateFile};
pub use shown::Waived;
pub(crate) use shown::{Shown, Signed, shown, waived};
pub(crate) use signing::{approval_text, days_in_force, waiver_text};
