//! A website's page says why it got its verdict and what its owner can do.

use super::website::Site;
use crate::wording::{listed, words};
use deklaro_schemas::codes::ReasonCode;

/// Why the website stands where it stands, in sentences.
pub(crate) fn why(site: &Site) -> String {
    if !site.is_in_scope {
        return "It is on a list, but outside the scope of the directive, or belongs to somebody else."
            .to_owned();
    }
    let mut sentences: Vec<String> =
        site.reasons().map(|reason| reason.meaning().to_owned()).take(3).collect();
    if site.status == "found" {
        sentences.extend(ailments(site));
    }
    if site.is_stale {
        sentences.push("The verdict is kept from an earlier month.".to_owned());
    }
    sentences.join(" ")
}

/// What the statement itself shows.
fn ailments(site: &Site) -> Vec<String> {
    let mut sentences = Vec::new();
    match site.conformance.as_deref() {
        Some("non") => sentences.push("It declares non-conformance.".to_owned()),
        Some("partial") => sentences.push("It declares partial conformance.".to_owned()),
        _ => {}
    }
    if let (true, Some(days)) = (site.is_overdue, site.age_days) {
        sentences.push(format!("It was last dated {} before the visit.", time_of(days)));
    }
    sentences
}

/// `400 days`, or from two years on `3.9 years`.
fn time_of(days: i64) -> String {
    if days < 730 { format!("{days} days") } else { format!("{:.1} years", days as f64 / 365.25) }
}

/// What the owner can do, in one sentence.
pub(crate) fn fix(site: &Site) -> String {
    match (site.is_in_scope, site.status.as_str()) {
        (false, _) => "Nothing.".to_owned(),
        (_, "found") => fix_found(site),
        (_, "not_found") => "Publish an accessibility statement after the model of Decision (EU) 2018/1523, and link it by its legal name from every page.".to_owned(),
        _ => fix_uncertain(site),
    }
}

fn fix_found(site: &Site) -> String {
    let has = |reason: ReasonCode| site.reasons().any(|code| code == reason);
    if has(ReasonCode::DocumentByLabel) {
        "Publish the statement as a web page; a document alone is hard to read with assistive technology."
            .to_owned()
    } else if has(ReasonCode::LabelOnly) {
        advice_of(site)
            .unwrap_or("Let the statement's page answer; only a link to it could be seen.")
            .to_owned()
    } else if has(ReasonCode::OwnershipNotShown) {
        "Name this website in the statement, where it says what it applies to.".to_owned()
    } else if has(ReasonCode::SingleSignal) {
        "Follow the model statement of Decision (EU) 2018/1523 with its sections.".to_owned()
    } else if !site.absent.is_empty() {
        let lacking: Vec<String> = site.absent.iter().map(|code| words(code)).collect();
        format!("Add to the statement: {}.", listed(&lacking))
    } else if site.is_overdue {
        "Review the statement and date the review; it is to be reviewed at least once a year.".to_owned()
    } else if site.conformance.as_deref() == Some("non") {
        "Repair what the statement lists, and review it.".to_owned()
    } else {
        "Nothing that a machine can see.".to_owned()
    }
}

fn fix_uncertain(site: &Site) -> String {
    let own = |reason: ReasonCode| match reason {
        ReasonCode::UnfilledTemplate => {
            Some("Fill in the template: choose one status, replace what stands in brackets.")
        }
        ReasonCode::OtherHost => {
            Some("Name this website in the statement, or link the statement that is for it.")
        }
        ReasonCode::GuidancePage => {
            Some("Publish a statement of the website's own; the page found explains or reports on others.")
        }
        ReasonCode::BareWordOnly => Some(
            "Call the statement by its legal name in link, title and heading, and declare a status in it.",
        ),
        _ => None,
    };
    site.reasons()
        .find_map(own)
        .or_else(|| advice_of(site))
        .unwrap_or("Let the home page answer to a plain request with text and links in its HTML.")
        .to_owned()
}

fn advice_of(site: &Site) -> Option<&'static str> {
    site.reasons().find_map(ReasonCode::advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(status: &str, reasons: &[&str]) -> Site {
        Site {
            status: status.to_owned(),
            is_in_scope: true,
            reasons: reasons.iter().map(|code| (*code).to_owned()).collect(),
            ..Site::default()
        }
    }

    #[test]
    fn every_reason_of_an_uncertain_verdict_leads_to_one_sentence() {
        for reason in ReasonCode::ALL {
            for status in ["uncertain", "not_found", "found"] {
                let advice = fix(&site(status, &[reason.as_str()]));
                assert!(advice.ends_with('.') && advice.len() < 200, "{reason}: {advice}");
            }
        }
    }

    #[test]
    fn the_most_telling_reason_decides() {
        assert!(
            fix(&site("uncertain", &["host_unreachable", "tls_expired"]))
                .starts_with("Renew the certificate")
        );
        assert!(
            fix(&site("uncertain", &["bare_word_only", "guidance_page"])).starts_with("Call the statement")
        );
        let mut found = site("found", &["statement_read", "covers_host"]);
        assert_eq!(fix(&found), "Nothing that a machine can see.");
        found.is_overdue = true;
        assert!(fix(&found).starts_with("Review the statement"));
        found.absent = vec!["method".to_owned(), "review_date".to_owned()];
        assert_eq!(fix(&found), "Add to the statement: method and review date.");
    }

    #[test]
    fn what_is_out_of_scope_has_nothing_to_mend() {
        let site = Site { is_in_scope: false, ..site("uncertain", &["out_of_scope"]) };
        assert_eq!(fix(&site), "Nothing.");
        assert!(why(&site).contains("outside the scope"));
    }
}
