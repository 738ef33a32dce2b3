//! A page case is one labelled page, as a line of the evaluation file holds it.

use serde::{Deserialize, Deserializer};

/// One labelled page, as a line of the evaluation file has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PageCase {
    /// Its name in the list.
    pub id: String,
    /// Where the page is, when that is known.
    pub url: Option<String>,
    /// Country of the body.
    pub country: Option<String>,
    /// Language of the text.
    pub language: Option<String>,
    /// The page.
    pub html: Option<String>,
    /// The page's file, beside the list, instead of `html`.
    pub file: Option<String>,
    /// `home`, `statement` or `other`.
    pub page_kind: Option<String>,
    /// What the page is: `statement`, `about_accessibility`, `unrelated`, or one of the finer labels.
    pub label: String,
    /// The declared status, where the line has one.
    #[serde(deserialize_with = "known")]
    pub conformance: Label<String>,
    /// What the text says.
    pub expected: ExpectedFacts,
}

/// A fact that may not have been labelled at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Label<T> {
    /// Nobody looked.
    #[default]
    Unlabelled,
    /// Looked for and not there.
    Absent,
    /// This.
    Given(T),
}

impl<T> Label<T> {
    /// The fact, when there is one.
    pub fn given(&self) -> Option<&T> {
        if let Self::Given(fact) = self { Some(fact) } else { None }
    }
}

/// A key that is there with `null` says more than a missing one.
fn known<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Label<T>, D::Error> {
    Ok(Option::<T>::deserialize(from)?.map_or(Label::Absent, Label::Given))
}

/// What the text of a page says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ExpectedFacts {
    /// Declared conformance.
    #[serde(deserialize_with = "known")]
    pub status: Label<String>,
    /// Date of preparation, `YYYY-MM-DD` or `YYYY-MM`.
    #[serde(deserialize_with = "known")]
    pub prepared: Label<String>,
    /// Date of the last review.
    #[serde(deserialize_with = "known")]
    pub reviewed: Label<String>,
    /// `self` or `third_party`.
    #[serde(deserialize_with = "known")]
    pub method: Label<String>,
    /// Mail address for feedback.
    #[serde(deserialize_with = "known")]
    pub contact_email: Label<String>,
    /// The statement link of a page that has one.
    #[serde(deserialize_with = "known")]
    pub statement_link: Label<ExpectedLink>,
}

/// The link to the statement.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ExpectedLink {
    /// As written.
    pub href: String,
    /// Its text.
    pub text: String,
    /// Resolved, where the page's address is known.
    pub resolved: Option<String>,
}

impl PageCase {
    /// The finer labels as one of the three.
    pub fn class(&self) -> &str {
        match self.label.as_str() {
            "statement" | "private_statement" | "statement_pointer" => "statement",
            "about_accessibility" | "template_unfilled" | "placeholder" => "about_accessibility",
            _ => "unrelated",
        }
    }

    /// True when the page must be read as a statement, false when it must not. `None` when either is right,
    /// as for private statements and pages that only point to a register.
    pub fn is_statement(&self) -> Option<bool> {
        match self.label.as_str() {
            "statement" => Some(true),
            "private_statement" | "statement_pointer" => None,
            _ => Some(false),
        }
    }

    /// True for pages that must never come out as a statement found beyond doubt.
    pub fn must_stay_doubtful(&self) -> bool {
        matches!(
            self.label.as_str(),
            "template_unfilled" | "placeholder" | "script_only" | "private_statement"
        )
    }

    /// The declared status as labelled, in either spelling of the line.
    pub fn status(&self) -> &Label<String> {
        if self.conformance == Label::Unlabelled { &self.expected.status } else { &self.conformance }
    }
}
