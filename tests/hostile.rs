//! Whatever strangers send, a month ends, each of them has its row and reason, and the others are as without them.

/// Hosts that mean harm to who reads them.
mod hosts {
    use crate::support::World;
    use deklaro_schemas::HostKey;
    use deklaro_schemas::codes::ReasonCode;
    use deklaro_schemas::tables::{Fetch, Reading, Statement};
    use deklaro_simweb::{Europe, Habit, Harm, Share, SimHost};
    use std::collections::BTreeMap;

    /// So many hosts that do no harm stand beside the others.
    const HARMLESS: usize = 30;
    /// So many of each harm.
    const OF_EACH: usize = 2;
    /// Hosts that are looked through for them.
    const MANY: usize = 900;

    /// The tables of a month, by host.
    struct Month {
        fetches: Vec<Fetch>,
        readings: Vec<Reading>,
        statements: BTreeMap<String, Statement>,
    }

    /// The host as the simulation calls it: rows may have its `www.` or its former name.
    fn body(host: &HostKey) -> String {
        Europe::new(7).host(host.as_str()).hostname
    }

    /// A share of hosts that shows every harm.
    fn share() -> Share {
        Share::percent(20)
    }

    /// Harmless hosts, and some of these harms. Those whose answers depend on the clock are left out.
    fn listed(harms: &[Harm]) -> Vec<SimHost> {
        let many = Europe::new(7).with_harm(share()).hosts(MANY);
        let is_steady = |host: &&SimHost| !matches!(host.habit, Habit::LimitedOnce | Habit::SlowBody);
        let harmless = many.iter().filter(|host| host.harm.is_none()).filter(is_steady).take(HARMLESS);
        let harmed = harms.iter().flat_map(|harm| {
            let of_this: Vec<_> = many.iter().filter(|host| host.harm == Some(*harm)).take(OF_EACH).collect();
            assert_eq!(of_this.len(), OF_EACH, "{harm:?}");
            of_this
        });
        harmless.chain(harmed).cloned().collect()
    }

    /// A month over these hosts, in a Europe of which this share is harmed.
    fn month(hosts: &[SimHost], share: Share) -> Month {
        let world = World::with_harm(hosts, share);
        world.configure("host_budget_ms = 8000\n");
        let store = world.path("lake");
        world.run_month(&store, "2026-11", &[]);
        let statements: Vec<Statement> = world.rows(&store, "2026-11.0");
        let named = |row: Statement| (body(&row.canonical_hostname), row);
        Month {
            fetches: world.rows(&store, "2026-11.0"),
            readings: world.rows(&store, "2026-11.0"),
            statements: statements.into_iter().map(named).collect(),
        }
    }

    /// A month among hosts of these harms; the others have the verdicts of a month without harm.
    fn month_among(harms: &[Harm]) -> (Vec<SimHost>, Month) {
        let hosts = listed(harms);
        let (quiet, harmed) = (month(&hosts, Share::default()), month(&hosts, share()));
        let verdict = |month: &Month, host: &SimHost| {
            let row = &month.statements[&host.hostname];
            let url = row.statement_url.as_ref().map(ToString::to_string);
            (row.detection_status, row.confidence, url, row.reason_codes.clone())
        };
        for host in hosts.iter().filter(|host| host.harm.is_none()) {
            assert_eq!(verdict(&quiet, host), verdict(&harmed, host), "{} {:?}", host.hostname, host.habit);
        }
        assert_eq!(harmed.statements.len(), hosts.len());
        (hosts.into_iter().filter(|host| host.harm.is_some()).collect(), harmed)
    }

    impl Month {
        /// Every reason that the requests and readings of a host gave.
        fn reasons(&self, host: &SimHost) -> Vec<ReasonCode> {
            let is_its = |name: &HostKey| body(name) == host.hostname;
            let fetches = self.fetches.iter().filter(|row| is_its(&row.canonical_hostname));
            let readings = self.readings.iter().filter(|row| is_its(&row.canonical_hostname));
            let of_readings = readings.flat_map(|row| row.reason_codes.iter().copied());
            fetches.filter_map(|row| row.reason_code).chain(of_readings).collect()
        }

        /// True where a page was read whose address is not the entry page's.
        fn has_read_inner_page(&self, host: &SimHost) -> bool {
            let mut readings =
                self.readings.iter().filter(|row| body(&row.canonical_hostname) == host.hostname);
            readings.any(|row| row.url.path_and_query() != "/")
        }
    }

    #[test]
    fn bombs_and_tarpits_get_their_reasons_and_the_others_their_verdicts() {
        let (harmed, month) = month_among(&[Harm::BrotliWindow, Harm::Tarpit]);
        for host in &harmed {
            let expected = match host.harm {
                Some(Harm::BrotliWindow) => ReasonCode::BodyEncoding,
                _ => ReasonCode::HostTooSlow,
            };
            let reasons = month.reasons(host);
            assert!(reasons.contains(&expected), "{} {:?} {reasons:?}", host.hostname, host.harm);
        }
        let tarpits = harmed.iter().filter(|host| host.harm == Some(Harm::Tarpit));
        for host in tarpits {
            let reasons = &month.statements[&host.hostname].reason_codes;
            assert!(reasons.contains(&ReasonCode::HostUnreachable), "{reasons:?}");
            assert!(reasons.contains(&ReasonCode::HostTooSlow), "{reasons:?}");
        }
    }

    #[test]
    fn dear_pages_are_read_and_the_others_get_their_verdicts() {
        let (harmed, month) = month_among(&[Harm::PhrasePage, Harm::HitsPage]);
        for host in &harmed {
            assert!(month.has_read_inner_page(host), "{} {:?}", host.hostname, host.harm);
        }
    }

    #[test]
    fn dear_documents_are_rows_and_the_others_get_their_verdicts() {
        let (harmed, month) = month_among(&[Harm::CmapPdf, Harm::TextPdf, Harm::FormsPdf]);
        for host in &harmed {
            assert!(month.has_read_inner_page(host), "{} {:?}", host.hostname, host.harm);
        }
    }
}
