//! Any text inside a statement, behind the words that dates, status and contacts are looked for by, in every language.

use deklaro_detect::{Glossary, OFFICIAL_LANGUAGES, PageInput, Role, inspect};
use deklaro_schemas::{CountryCode, PageUrl};
use std::sync::LazyLock;

static URL: LazyLock<PageUrl> =
    LazyLock::new(|| PageUrl::parse("https://www.body.example/x").expect("a URL"));

/// The first term of a role in a language, as it is written.
fn term(language: &str, role: Role) -> &'static str {
    let terms = Glossary::builtin().terms();
    terms
        .iter()
        .find(|term| term.language.primary() == language && term.role == role)
        .map_or("", |term| &term.text)
}

/// Checks one input: the first byte chooses the language, the rest is the text.
pub fn check(bytes: &[u8]) {
    let (at, words) = bytes.split_first().unwrap_or((&0, &[]));
    let (at, words) = (*at, crate::text(words));
    let language = OFFICIAL_LANGUAGES[usize::from(at) % OFFICIAL_LANGUAGES.len()];
    let name = term(language, Role::Name);
    let words = words.replace('<', "&lt;");
    let html = format!(
        "<html lang={language}><title>{name}</title><h1>{name}</h1><p>{} www.body.example</p><p>{} {words}</p>\
         <p>{} {words}</p><p>{} {words} {} {words} {}</p>",
        term(language, Role::Scope),
        term(language, Role::Prepared),
        term(language, Role::Reviewed),
        term(language, Role::Heading),
        term(language, Role::StatusPartial),
        term(language, Role::Feedback),
    );
    let host = URL.host();
    let page = PageInput {
        url: &URL,
        bytes: html.as_bytes(),
        content_type: Some("text/html"),
        charset: Some("utf-8"),
        host: &host,
        aliases: &[],
        country: CountryCode::parse("AT").expect("two letters"),
    };
    let page = inspect(&page, Glossary::builtin());
    // A promise lies behind the statement itself, and no date before the first pages of this kind.
    let written_on = page.prepared_on.max(page.reviewed_on);
    assert!(page.promised_on.iter().all(|date| Some(*date) > written_on));
    let years = [page.prepared_on, page.reviewed_on].into_iter().flatten().map(|date| date.to_string());
    assert!(years.into_iter().all(|date| date.as_str() >= "2010"), "{language}");
}
