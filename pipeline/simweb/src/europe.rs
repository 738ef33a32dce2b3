//! The model: which body has which habit, and what is true of it in a month.

use jiff::civil::Date;

use crate::answer::{Answer, SimRequest};
use crate::country::Country;
use crate::habit::{Habit, State};
use crate::site::{Facts, Site};
use crate::{answer, hosts, registers, site};

/// A simulated public-sector Europe. Everything in it follows from the seed and the host name.
#[derive(Debug, Clone)]
pub struct Europe {
    seed: u64,
}

/// One public body and its web host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimHost {
    /// Host name in lower case, without `www.`.
    pub hostname: String,
    /// ISO 3166-1 alpha-2 code; the United Kingdom is `GB`.
    pub country: &'static str,
    /// BCP 47 tag of the language of its pages.
    pub language: &'static str,
    /// What the host does to its readers.
    pub habit: Habit,
    /// Name of the body.
    pub name: String,
}

/// What is true of the statement of a body in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementTruth {
    /// A polite reader can read it, at this address.
    Present {
        /// Absolute address; its host is the one that was asked about unless the site redirects elsewhere.
        url: String,
    },
    /// There is one, but no polite reader can reach or read it this month.
    Hidden,
    /// There is none.
    Absent,
}

/// What is true of a body in one month, to score a run against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// Whether and where the statement is.
    pub statement: StatementTruth,
    /// Whether a polite reader gets a whole, readable page with status 2xx from the entry address.
    pub is_reachable: bool,
    /// What the host does to its readers.
    pub habit: Habit,
    /// BCP 47 tag of the language of its pages.
    pub language: &'static str,
    /// `full`, `partial` or `non`, where the statement is present.
    pub conformance: Option<&'static str>,
    /// Day the statement was prepared, where it is present.
    pub prepared_on: Option<Date>,
    /// Day the statement was last reviewed, where it is present.
    pub reviewed_on: Option<Date>,
    /// `self_assessment` or `third_party`, where the statement is present.
    pub method: Option<&'static str>,
}

impl Truth {
    pub(crate) fn of(site: &Site) -> Truth {
        let (habit, month) = (site.body.habit, site.month);
        let state = habit.statement(month);
        let facts = (state == State::Present).then(|| site.facts());
        Truth {
            statement: match state {
                State::Present => StatementTruth::Present { url: site.statement_url() },
                State::Hidden => StatementTruth::Hidden,
                State::Absent => StatementTruth::Absent,
            },
            is_reachable: habit.is_reachable(month),
            habit,
            language: site.body.language,
            conformance: facts.map(|facts| facts.conformance.name()),
            prepared_on: facts.map(|facts| facts.prepared_on),
            reviewed_on: facts.map(|facts| facts.reviewed_on),
            method: facts.map(Facts::method_name),
        }
    }
}

impl Europe {
    /// The Europe of `seed`. The same seed gives the same hosts, pages and truths.
    pub fn new(seed: u64) -> Europe {
        Europe { seed }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// The first `n` invented bodies. A longer list begins with the shorter one.
    ///
    /// Countries and habits come round by weight, so that about 300 hosts show every habit.
    pub fn hosts(&self, n: usize) -> Vec<SimHost> {
        hosts::invented(self, n)
    }

    /// The body behind any host name; `www.` and letter case make no difference, and `former-` before a name is what that body
    /// was called before: its pages redirect to the present name.
    pub fn host(&self, hostname: &str) -> SimHost {
        let hostname = site::present(&site::canonical(hostname)).to_owned();
        let country = Country::of(self.seed, &hostname);
        let language = country.language(self.seed, &hostname);
        let habit = site::habit(self.seed, &hostname, country.code, language);
        let name = country.body_name(self.seed, &hostname);
        SimHost { hostname, country: country.code, language, habit, name }
    }

    /// What is true of `hostname` in `month` (1, 2, 3 …).
    pub fn truth(&self, hostname: &str, month: u32) -> Truth {
        Truth::of(&Site::new(self, hostname, month))
    }

    /// What the web answers to `request` in `month`. Depends on nothing else.
    pub fn answer(&self, request: &SimRequest, month: u32) -> Answer {
        match registers::Register::of(&site::canonical(&request.host)) {
            Some(register) => registers::answer(self, register, request, month),
            None => answer::answer(&Site::new(self, &request.host, month), request),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Answer, Europe, SimRequest, StatementTruth};
    use crate::Habit;

    #[test]
    fn three_hundred_hosts_show_every_habit_and_country() {
        let europe = Europe::new(7);
        let hosts = europe.hosts(300);
        assert_eq!(hosts.iter().map(|host| &host.hostname).collect::<BTreeSet<_>>().len(), 300);
        assert_eq!(hosts.iter().map(|host| host.habit).collect::<BTreeSet<_>>(), Habit::ALL.into());
        assert!(hosts.iter().map(|host| host.country).collect::<BTreeSet<_>>().len() >= 30);
        assert_eq!(hosts[..40], europe.hosts(40));
    }

    #[test]
    fn a_host_is_what_its_name_says() {
        let europe = Europe::new(7);
        for host in europe.hosts(200) {
            assert_eq!(europe.host(&host.hostname), host);
            assert_eq!(europe.host(&format!("WWW.{}.", host.hostname)), host);
        }
    }

    #[test]
    fn a_former_name_leads_to_the_present_one() {
        let (europe, host) = (Europe::new(7), Europe::new(7).hosts(1).remove(0).hostname);
        let former = format!("former-{host}");
        assert_eq!(europe.host(&former), europe.host(&host));
        let Answer::Reply(reply) = europe.answer(&SimRequest::get(&former, "/a"), 1) else {
            panic!("refused")
        };
        assert_eq!(reply.status, 301);
        let target = &reply.headers.iter().find(|(name, _)| *name == "location").unwrap().1;
        assert!(target.ends_with(&format!("://{host}/a")), "{target}");
        assert_eq!(europe.truth(&former, 1), europe.truth(&host, 1));
    }

    #[test]
    fn shares_come_near_the_weights() {
        let hosts = Europe::new(3).hosts(3000);
        let with = |habit| hosts.iter().filter(|host| host.habit == habit).count();
        assert!((1200..1450).contains(&with(Habit::FooterStatement)), "{}", with(Habit::FooterStatement));
        assert!((200..250).contains(&with(Habit::NoStatement)), "{}", with(Habit::NoStatement));
    }

    #[test]
    fn statuses_dates_and_addresses_are_given_for_present_statements_only() {
        let europe = Europe::new(7);
        for host in europe.hosts(300) {
            let truth = europe.truth(&host.hostname, 1);
            let is_present = matches!(truth.statement, StatementTruth::Present { .. });
            assert_eq!(truth.conformance.is_some(), is_present);
            assert!(truth.prepared_on <= truth.reviewed_on);
        }
    }

    #[test]
    fn conformance_changes_with_a_new_review() {
        let europe = Europe::new(7);
        let host =
            europe.hosts(300).into_iter().find(|host| host.habit == Habit::ConformanceChanges).unwrap();
        let [before, after] = [1, 2].map(|month| europe.truth(&host.hostname, month));
        assert_ne!(before.conformance, after.conformance);
        assert!(before.reviewed_on < after.reviewed_on);
        assert_eq!(europe.truth(&host.hostname, 3).conformance, after.conformance);
    }
}
