//! Coded values: every enum, with the stable snake_case spelling that stands in the tables.

mod advice;
mod change;
mod crawl;
mod import;
mod reason;
mod run;
mod verdict;

pub use advice::reason_table;
pub use change::{ChangeType, Lifecycle, RetiredReason};
pub use crawl::{FetchOutcome, HopKind, Purpose, RobotsDecision, RobotsOutcome, ScopeRule};
pub use import::{RepairCode, SourceType};
pub use reason::ReasonCode;
pub use run::{
    CheckVerdict, DecisionAction, EventType, FileKind, GateRule, IncidentAction, RefAction, RuleVerdict,
    RunState, ScanStatus, Severity, SnapshotState,
};
pub use verdict::{
    Confidence, Conformance, Coverage, DetectionStatus, Finding, Obligation, PageKind, Place, PolicyMention,
    PreparationMethod, ShortfallReason, Signal,
};

/// Declares an enum whose variants are texts: `as_str`, `parse`, `ALL`, the meaning of each, serde and a dictionary column.
macro_rules! codes {
    ($(#[doc = $doc:literal])+ $name:ident, $expected:literal { $($(#[doc = $vdoc:literal])+ $variant:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $vdoc])+ $variant,)+ }

        impl $name {
            /// Every value, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable spelling.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// One sentence on what it means.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($vdoc),+)),+ }.trim()
            }

            /// Reads the stable spelling.
            pub fn parse(text: &str) -> Result<Self, $crate::KeyError> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::KeyError {
                        value: text.chars().take(200).collect(),
                        expected: $expected,
                        reason: $crate::codes::ReasonCode::KeyMalformed,
                    }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::KeyError;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Self::parse(text) }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> { to.serialize_str(self.as_str()) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
        impl $crate::ArrowColumn for $name {
            fn data_type() -> arrow::datatypes::DataType { $crate::column::dictionary() }
            fn allowed() -> Option<Vec<&'static str>> { Some(Self::ALL.iter().map(|v| v.as_str()).collect()) }
        }
    };
}
use codes;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_unique_snake_case_and_read_back() {
        let mut seen = std::collections::BTreeSet::new();
        for code in ReasonCode::ALL {
            assert!(
                code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{code}"
            );
            assert!(seen.insert(code.as_str()), "`{code}` is spelled twice");
            assert_eq!(ReasonCode::parse(code.as_str()), Ok(*code));
            assert!(code.meaning().len() > 10, "{code} has no meaning");
        }
    }
}
