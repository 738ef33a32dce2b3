//! What stands between a complete snapshot and the public: the registry, approvers and their keys, the gate.

mod chosen;
mod desk;
mod drafting;
mod gate_input;
mod keys;
mod limits;
mod refused;
mod registry_rows;
mod remembered;
mod revoking;
mod settings;
mod shown;
mod signing;
mod waivers;

pub use chosen::{drafted, of_release, waiting};
pub use desk::{About, Desk};
pub use drafting::{DraftWindow, drafting};
pub use gate_input::gate_input;
pub use keys::SigningKey;
pub use limits::thresholds_now;
pub use refused::{ENDINGS, Refused};
pub use settings::{Approver, Gate, GateFile};
pub use shown::{Shown, shown};
pub use signing::{approval_text, days_in_force, waiver_text};
pub use waivers::{WaiverInForce, waivers_in_force};
