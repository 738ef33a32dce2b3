/// Name and text of every file in `sql/checks`; a test compares the list with the folder.
macro_rules! checks {
    ($($name:literal),+ $(,)?) => {
        pub(crate) const CHECKS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../sql/checks/", $name, ".sql")))),+];
    };
}

checks![
    "candidates__choice_explained",
    "candidates__fetch_known",
    "changes__host_known",
    "changes__something_changed",
    "fetches__body_kept",
    "fetches__failure_has_reason",
    "fetches__one_at_a_time",
    "fetches__one_final",
    "fetches__refused_has_no_answer",
    "fetches__times_ordered",
    "frontier__all_fetched",
    "frontier__found_in_known",
    "hosts__agree_with_statements",
    "hosts__coverage_kept",
    "hosts__found_has_address",
    "hosts__lifecycle_follows_rules",
    "hosts__months_ordered",
    "hosts__none_forgotten",
    "readings__fetch_known",
    "robots__asked_first",
    "scans__all_completed",
    "scans__all_processed",
    "scans__times_ordered",
    "seeds__have_targets",
    "seeds__source_known",
    "sources__reference_given",
    "sources__rows_add_up",
    "sources__rows_are_kept",
    "statements__fetches_counted",
    "statements__found_has_address",
    "statements__found_was_read",
    "statements__funnel_narrows",
    "statements__link_is_candidate",
    "statements__proof_exists",
    "statements__reasons_given",
    "statements__sample_explained",
    "statements__target_known",
    "targets__have_hosts",
    "targets__one_verdict",
    "targets__seeds_known",
];
