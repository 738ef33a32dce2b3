//! Which files of a crate name which others, and does any of them reach itself again?
//!
//! An arrow goes from the file that names an item to the file that declares it. A re-export in between is followed, so a
//! facade that only re-exports is on no way. Code for tests alone is left out. A method called on a value, with no path
//! that names its file, makes no arrow.

mod arrows;
mod attributes;
mod circle;
mod content;
mod imports;
mod mentions;
mod modules;
mod names;
mod sources;
#[cfg(test)]
mod tests;
mod tokens;

pub(crate) use arrows::{arrows, foreign};
pub(crate) use circle::circles;
pub(crate) use sources::Sources;
