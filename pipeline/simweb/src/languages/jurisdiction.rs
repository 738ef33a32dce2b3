//! Law and enforcement body where a language serves several countries.

use super::Words;

/// Country, language, law, enforcement body.
const LOCAL: [(&str, &str, &str, &str); 10] = [
    ("AT", "de", "dem Web-Zugänglichkeits-Gesetz", "die Beschwerdestelle der FFG"),
    ("BE", "de", "dem Gesetz vom 19. Juli 2018", "den föderalen Ombudsmann"),
    ("BE", "fr", "la loi du 19 juillet 2018", "le Médiateur fédéral"),
    ("BE", "nl", "de wet van 19 juli 2018", "de federale Ombudsman"),
    ("CH", "de", "dem Behindertengleichstellungsgesetz und dem Standard eCH-0059", "das EBGB"),
    ("CY", "el", "ν. 50(I)/2019", "Επίτροπος Διοικήσεως"),
    ("FI", "sv", "lagen om tillhandahållande av digitala tjänster (306/2019)", "Traficom"),
    (
        "IE",
        "en",
        "S.I. No. 358/2020, European Union (Accessibility of Websites and Mobile Applications) Regulations 2020",
        "the Office of the Ombudsman",
    ),
    ("LU", "fr", "la loi du 28 mai 2019", "le Service information et presse"),
    (
        "MT",
        "en",
        "the Accessibility of the Websites and Mobile Applications of Public Sector Bodies Regulations",
        "the Malta Communications Authority",
    ),
];

fn local(country: &str, words: &Words) -> Option<(&'static str, &'static str)> {
    let is_here = |row: &&(&str, &str, &str, &str)| row.0 == country && row.1 == words.tag;
    LOCAL.iter().find(is_here).map(|row| (row.2, row.3))
}

/// The national law a statement of `country` names.
pub(crate) fn law(country: &str, words: &Words) -> &'static str {
    local(country, words).map_or(words.law, |row| row.0)
}

/// The body a statement of `country` sends complaints to.
pub(crate) fn authority(country: &str, words: &Words) -> &'static str {
    local(country, words).map_or(words.authority, |row| row.1)
}
