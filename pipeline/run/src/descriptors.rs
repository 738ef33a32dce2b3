//! How many hosts are crawled at once, of the connections that the system lets us have?

use deklaro_console::{UsageError, descriptors};
use deklaro_crawl::CrawlConfig;

/// Descriptors for all but the connections: files of the store, the runtime, standard streams.
const RESERVED: usize = 48;

/// Descriptors a host takes while it is worked on: a connection and a question to a name server, or two connections.
const PER_HOST: usize = 2;

/// The crawl settings that fit the process's limit, and what to tell where they are less than was asked for.
pub fn fitted(crawl: CrawlConfig) -> anyhow::Result<(CrawlConfig, Option<String>)> {
    match descriptors::limit() {
        Some(limit) => fitted_to(crawl, limit),
        None => Ok((crawl, None)),
    }
}

fn fitted_to(mut crawl: CrawlConfig, limit: usize) -> anyhow::Result<(CrawlConfig, Option<String>)> {
    let hosts = limit.saturating_sub(RESERVED) / PER_HOST;
    if hosts == 0 {
        let problem = format!("only {limit} files may be open at once");
        let hint = format!("expected `ulimit -n` to be {} or more; 1024 is usual", RESERVED + PER_HOST);
        return Err(UsageError::new(problem, hint).into());
    }
    if hosts >= crawl.max_open_hosts {
        return Ok((crawl, None));
    }
    let told = format!(
        "only {limit} files may be open at once (`ulimit -n`): {hosts} hosts are worked on at a time instead of {}",
        crawl.max_open_hosts
    );
    crawl.max_open_hosts = hosts;
    Ok((crawl, Some(told)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_hosts_are_open_where_fewer_descriptors_are_to_be_had() {
        let fitted = |limit| fitted_to(CrawlConfig::default(), limit);
        let (crawl, told) = fitted(1_024).unwrap();
        assert_eq!((crawl.max_open_hosts, told), (384, None));
        let (crawl, told) = fitted(64).unwrap();
        assert_eq!(crawl.max_open_hosts, 8);
        insta::assert_snapshot!(told.unwrap(), @"only 64 files may be open at once (`ulimit -n`): 8 hosts are worked on at a time instead of 384");
        insta::assert_snapshot!(fitted(40).unwrap_err(), @"only 40 files may be open at once");
    }
}
