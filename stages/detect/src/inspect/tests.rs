//! These tests show what is read from statements in many languages, from lookalikes and from any bytes.

use super::*;
use deklaro_schemas::codes::Conformance;
use deklaro_schemas::{CountryCode, Date, HostKey, LanguageTag, PageUrl};
use proptest::prelude::*;

pub(super) fn read(country: &str, url: &str, html: &str) -> Page {
    let url = PageUrl::parse(url).unwrap();
    let host = HostKey::parse("www.body.example").unwrap();
    let country = CountryCode::parse(country).unwrap();
    let input = PageInput {
        url: &url,
        bytes: html.as_bytes(),
        content_type: Some("text/html"),
        charset: None,
        host: &host,
        aliases: &[],
        country,
    };
    inspect_bare(&input)
}

/// Title and heading, then paragraphs.
fn page(heading: &str, paragraphs: &[&str]) -> String {
    let paragraphs = format!("<p>{}</p>", paragraphs.join("</p><p>"));
    format!(
        "<html><title>{heading} - Body</title><body><main><h1>{heading}</h1>{paragraphs}</main></body></html>"
    )
}

/// Kind, status, dates and language as one line.
fn line(country: &str, heading: &str, paragraphs: &[&str]) -> String {
    let page = read(country, "https://www.body.example/x", &page(heading, paragraphs));
    let date = |date: Option<Date>| date.map_or("-".to_owned(), |date| date.to_string());
    let status = page.conformance_status.map_or("-", Conformance::as_str);
    let language = page.language.as_ref().map_or("-", LanguageTag::as_str);
    format!("{} {status} {} {} {language}", page.page_kind, date(page.prepared_on), date(page.reviewed_on))
}

/// Country, heading, paragraphs, and what is read from them.
const STATEMENTS: [(&str, &str, &[&str], &str); 16] = [
    (
        "DE",
        "Erklärung zur Barriere\u{AD}freiheit",
        &[
            "Diese Erklärung zur Barrierefreiheit gilt für www.body.example.",
            "Die Website ist mit der BITV 2.0 teilweise vereinbar.",
            "Diese Erklärung wurde am 23.09.2020 erstellt und am 1. März 2024 zuletzt überprüft.",
        ],
        "statement partial 2020-09-23 2024-03-01 de",
    ),
    (
        "FR",
        "Déclaration d’accessibilité",
        &[
            "La commune s’engage à rendre son site accessible conformément à l’article 47 de la loi n° 2005-102 du 11 février 2005.",
            "État de conformité",
            "Le site www.body.example est non conforme avec le RGAA.",
            "Cette déclaration a été établie le 3 mai 2022. Elle a été mise à jour le 4 juin 2023.",
        ],
        "statement non 2022-05-03 2023-06-04 fr",
    ),
    (
        "PL",
        "Deklaracja dostępności",
        &[
            "Urząd zobowiązuje się zapewnić dostępność swojej strony internetowej. Oświadczenie w sprawie dostępności ma zastosowanie do strony www.body.example.",
            "Strona jest częściowo zgodna z ustawą.",
            "Deklarację sporządzono dnia 2020-09-21. Deklaracja została ostatnio poddana przeglądowi 2021-03-09.",
        ],
        "statement partial 2020-09-21 2021-03-09 pl",
    ),
    (
        "SE",
        "Tillgänglighetsredogörelse för kommunen",
        &[
            "Hur tillgänglig är webbplatsen?",
            "Webbplatsen är inte helt förenlig med lagen om tillgänglighet till digital offentlig service.",
            "Redogörelsen uppdaterades senast 7 november 2024.",
        ],
        "statement partial - 2024-11-07 sv",
    ),
    (
        "CZ",
        "Prohlášení o přístupnosti",
        &[
            "Toto prohlášení o přístupnosti se vztahuje na www.body.example podle zákona č. 99/2019 Sb.",
            "Stav souladu",
            "Stránky jsou plně v souladu s normou EN 301 549.",
            "Prohlášení bylo vypracováno dne 1. 11. 2023.",
        ],
        "statement full 2023-11-01 - cs",
    ),
    (
        "SK",
        "Vyhlásenie o prístupnosti",
        &[
            "Toto vyhlásenie o prístupnosti sa vzťahuje na webové sídlo www.body.example.",
            "Toto webové sídlo je v čiastočnom súlade so zákonom č. 95/2019 Z. z., pretože obsah nie je v súlade.",
            "Vyhlásenie bolo vypracované dňa 23.09.2020.",
        ],
        "statement partial 2020-09-23 - sk",
    ),
    (
        "GR",
        "Δήλωση Προσβασιμότητας",
        &[
            "Η παρούσα δήλωση προσβασιμότητας ισχύει για τον ιστότοπο www.body.example.",
            "Ο ιστότοπος συμμορφώνεται εν μέρει με το πρότυπο EN 301 549 και τον ν. 4727/2020.",
            "Η παρούσα δήλωση συντάχθηκε στις 22 Σεπτεμβρίου 2020.",
        ],
        "statement partial 2020-09-22 - el",
    ),
    (
        "BG",
        "Декларация за достъпност",
        &[
            "Настоящата декларация за достъпност се отнася за www.body.example съгласно Закона за електронното управление.",
            "Сайтът съответства частично на EN 301 549.",
            "Декларацията е изготвена на 13.12.2023г.",
        ],
        "statement partial 2023-12-13 - bg",
    ),
    (
        "HU",
        "Akadálymentesítési nyilatkozat",
        &[
            "Az intézmény kötelezettséget vállal arra, hogy honlapját a 2018. évi LXXV. törvény szerint akadálymentesíti.",
            "Megfelelőségi státusz",
            "A www.body.example honlap részben felel meg a követelményeknek.",
            "A nyilatkozat készült: 2021. január 8.",
        ],
        "statement partial 2021-01-08 - hu",
    ),
    (
        "LV",
        "Piekļūstamības paziņojums",
        &[
            "Šis piekļūstamības paziņojums attiecas uz www.body.example. Noteikumi Nr. 445 \"Kārtība, kādā iestādes ievieto informāciju internetā\".",
            "Tīmekļvietne daļēji atbilst prasībām.",
            "Šis paziņojums ir sagatavots 2020. gada 14. jūlijā.",
        ],
        "statement partial 2020-07-14 - lv",
    ),
    (
        "FI",
        "Saavutettavuusseloste",
        &[
            "Tämä saavutettavuusseloste koskee verkkopalvelua www.body.example.",
            "Digipalvelulaki. Sivusto täyttää kaikki vaatimukset.",
            "Seloste on laadittu 12. tammikuuta 2024.",
        ],
        "statement full 2024-01-12 - fi",
    ),
    (
        "RO",
        "Declarația privind accesibilitatea",
        &[
            "Prezenta declarație privind accesibilitatea se aplică site-ului www.body.example, conform O.U.G. nr. 112/2018.",
            "Situația conformității",
            "Site-ul nu este conform cu ordonanța.",
            "Declarația a fost elaborată la 3 martie 2022.",
        ],
        "statement non 2022-03-03 - ro",
    ),
    (
        "IE",
        "Ráiteas Inrochtaineachta",
        &[
            "Baineann an ráiteas inrochtaineachta seo le www.body.example.",
            "Tá an suíomh comhlíontach go páirteach le EN 301 549.",
            "Ullmhaíodh an ráiteas seo 3 Meitheamh 2022 agus tá sé ar fáil do chách.",
        ],
        "statement partial 2022-06-03 - ga",
    ),
    (
        "MT",
        "Dikjarazzjoni ta' Aċċessibilità",
        &[
            "Din id-dikjarazzjoni ta' aċċessibbiltà tapplika għal www.body.example.",
            "Is-sit huwa parzjalment konformi mal-istandard EN 301 549.",
            "Din id-dikjarazzjoni tħejjiet fit-18 ta' Ġunju 2021.",
        ],
        "statement partial 2021-06-18 - mt",
    ),
    (
        "HR",
        "Izjava o pristupačnosti",
        &[
            "Ova izjava o pristupačnosti primjenjuje se na www.body.example.",
            "Status usklađenosti",
            "Stranica je djelomično usklađena sa standardom EN 301 549.",
            "Izjava je sastavljena 3. listopada 2020.",
        ],
        "statement partial 2020-10-03 - hr",
    ),
    (
        "NL",
        "Toegankelijkheidsverklaring",
        &[
            "Deze toegankelijkheidsverklaring is van toepassing op www.body.example.",
            "Nalevingsstatus",
            "Eerste maatregelen genomen: Besluit digitale toegankelijkheid overheid.",
            "Deze verklaring is opgesteld op 14-09-2020.",
        ],
        "statement first_measures 2020-09-14 - nl",
    ),
];
#[test]
fn statements_in_many_languages() {
    for (country, heading, paragraphs, expected) in STATEMENTS {
        assert_eq!(line(country, heading, paragraphs), expected, "{heading}");
    }
}

#[test]
fn lookalikes_are_no_statements() {
    let cases: [(&str, &str, &[&str], PageKind); 9] = [
        (
            "FR",
            "Accessibilité",
            &[
                "Rampes et ascenseurs du musée.",
                "Barrières architectoniques supprimées, parking pour personnes en situation de handicap.",
            ],
            PageKind::AboutAccessibility,
        ),
        (
            "LV",
            "Piekļūstamības paziņojums",
            &[
                "[Iestādes nosaukums] apņemas savu tīmekļvietni veidot piekļūstamu.",
                "Šis piekļūstamības paziņojums attiecas uz [adrese].",
                "Tīmekļvietne [atbilst, neatbilst, daļēji atbilst] noteikumiem Nr. 445.",
            ],
            PageKind::Template,
        ),
        (
            "PL",
            "Deklaracja dostępności",
            &[
                "Oświadczenie w sprawie dostępności ma zastosowanie do strony.",
                "jest w pełni zgodna z ustawą. częściowo zgodna z ustawą. niezgodna z ustawą.",
            ],
            PageKind::Template,
        ),
        (
            "EN",
            "How to write an accessibility statement: a guide",
            &[
                "Your website may be fully compliant, partially compliant or not compliant.",
                "Feedback and contact information",
                "Enforcement procedure",
            ],
            PageKind::AboutAccessibility,
        ),
        (
            "DE",
            "Barrierefreies Bauen",
            &["Rampen, Aufzüge und barrierefreie Wohnungen in der Gemeinde."],
            PageKind::AboutAccessibility,
        ),
        (
            "IT",
            "Obiettivi di accessibilità",
            &["Gli obiettivi di accessibilità dell’ente per il 2025, pubblicati entro il 31 marzo."],
            PageKind::AboutAccessibility,
        ),
        (
            "HR",
            "Pristup informacijama",
            &["Povjerenik za informiranje. Pristup informacijama od javnog interesa."],
            PageKind::AboutAccessibility,
        ),
        ("EN", "Just a moment...", &["Checking your browser before accessing the site."], PageKind::Block),
        ("DE", "Aktuelles", &["Der Rat tagt am 3. Mai 2024 im Rathaus."], PageKind::Ordinary),
    ];
    for (country, heading, paragraphs, kind) in cases {
        let page = read(country, "https://www.body.example/x", &page(heading, paragraphs));
        assert_eq!(page.page_kind, kind, "{heading}: {:?}", page.signals);
        assert_eq!(page.conformance_status, None, "{heading}");
    }
}

#[test]
fn the_scope_says_whose_statement_it_is() {
    let statement = |host: &str| {
        let scope = format!("This accessibility statement applies to {host}.");
        let text = page("Accessibility statement", &[&scope, "It is partially compliant with WCAG 2.1."]);
        read("GB", "https://www.body.example/a", &text).has_host_named
    };
    assert_eq!(statement("www.body.example"), Some(true));
    assert_eq!(statement("https://body.example/"), Some(true));
    assert_eq!(statement("www.other.example"), Some(false));
    assert_eq!(statement("forms.body.example"), None);
    assert_eq!(statement("this website"), None);
}

#[test]
fn polish_ids_give_the_dates() {
    let html = "<title>Deklaracja</title><h1 id=a11y-deklaracja>Deklaracja dostępności</h1><p id=a11y-wstep><span id=a11y-podmiot>\
                Urząd</span></p><p><a id=a11y-url href=https://www.body.example>strona</a></p><p id=a11y-status>Strona jest \
                <strong>w pełni zgodna</strong> z ustawą.</p><p>Data: <time id=a11y-data-sporzadzenie datetime=2020-9-1>1 września\
                </time></p><p>Przegląd: <span id=a11y-data-przeglad>2024-03-28</span></p><a id=a11y-email href=mailto:a@body.example>a</a>";
    let page = read("PL", "https://www.body.example/d", html);
    assert_eq!(page.page_kind, PageKind::Statement);
    assert_eq!(page.prepared_on, Date::new(2020, 9, 1));
    assert_eq!(page.reviewed_on, Date::new(2024, 3, 28));
    assert_eq!((page.has_host_named, page.feedback.as_deref()), (Some(true), Some("a@body.example")));
}

#[test]
fn shells_documents_and_files() {
    let shell = "<html><title>App</title><body><div id=root></div><script src=a.js></script><noscript>Enable JavaScript</noscript>";
    assert_eq!(read("DE", "https://www.body.example/", shell).page_kind, PageKind::ScriptShell);
    assert_eq!(read("DE", "https://www.body.example/x", "%PDF-1.4 ...").page_kind, PageKind::Document);
    assert_eq!(read("DE", "https://www.body.example/x", "PK\u{3}\u{4}").page_kind, PageKind::Unreadable);
    let refresh =
        read("DE", "https://www.body.example/", "<meta http-equiv=Refresh content=\"0; URL='/start.html'\">");
    assert_eq!(refresh.refresh_url.unwrap().as_str(), "https://www.body.example/start.html");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_a_page(bytes in proptest::collection::vec(any::<u8>(), 0..400), charset in "[a-z0-9-]{0,12}") {
        let url = PageUrl::parse("https://www.body.example/x").unwrap();
        let host = url.host();
        let country = CountryCode::parse("DE").unwrap();
        let input = PageInput { url: &url, bytes: &bytes, content_type: None, charset: Some(&charset), host: &host, aliases: &[], country };
        prop_assert_eq!(inspect_bare(&input), inspect(&input, Glossary::builtin()));
    }

    #[test]
    fn any_markup_is_a_page(parts in proptest::collection::vec(prop_oneof![
        Just("<a href='javascript:open(\"/x"), Just("<p>"), Just("</div>"), Just("<title>"), Just("[Erklärung"), Just("<svg><title>"),
        Just("Erklärung zur Barrierefreiheit gilt für "), Just("<noscript><a href=é>"), Just("@"), Just("erstellt am 1. Mai 2020"),
        Just("<meta http-equiv=refresh content='0;url"), Just("<base href=//>"), Just("\u{AD}"), Just("&#0;"), Just("<time datetime=9>"),
    ], 0..30)) {
        read("DE", "https://www.body.example/x", &parts.concat());
    }
}
