//! One statement per language and one page per lookalike, and what is read from each, as two tables.
//!
//! The texts are written for this test after the model statement, each language's own names and verbs in it.

use super::*;
use deklaro_schemas::codes::{Conformance, Finding};
use deklaro_schemas::{CountryCode, LanguageTag, PageUrl};

/// Country, language, heading, scope, status, preparation.
const STATEMENTS: [(&str, &str, &str, &str, &str, &str); 33] = [
    (
        "BG",
        "bg",
        "Декларация за достъпност",
        "Настоящата декларация за достъпност се отнася за www.body.example.",
        "Сайтът съответства частично на изискванията и това е посочено в списъка.",
        "Декларацията е изготвена на 3 май 2024 г.",
    ),
    (
        "ES",
        "ca",
        "Declaració d'accessibilitat",
        "Aquesta declaració d'accessibilitat s'aplica al lloc web www.body.example.",
        "Aquest lloc web és parcialment conforme amb el Reial decret 1112/2018.",
        "Aquesta declaració va ser preparada el 3 de maig de 2024.",
    ),
    (
        "CZ",
        "cs",
        "Prohlášení o přístupnosti",
        "Toto prohlášení o přístupnosti se vztahuje na www.body.example.",
        "Tyto stránky jsou částečně v souladu se zákonem č. 99/2019 Sb.",
        "Toto prohlášení bylo vypracováno dne 3. května 2024.",
    ),
    (
        "GB",
        "cy",
        "Datganiad hygyrchedd",
        "Mae'r datganiad hygyrchedd hwn yn berthnasol i www.body.example.",
        "Mae'r wefan hon yn cydymffurfio'n rhannol â'r safon WCAG 2.1.",
        "Paratowyd y datganiad hwn ar 3 Mai 2024.",
    ),
    (
        "DK",
        "da",
        "Tilgængelighedserklæring",
        "Denne tilgængelighedserklæring gælder for www.body.example.",
        "Webstedet er delvist i overensstemmelse med loven om tilgængelighed.",
        "Denne erklæring er udarbejdet den 3. maj 2024.",
    ),
    (
        "AT",
        "de",
        "Erklärung zur Barrierefreiheit",
        "Diese Erklärung zur Barrierefreiheit gilt für www.body.example.",
        "Diese Website ist teilweise vereinbar mit dem Standard EN 301 549.",
        "Diese Erklärung wurde am 3. Mai 2024 erstellt.",
    ),
    (
        "GR",
        "el",
        "Δήλωση Προσβασιμότητας",
        "Η παρούσα δήλωση προσβασιμότητας ισχύει για τον ιστότοπο www.body.example.",
        "Ο ιστότοπος συμμορφώνεται εν μέρει με τον νόμο 4727/2020.",
        "Η παρούσα δήλωση συντάχθηκε στις 3 Μαΐου 2024.",
    ),
    (
        "IE",
        "en",
        "Accessibility statement",
        "This accessibility statement applies to www.body.example.",
        "This website is partially compliant with the standard EN 301 549.",
        "This statement was prepared on 3 May 2024.",
    ),
    (
        "ES",
        "es",
        "Declaración de accesibilidad",
        "La presente declaración de accesibilidad se aplica al sitio web www.body.example.",
        "Este sitio web es parcialmente conforme con el Real Decreto 1112/2018.",
        "La presente declaración fue preparada el 3 de mayo de 2024.",
    ),
    (
        "EE",
        "et",
        "Ligipääsetavuse teatis",
        "See ligipääsetavuse teatis kehtib veebilehe www.body.example kohta.",
        "Veebileht vastab osaliselt nõuetele ja selle kohta on loetelu.",
        "Teatis on koostatud 3. mai 2024.",
    ),
    (
        "ES",
        "eu",
        "Irisgarritasun-adierazpena",
        "Irisgarritasun-adierazpen hau www.body.example webguneari aplikatzen zaio.",
        "Webgune honek partzialki betetzen du 1112/2018 Errege Dekretua eta hori da egoera.",
        "Adierazpen hau prestatu zen 2024ko maiatzaren 3.",
    ),
    (
        "FI",
        "fi",
        "Saavutettavuusseloste",
        "Tämä saavutettavuusseloste koskee verkkopalvelua www.body.example.",
        "Sivusto täyttää vaatimukset osittain ja siitä on tässä luettelo.",
        "Seloste on laadittu 3. toukokuuta 2024.",
    ),
    (
        "FR",
        "fr",
        "Déclaration d'accessibilité",
        "Cette déclaration d'accessibilité s'applique à www.body.example.",
        "Ce site est partiellement conforme avec le référentiel RGAA.",
        "Cette déclaration a été établie le 3 mai 2024.",
    ),
    (
        "IE",
        "ga",
        "Ráiteas Inrochtaineachta",
        "Baineann an ráiteas inrochtaineachta seo le www.body.example.",
        "Tá an suíomh seo comhlíontach go páirteach leis an gcaighdeán agus tá liosta ann.",
        "Ullmhaíodh an ráiteas seo an 3 Bealtaine 2024.",
    ),
    (
        "ES",
        "gl",
        "Declaración de accesibilidade",
        "A presente declaración de accesibilidade aplícase ao sitio web www.body.example.",
        "Este sitio web é parcialmente conforme co Real decreto 1112/2018.",
        "A presente declaración foi preparada o 3 de maio de 2024.",
    ),
    (
        "HR",
        "hr",
        "Izjava o pristupačnosti",
        "Ova izjava o pristupačnosti primjenjuje se na www.body.example.",
        "Ova mrežna stranica djelomično je usklađena sa zakonom.",
        "Izjava je sastavljena 3. svibnja 2024.",
    ),
    (
        "HU",
        "hu",
        "Akadálymentesítési nyilatkozat",
        "Ez az akadálymentesítési nyilatkozat a www.body.example honlapra vonatkozik.",
        "A honlap részben felel meg a követelményeknek.",
        "A nyilatkozat készült: 2024. május 3.",
    ),
    (
        "IS",
        "is",
        "Aðgengisyfirlýsing",
        "Þessi aðgengisyfirlýsing gildir um www.body.example.",
        "Vefurinn uppfyllir að hluta kröfur sem gerðar eru til hans.",
        "Þessi yfirlýsing var unnin 3. maí 2024.",
    ),
    (
        "IT",
        "it",
        "Dichiarazione di accessibilità",
        "La presente dichiarazione di accessibilità si applica al sito www.body.example.",
        "Questo sito è parzialmente conforme ai requisiti della legge 4/2004.",
        "La dichiarazione è stata redatta il 3 maggio 2024.",
    ),
    (
        "LU",
        "lb",
        "Erklärung iwwer d'Barrièrefräiheet",
        "Dës Erklärung gëllt fir www.body.example.",
        "De Site ass deelweis konform mat der Norm EN 301 549 an dat ass op der Lëscht.",
        "Dës Erklärung gouf den 3. Mee 2024 gemaach.",
    ),
    (
        "LT",
        "lt",
        "Pareiškimas dėl prieinamumo",
        "Šis pareiškimas dėl prieinamumo taikomas svetainei www.body.example.",
        "Ši svetainė iš dalies atitinka standartą EN 301 549.",
        "Šis pareiškimas parengtas 2024 m. gegužės 3 d.",
    ),
    (
        "LV",
        "lv",
        "Piekļūstamības paziņojums",
        "Šis piekļūstamības paziņojums attiecas uz www.body.example.",
        "Tīmekļvietne daļēji atbilst prasībām.",
        "Šis paziņojums ir sagatavots 2024. gada 3. maijā.",
    ),
    (
        "MT",
        "mt",
        "Dikjarazzjoni ta' Aċċessibilità",
        "Din id-dikjarazzjoni ta' aċċessibbiltà tapplika għal www.body.example.",
        "Is-sit huwa parzjalment konformi mal-istandard EN 301 549.",
        "Din id-dikjarazzjoni tħejjiet fit-3 ta' Mejju 2024.",
    ),
    (
        "NO",
        "nb",
        "Tilgjengelighetserklæring",
        "Denne tilgjengelighetserklæringen gjelder www.body.example.",
        "Nettstedet er delvis i samsvar med kravene, og det er ikke alt som er på plass.",
        "Erklæringen ble utarbeidet 3. mai 2024.",
    ),
    (
        "NL",
        "nl",
        "Toegankelijkheidsverklaring",
        "Deze toegankelijkheidsverklaring is van toepassing op www.body.example.",
        "De website voldoet gedeeltelijk aan de eisen.",
        "Deze verklaring is opgesteld op 3 mei 2024.",
    ),
    (
        "NO",
        "nn",
        "Tilgjengelegheitserklæring",
        "Denne tilgjengelegheitserklæringa gjeld www.body.example.",
        "Nettstaden er delvis i samsvar med krava, og det er ikkje alt som er på plass.",
        "Erklæringa vart utarbeidd 3. mai 2024.",
    ),
    (
        "PL",
        "pl",
        "Deklaracja dostępności",
        "Oświadczenie w sprawie dostępności ma zastosowanie do strony internetowej www.body.example.",
        "Strona jest częściowo zgodna z ustawą.",
        "Oświadczenie sporządzono dnia 3 maja 2024.",
    ),
    (
        "PT",
        "pt",
        "Declaração de Acessibilidade e Usabilidade",
        "A presente declaração de acessibilidade aplica-se ao sítio Web www.body.example.",
        "Este sítio está parcialmente conforme com o Decreto-Lei 83/2018.",
        "Esta declaração foi elaborada em 3 de maio de 2024.",
    ),
    (
        "CH",
        "rm",
        "Decleraziun davart l'accessibilitad",
        "Questa decleraziun vala per www.body.example.",
        "Questa pagina è per part conforma cun il standard EN 301 549.",
        "Questa decleraziun è vegnida elavurada ils 3 da matg 2024.",
    ),
    (
        "RO",
        "ro",
        "Declarația privind accesibilitatea",
        "Prezenta declarație privind accesibilitatea se aplică site-ului www.body.example.",
        "Site-ul este parțial conform cu OUG 112/2018.",
        "Prezenta declarație a fost elaborată la 3 mai 2024.",
    ),
    (
        "SK",
        "sk",
        "Vyhlásenie o prístupnosti",
        "Toto vyhlásenie o prístupnosti sa vzťahuje na www.body.example.",
        "Toto webové sídlo je v čiastočnom súlade so zákonom č. 95/2019 Z. z.",
        "Toto vyhlásenie bolo vypracované dňa 3. mája 2024.",
    ),
    (
        "SI",
        "sl",
        "Izjava o dostopnosti",
        "Ta izjava o dostopnosti velja za www.body.example.",
        "Spletišče je delno skladno z zakonom.",
        "Ta izjava je bila pripravljena 3. maja 2024.",
    ),
    (
        "SE",
        "sv",
        "Tillgänglighetsredogörelse",
        "Denna tillgänglighetsredogörelse gäller för www.body.example.",
        "Webbplatsen är delvis förenlig med lagen om tillgänglighet till digital offentlig service.",
        "Redogörelsen upprättades den 3 maj 2024.",
    ),
];

/// Lookalike, country, heading, paragraphs.
const LOOKALIKES: [(&str, &str, &str, &[&str]); 14] = [
    (
        "template with gaps",
        "IE",
        "Accessibility statement",
        &[
            "This accessibility statement applies to [insert name of website].",
            "This website is [fully/partially/not] compliant with EN 301 549.",
            "This statement was prepared on [date].",
        ],
    ),
    (
        "template, all options",
        "DE",
        "Erklärung zur Barrierefreiheit",
        &[
            "Diese Erklärung zur Barrierefreiheit gilt für die Website.",
            "Die Website ist vollständig vereinbar. Die Website ist teilweise vereinbar. Die Website ist nicht vereinbar.",
        ],
    ),
    (
        "statement of another site",
        "NL",
        "Toegankelijkheidsverklaring",
        &[
            "Deze toegankelijkheidsverklaring is van toepassing op www.andere.example.",
            "De website voldoet gedeeltelijk aan de eisen van EN 301 549.",
        ],
    ),
    (
        "guidance on statements",
        "FR",
        "Comment rédiger une déclaration d'accessibilité : le guide",
        &[
            "Votre site peut être totalement conforme, partiellement conforme ou non conforme.",
            "Voici un exemple de déclaration.",
        ],
    ),
    (
        "usage help",
        "EE",
        "Juurdepääsetavus",
        &[
            "Veebilehe teksti saab brauseris suurendada klahvidega Ctrl ja plussmärk.",
            "Kontrastsust saab muuta.",
        ],
    ),
    (
        "widget vendor",
        "IE",
        "Accessibility by UserWay",
        &["Our widget helps every visitor. Choose contrast, spacing and fonts."],
    ),
    (
        "building",
        "DE",
        "Barrierefreiheit im Rathaus",
        &["Der Eingang hat eine Rampe. Der Aufzug ist barrierefrei, Parkplätze sind vorhanden."],
    ),
    (
        "transport",
        "FR",
        "Accessibilité des transports",
        &["Les bus et les gares sont accessibles aux fauteuils roulants."],
    ),
    (
        "goods and opening hours",
        "PL",
        "Dostępność",
        &["Towar jest dostępny w magazynie. Dostępność nauczycieli: poniedziałki."],
    ),
    (
        "freedom of information",
        "HR",
        "Pristup informacijama",
        &["Zahtjev za pristup informacijama podnosi se pisanim putem. Povjerenik za informiranje."],
    ),
    (
        "yearly objectives",
        "IT",
        "Obiettivi di accessibilità",
        &["Gli obiettivi di accessibilità per l'anno 2024 sono pubblicati entro il 31 marzo."],
    ),
    (
        "multi-year plan",
        "FR",
        "Schéma pluriannuel d'accessibilité",
        &["Le schéma pluriannuel 2024-2026 fixe les travaux de mise en accessibilité des sites."],
    ),
    (
        "news about the law",
        "SE",
        "Ny lag om tillgänglighet",
        &["Riksdagen har antagit en lag. Myndigheter måste publicera en tillgänglighetsredogörelse."],
    ),
    (
        "research data availability",
        "NO",
        "Data availability statement",
        &["The data that support the findings are available from the authors on request."],
    ),
];

fn read(country: &str, heading: &str, paragraphs: &[&str]) -> Page {
    let url = PageUrl::parse("https://www.body.example/page").unwrap();
    let paragraphs = paragraphs.join("</p><p>");
    let html = format!("<title>{heading}</title><main><h1>{heading}</h1><p>{paragraphs}</p></main>");
    let (host, country) = (url.host(), CountryCode::parse(country).unwrap());
    let input = PageInput {
        url: &url,
        bytes: html.as_bytes(),
        content_type: None,
        charset: None,
        host: &host,
        aliases: &[],
        country,
    };
    inspect(&input, Glossary::builtin())
}

#[test]
fn a_statement_of_every_language_is_read() {
    let mut table = format!(
        "{:<5} {:<10} {:<8} {:<11} {:<5} {:<7} checklist\n",
        "text", "kind", "status", "prepared", "read", "covers"
    );
    for (country, language, heading, scope, status, prepared) in STATEMENTS {
        let page = read(country, heading, &[scope, status, prepared]);
        let conformance = page.conformance_status.map_or("-", Conformance::as_str);
        let date = page.prepared_on.map_or("-".to_owned(), |date| date.to_string());
        let read = page.language.as_ref().map_or("-", LanguageTag::as_str);
        let present = page.checklist.count(Finding::Present);
        table += &format!(
            "{language:<5} {:<10} {conformance:<8} {date:<11} {read:<5} {:<7} {present}\n",
            page.page_kind.as_str(),
            page.covers_this_host().as_str(),
        );
    }
    insta::assert_snapshot!("statements", table);
}

#[test]
fn no_lookalike_is_found_beyond_doubt() {
    let mut table = format!("{:<27} {:<20} {:<7} {:<11} reasons\n", "page", "kind", "covers", "confidence");
    for (name, country, heading, paragraphs) in LOOKALIKES {
        let page = read(country, heading, paragraphs);
        let reasons: Vec<&str> = page.reason_codes.iter().map(|code| code.as_str()).collect();
        table += &format!(
            "{name:<27} {:<20} {:<7} {:<11} {}\n",
            page.page_kind.as_str(),
            page.covers_this_host().as_str(),
            page.confidence().as_str(),
            reasons.join(" "),
        );
    }
    insta::assert_snapshot!("lookalikes", table);
}
