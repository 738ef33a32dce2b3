//! Who reads what strangers send, whatever the command?

use deklaro_import::{Here, Workbooks};

/// Who imports workbooks.
pub(crate) fn workbooks() -> &'static dyn Workbooks {
    &Here
}
