//! The `Content-Type` header, and which types are worth keeping.

/// Longest value kept of a header that goes into a column.
const MAX_VALUE_BYTES: usize = 100;

/// Media type in lower case without parameters, and the charset parameter as sent (RFC 9110 section 8.3).
pub(crate) fn split(header: &str) -> (Option<String>, Option<String>) {
    let mut parts = header.split(';');
    let media_type = parts.next().map(|part| part.trim().to_ascii_lowercase());
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    (kept(media_type), kept(charset))
}

fn kept(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty() && value.len() <= MAX_VALUE_BYTES)
}

/// True for types a statement can stand in: markup, plain text, PDF and office documents; and where no type is named.
pub(crate) fn is_readable(media_type: Option<&str>) -> bool {
    let Some(media_type) = media_type else { return true };
    let (family, name) = media_type.split_once('/').unwrap_or((media_type, ""));
    match family {
        "text" => !matches!(name, "css" | "javascript" | "csv" | "calendar"),
        "application" => {
            matches!(name, "xhtml+xml" | "xml" | "pdf" | "x-pdf" | "msword" | "rtf" | "octet-stream")
                || name.starts_with("vnd.openxmlformats-officedocument.wordprocessingml")
                || name.starts_with("vnd.oasis.opendocument.text")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_and_charset() {
        let split = |header| {
            let (media_type, charset) = split(header);
            (media_type.unwrap_or_default(), charset.unwrap_or_default())
        };
        assert_eq!(split("Text/HTML; Charset=\"ISO-8859-1\""), ("text/html".into(), "ISO-8859-1".into()));
        assert_eq!(split("text/html;charset=utf-8;x=y"), ("text/html".into(), "utf-8".into()));
        assert_eq!(split(" ; charset="), (String::new(), String::new()));
    }

    #[test]
    fn what_is_kept() {
        for media_type in ["text/html", "application/xhtml+xml", "application/pdf", "text/plain"] {
            assert!(is_readable(Some(media_type)), "{media_type}");
        }
        for media_type in ["image/png", "video/mp4", "application/zip", "text/css", "application/json"] {
            assert!(!is_readable(Some(media_type)), "{media_type}");
        }
        assert!(is_readable(None));
    }
}
