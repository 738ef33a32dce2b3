//! Certificates for any name, under one throw-away authority that lives as long as the process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::crypto::ring;
use rustls::sign::{CertifiedKey, SigningKey};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::error::SimwebError;

/// Certificates kept; one more is made in well under a millisecond.
const MOST_CERTIFICATES: usize = 2048;
/// Name on the certificates of bodies whose certificate is for another name.
const WRONG_NAME: &str = "parked.hosting.example";

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Flaw {
    None,
    Expired,
    WrongName,
}

/// The throw-away certificate authority, and the certificates it issued last.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    leaf_key: KeyPair,
    signer: Arc<dyn SigningKey>,
    issued: Mutex<Issued>,
}

#[derive(Default)]
struct Issued {
    by_name: HashMap<(String, Flaw), Arc<CertifiedKey>>,
    order: VecDeque<(String, Flaw)>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Authority {
    /// A new authority with a new key, and the one key that all sites use.
    pub(super) fn new() -> Result<Authority, SimwebError> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "Deklaro simulated web, throw-away authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(2018, 1, 1), rcgen::date_time_ymd(2049, 1, 1));
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        let leaf_key = KeyPair::generate()?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
        let signer = ring::sign::any_supported_type(&der)?;
        Ok(Authority { issuer: Issuer::new(params, key), pem, leaf_key, signer, issued: Mutex::default() })
    }

    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// Certificate for `name` with `flaw`, from memory or newly issued.
    pub(super) fn certificate(&self, name: &str, flaw: Flaw) -> Option<Arc<CertifiedKey>> {
        let key = (name.to_owned(), flaw);
        if let Some(found) = self.lock().by_name.get(&key) {
            return Some(Arc::clone(found));
        }
        let made = Arc::new(self.issue(name, flaw).ok()?);
        let mut issued = self.lock();
        while issued.order.len() >= MOST_CERTIFICATES {
            let Some(oldest) = issued.order.pop_front() else { break };
            issued.by_name.remove(&oldest);
        }
        if issued.by_name.insert(key.clone(), Arc::clone(&made)).is_none() {
            issued.order.push_back(key);
        }
        Some(made)
    }

    fn issue(&self, name: &str, flaw: Flaw) -> Result<CertifiedKey, rcgen::Error> {
        let subject = if flaw == Flaw::WrongName { WRONG_NAME } else { name };
        let mut params = CertificateParams::new(vec![subject.to_owned()])?;
        let last_year = if flaw == Flaw::Expired { 2020 } else { 2048 };
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(2019, 1, 1), rcgen::date_time_ymd(last_year, 1, 1));
        let certificate = params.signed_by(&self.leaf_key, &self.issuer)?;
        Ok(CertifiedKey::new(vec![certificate.der().clone()], Arc::clone(&self.signer)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Issued> {
        self.issued.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
