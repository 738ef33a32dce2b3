//! Is TOON encoded as the specification's own fixtures ask?

use deklaro_needs::shared;
use serde_json::Value;

/// The folder of fixtures, below the shared one.
pub(crate) const FOLDER: &str = "conformance/toon/fixtures/encode";

pub(crate) fn toon_is_encoded_as_the_specification_s_fixtures_ask() {
    let mut asked = 0;
    for file in std::fs::read_dir(shared(FOLDER)).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let suite: Value = serde_json::from_str(&text).unwrap();
        for case in suite["tests"].as_array().unwrap().iter().filter(|case| case["options"].is_null()) {
            asked += 1;
            let encoded = toon_format::encode_default(&case["input"]).unwrap();
            assert_eq!(encoded, case["expected"], "{}", case["name"]);
        }
    }
    assert!(asked > 100, "only {asked} cases without options");
}
