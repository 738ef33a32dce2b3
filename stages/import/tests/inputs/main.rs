//! Does the import keep its promises over the lists and public cases beside the project?

mod country_sheets;
#[path = "../url_judge/mod.rs"]
mod url_judge;
mod url_standard;

use deklaro_needs::{Need, Tests};
use std::process::ExitCode;

fn main() -> ExitCode {
    let sheets = [Need::Shared(country_sheets::FOLDER)];
    Tests::default()
        .with(&sheets, country_sheets::every_country_has_the_rows_and_hosts_that_were_published)
        .with(&sheets, country_sheets::no_list_costs_a_fourth_of_what_it_may)
        .with(&sheets, country_sheets::a_row_can_be_found_again_in_its_sheet)
        .with(
            &[Need::Shared(url_standard::CASES)],
            url_standard::the_standards_cases_give_the_same_hosts_and_urls,
        )
        .run()
}
