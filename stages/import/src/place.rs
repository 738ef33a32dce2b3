//! Where a row points: the host and the page its address cells name.

use crate::clean::{self, Repairs};
use crate::field::Field;
use crate::header::Header;
use crate::refusal::Refusal;
use crate::value::Value;
use crate::words::Words;
use crate::{cell, split};
use deklaro_schemas::codes::{ReasonCode, RepairCode};
use deklaro_schemas::{HostKey, PageUrl};
use std::borrow::Cow;

/// Where a row points; a row with several addresses in a cell has several.
pub(crate) struct Place {
    pub host: HostKey,
    pub page_url: Option<PageUrl>,
    pub repairs: Repairs,
}

/// Finds the places of one row after another.
pub(crate) struct Places<'a> {
    words: &'a Words,
    host_at: Option<usize>,
    url_at: Option<usize>,
    /// Lists name a host in two or three rows running.
    last_host: Option<(String, HostKey, Repairs)>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(words: &'a Words, header: &Header) -> Self {
        let (host_at, url_at) = (header.column(Field::Host), header.column(Field::PageUrl));
        Self { words, host_at, url_at, last_host: None }
    }

    /// Puts the places of a row into `places`: one, unless a cell holds several addresses.
    pub(crate) fn find(&mut self, cells: &[Value<'_>], places: &mut Vec<Place>) -> Result<(), Refusal> {
        let (host_text, host_link) = self.address(cells, self.host_at);
        let (url_text, url_link) = self.address(cells, self.url_at);
        let mut taken = Repairs::default();
        taken.add_if(host_link || url_link, RepairCode::HyperlinkTaken);
        if split::is_one(&host_text) && split::is_one(&url_text) {
            places.push(self.place(&host_text, &url_text)?);
        } else {
            let hosts = split::addresses(&host_text, self.words);
            let urls = split::addresses(&url_text, self.words);
            taken.add_if(hosts.len() > 1 || urls.len() > 1, RepairCode::CellSplit);
            self.pair(&hosts, &urls, places)?;
        }
        for place in places {
            place.repairs.merge(taken);
        }
        Ok(())
    }

    /// Each of several hosts with its own page among the URLs, if it has one there; else each URL.
    fn pair(&mut self, hosts: &[&str], urls: &[&str], places: &mut Vec<Place>) -> Result<(), Refusal> {
        if let [host] = hosts {
            for url in urls {
                places.push(self.place(host, url)?);
            }
            return Ok(());
        }
        let sites: Vec<Option<String>> = urls.iter().map(|url| clean::site(url, self.words)).collect();
        for host in hosts {
            let site = clean::site(host, self.words);
            let own = sites.iter().position(|other| other.is_some() && *other == site).map(|at| urls[at]);
            places.push(self.place(host, own.unwrap_or(""))?);
        }
        Ok(())
    }

    /// The text of an address cell; where it is no address and the cell is a link, the link's target.
    fn address<'c>(&self, cells: &'c [Value<'_>], column: Option<usize>) -> (Cow<'c, str>, bool) {
        let text = cell::text(cells, column);
        let target = column.and_then(|column| cells.get(column)?.target());
        match target {
            Some(target) if self.words.is_missing(&text) || clean::host(&text, self.words).is_err() => {
                (Cow::Borrowed(target), true)
            }
            _ => (text, false),
        }
    }

    /// Host and page of one address. The host column wins; a page of another site is left out, as its row names it by mistake.
    fn place(&mut self, host_text: &str, url_text: &str) -> Result<Place, Refusal> {
        let words = self.words;
        let (has_host, has_url) = (!words.is_missing(host_text), !words.is_missing(url_text));
        let (host, mut repairs) = match (has_host, has_url) {
            (true, _) => self.host(host_text).map_err(|reason| Refusal::at(self.host_at, reason))?,
            (false, true) => {
                clean::host_of_url(url_text, words).map_err(|reason| Refusal::at(self.url_at, reason))?
            }
            (false, false) => {
                return Err(Refusal::at(self.host_at.or(self.url_at), ReasonCode::HostMissing));
            }
        };
        let mut page_url = None;
        if has_url || has_host && host_text.contains("//") {
            let text = if has_url { url_text } else { host_text };
            if let Some((url, mended)) = clean::page_of(&host, text, words) {
                repairs.merge(mended);
                page_url = Some(url);
            }
        } else if self.url_at.is_some() {
            repairs.add(RepairCode::UrlFromHost);
            page_url = Some(PageUrl::home(&host));
        }
        Ok(Place { host, page_url, repairs })
    }

    /// A host cell's host.
    fn host(&mut self, text: &str) -> Result<(HostKey, Repairs), ReasonCode> {
        if let Some((last, host, repairs)) = &self.last_host
            && last == text
        {
            return Ok((host.clone(), *repairs));
        }
        let (host, repairs) = clean::host(text, self.words)?;
        self.last_host = Some((text.to_owned(), host.clone(), repairs));
        Ok((host, repairs))
    }
}
