//! The model: which body has which habit, and what is true of it in a month.

use crate::body::SimHost;
use crate::harm::Share;
use crate::hostname::canonical;
use crate::registers::Register;
use crate::reply::Answer;
use crate::request::SimRequest;
use crate::site::Site;
use crate::truth::Truth;
use crate::{answer, body, hosts, register_answer};

/// A simulated public-sector Europe. Everything in it follows from the seed and the host name.
#[derive(Debug, Clone)]
pub struct Europe {
    seed: u64,
    harm: Share,
}

impl Europe {
    /// The Europe of `seed`. The same seed gives the same hosts, pages and truths.
    pub fn new(seed: u64) -> Europe {
        Europe { seed, harm: Share::default() }
    }

    /// The same, with a share of the bodies doing harm. The others are as before.
    #[must_use]
    pub fn with_harm(self, harm: Share) -> Europe {
        Europe { harm, ..self }
    }

    /// The first `n` invented bodies. A longer list begins with the shorter one.
    ///
    /// Countries and habits come round by weight, so that about 300 hosts show every habit.
    pub fn hosts(&self, n: usize) -> Vec<SimHost> {
        hosts::invented(self.seed, n).iter().map(|host| self.host(&host.hostname)).collect()
    }

    /// The body behind any host name; `www.` and letter case make no difference. `former-` marks the body's
    /// old name, whose pages redirect to the present one.
    pub fn host(&self, hostname: &str) -> SimHost {
        body::harmed(self.seed, self.harm, hostname)
    }

    /// What is true of `hostname` in `month` (1, 2, 3 …).
    pub fn truth(&self, hostname: &str, month: u32) -> Truth {
        Truth::of(&self.site(hostname, month))
    }

    /// What the web answers to `request` in `month`. Depends on nothing else.
    pub fn answer(&self, request: &SimRequest, month: u32) -> Answer {
        match Register::of(&canonical(&request.host)) {
            Some(register) => register_answer::answer(self.seed, register, request, month),
            None => answer::answer(&self.site(&request.host, month), request),
        }
    }

    fn site(&self, hostname: &str, month: u32) -> Site {
        Site::of(self.host(hostname), self.seed, hostname, month)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Answer, Europe, SimRequest};
    use crate::{Habit, Harm, Share, StatementTruth};

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

    #[test]
    fn a_share_of_the_hosts_is_harmed_and_the_others_are_as_before() {
        let (plain, harmed) = (Europe::new(7), Europe::new(7).with_harm(Share::percent(10)));
        let (mut kinds, mut count) = (BTreeSet::new(), 0);
        for (before, after) in plain.hosts(600).into_iter().zip(harmed.hosts(600)) {
            assert_eq!(before.hostname, after.hostname);
            assert_eq!(harmed.host(&after.hostname), after);
            let truth = harmed.truth(&after.hostname, 1);
            match after.harm {
                Some(harm) => {
                    kinds.insert(harm);
                    count += 1;
                    assert_eq!(truth.statement, StatementTruth::Hidden);
                }
                None => assert_eq!((before, plain.truth(&after.hostname, 1)), (after, truth)),
            }
        }
        assert_eq!(kinds, Harm::ALL.into());
        assert!((30..90).contains(&count), "{count}");
    }

    #[test]
    fn readers_come_to_the_harm_by_the_home_page() {
        let europe = Europe::new(7).with_harm(Share::percent(100));
        let mut met = BTreeSet::new();
        for host in europe.hosts(60) {
            let Some(harm) = host.harm.filter(|harm| *harm != Harm::Tarpit) else { continue };
            let page = |path: &str| match europe.answer(&SimRequest::get(&host.hostname, path), 1) {
                Answer::Reply(reply) => reply,
                other => panic!("{other:?}"),
            };
            let path = europe.site(&host.hostname, 1).statement_path();
            let home = String::from_utf8_lossy(page("/").bytes()).replace("&amp;", "&");
            assert!(home.contains(path.trim_start_matches('/')), "{harm:?} {path}");
            let sent = page(&path);
            assert!(sent.status == 200 && sent.bytes().len() < 2 << 20, "{harm:?} {}", sent.bytes().len());
            met.insert(harm);
        }
        assert_eq!(met.len(), Harm::ALL.len() - 1);
    }
}
