//! Public bodies write in their own language: a site's furniture, and the parts of the model statement
//! (Implementing Decision (EU) 2018/1523). Each language has one `.words` file.

mod dates;
mod jurisdiction;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(crate) use jurisdiction::{authority, law};

use crate::table::Block;

/// The wording of one language. Braces stand for what a page fills in.
#[derive(Debug)]
pub(crate) struct Words {
    /// BCP 47 tag.
    pub(crate) tag: &'static str,
    /// Home, news, services, the body, contact, search.
    pub(crate) nav: [&'static str; 6],
    /// Imprint, privacy, site map, about this site.
    pub(crate) legal: [&'static str; 4],
    pub(crate) skip: &'static str,
    /// The "plain language" link, a neighbour of the statement link.
    pub(crate) plain: &'static str,
    /// Headline about access to buildings, the commonest false friend.
    pub(crate) building: &'static str,
    pub(crate) building_text: &'static str,
    pub(crate) news: [&'static str; 4],
    pub(crate) prose: [&'static str; 4],
    pub(crate) missing: &'static str,
    /// The bare word for accessibility and its usual path.
    pub(crate) bare: &'static str,
    pub(crate) bare_slug: &'static str,
    /// The name of the statement and its usual path.
    pub(crate) label: &'static str,
    pub(crate) slug: &'static str,
    law: &'static str,
    authority: &'static str,
    pub(crate) commitment: &'static str,
    pub(crate) status_heading: &'static str,
    /// Fully, partially, not compliant.
    pub(crate) status: [&'static str; 3],
    pub(crate) status_line: &'static str,
    pub(crate) gaps_heading: &'static str,
    pub(crate) gaps: [&'static str; 3],
    pub(crate) burden: &'static str,
    pub(crate) prepared_heading: &'static str,
    pub(crate) prepared: &'static str,
    /// Self-assessment, third party.
    pub(crate) methods: [&'static str; 2],
    pub(crate) reviewed: &'static str,
    pub(crate) feedback_heading: &'static str,
    pub(crate) feedback: &'static str,
    pub(crate) enforcement_heading: &'static str,
    pub(crate) enforcement: &'static str,
    pub(crate) guidance: &'static str,
    pub(crate) guidance_text: &'static str,
    /// What stands between brackets in a template nobody filled in.
    pub(crate) blank: &'static str,
    months: Vec<&'static str>,
    date_long: &'static str,
    date_short: &'static str,
}

impl Words {
    fn read(tag: &'static str, block: &Block) -> Words {
        Words {
            tag,
            nav: block.array("nav"),
            legal: block.array("legal"),
            skip: block.text("skip"),
            plain: block.text("plain"),
            building: block.text("building"),
            building_text: block.text("building_text"),
            news: block.array("news"),
            prose: block.array("prose"),
            missing: block.text("missing"),
            bare: block.text("bare"),
            bare_slug: block.text("bare_slug"),
            label: block.text("label"),
            slug: block.text("slug"),
            law: block.text("law"),
            authority: block.text("authority"),
            commitment: block.text("commitment"),
            status_heading: block.text("status_heading"),
            status: block.array("status"),
            status_line: block.text("status_line"),
            gaps_heading: block.text("gaps_heading"),
            gaps: block.array("gaps"),
            burden: block.text("burden"),
            prepared_heading: block.text("prepared_heading"),
            prepared: block.text("prepared"),
            methods: block.array("methods"),
            reviewed: block.text("reviewed"),
            feedback_heading: block.text("feedback_heading"),
            feedback: block.text("feedback"),
            enforcement_heading: block.text("enforcement_heading"),
            enforcement: block.text("enforcement"),
            guidance: block.text("guidance"),
            guidance_text: block.text("guidance_text"),
            blank: block.text("blank"),
            months: block.text("months").split(' ').collect(),
            date_long: block.text("date_long"),
            date_short: block.text("date_short"),
        }
    }
}

/// Tag and table of every language.
const TABLES: [(&str, &str); 30] = [
    ("bg", include_str!("bg.words")),
    ("ca", include_str!("ca.words")),
    ("cs", include_str!("cs.words")),
    ("da", include_str!("da.words")),
    ("de", include_str!("de.words")),
    ("el", include_str!("el.words")),
    ("en", include_str!("en.words")),
    ("es", include_str!("es.words")),
    ("et", include_str!("et.words")),
    ("eu", include_str!("eu.words")),
    ("fi", include_str!("fi.words")),
    ("fr", include_str!("fr.words")),
    ("ga", include_str!("ga.words")),
    ("gl", include_str!("gl.words")),
    ("hr", include_str!("hr.words")),
    ("hu", include_str!("hu.words")),
    ("is", include_str!("is.words")),
    ("it", include_str!("it.words")),
    ("lt", include_str!("lt.words")),
    ("lv", include_str!("lv.words")),
    ("mt", include_str!("mt.words")),
    ("nb", include_str!("nb.words")),
    ("nl", include_str!("nl.words")),
    ("nn", include_str!("nn.words")),
    ("pl", include_str!("pl.words")),
    ("pt", include_str!("pt.words")),
    ("ro", include_str!("ro.words")),
    ("sk", include_str!("sk.words")),
    ("sl", include_str!("sl.words")),
    ("sv", include_str!("sv.words")),
];

static LANGUAGES: LazyLock<BTreeMap<&'static str, Words>> = LazyLock::new(|| {
    let read = |(tag, text)| Block::all(tag, text).iter().map(|block| (tag, Words::read(tag, block))).next();
    TABLES.into_iter().filter_map(read).collect()
});

/// The wording of `tag`, English for a tag without a table.
pub(crate) fn words(tag: &str) -> &'static Words {
    LANGUAGES.get(tag).unwrap_or_else(|| &LANGUAGES["en"])
}

/// Every language, by tag.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static Words> {
    LANGUAGES.values()
}

#[cfg(test)]
mod tests {
    use super::{TABLES, all};

    #[test]
    fn every_table_is_whole() {
        assert_eq!(all().count(), TABLES.len());
        for words in all() {
            assert_eq!(words.months.len(), 12, "{}", words.tag);
            assert!(words.slug.is_ascii() && words.bare_slug.is_ascii(), "{}", words.tag);
            assert!(
                words.commitment.contains("{body}") && words.commitment.contains("{host}"),
                "{}",
                words.tag
            );
            assert!(words.status_line.contains("{status}"), "{}", words.tag);
            assert!(words.feedback.contains("{email}"), "{}", words.tag);
            assert!(words.prepared.contains("{date}") && words.reviewed.contains("{date}"), "{}", words.tag);
            assert!(words.enforcement.contains("{authority}"), "{}", words.tag);
        }
    }
}
