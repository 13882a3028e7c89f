//! Plugins in OCI registries: `stammgast plugin push`, `stammgast plugin pull`, and what `install` needs.

mod pull;
mod push;

pub(in crate::cli) use pull::Pull;
pub(in crate::cli) use push::Push;

use super::super::{CliError, global::Session};
use crate::oci::{self, Access, Login, Pulled, Reference, Transport};
use clap::Args;
use stammgast_domain::signature::Signatures;
use std::env;

/// The variable that holds the password for a registry.
const PASSWORD: &str = "STAMMGAST_REGISTRY_PASSWORD";

/// How a registry is spoken to.
#[derive(Debug, Args)]
pub(in crate::cli) struct RegistryAccess {
    /// The registry's user; their password or token comes from the variable `STAMMGAST_REGISTRY_PASSWORD`
    ///
    /// Without it, the login that `docker login` left for the registry is used, if there is one; nobody needs to log in
    /// where a registry lets everybody read.
    #[arg(long, env = "STAMMGAST_REGISTRY_USERNAME", value_name = "USER")]
    username: Option<String>,
    /// Speak HTTP without TLS; everybody on the way can then read along, passwords too
    #[arg(long)]
    plain_http: bool,
}

impl RegistryAccess {
    fn access(&self) -> Result<Access, CliError> {
        let transport = if self.plain_http { Transport::PlainHttp } else { Transport::Https };
        let user = self.username.as_ref().filter(|user| !user.is_empty());
        let login = user.map(|user| login(user, env::var(PASSWORD).ok())).transpose()?;
        Ok(Access { login, transport })
    }
}

fn login(user: &str, password: Option<String>) -> Result<Login, CliError> {
    let password = password.filter(|password| !password.is_empty()).ok_or_else(|| CliError::Given {
        what: "--username".to_owned(),
        problem: format!("the password belongs into the variable {PASSWORD}, and there is none"),
    })?;
    Ok(Login { user: user.to_owned(), password })
}

/// Fetches a plugin that is no larger than the configuration lets a server take.
pub(super) async fn fetch(
    session: &Session,
    reference: &Reference,
    access: &RegistryAccess,
) -> Result<Pulled, CliError> {
    let settings = session.settings()?;
    settings.validate()?;
    Ok(oci::pull(reference, &access.access()?, settings.runtime.component_mib << 20).await?)
}

/// What a reference stands for, in a sentence, and how to write exactly that.
pub(super) fn pin(reference: &Reference, pinned: &Reference) -> String {
    if reference.digest().is_some() {
        return format!("It is exactly {pinned}.");
    }
    format!("A tag can be moved to another plugin. Exactly what {reference} stands for now is\n  {pinned}")
}

/// Who signed, in a sentence.
fn signers(signatures: Option<&Signatures>) -> String {
    let keys = signatures.into_iter().flat_map(|all| &all.signatures).map(|one| one.public_key.to_string());
    let keys: Vec<String> = keys.collect();
    if keys.is_empty() {
        "Nobody has signed it.".to_owned()
    } else {
        format!("It is signed by {}.", keys.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stammgast_domain::digest::Digest;

    #[test]
    fn a_user_without_a_password_is_told_where_it_belongs() {
        for none in [None, Some(String::new())] {
            let said = login("ada", none).unwrap_err().to_string();
            assert!(said.contains("STAMMGAST_REGISTRY_PASSWORD"), "{said}");
        }
        assert_eq!(login("ada", Some("engine".to_owned())).unwrap().password, "engine");
    }

    #[test]
    fn a_tag_is_shown_with_what_to_write_in_its_place() {
        let tag: Reference = "oci://ghcr.io/acme/points:1.2.0".parse().unwrap();
        let pinned = tag.pinned(Digest::of(b"a manifest"));
        let said = pin(&tag, &pinned);
        assert!(
            said.contains("what oci://ghcr.io/acme/points:1.2.0 stands for now") && said.ends_with(&pinned.to_string()),
            "{said}"
        );
        assert_eq!(pin(&pinned, &pinned), format!("It is exactly {pinned}."));
    }
}
