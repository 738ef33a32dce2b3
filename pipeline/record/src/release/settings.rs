//! `[gate]` of the configuration file: approvers, keys, what a release needs.

use super::keys;
use deklaro_console::{UsageError, line};
use deklaro_schemas::Timestamp;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Approvers a manifest needs when nothing else is said: with who ran it these are four eyes.
const APPROVALS: usize = 1;
/// Days a release may go out in after its snapshot was made.
const ROLLOUT_DAYS: i64 = 7;

/// `[gate]`, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateFile {
    required: Option<bool>,
    approvals: Option<usize>,
    rollout_days: Option<i64>,
    #[serde(default)]
    approver: Vec<ApproverFile>,
}

/// One `[[gate.approver]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApproverFile {
    name: String,
    role: String,
    public_key: String,
    not_after: Option<String>,
}

/// What a release needs before it goes out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gate {
    /// True when a run's snapshot waits for the gate. That is the default once an approver is configured, or
    /// once a month of this store has waited.
    pub required: bool,
    /// What the configuration says about that, where it says something.
    pub said: Option<bool>,
    /// Approvers a manifest needs.
    pub approvals: usize,
    /// Days a release may go out in.
    pub rollout_days: i64,
    /// Who may approve and waive.
    pub approvers: Vec<Approver>,
}

/// Somebody who may approve and waive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approver {
    /// Who.
    pub name: String,
    /// As what.
    pub role: String,
    /// The Ed25519 key signatures are checked with.
    pub public_key: [u8; 32],
    /// The key counts no longer after this moment.
    pub not_after: Option<Timestamp>,
}

impl Approver {
    /// Why the key does not count at this moment; nothing where it does.
    pub fn expired(&self, at: Timestamp) -> Option<String> {
        let not_after = self.not_after.filter(|not_after| at > *not_after)?;
        Some(format!("the key of `{}` expired on {not_after}", self.name))
    }
}

impl Gate {
    /// The section with its defaults. Two approvers with one name or one key are refused: they would be one pair of eyes.
    pub fn resolve(file: GateFile) -> Result<Self, UsageError> {
        let approvers: Vec<Approver> =
            file.approver.into_iter().map(ApproverFile::read).collect::<Result<_, _>>()?;
        let (mut names, mut keys) = (BTreeSet::new(), BTreeSet::new());
        for Approver { name, public_key, .. } in &approvers {
            if !names.insert(name) || !keys.insert(public_key) {
                let message = format!("approver `{name}` has the name or the key of another one");
                return Err(UsageError::new(
                    message,
                    "each `[[gate.approver]]` has a name and a key of its own",
                ));
            }
        }
        let approvals = file.approvals.unwrap_or(APPROVALS);
        let rollout_days = file.rollout_days.unwrap_or(ROLLOUT_DAYS);
        if approvals == 0 || !(1..=366).contains(&rollout_days) {
            let message = format!("`[gate]` asks for {approvals} approvals and {rollout_days} rollout_days");
            return Err(UsageError::new(message, "expected 1 approval or more, and 1 to 366 days"));
        }
        let required = file.required.unwrap_or(!approvers.is_empty());
        Ok(Self { required, said: file.required, approvals, rollout_days, approvers })
    }

    /// The operator, when the gate holds their snapshots back. None when a snapshot may become current at
    /// once.
    pub fn held_by<'a>(&self, operator: &'a str) -> Option<&'a str> {
        self.required.then_some(operator)
    }

    /// The approver somebody who runs the program is, however their name is typed; nothing for an account that is none of them.
    pub fn is_run_by(&self, name: &str) -> Option<&Approver> {
        let folded = |name: &str| name.trim().to_lowercase();
        self.approvers.iter().find(|approver| folded(&approver.name) == folded(name))
    }

    /// The approver of this name.
    pub fn approver(&self, name: &str) -> Option<&Approver> {
        self.approvers.iter().find(|approver| approver.name == name)
    }
}

impl ApproverFile {
    fn read(self) -> Result<Approver, UsageError> {
        let of = |problem: String| UsageError::new(format!("approver `{}`: {problem}", self.name), HINT);
        for text in [&self.name, &self.role] {
            if !line::is_line(text, line::NAME) {
                return Err(of(format!("name and role: {}", line::expected(line::NAME))));
            }
        }
        let public_key = keys::public_key(&self.public_key).map_err(of)?;
        let not_after = self.not_after.as_deref().map(end_of).transpose().map_err(of)?;
        Ok(Approver { name: self.name.clone(), role: self.role.clone(), public_key, not_after })
    }
}

const HINT: &str = "expected name, role, public_key as `openssl pkey -in key.pem -pubout` prints it, and perhaps not_after = \"2027-12-31\"";

/// The last moment of a day, or the moment that is named.
fn end_of(text: &str) -> Result<Timestamp, String> {
    let at = match text.parse::<jiff::civil::Date>() {
        Ok(day) if text.len() == 10 => day
            .tomorrow()
            .and_then(|next| next.to_zoned(jiff::tz::TimeZone::UTC))
            .map(|next| Timestamp(next.timestamp().as_microsecond() - 1)),
        _ => text.parse::<Timestamp>(),
    };
    at.map_err(|error| format!("`not_after` is `{text}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEABq9UCvisdmoNEUqVFfpTtB5PmMdSFI3m6bGH1/5o5v8=\\n-----END PUBLIC KEY-----\\n";

    fn read(text: &str) -> Result<Gate, String> {
        let file = toml::from_str::<GateFile>(text).map_err(|error| error.to_string())?;
        Gate::resolve(file).map_err(|error| error.message)
    }

    #[test]
    fn the_gate_is_required_as_soon_as_there_is_an_approver() {
        assert!(!read("").unwrap().required);
        let one = format!(
            "[[approver]]\nname = \"Ada\"\nrole = \"editor\"\npublic_key = \"{KEY}\"\nnot_after = \"2026-11-22\"\n"
        );
        let gate = read(&one).unwrap();
        assert!(gate.required);
        let ada = gate.approver("Ada").unwrap();
        let noon = "2026-11-22T12:00:00Z".parse().unwrap();
        let next = "2026-11-23T00:00:00Z".parse().unwrap();
        assert!(ada.expired(noon).is_none() && ada.expired(next).is_some(), "until the end of the day");
        assert!(!read(&format!("required = false\n{one}")).unwrap().required);
        for name in ["Ada", "ada", " ADA "] {
            assert!(gate.is_run_by(name).is_some_and(|approver| approver.name == "Ada"), "{name}");
        }
        assert!(gate.is_run_by("cron").is_none());
        assert!(read(&format!("{one}{one}")).unwrap_err().contains("of another one"));
        assert!(read(&one.replace("editor", "")).unwrap_err().contains("printable"));
        assert!(read(&one.replace("2026-11-22", "soon")).unwrap_err().contains("`not_after` is `soon`"));
        assert!(
            read("approvals = 0").is_err() && read("rollout_days = 0").is_err() && read("x = 1").is_err()
        );
    }
}
