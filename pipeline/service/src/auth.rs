//! Who is the operator: whoever has the token. It is kept as a hash and compared in constant time.

use super::problem::Problem;
use axum::extract::FromRequestParts;
use deklaro_console::{UsageError, private_file};
use deklaro_schemas::Sha256;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use std::convert::Infallible;
use std::path::Path;
use subtle::ConstantTimeEq;

/// Shorter ones are guessed.
const MIN_LENGTH: usize = 16;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// Whoever has the token, or reaches the address for probes.
    Operator,
    /// Everybody else.
    Stranger,
}

impl<S: Sync> FromRequestParts<S> for Asker {
    type Rejection = Infallible;

    /// What was found out about the request; a stranger where nobody looked.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::Stranger))
    }
}

/// The token scans are asked for with.
#[derive(Clone)]
pub(crate) struct Token(Sha256);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// The token of a file or, without one, of the environment; none where neither is set.
    pub(crate) fn find(file: Option<&Path>, environment: Option<&str>) -> anyhow::Result<Option<Self>> {
        let text = match (file, environment) {
            (Some(file), _) => read(file).map_err(|error| {
                UsageError::new(
                    format!("`{}`: {error}", file.display()),
                    "expected a file with the token alone, which only its owner may read",
                )
            })?,
            (None, Some(text)) => text.to_owned(),
            (None, None) => return Ok(None),
        };
        Self::of(text.trim()).map(Some)
    }

    fn of(text: &str) -> anyhow::Result<Self> {
        if text.len() < MIN_LENGTH || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let problem =
                format!("the token has fewer than {MIN_LENGTH} characters, or others than plain ones");
            return Err(UsageError::new(problem, "`openssl rand -hex 32` makes a good one").into());
        }
        Ok(Self(Sha256::of(text.as_bytes())))
    }

    /// Whether a request carries the token. Hashes are compared, so neither content nor length shows in the time it takes.
    fn is_in(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (scheme, token) = given.split_once(' ').unwrap_or_default();
        let given = Sha256::of(token.trim().as_bytes());
        let is_it: bool = self.0.as_str().as_bytes().ct_eq(given.as_str().as_bytes()).into();
        scheme.eq_ignore_ascii_case("bearer") && is_it
    }
}

fn read(file: &Path) -> Result<String, String> {
    private_file(file)?;
    std::fs::read_to_string(file).map_err(|error| error.to_string())
}

/// Who sends these headers; where no token is configured, a stranger.
pub(crate) fn asker(token: Option<&Token>, headers: &HeaderMap) -> Asker {
    let is_operator = token.is_some_and(|token| token.is_in(headers));
    if is_operator { Asker::Operator } else { Asker::Stranger }
}

/// Lets the operator through; where no token is configured, nobody.
pub(crate) fn check(token: Option<&Token>, asker: Asker) -> Result<(), Problem> {
    match (token, asker) {
        (None, _) => Err(Problem::no_token_configured()),
        (Some(_), Asker::Operator) => Ok(()),
        (Some(_), Asker::Stranger) => Err(Problem::unauthorized()),
    }
}

/// Why a stranger is not told something.
pub(crate) fn for_operators() -> Problem {
    Problem::unauthorized()
        .hint("ask with the token, or at the address that `deklaro serve --probes ADDRESS` names")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const TOKEN: &str = "0123456789abcdef-secret";

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn only_the_token_opens() {
        let token = Token::of(TOKEN).unwrap();
        for value in [format!("Bearer {TOKEN}"), format!("bearer  {TOKEN} ")] {
            assert!(token.is_in(&headers(&value)), "{value}");
        }
        let longer = format!("Bearer {TOKEN}x");
        for value in ["", "Bearer", "Bearer ", "Bearer 0123456789abcdef", &longer, TOKEN, "Basic Og=="] {
            assert!(!token.is_in(&headers(value)), "{value}");
        }
        assert!(!token.is_in(&HeaderMap::new()));
        assert!(!format!("{token:?}").contains("secret"));
    }

    #[test]
    fn a_file_goes_before_the_environment_and_weak_tokens_are_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("{TOKEN}\n")).unwrap();
        let found = Token::find(Some(file.path()), Some("another-token-of-some-length")).unwrap().unwrap();
        assert!(found.is_in(&headers(&format!("Bearer {TOKEN}"))));
        assert!(Token::find(None, None).unwrap().is_none());
        assert!(Token::find(None, Some("short")).is_err());
        assert!(Token::find(Some(Path::new("no/such/file")), None).is_err());
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
        let refused = Token::find(Some(file.path()), None).unwrap_err().to_string();
        assert!(refused.contains("(mode 640): `chmod 600 "), "{refused}");
    }
}
