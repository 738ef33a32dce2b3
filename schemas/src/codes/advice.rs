//! What a site's owner can do about a request that failed.

use super::ReasonCode;

impl ReasonCode {
    /// One sentence for the site's owner; `None` where the reason is no failure of a request.
    pub fn advice(self) -> Option<&'static str> {
        self.access_advice().or_else(|| self.connection_advice()).or_else(|| self.answer_advice())
    }

    /// Where we may not ask.
    fn access_advice(self) -> Option<&'static str> {
        Some(match self {
            Self::OptedOut => "Write to the contact in our User-Agent when the host may be visited again.",
            Self::RobotsDisallowed => {
                "Allow our product token in robots.txt for the home page and the accessibility statement."
            }
            Self::RobotsUnreachable => {
                "Let /robots.txt answer with the file or with 404; a 5xx or 429 there closes the site to crawlers."
            }
            Self::RobotsTooCostly => "Shorten /robots.txt: keep fewer rules, with few `*` in each.",
            Self::CircuitOpen => {
                "Look into the server's errors of that time; we come back with the next run."
            }
            Self::HostTooSlow => {
                "Find out why the host takes minutes to answer a few requests; we come back with the next run."
            }
            Self::AddressForbidden => {
                "Give the public name a public address; it points into a private or reserved network now."
            }
            Self::PortForbidden => "Serve the page on the standard ports, 80 and 443.",
            Self::Cancelled => "Nothing: the run was stopped on our side.",
            _ => return None,
        })
    }

    /// Where no answer came.
    fn connection_advice(self) -> Option<&'static str> {
        Some(match self {
            Self::DnsNotFound => "Add an A or AAAA record for the name, or have the list corrected.",
            Self::DnsServfail => "Have the zone's name servers and its DNSSEC signatures checked.",
            Self::DnsTimeout => "Check that the zone's name servers are up and can be reached from abroad.",
            Self::ConnectRefused => "Start the web server on ports 80 and 443, or open them in the firewall.",
            Self::ConnectFailed => "Check the route to the published addresses, IPv6 as well as IPv4.",
            Self::ConnectTimeout => "Let the firewall answer on ports 80 and 443 from abroad, too.",
            Self::TlsFailed => "Offer TLS 1.2 or 1.3 on port 443 with a current cipher suite.",
            Self::TlsExpired => "Renew the certificate, and automate that.",
            Self::TlsWrongName => "Get a certificate that lists this host name, with and without www.",
            Self::TlsUntrusted => "Use a certificate from an authority that browsers trust.",
            Self::TlsIncompleteChain => {
                "Configure the full chain: the intermediate certificates must be sent along with your own."
            }
            Self::TlsCertificate => "Have the certificate reissued; clients cannot validate it.",
            Self::ConnectionReset => {
                "Look for a firewall or proxy that cuts connections before the answer ends."
            }
            Self::HeadersTimeout => "Find out why the page takes so long to begin; visitors wait as long.",
            Self::BodyTimeout => "Make the page smaller, or the line to the server faster.",
            Self::BodyStalled => "Look for a proxy or script that stops sending before the page is complete.",
            Self::HeadersTooLarge => {
                "Send fewer headers: at most 100 lines and 64 KiB; look at cookies and security policies."
            }
            Self::ProtocolError => "Check that a web server, and no other service, answers on this port.",
            _ => return None,
        })
    }

    /// Where the answer was no page.
    fn answer_advice(self) -> Option<&'static str> {
        Some(match self {
            Self::BodyTooLarge => {
                "Make the page smaller; browsers and screen readers struggle with it as well."
            }
            Self::BodyBomb => "Check what compresses this page: it unfolds to far more than a page holds.",
            Self::BodyEncoding => {
                "Send a Content-Encoding header that agrees with how the body is compressed."
            }
            Self::RedirectLoop => "Correct the redirect rules: this address leads back to itself.",
            Self::RedirectLimit => "Redirect to the final address in one step.",
            Self::RedirectInvalid => "Give the redirect a complete, valid address in its Location header.",
            Self::ChallengePage => {
                "Exempt the home page and the statement from the visitor check; assistive technology fails at it, too."
            }
            Self::BlockPage => "Let our User-Agent pass the firewall; our contact is in it.",
            Self::ConsentWall => "Show the page beside the question about cookies, not after it.",
            Self::FramesOnly => "Put the content in the page itself, or a link to it beside the frames.",
            Self::ScriptOnly => {
                "Deliver the text and links of the page in its HTML, without need for scripts."
            }
            Self::HttpForbidden => "Let anyone read the public pages, without login and from any country.",
            Self::HttpNotFound => "Redirect the old address to the new one, or have the list corrected.",
            Self::HttpRateLimited => {
                "Tell us a pace that suits you through Crawl-delay in robots.txt or by mail."
            }
            Self::HttpClientError => {
                "Check why a plain GET request is refused; the server's log has the reason."
            }
            Self::HttpUnavailable => {
                "Check the application behind the web server; send Retry-After in maintenance."
            }
            Self::HttpServerError => "Look into the server's error log at the time of the request.",
            Self::FellBackToHttp => "Offer the site over https, and redirect http to it.",
            Self::FellBackToTwin => "Let the name work with and without www., one redirecting to the other.",
            _ => return None,
        })
    }
}

/// Every reason with its meaning, and what the owner can do where there is something to do: a Markdown table.
pub fn reason_table() -> String {
    let row =
        |code: &ReasonCode| format!("| `{code}` | {} | {} |\n", code.meaning(), code.advice().unwrap_or("–"));
    let rows: String = ReasonCode::ALL.iter().map(row).collect();
    format!("# Reason codes\n\n| code | meaning | what the site's owner can do |\n|---|---|---|\n{rows}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_reason_has_one_sentence_of_advice() {
        let is_request =
            |code: &&ReasonCode| (ReasonCode::OptedOut..=ReasonCode::FellBackToTwin).contains(*code);
        let codes: Vec<&ReasonCode> = ReasonCode::ALL.iter().filter(is_request).collect();
        assert!(codes.len() >= 35, "{}", codes.len());
        for code in codes {
            let advice = code.advice().unwrap_or_else(|| panic!("{code} has no advice"));
            assert!(advice.ends_with('.') && advice.len() > 20, "{code}: {advice}");
        }
        assert_eq!(ReasonCode::CountryMissing.advice(), None);
    }

    #[test]
    fn the_table_has_a_row_per_code() {
        assert_eq!(reason_table().lines().count(), ReasonCode::ALL.len() + 4);
    }
}
