//! The national hosts that keep statements for others. An address holds the body's host name, so that
//! a register needs no memory: it reads the body back out of the address.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::answer::{Answer, Reply, SimRequest};
use crate::country::Country;
use crate::draw::draw;
use crate::site::Site;
use crate::{Europe, Habit, pages};

/// Letters a host name is made of, then the endings that are written as one sign. 0 ends the name.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-.";
const ENDINGS: [&str; 7] = ["-it.example", "-no.example", ".it", ".gov.it", ".no", ".kommune.no", ".nl"];
const BASE: u128 = (LETTERS.len() + ENDINGS.len() + 1) as u128;
/// Invented Dutch hosts have the small numbers, so their names are counted, not spelled.
const FIRST_SPELLED: u128 = 1_000_000;
/// Bits of a version 4 UUID that are free (RFC 9562 section 5.4).
const UUID_BITS: u32 = 122;

/// A national central host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Register {
    /// `form.agid.gov.it/view/<uuid>`
    Italy,
    /// `was.digst.dk/<host-with-dashes>`
    Denmark,
    /// `www.toegankelijkheidsverklaring.nl/register/<number>`
    Netherlands,
    /// `uustatus.no/nb/erklaringer/publisert/<uuid>`
    Norway,
}

impl Register {
    const ALL: [Register; 4] = [Register::Italy, Register::Denmark, Register::Netherlands, Register::Norway];

    /// Country, host as linked, host without `www.`.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Register::Italy => ("IT", "form.agid.gov.it", "form.agid.gov.it"),
            Register::Denmark => ("DK", "was.digst.dk", "was.digst.dk"),
            Register::Netherlands => {
                ("NL", "www.toegankelijkheidsverklaring.nl", "toegankelijkheidsverklaring.nl")
            }
            Register::Norway => ("NO", "uustatus.no", "uustatus.no"),
        }
    }

    /// The register that is served under the host name `canonical`.
    pub(crate) fn of(canonical: &str) -> Option<Register> {
        Register::ALL.into_iter().find(|register| register.row().2 == canonical)
    }

    /// The register of `country`.
    pub(crate) fn for_country(country: &str) -> Option<Register> {
        Register::ALL.into_iter().find(|register| register.row().0 == country)
    }

    /// Address of the statement of `host`; none for a name too long for the address.
    pub(crate) fn url(self, seed: u64, host: &str) -> Option<String> {
        Some(format!("https://{}{}", self.row().1, self.path(seed, host)?))
    }

    /// Path of the statement of `host`; none for a name too long for the address.
    pub(crate) fn path(self, seed: u64, host: &str) -> Option<String> {
        match self {
            Register::Denmark => Some(format!("/{}", dashed(host))),
            Register::Italy => Some(format!("/view/{}", uuid(spell(host, UUID_BITS)? ^ mask(seed)))),
            Register::Norway => {
                let id = uuid(spell(host, UUID_BITS)? ^ mask(seed));
                let language = Country::of(seed, host).language(seed, host);
                Some(format!("/{language}/erklaringer/publisert/{id}"))
            }
            Register::Netherlands => Some(format!("/register/{}", number(host)?)),
        }
    }

    /// Host whose statement lies at `path`.
    fn host_at(self, seed: u64, path: &str) -> Option<String> {
        let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
        match self {
            Register::Denmark => path.strip_prefix('/').map(undashed),
            Register::Italy => unspell(read_uuid(path.strip_prefix("/view/")?)? ^ mask(seed)),
            Register::Norway => {
                let id = path.strip_prefix("/nb").or_else(|| path.strip_prefix("/nn"))?;
                unspell(read_uuid(id.strip_prefix("/erklaringer/publisert/")?)? ^ mask(seed))
            }
            Register::Netherlands => unnumber(path.strip_prefix("/register/")?.parse().ok()?),
        }
    }
}

/// What the central host answers: its start page, the statement of a body, or 404.
pub(crate) fn answer(europe: &Europe, register: Register, request: &SimRequest, month: u32) -> Answer {
    let (country, host, _) = register.row();
    if request.path == "/robots.txt" {
        return Answer::Reply(Reply::text(200, "User-agent: *\nDisallow: /admin/\n"));
    }
    let found = register.host_at(europe.seed(), &request.path).map(|body| Site::new(europe, &body, month));
    let is_kept = |site: &Site| site.body.habit == Habit::CentralRegister && site.body.country == country;
    Answer::Reply(match found.filter(is_kept) {
        Some(site) => Reply::html(200, pages::register_statement(&site, host)),
        None if request.path == "/" => Reply::html(200, pages::register_home(host)),
        None => Reply::html(404, pages::register_home(host)),
    })
}

/// A host name as the Danish register writes it: dots become dashes. A dash in the name of a host that is
/// not invented is doubled, to tell it from a dot.
fn dashed(host: &str) -> String {
    match host.strip_suffix(".example").filter(|stem| !stem.contains('.')) {
        Some(stem) => format!("{stem}-example"),
        None => host.replace('-', "--").replace('.', "-"),
    }
}

fn undashed(slug: &str) -> String {
    match slug.strip_suffix("-example") {
        Some(stem) => format!("{stem}.example"),
        None => slug.replace("--", "\n").replace('-', ".").replace('\n', "-"),
    }
}

/// `host` as one number of at most `bits` bits, digits in [`BASE`].
fn spell(host: &str, bits: u32) -> Option<u128> {
    let mut digits = Vec::new();
    let ending = ENDINGS.iter().rposition(|ending| host.ends_with(ending) && host.len() > ending.len());
    let stem = ending.map_or(host, |index| &host[..host.len() - ENDINGS[index].len()]);
    for byte in stem.bytes() {
        digits.push(LETTERS.iter().position(|letter| *letter == byte)? + 1);
    }
    digits.extend(ending.map(|index| LETTERS.len() + 1 + index));
    let add = |number: u128, digit: &usize| number.checked_mul(BASE)?.checked_add(*digit as u128);
    digits.iter().rev().try_fold(0, add).filter(|number| *number > 0 && *number >> bits == 0)
}

/// The host name that [`spell`] wrote.
fn unspell(mut number: u128) -> Option<String> {
    let mut host = String::new();
    while number > 0 {
        let digit = (number % BASE) as usize;
        number /= BASE;
        match digit.checked_sub(1)? {
            letter if letter < LETTERS.len() => host.push(char::from(LETTERS[letter])),
            ending => host.push_str(ENDINGS.get(ending - LETTERS.len())?),
        }
    }
    (!host.is_empty()).then_some(host)
}

/// Place of the invented Dutch hosts in their list.
static COUNTED: LazyLock<HashMap<String, usize>> =
    LazyLock::new(|| (0..10_000).map(|index| (netherlands().invented_host(index), index)).collect());

/// Number of `host` in the Dutch register.
fn number(host: &str) -> Option<u128> {
    if let Some(index) = COUNTED.get(host) {
        return Some(*index as u128 + 1);
    }
    spell(host, 63).map(|number| number + FIRST_SPELLED)
}

fn unnumber(number: u64) -> Option<String> {
    match u128::from(number).checked_sub(FIRST_SPELLED) {
        Some(spelled) => unspell(spelled),
        None => Some(netherlands().invented_host(usize::try_from(number).ok()?.checked_sub(1)?)),
    }
}

fn netherlands() -> &'static Country {
    Country::of(0, "invented-nl.example")
}

/// Numbers that hide a spelled name, so that neighbours in the alphabet get unlike addresses.
fn mask(seed: u64) -> u128 {
    let half = |what| u128::from(draw(seed, &["mask", what]));
    (half("high") << 64 | half("low")) >> (128 - UUID_BITS)
}

/// `bits` as a version 4 UUID.
fn uuid(bits: u128) -> String {
    let (high, mid, low) = (bits >> 74, bits >> 62 & 0xfff, bits & ((1 << 62) - 1));
    let all = high << 80 | 4 << 76 | mid << 64 | 0b10 << 62 | low;
    let hex = format!("{all:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The free bits of a version 4 UUID.
fn read_uuid(text: &str) -> Option<u128> {
    let hex: String = text.split('-').collect();
    let all = u128::from_str_radix(&hex, 16).ok().filter(|_| hex.len() == 32 && text.len() == 36)?;
    Some(all >> 80 << 74 | (all >> 64 & 0xfff) << 62 | all & ((1 << 62) - 1))
}

#[cfg(test)]
mod tests {
    use super::{Register, UUID_BITS, dashed, read_uuid, spell, undashed, unspell, uuid};
    use crate::country::Country;

    #[test]
    fn addresses_lead_back_to_the_body() {
        for register in Register::ALL {
            let country = Country::all().iter().find(|country| country.code == register.row().0).unwrap();
            for index in 0..600 {
                let host = country.invented_host(index);
                let path = register.path(5, &host).unwrap_or_else(|| panic!("{host} has no address"));
                assert_eq!(register.host_at(5, &path), Some(host), "{path}");
            }
        }
    }

    #[test]
    fn real_names_fit_or_are_left_out() {
        let fits = |register: Register, host: &str| {
            register
                .path(5, host)
                .map(|path| assert_eq!(register.host_at(5, &path).as_deref(), Some(host)))
                .is_some()
        };
        assert!(fits(Register::Italy, "comune.gibellina.tp.it"));
        assert!(fits(Register::Norway, "oslo.kommune.no"));
        assert!(fits(Register::Netherlands, "ede.nl"));
        assert!(fits(Register::Denmark, "tid.aarhus-kommune.dk"));
        assert!(!fits(Register::Italy, "a-very-long-name-of-a-school.edu.it"));
        assert!(!fits(Register::Netherlands, "rijksdienstvoorhetwegverkeer.nl"));
    }

    #[test]
    fn slugs_are_the_host_with_dashes() {
        assert_eq!(dashed("kommune-fiskeby-dk.example"), "kommune-fiskeby-dk-example");
        assert_eq!(dashed("virk.dk"), "virk-dk");
        assert_eq!(undashed("tid-aarhuskommune-dk"), "tid.aarhuskommune.dk");
    }

    #[test]
    fn identifiers_are_version_4_uuids() {
        let bits = spell("ede.nl", UUID_BITS).unwrap();
        let text = uuid(bits);
        assert_eq!((text.as_bytes()[14], text.len()), (b'4', 36));
        assert_eq!(read_uuid(&text).and_then(unspell).as_deref(), Some("ede.nl"));
        assert_eq!(read_uuid("not-a-uuid"), None);
    }
}
