//! Who reads what strangers send, whatever the command?

use deklaro_apart::Apart;
use deklaro_detect::Papers;
use deklaro_import::Workbooks;
use std::sync::LazyLock;

/// Processes of this program, of which there is one set.
static APART: LazyLock<Apart> = LazyLock::new(Apart::of_this_program);

/// Who imports workbooks.
pub(crate) fn workbooks() -> &'static dyn Workbooks {
    &*APART
}

/// Who reads documents.
pub(crate) fn papers() -> &'static dyn Papers {
    &*APART
}
