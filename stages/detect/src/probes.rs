//! Each country has up to four well-known paths where statements commonly stand.

use deklaro_schemas::CountryCode;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Paths tried per country.
const MAX_PROBES: usize = 4;

static PROBES: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut probes: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    for row in include_str!("../../../data/probes.tsv").lines().skip(1) {
        if let [country, path, _] = row.split('\t').collect::<Vec<_>>()[..] {
            let paths = probes.entry(country).or_default();
            if paths.len() < MAX_PROBES {
                paths.push(path);
            }
        }
    }
    probes
});

/// Addresses at which statements of the country commonly stand, best first, at most four; none for an unknown country.
pub fn probes(country: CountryCode) -> &'static [&'static str] {
    PROBES.get(country.as_str()).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_state_has_absolute_paths() {
        let member_states =
            "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";
        for country in member_states.split(' ') {
            let paths = probes(CountryCode::parse(country).unwrap());
            assert!((1..=4).contains(&paths.len()), "{country}");
            for path in paths {
                assert!(path.starts_with('/'), "{country}: {path}");
            }
        }
        assert_eq!(probes(CountryCode::parse("US").unwrap()), [""; 0]);
    }
}
