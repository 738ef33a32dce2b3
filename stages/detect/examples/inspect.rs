//! What the detector sees in one saved page: `cargo run --example inspect -- FILE URL [COUNTRY]`.
#![expect(clippy::print_stdout, reason = "an example that prints")]

use deklaro_detect::{Glossary, PageInput, PageView, inspect};
use deklaro_schemas::{CountryCode, PageUrl};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("expected FILE URL [COUNTRY]")?;
    let url = PageUrl::parse(&arguments.next().ok_or("expected FILE URL [COUNTRY]")?)?;
    let country = CountryCode::parse(arguments.next().as_deref().unwrap_or("XX"))?;
    let (bytes, host) = (std::fs::read(file)?, url.host());
    let page = PageInput {
        url: &url,
        bytes: &bytes,
        content_type: None,
        charset: None,
        host: &host,
        aliases: &[],
        country,
    };
    let page = inspect(&page, Glossary::builtin());
    println!("{}", serde_json::to_string_pretty(&PageView::of(&page, None))?);
    Ok(())
}
