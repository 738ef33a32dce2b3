//! The templates render a page of the site.

use crate::ReportError;
use crate::wording::{fragment, grouped, language_name, meaning, percent, short, words};
use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde_json::Value as Json;

/// The templates, ready to use.
pub(crate) struct Renderer {
    environment: Environment<'static>,
}

macro_rules! templates {
    ($environment:ident, $($name:literal),+ $(,)?) => {
        $($environment.add_template($name, include_str!(concat!("../../templates/", $name)))?;)+
    };
}

impl Renderer {
    pub(crate) fn new() -> Result<Self, ReportError> {
        let environment =
            environment().map_err(|source| ReportError::Page { template: "templates", source })?;
        Ok(Self { environment })
    }

    /// A whole page.
    pub(crate) fn page(&self, template: &'static str, context: Json) -> Result<String, ReportError> {
        self.part(template, context)
    }

    /// A part of a page.
    pub(crate) fn part(&self, template: &'static str, context: Json) -> Result<String, ReportError> {
        let failed = |source| ReportError::Page { template, source };
        self.environment.get_template(template).and_then(|found| found.render(Serde(context))).map_err(failed)
    }
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.add_filter("share", percent);
    environment.add_filter("grouped", grouped);
    environment.add_filter("words", |code: &str| words(code));
    environment.add_filter("meaning", |code: &str| meaning(code));
    environment.add_filter("short", |text: &str| short(text));
    environment.add_filter("fragment", |text: &str| fragment(text));
    environment.add_filter("language", |tag: &str| language_name(tag));
    templates!(
        environment,
        "style.css",
        "tables.js",
        "search.js",
        "base.html",
        "parts.html",
        "coverage.html",
        "statements.html",
        "detector.html",
        "verdict.html",
        "index.html",
        "country.html",
        "websites.html",
        "website.html",
        "find.html",
        "letter.html",
        "method.html",
        "checks.html",
        "waivers.html",
        "release.html",
        "accessibility.html",
    );
    Ok(environment)
}
