//! A seed list as the public workbooks have it.

use std::fmt::Write;

use crate::country::Country;
use crate::draw::draw;
use crate::{Habit, SimHost};

const HEADER: &str = "country,subnational,gov_domain,page,is_root_page,performance_score,accessibility_score,\
                      best_practices_score,seo_score";

/// `hosts` as a CSV seed list: a row for each home page, and a second row for some inner pages.
///
/// Bodies whose `www.` name redirects are listed under it; those that live on or start from `http:` likewise.
pub fn seed_list_csv(hosts: &[SimHost]) -> String {
    let mut out = format!("{HEADER}\n");
    for host in hosts {
        let country = Country::all()
            .iter()
            .find(|country| country.code == host.country)
            .map_or("", |country| country.name);
        let www = if host.habit == Habit::WwwToApex { "www." } else { "" };
        let scheme =
            if matches!(host.habit, Habit::HttpOnly | Habit::HttpToHttps) { "http" } else { "https" };
        let domain = format!("{www}{}", host.hostname);
        row(&mut out, country, &domain, &format!("{scheme}://{domain}/"), true);
        if draw(0, &["second row", &host.hostname]).is_multiple_of(3) {
            row(&mut out, country, &domain, &format!("{scheme}://{domain}/news"), false);
        }
    }
    out
}

fn row(out: &mut String, country: &str, domain: &str, page: &str, is_root: bool) {
    let score = |what| 40 + draw(0, &[what, page]) % 61;
    let is_root = if is_root { "TRUE" } else { "FALSE" };
    let _ = write!(out, "{country},,{domain},{page},{is_root}");
    for what in ["performance", "accessibility", "best practices", "seo"] {
        let _ = write!(out, ",{}", score(what) as f64 / 100.0);
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::seed_list_csv;
    use crate::Europe;

    #[test]
    fn every_host_has_its_root_row() {
        let hosts = Europe::new(7).hosts(120);
        let csv = seed_list_csv(&hosts);
        assert_eq!(csv.lines().filter(|line| line.contains(",TRUE,")).count(), 120);
        assert!(csv.lines().all(|line| line.split(',').count() == 9));
        assert!(hosts.iter().all(|host| csv.contains(&host.hostname)));
    }
}
