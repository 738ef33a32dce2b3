//! What one client may ask for, and what no client may: hostile addresses, too many requests, too long ones.

use super::auth::{self, Asker};
use super::problem::Problem;
use super::shared::Service;
use super::throttle::Throttle;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::sync::Arc;

/// Longest address, with its query.
const MAX_URI: usize = 2_048;
/// Longest body: a request for a scan has some fifty bytes.
pub(crate) const MAX_BODY: usize = 16 * 1_024;
/// Lets sane requests through, within the limits.
pub(crate) async fn guard(State(service): State<Arc<Service>>, mut request: Request, next: Next) -> Response {
    let asker = auth::asker(service.token.as_ref(), request.headers());
    request.extensions_mut().insert(asker);
    match pass(&service.throttle, asker, &request) {
        Err(problem) => problem.into_response(),
        // Neither a probe of our health nor the operator waits behind the requests that overload us.
        Ok(()) if is_probe(request.uri().path()) => next.run(request).await,
        Ok(()) if asker == Asker::Operator => in_time(&service.throttle, next.run(request)).await,
        Ok(()) => match service.throttle.in_flight.try_acquire() {
            Ok(_permit) => in_time(&service.throttle, next.run(request)).await,
            Err(_) => Problem::unavailable("too many requests are under way").into_response(),
        },
    }
}

/// An answer within the time for one request, or that it took too long.
async fn in_time(throttle: &Throttle, answer: impl Future<Output = Response>) -> Response {
    let answered = tokio::time::timeout(throttle.timeout, answer).await;
    answered.unwrap_or_else(|_| Problem::too_slow(throttle.timeout.as_secs()).into_response())
}

fn pass(throttle: &Throttle, asker: Asker, request: &Request) -> Result<(), Problem> {
    let uri = request.uri();
    if uri.path_and_query().map_or(0, |path| path.as_str().len()) > MAX_URI {
        return Err(Problem::uri_too_long(MAX_URI));
    }
    sane_path(uri.path()).map_err(Problem::bad_request)?;
    if is_probe(uri.path()) {
        return Ok(());
    }
    let is_post = request.method() == http::Method::POST;
    if asker == Asker::Operator {
        let too_many = |_| Problem::too_many_requests("too many scans are asked for");
        return if is_post { throttle.scans.check().map_err(too_many) } else { Ok(()) };
    }
    let Some(origin) = throttle.origin(request) else { return Ok(()) };
    let limiter = if is_post { &throttle.refused } else { &throttle.reads };
    let too_many = |_| Problem::too_many_requests(format!("too many requests from {origin}"));
    limiter.check_key(&origin).map_err(too_many)
}

fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// Nothing that could mean another place than it says: no climbing, no encoded slashes, no control characters.
fn sane_path(path: &str) -> Result<(), String> {
    let decoded = decoded(path).ok_or("the address is not percent-encoded UTF-8")?;
    if decoded.chars().any(|letter| letter.is_control() || letter == '\\') {
        return Err("the address has a control character or a backslash".to_owned());
    }
    if decoded.split('/').any(|part| matches!(part, "." | "..")) {
        return Err("the address climbs".to_owned());
    }
    if decoded.matches('/').count() != path.matches('/').count() {
        return Err("the address has an encoded slash".to_owned());
    }
    Ok(())
}

/// The path without its percent signs; nothing where one is followed by no number, or the octets are no UTF-8.
fn decoded(path: &str) -> Option<Cow<'_, str>> {
    let is_number =
        |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|digit| digit.is_ascii_hexdigit());
    let is_encoded = path.split('%').skip(1).all(is_number);
    is_encoded.then(|| percent_decode_str(path).decode_utf8().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::throttle::Peer;
    use super::*;
    use std::net::IpAddr;
    use std::num::NonZeroU32;
    use std::time::Duration;

    #[test]
    fn hostile_addresses_are_refused_and_plain_ones_pass() {
        for path in [
            "/v1/../../etc/passwd",
            "/v1/%2e%2e/x",
            "/v1/%2E./x",
            "/v1/.%2e/x",
            "/v1/a%2f..%2fb",
            "/v1/a%2Fb",
            "/v1/a%5cb",
            "/v1/a\\b",
            "/v1/a%00b",
            "/v1/a%0d%0aSet-Cookie:x",
            "/v1/%ff",
            "/v1/%c0%ae%c0%ae/",
            "/v1/%",
            "/v1/%4",
            "/v1/%zz",
            "/v1/./x",
            "/v1/%C2%80",
        ] {
            assert!(sane_path(path).is_err(), "{path}");
        }
        for path in
            ["/", "/v1/countries/AT/hosts/b%C3%BCcher.example", "/v1/a..b/c", "/v1/countries/AT/hosts/a%20b"]
        {
            assert_eq!(sane_path(path), Ok(()), "{path}");
        }
    }

    /// Lets two requests a second of each client through, and believes these proxies.
    fn throttle(proxies: &[&str]) -> Throttle {
        let proxies: Vec<_> = proxies.iter().map(|range| range.parse().unwrap()).collect();
        Throttle::new(NonZeroU32::new(2).unwrap(), 1, Duration::from_secs(1), &proxies)
    }

    fn request(method: http::Method, peer: &str, forwarded: &str) -> Request {
        let request = Request::builder().method(method).header("x-forwarded-for", forwarded);
        let peer: IpAddr = peer.parse().unwrap();
        request.extension(Peer(peer)).body(axum::body::Body::empty()).unwrap()
    }

    #[test]
    fn too_many_from_one_client_are_not_too_many_from_another() {
        let throttle = throttle(&[]);
        let ask = |peer| {
            pass(&throttle, Asker::Stranger, &request(http::Method::GET, peer, "198.51.100.1")).is_ok()
        };
        let peers = ["127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.2"];
        assert_eq!(peers.map(ask), [true, true, false, true], "a stranger's header changes nothing");
        let peers = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:1::1"];
        assert_eq!(peers.map(ask), [true, true, false, true], "a customer has one network");
    }

    #[test]
    fn clients_behind_a_trusted_proxy_are_told_apart() {
        let throttle = throttle(&["10.0.0.0/8"]);
        let ask = |client| {
            pass(&throttle, Asker::Stranger, &request(http::Method::GET, "10.0.0.1", client)).is_ok()
        };
        let clients = ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"];
        assert_eq!(clients.map(ask), [true, true, false, true]);
    }

    #[test]
    fn who_has_no_token_uses_up_nothing_of_who_has_it() {
        let throttle = throttle(&[]);
        let ask = |asker| pass(&throttle, asker, &request(http::Method::POST, "192.0.2.1", "")).is_ok();
        let refused = (0..1_000).filter(|_| !ask(Asker::Stranger)).count();
        assert!(refused >= 980, "{refused}");
        assert!(ask(Asker::Operator));
    }
}
