//! How does a month stand in a column?

use deklaro_schemas::RunMonth;
use polars::prelude::lit;

/// The month as a literal column value.
pub(crate) fn month_text(month: RunMonth) -> polars::prelude::Expr {
    lit(month.to_string())
}
