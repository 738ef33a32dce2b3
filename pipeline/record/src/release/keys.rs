//! Ed25519 keys and signatures (RFC 8032), in the files `openssl genpkey` and `openssl pkey` write (RFC 8410).

use deklaro_console::private_file;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use std::io::Read;
use std::path::Path;

/// The first bytes of an Ed25519 `SubjectPublicKeyInfo` (RFC 8410 section 4); the 32 bytes of the key follow.
const PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Bytes read of a key file.
const MOST: u64 = 64 * 1024;

/// The 32 bytes of a public key in PEM; what is wrong, otherwise.
pub(super) fn public_key(pem: &str) -> Result<[u8; 32], String> {
    let der = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes())
        .map_err(|error| format!("`public_key` is no public key in PEM: {error}"))?;
    let key = der.as_ref().strip_prefix(&PREFIX).and_then(|key| <[u8; 32]>::try_from(key).ok());
    key.ok_or_else(|| "`public_key` is not an Ed25519 key".to_owned())
}

/// True when this key signed these bytes.
pub(super) fn holds(public_key: &[u8; 32], text: &str, signature: &str) -> bool {
    let Ok(signature) = hex::decode(signature) else { return false };
    UnparsedPublicKey::new(&ED25519, public_key).verify(text.as_bytes(), &signature).is_ok()
}

/// A private key.
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// Reads a PKCS#8 file in PEM; what is wrong with it, otherwise, without a word of what is in it.
    pub fn read(path: &Path) -> Result<Self, String> {
        let wrong = |why: String| format!("key `{}`: {why}", path.display());
        private_file(path).map_err(wrong)?;
        let mut pem = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(MOST).read_to_end(&mut pem))
            .map_err(|error| wrong(error.to_string()))?;
        let der = PrivatePkcs8KeyDer::from_pem_slice(&pem).map_err(|_| {
            wrong(
                "expected a private key in PEM, as `openssl genpkey -algorithm ed25519` writes it".to_owned(),
            )
        })?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der())
            .map_err(|error| wrong(format!("not an Ed25519 key: {error}")))?;
        Ok(Self(pair))
    }

    /// True when it belongs to this public key.
    pub fn is_of(&self, public_key: &[u8; 32]) -> bool {
        self.0.public_key().as_ref() == public_key
    }

    /// The signature under these bytes, in hexadecimal digits.
    pub fn sign(&self, text: &str) -> String {
        hex::encode(self.0.sign(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// RFC 8410 section 10.1 and 10.3: a public key and its private key.
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn a_signature_holds_for_its_text_and_key_alone() {
        let public = public_key(PUBLIC).unwrap();
        let key = SigningKey::read(file(PRIVATE).path()).unwrap();
        assert!(key.is_of(&public) && !key.is_of(&[0; 32]));
        let signature = key.sign("a manifest");
        assert!(holds(&public, "a manifest", &signature));
        assert!(!holds(&public, "another", &signature) && !holds(&[1; 32], "a manifest", &signature));
        for wrong in ["", "zz", &signature[2..], &signature.replace(&signature[..1], "z")] {
            assert!(!holds(&public, "a manifest", wrong), "{wrong}");
        }
    }

    #[test]
    fn other_keys_and_no_keys_are_named() {
        assert!(public_key("").unwrap_err().contains("no public key in PEM"));
        let rsa = PUBLIC.replace("MCowBQYDK2Vw", "MCowBQYDK2Vx");
        assert_eq!(public_key(&rsa).unwrap_err(), "`public_key` is not an Ed25519 key");
        let said = |text: &str| SigningKey::read(file(text).path()).err().unwrap();
        assert!(said("").contains("expected a private key in PEM"));
        assert!(said(&PRIVATE.replace("MC4CAQAw", "MC4CAQIw")).contains("not an Ed25519 key"));
        assert!(SigningKey::read(Path::new("no/such/key")).err().unwrap().contains("no/such/key"));
    }

    #[test]
    fn a_key_that_others_may_read_and_what_is_no_file_are_refused() {
        let file = file(PRIVATE);
        let with = |mode: u32| {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            SigningKey::read(file.path()).err()
        };
        for mode in [0o640, 0o604, 0o620, 0o644] {
            let why = with(mode).unwrap();
            assert!(why.contains(&format!("(mode {mode:03o}): `chmod 600 ")), "{why}");
        }
        assert!(with(0o600).is_none() && with(0o400).is_none());
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        for path in [pipe.as_path(), folder.path()] {
            assert!(SigningKey::read(path).err().unwrap().ends_with("expected a regular file"));
        }
    }
}
