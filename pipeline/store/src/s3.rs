//! A bucket as a store.

use super::{StoreError, StoreLocation};
use object_store::ObjectStore;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, S3ConditionalPut};
use object_store::client::ClientConfigKey;
use object_store::prefix::PrefixStore;
use std::net::IpAddr;
use std::sync::Arc;
use url::Url;

/// The objects of a bucket below a prefix. `settings` are named like the environment variables of the AWS tools
/// (`AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, …); names that mean nothing here are passed over.
pub(super) fn objects(
    location: &StoreLocation,
    bucket: &str,
    prefix: &str,
    settings: &[(String, String)],
) -> Result<Arc<dyn ObjectStore>, StoreError> {
    // Another part of the process may have chosen the same provider before.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::new().with_bucket_name(bucket);
    for (name, value) in settings {
        if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
            builder = builder.with_config(key, value);
        }
    }
    let value = |key| builder.get_config_value(&key);
    let endpoint = value(AmazonS3ConfigKey::S3Endpoint).or_else(|| value(AmazonS3ConfigKey::Endpoint));
    let is_allowed =
        value(AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp)).is_some_and(|text| text == "true");
    if let Some(endpoint) = endpoint.filter(|endpoint| endpoint.starts_with("http://")) {
        if !is_allowed && !is_loopback(&endpoint) {
            return Err(StoreError::PlainHttp { endpoint });
        }
        builder = builder.with_allow_http(true);
    }
    builder = builder.with_http_connector(super::unsent::Connector::default());
    // Settings may not weaken the one promise everything rests on: created once.
    builder = builder.with_conditional_put(S3ConditionalPut::ETagMatch);
    let failed = |source| StoreError::Object { path: location.to_string(), doing: "opening", source };
    Ok(Arc::new(PrefixStore::new(builder.build().map_err(failed)?, prefix)))
}

/// True for an address on this machine, where nobody can listen.
fn is_loopback(endpoint: &str) -> bool {
    let host = Url::parse(endpoint).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| {
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(settings: &[(&str, &str)]) -> Result<Arc<dyn ObjectStore>, StoreError> {
        let location = "s3://b/lake".parse().unwrap();
        let settings: Vec<_> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        objects(&location, "b", "lake", &settings)
    }

    #[test]
    fn plain_http_is_for_this_machine_or_asked_for() {
        assert!(open(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:9000")]).is_ok());
        assert!(open(&[("AWS_ENDPOINT_URL", "http://[::1]:9000")]).is_ok());
        let far = ("AWS_ENDPOINT_URL_S3", "http://minio.example:9000");
        assert!(matches!(open(&[far]), Err(StoreError::PlainHttp { .. })));
        assert!(open(&[far, ("AWS_ALLOW_HTTP", "true")]).is_ok());
        assert!(open(&[("AWS_PROFILE", "passed over")]).is_ok());
    }
}
