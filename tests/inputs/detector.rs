//! Are the detector's figures that we publish no better than what is measured on the samples beside the project?

use crate::support::json;
use deklaro_needs::shared;
use serde_json::Value;
use std::path::Path;

/// The samples that `data/detector.toml` names, below the shared folder.
pub(crate) const FILES: [&str; 2] = ["eval/pages/pages.jsonl", "eval/text/text-pages.jsonl"];

pub(crate) fn the_detectors_figures_are_no_better_than_what_is_measured() {
    let stated: Value = toml_as_json(include_str!("../../data/detector.toml"));
    for sample in stated["measured"].as_array().unwrap() {
        let file = sample["file"].as_str().unwrap();
        assert!(FILES.contains(&file), "`{file}` is another sample than those this test needs");
        let file = shared(file).display().to_string();
        let measured = json(Path::new("no/store/is/needed"), &["eval", "pages", "--json", &file]);
        let stated = |name: &str| sample[name].as_f64().unwrap();
        let (right, claims, missed) =
            (stated("right"), stated("right") + stated("false_claims"), stated("missed"));
        assert_eq!(measured["n"], sample["pages"]);
        assert!(measured["precision"].as_f64().unwrap() >= right / claims, "{measured:#}");
        assert!(measured["recall"].as_f64().unwrap() >= right / (right + missed), "{measured:#}");
    }
}

fn toml_as_json(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}
