//! The controls of the simulation, under `/__simweb/` of `localhost` and of IP addresses.

use http::Method;
use serde_json::{Value, json};

use super::state::State;
use crate::reply::Reply;
use crate::{Harm, SimHost, StatementTruth, Truth, seed_list_csv};

/// Hosts listed at most.
const MOST_HOSTS: usize = 100_000;

/// What the controls answer to `method` on `target`.
pub(super) fn answer(state: &State, method: &Method, target: &str) -> Reply {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let argument = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let wanted = || argument("n").and_then(|n| n.parse().ok()).unwrap_or(300).min(MOST_HOSTS);
    let Some(control) = path.strip_prefix("/__simweb/") else {
        return Reply::text(404, "ask for a host by name, or for /__simweb/hosts\n");
    };
    match (method, control) {
        (&Method::GET, "hosts") => hosts(&state.europe.hosts(wanted())),
        (&Method::GET, "seeds.csv") => Reply::text(200, seed_list_csv(&state.europe.hosts(wanted()))),
        (&Method::GET, "ca.pem") => Reply::text(200, state.authority.pem().to_owned()),
        (&Method::GET, "seen") => seen(state),
        (&Method::GET, "truth") => match argument("host") {
            Some(host) => json_reply(&truth(host, state.month(), &state.europe.truth(host, state.month()))),
            None => Reply::text(400, "expected `?host=NAME`\n"),
        },
        (&Method::PUT, "forget") => {
            state.forget();
            Reply::text(200, "forgotten\n")
        }
        (&Method::PUT, month) => set_month(state, month),
        _ => Reply::text(404, "no such control\n"),
    }
}

fn set_month(state: &State, control: &str) -> Reply {
    match control
        .strip_prefix("month/")
        .and_then(|month| month.parse::<u32>().ok())
        .filter(|month| *month > 0)
    {
        Some(month) => {
            state.set_month(month);
            Reply::text(200, format!("month {month}\n"))
        }
        None => Reply::text(404, "expected `month/K` with K from 1, or `forget`\n"),
    }
}

fn json_reply(value: &Value) -> Reply {
    let mut reply = Reply::text(200, format!("{value}\n"));
    reply.headers = vec![("content-type", "application/json".to_owned())];
    reply
}

fn hosts(hosts: &[SimHost]) -> Reply {
    let host = |host: &SimHost| {
        json!({
            "hostname": host.hostname,
            "country": host.country,
            "language": host.language,
            "habit": host.habit.name(),
            "harm": host.harm.map(Harm::name),
            "name": host.name,
        })
    };
    json_reply(&hosts.iter().map(host).collect())
}

fn truth(host: &str, month: u32, truth: &Truth) -> Value {
    let (statement, url) = match &truth.statement {
        StatementTruth::Present { url } => ("present", Some(url)),
        StatementTruth::Hidden => ("hidden", None),
        StatementTruth::Absent => ("absent", None),
    };
    json!({
        "host": host,
        "month": month,
        "statement": statement,
        "url": url,
        "is_reachable": truth.is_reachable,
        "habit": truth.habit.name(),
        "language": truth.language,
        "conformance": truth.conformance,
        "prepared_on": truth.prepared_on.map(|day| day.to_string()),
        "reviewed_on": truth.reviewed_on.map(|day| day.to_string()),
        "method": truth.method,
    })
}

/// The log as JSON lines.
fn seen(state: &State) -> Reply {
    let mut out = String::new();
    for seen in state.log.all() {
        // Plain text and numbers only, so writing it as JSON cannot fail.
        out.push_str(&serde_json::to_string(&seen).unwrap_or_default());
        out.push('\n');
    }
    let mut reply = Reply::text(200, out);
    reply.headers = vec![("content-type", "application/x-ndjson".to_owned())];
    reply
}
