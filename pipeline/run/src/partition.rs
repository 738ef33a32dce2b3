//! One partition of a shared run, as `K/N`.

/// A partition and how many there are: `3/8`, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionOf {
    /// Which one, from 0.
    pub index: u32,
    /// Of how many.
    pub count: u32,
}

/// A text that names no partition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no partition, expected K/N with K from 0 to N-1")]
pub struct PartitionError(String);

impl std::str::FromStr for PartitionOf {
    type Err = PartitionError;

    fn from_str(text: &str) -> Result<Self, PartitionError> {
        let error = || PartitionError(text.to_owned());
        let (index, count) = text.split_once('/').ok_or_else(error)?;
        let (index, count) = (index.parse().map_err(|_| error())?, count.parse().map_err(|_| error())?);
        if index < count { Ok(Self { index, count }) } else { Err(error()) }
    }
}

impl std::fmt::Display for PartitionOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_counted_from_zero() {
        assert_eq!("0/1".parse(), Ok(PartitionOf { index: 0, count: 1 }));
        assert_eq!("7/8".parse::<PartitionOf>().unwrap().to_string(), "7/8");
        for text in ["8/8", "1", "a/2", "0/0", "-1/2", "1/2/3"] {
            assert!(text.parse::<PartitionOf>().is_err(), "{text}");
        }
    }
}
