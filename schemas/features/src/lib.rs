//! Which packages must have one set of features in every build? Those that this crate's manifest names; there is no code here.
