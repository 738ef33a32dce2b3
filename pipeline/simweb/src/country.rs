//! The countries: their domains, languages and the parts of which invented bodies are named.

use std::sync::LazyLock;

use crate::draw::draw;
use crate::table::Block;

/// One country of the simulation.
#[derive(Debug)]
pub(crate) struct Country {
    /// ISO 3166-1 alpha-2; the United Kingdom is `GB`.
    pub(crate) code: &'static str,
    /// English name, as in the seed lists.
    pub(crate) name: &'static str,
    tlds: Vec<&'static str>,
    /// Share of invented hosts; 0 for a country that only real lists bring in.
    pub(crate) weight: u32,
    /// Languages, repeated by weight.
    languages: Vec<&'static str>,
    /// Host name part and name of the kinds of bodies.
    kinds: Vec<(&'static str, &'static str)>,
    starts: Vec<&'static str>,
    ends: Vec<&'static str>,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    Block::all("countries", include_str!("countries.words")).iter().map(Country::read).collect()
});

impl Country {
    /// Every country, in the order of the table.
    pub(crate) fn all() -> &'static [Country] {
        &COUNTRIES
    }

    fn read(block: &Block) -> Country {
        let kind = |kind: &'static str| kind.split_once(':').unwrap_or((kind, kind));
        Country {
            code: block.text("code"),
            name: block.text("name"),
            tlds: block.text("tlds").split(' ').collect(),
            weight: block.text("weight").parse().expect("the table holds whole numbers"),
            languages: block.text("languages").split(' ').collect(),
            kinds: block.list("kinds").into_iter().map(kind).collect(),
            starts: block.list("starts"),
            ends: block.list("ends"),
        }
    }

    /// Country of `host`: the `-cc.example` ending, else the top-level domain, else by hash.
    pub(crate) fn of(seed: u64, host: &str) -> &'static Country {
        let invented = host.strip_suffix(".example").and_then(|stem| stem.rsplit_once('-')).map(|(_, cc)| cc);
        let by_code = |cc: &str| COUNTRIES.iter().find(|country| country.code.eq_ignore_ascii_case(cc));
        let tld = host.rsplit('.').next().unwrap_or_default();
        invented
            .and_then(by_code)
            .or_else(|| COUNTRIES.iter().find(|country| country.tlds.contains(&tld)))
            .unwrap_or_else(|| pick(&COUNTRIES, draw(seed, &["country", host])))
    }

    /// Language of `host`. The regional domains of Spain speak their own language.
    pub(crate) fn language(&self, seed: u64, host: &str) -> &'static str {
        let spoken: &&'static str = pick(&self.languages, draw(seed, &["language", host]));
        match host.rsplit('.').next() {
            Some("cat") => "ca",
            Some("gal") => "gl",
            Some("eus") => "eu",
            _ => spoken,
        }
    }

    /// Host name of the `index`-th invented body; every index gives another one.
    pub(crate) fn invented_host(&self, index: usize) -> String {
        let places = self.starts.len() * self.ends.len();
        let size = self.kinds.len() * places;
        // A step without common factor with the size visits all names, neighbours far apart.
        let step = (size * 5 / 8..=size).find(|step| gcd(*step, size) == 1).unwrap_or(1);
        let (round, index) = (index / size, index % size * step % size);
        let (kind, place) = (index / places, index % places);
        let town =
            ascii(&format!("{}{}", self.starts[place / self.ends.len()], self.ends[place % self.ends.len()]));
        let number = if round == 0 { String::new() } else { (round + 1).to_string() };
        format!("{}-{town}{number}-{}.example", self.kinds[kind].0, self.code.to_ascii_lowercase())
    }

    /// Name of the body that runs `host`.
    pub(crate) fn body_name(&self, seed: u64, host: &str) -> String {
        let cc = format!("-{}.example", self.code.to_ascii_lowercase());
        if let Some((kind, place)) = host.strip_suffix(&cc).and_then(|stem| stem.split_once('-')) {
            let found = self.kinds.iter().find(|(slug, _)| *slug == kind).map(|(_, name)| *name);
            return format!("{} {}", found.unwrap_or(self.kinds[0].1), capitalised(place));
        }
        let kind = pick(&self.kinds, draw(seed, &["kind", host])).1;
        let main = host.split('.').rev().skip(1).find(|label| label.len() > 3).unwrap_or(host);
        format!("{kind} {}", capitalised(main))
    }
}

/// The element of `all` that `draw` falls on. `all` is not empty.
fn pick<T>(all: &[T], draw: u64) -> &T {
    &all[(draw % all.len() as u64) as usize]
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Lower-case ASCII form of an invented place name, for its host name.
fn ascii(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|letter| {
            match letter {
                'á' | 'ą' | 'å' | 'ā' | 'à' => "a",
                'ä' | 'æ' => "ae",
                'č' | 'ć' => "c",
                'ď' | 'ð' => "d",
                'é' | 'ę' | 'ě' | 'ē' | 'ė' => "e",
                'í' | 'ī' => "i",
                'ł' => "l",
                'ń' | 'ņ' => "n",
                'ó' | 'õ' | 'ő' => "o",
                'ö' | 'ø' => "oe",
                'ŕ' => "r",
                'ś' | 'š' => "s",
                'ú' | 'ū' | 'ų' => "u",
                'ü' => "ue",
                'ý' => "y",
                'ž' | 'ż' | 'ź' => "z",
                other if other.is_ascii_alphanumeric() => return other.to_string(),
                _ => "",
            }
            .to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Country;

    #[test]
    fn hosts_are_unique_and_lead_home() {
        for country in Country::all() {
            let hosts: BTreeSet<_> = (0..3000).map(|index| country.invented_host(index)).collect();
            assert_eq!(hosts.len(), 3000, "{}", country.code);
            for host in &hosts {
                assert!(
                    host.bytes().all(|byte| byte.is_ascii_lowercase() || b"-.0123456789".contains(&byte)),
                    "{host}"
                );
                assert_eq!(Country::of(1, host).code, country.code);
            }
        }
    }

    #[test]
    fn real_names_follow_their_domain() {
        for (host, code) in
            [("leeds.gov.uk", "GB"), ("gencat.cat", "ES"), ("xunta.gal", "ES"), ("comune.roma.it", "IT")]
        {
            assert_eq!(Country::of(1, host).code, code);
        }
        assert_eq!(Country::of(1, "gencat.cat").language(1, "gencat.cat"), "ca");
    }
}
