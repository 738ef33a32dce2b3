//! What does every enum of coded values know?

/// Declares an enum whose variants are texts: `as_str`, `parse`, `ALL`, the meaning of each, serde and a dictionary column.
/// Where it is called, [`KeyError`](crate::KeyError) is in scope.
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
            pub fn parse(text: &str) -> Result<Self, KeyError> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(KeyError::malformed(text, $expected)),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = KeyError;
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
pub(super) use codes;
