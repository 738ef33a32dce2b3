//! Which format and which encoding a client gets (RFC 9110 section 12.5).

use super::problem::Problem;
use deklaro_publish::ArtifactFormat;
use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderName};

/// Formats answers come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    /// The usual one.
    Json,
    /// TOON.
    Toon,
    /// Rows with a guard against formulas.
    Csv,
    /// A workbook.
    Xlsx,
    /// Typed columns.
    Parquet,
    /// For people.
    Html,
}

impl Media {
    /// Type and subtype.
    pub(crate) fn essence(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Toon => "text/toon",
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Html => "text/html",
        }
    }

    /// The header `Content-Type`.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Toon => "text/toon; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Html => "text/html; charset=utf-8",
            other => other.essence(),
        }
    }

    /// The artifact file of this format; pages for people are none.
    pub(crate) fn artifact(self) -> Option<ArtifactFormat> {
        match self {
            Self::Json => Some(ArtifactFormat::Json),
            Self::Toon => Some(ArtifactFormat::Toon),
            Self::Csv => Some(ArtifactFormat::Csv),
            Self::Xlsx => Some(ArtifactFormat::Xlsx),
            Self::Parquet => Some(ArtifactFormat::Parquet),
            Self::Html => None,
        }
    }
}

/// The best of the formats offered, the first where it is all the same; 406 where none will do.
pub(crate) fn media(headers: &HeaderMap, offered: &[Media]) -> Result<Media, Problem> {
    let accepted = list(headers, &ACCEPT);
    if accepted.is_empty() {
        return Ok(offered[0]);
    }
    let quality = |media: Media| quality_of(&accepted, media.essence());
    let best = offered.iter().copied().enumerate().filter(|(_, media)| quality(*media) > 0);
    let best = best.max_by_key(|(place, media)| (quality(*media), std::cmp::Reverse(*place)));
    best.map(|(_, media)| media).ok_or_else(|| {
        let names: Vec<&str> = offered.iter().map(|media| media.essence()).collect();
        Problem::not_acceptable(&names.join(", "))
    })
}

/// True when the client takes gzip at least as gladly as nothing.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = list(headers, &ACCEPT_ENCODING);
    let of = |name: &str| accepted.iter().find(|(given, _)| given == name).map(|(_, quality)| *quality);
    let gzip = of("gzip").or_else(|| of("x-gzip")).or_else(|| of("*")).unwrap_or(0);
    gzip > 0 && gzip >= of("identity").unwrap_or(0)
}

/// The names of a list with their quality in thousandths, in lower case. What is malformed counts as not given.
fn list(headers: &HeaderMap, name: &HeaderName) -> Vec<(String, u16)> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(item).take(32).collect()
}

fn item(text: &str) -> Option<(String, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let quality = quality.map_or(Some(1.0), |text| text.parse::<f32>().ok())?;
    (0.0..=1.0).contains(&quality).then_some((name, (quality * 1_000.0) as u16))
}

/// The most specific range decides: `text/csv` before `text/*` before `*/*`.
fn quality_of(accepted: &[(String, u16)], essence: &str) -> u16 {
    let group = format!("{}/*", essence.split('/').next().unwrap_or_default());
    [essence, group.as_str(), "*/*"]
        .iter()
        .find_map(|range| accepted.iter().find(|(given, _)| given == range))
        .map_or(0, |(_, quality)| *quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: [Media; 3] = [Media::Json, Media::Toon, Media::Csv];

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn json_unless_something_else_is_asked_for() {
        let chosen = |accept: &str| media(&headers(ACCEPT, accept), &OFFERED).ok();
        for accept in ["*/*", "application/json", "application/*;q=0.3", "text/html, */*;q=0.1", ""] {
            assert_eq!(chosen(accept), Some(Media::Json), "{accept}");
        }
        for accept in ["text/toon", "TEXT/TOON", "application/json;q=0.1,text/toon", "text/*"] {
            assert_eq!(chosen(accept), Some(Media::Toon), "{accept}");
        }
        assert_eq!(chosen("text/csv, text/*;q=0.5"), Some(Media::Csv));
        for accept in ["image/png", "application/json;q=0", "text/html"] {
            assert_eq!(chosen(accept), None, "{accept}");
        }
        assert_eq!(chosen("application/json;q=0, */*"), Some(Media::Toon), "the specific range decides");
        assert_eq!(media(&HeaderMap::new(), &OFFERED).ok(), Some(Media::Json));
    }

    #[test]
    fn gzip_only_for_those_who_take_it() {
        let takes = |value: &str| takes_gzip(&headers(ACCEPT_ENCODING, value));
        assert!(takes("gzip") && takes("br, gzip;q=0.8") && takes("*"));
        assert!(!takes("br") && !takes("gzip;q=0") && !takes("gzip;q=0.5, identity") && !takes("gzip;q=7"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
