//! `italy/links.jsonl`: anchors of municipal home pages, with and without their addresses.

use super::links::page_of;
use super::{Score, folder, lines};
use deklaro_detect::Strength;

#[test]
fn the_first_italian_link_is_the_right_one() {
    let Some(folder) = folder("italy") else { return };
    let (mut by_text, mut by_all, mut choice, mut claims) = <(Score, Score, Score, Score)>::default();
    for line in lines(&folder.join("links.jsonl")) {
        let anchors = line["anchors"].as_array().expect("anchors").clone();
        let has_official = line["official"] == true;
        let hidden = page_of(&anchors, Some("IT"), None, false);
        let shown = page_of(&anchors, Some("IT"), None, true);
        if !has_official {
            let claim = shown.links.iter().find(|link| link.is_chosen && link.strength >= Strength::Exact);
            if claims.count(claim.is_some()) {
                println!("  claimed: {:?}", claim.map(|link| (&link.text, &link.url)));
            }
            continue;
        }
        let first = hidden.links.iter().find(|link| !link.is_hub).and_then(|link| link.url.as_ref());
        let index = first.and_then(|url| url.path_and_query()[1..].parse::<usize>().ok());
        let is_right = index.is_some_and(|index| anchors[index]["official"] == true);
        by_text.count(is_right);
        if anchors.iter().any(|anchor| anchor["official"] != true) {
            choice.count(is_right);
        }
        if !is_right {
            println!(
                "  by text, {}: first {:?} of {:?}",
                line["site"],
                index.map(|index| &anchors[index]["text"]),
                anchors.iter().map(|anchor| (&anchor["text"], &anchor["official"])).collect::<Vec<_>>()
            );
        }
        if !by_all.count(shown.links.first().is_some_and(|link| link.strength == Strength::National)) {
            println!(
                "  with addresses, {}: {:?}",
                line["site"],
                shown.links.first().map(|link| (&link.text, link.score, link.strength, &link.url))
            );
        }
    }
    println!(
        "italy: top-1 by text {by_text}, of sites with a choice {choice}, with addresses {by_all}; false claims {claims}"
    );
    assert!(by_text.share() >= 0.995 && choice.share() >= 0.98 && claims.share() <= 0.05);
}
