//! Hosts and URLs as they stand in lists, each with what becomes of it.

use super::*;
use proptest::prelude::*;

fn codes(repairs: Repairs) -> String {
    repairs.codes().iter().map(|code| code.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn hosts_as_people_type_them() {
    let cases = [
        ("www.wien.gv.at", "www.wien.gv.at", ""),
        ("WWW.Wien.gv.at", "www.wien.gv.at", "case_folded"),
        (" www.wien.gv.at\u{200b}", "www.wien.gv.at", "whitespace_removed"),
        ("www.wien.gv.at.", "www.wien.gv.at", "trailing_dot_removed"),
        ("www.wien.gv.at;", "www.wien.gv.at", "punctuation_removed"),
        ("www.wien.gv.at:8443", "www.wien.gv.at", "port_removed"),
        ("https://www.wien.gv.at/amt", "www.wien.gv.at", "path_removed"),
        ("htpp://www.wien.gv.at", "www.wien.gv.at", "scheme_mended"),
        ("bücher.de", "xn--bcher-kva.de", "punycode_encoded"),
        ("Bücher.de", "xn--bcher-kva.de", "case_folded punycode_encoded"),
        ("https://u:p@a.example.at/", "a.example.at", "user_info_removed path_removed"),
        ("http.example.at", "http.example.at", ""),
        ("a_b.gov.uk", "a_b.gov.uk", ""),
    ];
    for (text, key, repaired) in cases {
        let (host, repairs) = host(text, &Words::builtin()).unwrap();
        assert_eq!((host.as_str(), codes(repairs).as_str()), (key, repaired), "{text}");
    }
}

#[test]
fn what_is_no_host_says_why() {
    let reason = |text| host(text, &Words::builtin()).unwrap_err();
    assert_eq!(reason("office@gemeinde.example.at"), ReasonCode::HostIsEmail);
    assert_eq!(reason("mailto:a@b.at"), ReasonCode::HostIsEmail);
    assert_eq!(reason("n.v.t."), ReasonCode::HostMissing);
    assert_eq!(reason("10.1.2.3"), ReasonCode::HostIsAddress);
    assert_eq!(reason("https://www.facebook.com/gemeinde"), ReasonCode::HostIsSocialMedia);
    assert_eq!(reason("bit.ly"), ReasonCode::HostIsShortener);
    assert_eq!(reason("a.at b.at"), ReasonCode::HostMalformed);
    assert_eq!(reason("MIIC81000X"), ReasonCode::HostMalformed);
}

#[test]
fn urls_as_people_type_them() {
    let cases = [
        ("https://a.example.at/x?y", "https://a.example.at/x?y", ""),
        ("a.example.at/x", "https://a.example.at/x", "scheme_added"),
        ("//a.example.at", "https://a.example.at/", "scheme_added"),
        ("a.example.at:8080/x", "https://a.example.at:8080/x", "scheme_added"),
        ("htpp://a.example.at", "http://a.example.at/", "scheme_mended"),
        ("http//:a.example.at", "http://a.example.at/", "scheme_mended"),
        ("https:site.it", "https://site.it/", "scheme_mended"),
        ("http:/a.example.at", "http://a.example.at/", "scheme_mended"),
        ("http://https://a.example.at/", "https://a.example.at/", "scheme_mended"),
        ("HTTPS://A.example.at/B", "https://a.example.at/B", ""),
        ("<https://a.example.at/>;", "https://a.example.at/", "punctuation_removed"),
        ("https://u:p@a.example.at/", "https://a.example.at/", "user_info_removed"),
        ("https://a.example.at/foo(bar)", "https://a.example.at/foo(bar)", ""),
    ];
    for (text, url, repaired) in cases {
        let (found, repairs) = page_url(text, &Words::builtin()).unwrap();
        assert_eq!((found.as_str(), codes(repairs).as_str()), (url, repaired), "{text}");
        assert!(url.contains(host_part(&found)));
    }
    let reason = |text| page_url(text, &Words::builtin()).unwrap_err();
    assert_eq!(reason("https://a.example.at\nhttps://b.example.at"), ReasonCode::UrlMalformed);
    // A backslash is a slash to a URL parser: two hosts that are glued with it are two addresses, too.
    assert_eq!(reason("x.example.athttp:\\\\y.example.at"), ReasonCode::HostMalformed);
    assert_eq!(reason("ftp://a.example.at/"), ReasonCode::UrlScheme);
    assert_eq!(reason("about:blank"), ReasonCode::HostMissing);
    assert_eq!(reason("info@a.example.at"), ReasonCode::HostIsEmail);
    assert_eq!(reason("http://"), ReasonCode::HostMissing);
}

/// A host cell, the host, and what was mended in the cell and in the same text as a URL.
#[test]
fn addresses_as_the_real_lists_hold_them() {
    let cases = [
        ("www.http://www.x.example.it", "www.x.example.it", "scheme_mended", "http://www.x.example.it/"),
        ("www.https//x.example.it", "x.example.it", "scheme_mended", "https://x.example.it/"),
        ("www://x.example.it", "x.example.it", "scheme_mended", "https://x.example.it/"),
        ("http/x.example.it", "x.example.it", "scheme_mended", "http://x.example.it/"),
        ("htt:/x.example.it", "x.example.it", "scheme_mended", "http://x.example.it/"),
        ("http:\\\\x.example.it", "x.example.it", "scheme_mended", "http://x.example.it/"),
        ("http: //x.example.it", "x.example.it", "scheme_mended", "http://x.example.it/"),
        ("http:// x.example.it", "x.example.it", "scheme_mended", "http://x.example.it/"),
        ("https://https//x.example.it", "x.example.it", "scheme_mended", "https://x.example.it/"),
        (".x.example.it", "x.example.it", "dots_mended", "https://x.example.it/"),
        ("http://.x.example.it", "x.example.it", "scheme_mended", "http://x.example.it/"),
        ("www..x.example.it", "www.x.example.it", "dots_mended", "https://www.x.example.it/"),
        ("example,it", "example.it", "dots_mended", "https://example.it/"),
        ("www,x.example.it", "www.x.example.it", "dots_mended", "https://www.x.example.it/"),
        ("http://www.x.example,it", "www.x.example.it", "dots_mended", "http://www.x.example.it/"),
        ("x.example.it...", "x.example.it", "trailing_dot_removed", "https://x.example.it/"),
        ("x.example.it…", "x.example.it", "punctuation_removed", "https://x.example.it/"),
        (
            "x.example.it . . ",
            "x.example.it",
            "whitespace_removed trailing_dot_removed",
            "https://x.example.it/",
        ),
        ("(x.example.it)", "x.example.it", "punctuation_removed", "https://x.example.it/"),
        ("http://x.example.ithttp://x.example.it", "x.example.it", "cell_split", "http://x.example.it/"),
        ("http://x.example.ithttp:\\\\x.example.it", "x.example.it", "cell_split", "http://x.example.it/"),
        ("http://www%2Ex.example.it", "www.x.example.it", "percent_decoded", "http://www.x.example.it/"),
        (
            "b%C3%BCcher.example",
            "xn--bcher-kva.example",
            "punycode_encoded percent_decoded",
            "https://xn--bcher-kva.example/",
        ),
        ("ｗｗｗ．ｘ．ｉｔ", "www.x.it", "case_folded", "https://www.x.it/"),
        ("ｈｔｔｐ：／／ｘ．ｅｘａｍｐｌｅ", "x.example", "case_folded", "http://x.example/"),
        ("www.x。it", "www.x.it", "case_folded", "https://www.x.it/"),
        ("ge\u{ad}meinde.example", "gemeinde.example", "whitespace_removed", "https://gemeinde.example/"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example", "case_folded", "https://xn--bcher-kva.example/"),
        ("a_b.example.it", "a_b.example.it", "", "https://a_b.example.it/"),
        ("x.example.it - sito", "x.example.it", "remark_removed", "https://x.example.it/"),
        (
            "http://x.example.it/ (nuovo sito)",
            "x.example.it",
            "path_removed remark_removed",
            "http://x.example.it/",
        ),
        (
            "www.x.example.it sito ufficiale",
            "www.x.example.it",
            "remark_removed",
            "https://www.x.example.it/",
        ),
    ];
    let words = Words::builtin();
    // What a URL parser does by itself is no repair of a URL.
    let own = ["case_folded", "punycode_encoded", "path_removed", "trailing_dot_removed", "scheme_added"];
    let of_url =
        |codes: &str| codes.split(' ').filter(|code| !own.contains(code)).collect::<Vec<_>>().join(" ");
    let mut wrong = Vec::new();
    for (text, key, mended, url) in cases {
        let found = host(text, &words).ok().map(|(host, repairs)| {
            let page = page_of(&host, text, &words)
                .map(|(page, repairs)| (page.as_str().to_owned(), of_url(&codes(repairs))));
            (host.as_str().to_owned(), codes(repairs), page)
        });
        let expected = (key.to_owned(), mended.to_owned(), Some((url.to_owned(), of_url(mended))));
        if found.as_ref() != Some(&expected) {
            wrong.push(format!("{text}: {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_url_over_itself_and_one_in_a_path() {
    let words = Words::builtin();
    let page =
        |text: &str| page_url(text, &words).map(|(url, repairs)| (url.as_str().to_owned(), codes(repairs)));
    let twice = page("http://www.x.example.it/http://www.x.example.it/a").unwrap();
    assert_eq!(twice, ("http://www.x.example.it/a".to_owned(), "cell_split".to_owned()));
    let archived = "https://archive.example/web/2024/http://x.example.it/";
    assert_eq!(page(archived).unwrap(), (archived.to_owned(), String::new()));
    assert_eq!(host(archived, &words).unwrap().0.as_str(), "archive.example");
    let login = "https://x.example.it/login?to=https://y.example.it/";
    assert_eq!(host(login, &words).unwrap().0.as_str(), "x.example.it");
    assert_eq!(page("x.example.it:80/").unwrap().0, "http://x.example.it/");
    assert_eq!(page("https://x.example.it/my file").unwrap().0, "https://x.example.it/my%20file");
}

#[test]
fn what_is_not_guessed() {
    let words = Words::builtin();
    let reason = |text: &str| host(text, &words).map(|(host, _)| host).unwrap_err();
    for text in [
        "Bozen,Italien",
        "a.example.it,b.example.it",
        "a.example.it b.example.it",
        "http://a.example.ithttp://b.example.it",
        "localhost",
        "localhost:8080",
        "http://intranet/",
        "x%2Fy.example.it",
        "x%00.example.it",
        "3232235777",
    ] {
        assert_eq!(reason(text), ReasonCode::HostMalformed, "{text}");
    }
    for text in [
        "http://0x7f.0.0.1/",
        "0177.0.0.1",
        "127.0.0.0x1",
        "http://10.0.0.1:80/",
        "%31%30.0.0.1",
        "１０.0.0.1",
    ] {
        assert_eq!(reason(text), ReasonCode::HostIsAddress, "{text}");
    }
    for text in ["mailto:", "MAILTO:a@x.example.it"] {
        assert_eq!(reason(text), ReasonCode::HostIsEmail, "{text}");
    }
    for text in ["...", "http://", "http:// ", "---", "about:blank", "http"] {
        assert_eq!(reason(text), ReasonCode::HostMissing, "{text}");
    }
}

proptest! {
    #[test]
    fn cleaning_a_clean_host_changes_nothing(text in "\\PC{0,60}") {
        let words = Words::builtin();
        if let Ok((host, _)) = host(&text, &words) {
            prop_assert_eq!(super::host(host.as_str(), &words), Ok((host, Repairs::default())));
        }
    }

    #[test]
    fn two_spellings_of_a_host_give_one_key(text in "[a-zA-Z]{3,9}\\.[a-zA-Z]{2,5}", path in "[a-z/]{0,9}") {
        let words = Words::builtin();
        prop_assume!(!words.is_missing(&text));
        let key = |text: &str| host(text, &words).map(|(host, _)| host);
        prop_assert_eq!(key(&format!("https://{text}/{path}")), key(&text.to_lowercase()));
        prop_assert_eq!(key(&format!(" {text}.:443 ")), key(&text));
    }

    #[test]
    fn a_mended_url_needs_no_more_mending(text in "[htps:/]{0,9}[a-z]{1,9}\\.[a-z]{2,4}(/\\PC{0,20})?") {
        let words = Words::builtin();
        if let Ok((url, _)) = page_url(&text, &words) {
            let (again, repairs) = page_url(url.as_str(), &words).unwrap();
            prop_assert_eq!(again, url);
            prop_assert_eq!(repairs, Repairs::default());
        }
    }

    #[test]
    fn a_mended_address_needs_no_more_mending(
        text in "([hH]t{1,2}ps?[:;/ .]{0,4}|www[.:/,]{1,3}|[.( ]{0,2})?[a-zü０%,._-]{1,9}[.,]{1,2}[a-z]{2,4}([/ :#?]\\PC{0,20})?"
    ) {
        let words = Words::builtin();
        if let Ok((host, _)) = host(&text, &words) {
            prop_assert_eq!(super::host(host.as_str(), &words), Ok((host, Repairs::default())));
        }
        if let Ok((url, _)) = page_url(&text, &words) {
            prop_assert_eq!(page_url(url.as_str(), &words), Ok((url, Repairs::default())));
        }
    }

    #[test]
    fn the_host_of_a_cell_is_the_host_of_its_page(text in "\\PC{0,9}[a-z]{1,5}[.,]{1,2}[a-z]{2,4}(/\\PC{0,20})?") {
        let words = Words::builtin();
        if let (Ok((host, _)), Ok((url, _))) = (host(&text, &words), page_url(&text, &words)) {
            prop_assert_eq!(host.as_str(), host_part(&url), "{}", text);
        }
    }
}
