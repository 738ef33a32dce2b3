//! Names and addresses: a name server on loopback that says what the test wants, and what the crawl makes of it.

use crate::support::{crawl, frontier, lines};
use deklaro_crawl::CrawlConfig;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;

/// Response codes (RFC 1035 section 4.1.1).
const NO_ERROR: u8 = 0;
const SERVFAIL: u8 = 2;
const NXDOMAIN: u8 = 3;

/// What the name server says to a question.
enum Says {
    /// This address, to questions of its family; nothing to others.
    Address(IpAddr),
    /// No address.
    Code(u8),
    /// Nothing at all.
    Silence,
}

/// Answers each question by the first label of its name.
async fn name_server(says: fn(&str) -> Says) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 1_024];
        while let Ok((length, from)) = socket.recv_from(&mut packet).await {
            if let Some(answer) = answer(&packet[..length], says) {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    address
}

/// The question with the flags of an answer and, where there is one, a record that points back at its name.
fn answer(question: &[u8], says: fn(&str) -> Says) -> Option<Vec<u8>> {
    let label = &question[13..13 + usize::from(question[12])];
    let name_end = 12 + question[12..].iter().position(|octet| *octet == 0)? + 1;
    let is_v6 = question[name_end + 1] == 28;
    let said = says(&std::str::from_utf8(label).unwrap().to_ascii_lowercase());
    let (code, octets) = match said {
        Says::Silence => return None,
        Says::Code(code) => (code, Vec::new()),
        Says::Address(IpAddr::V4(v4)) if !is_v6 => (NO_ERROR, v4.octets().to_vec()),
        Says::Address(IpAddr::V6(v6)) if is_v6 => (NO_ERROR, v6.octets().to_vec()),
        Says::Address(_) => (NO_ERROR, Vec::new()),
    };
    let count = u8::from(!octets.is_empty());
    let mut answer = [&question[..2], &[0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]].concat();
    answer.extend_from_slice(&question[12..name_end + 4]);
    if count == 1 {
        answer.extend_from_slice(&[
            0xc0,
            12,
            0,
            if is_v6 { 28 } else { 1 },
            0,
            1,
            0,
            0,
            0,
            60,
            0,
            octets.len() as u8,
        ]);
        answer.extend_from_slice(&octets);
    }
    Some(answer)
}

/// The row of a host whose name the server answers so; nothing but the name server is ever reached.
async fn row(host: &str, says: fn(&str) -> Says) -> String {
    let config = CrawlConfig {
        contact: Some("info@example.eu".to_owned()),
        name_server: Some(name_server(says).await),
        dns_timeout: Duration::from_millis(400),
        retries: 0,
        ..CrawlConfig::default()
    };
    let outcomes = crawl(config, frontier(&[&format!("http://{host}/")])).await;
    lines(&outcomes[0])
}

fn special(label: &str) -> Says {
    Says::Address(match label {
        "private" => "10.0.0.1".parse().unwrap(),
        "loopback" => "127.0.0.1".parse().unwrap(),
        "metadata" => "169.254.169.254".parse().unwrap(),
        "shared" => "100.64.0.1".parse().unwrap(),
        "multicast" => "224.0.0.1".parse().unwrap(),
        "mapped" => "::ffff:192.168.0.1".parse().unwrap(),
        "nat" => "64:ff9b::a00:1".parse().unwrap(),
        "unique" => "fd00::1".parse().unwrap(),
        _ => "::1".parse().unwrap(),
    })
}

#[tokio::test]
async fn names_that_lead_inside_are_refused() {
    let inside =
        ["private", "loopback", "metadata", "shared", "multicast", "mapped", "nat", "unique", "loopback6"];
    for label in inside {
        let expected =
            format!("http://{label}.example.at/ #1 - refused address_forbidden robots:unreachable final");
        assert_eq!(row(&format!("{label}.example.at"), special).await, expected);
    }
}

#[tokio::test]
async fn a_name_without_address_says_why() {
    let says = |label: &str| match label {
        "broken" => Says::Code(SERVFAIL),
        "silent" => Says::Silence,
        "empty" => Says::Code(NO_ERROR),
        _ => Says::Code(NXDOMAIN),
    };
    insta::assert_snapshot!(row("broken.example.at", says).await, @"http://broken.example.at/ #1 - network_error dns_servfail robots:unreachable final");
    insta::assert_snapshot!(row("silent.example.at", says).await, @"http://silent.example.at/ #1 - network_error dns_timeout robots:unreachable final");
    insta::assert_snapshot!(row("gone.example.at", says).await, @r"
    http://gone.example.at/ #1 - network_error dns_not_found robots:unreachable
    http://www.gone.example.at/ #2 - network_error dns_not_found robots:unreachable final
    ");
    insta::assert_snapshot!(row("empty.example.at", says).await, @r"
    http://empty.example.at/ #1 - network_error dns_not_found robots:unreachable
    http://www.empty.example.at/ #2 - network_error dns_not_found robots:unreachable final
    ");
}
