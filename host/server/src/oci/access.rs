//! How a registry is spoken to: encrypted or not, and as whom.

use super::{OciError, Reference};
use docker_credential::{CredentialRetrievalError, DockerCredential};
use oci_client::secrets::RegistryAuth;
use std::fmt;

/// The name under which Docker's settings keep what Docker Hub asks for.
const DOCKER_HUB: (&str, &str) = ("index.docker.io", "https://index.docker.io/v1/");

/// How a registry is spoken to.
#[derive(Debug, Clone)]
pub struct Access {
    /// As whom; otherwise as Docker's settings say, or as nobody.
    pub login: Option<Login>,
    /// Whether anybody can read along.
    pub transport: Transport,
}

/// What requests travel in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// TLS.
    Https,
    /// HTTP alone, for registries that have no TLS.
    PlainHttp,
}

/// A user and a password.
#[derive(Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password, or a token in its place.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// What is shown to a registry, and whence it comes.
pub(super) struct Credential {
    /// What is shown.
    pub auth: RegistryAuth,
    /// What to do about it when the registry refuses, in words.
    pub remedy: String,
}

/// What is shown to the registry of a reference: the login that was given, or the one that `docker login` left.
pub(super) fn credential(reference: &Reference, login: Option<&Login>) -> Result<Credential, OciError> {
    let wire = reference.wire();
    let registry = wire.resolve_registry();
    if let Some(Login { user, password }) = login {
        let remedy = format!("is the password of `{user}` right, and may that user do this there?");
        return Ok(Credential { auth: RegistryAuth::Basic(user.clone(), password.clone()), remedy });
    }
    let name = if registry == DOCKER_HUB.0 { DOCKER_HUB.1 } else { registry };
    from_docker(reference, docker_credential::get_credential(name))
}

fn from_docker(
    reference: &Reference,
    found: Result<DockerCredential, CredentialRetrievalError>,
) -> Result<Credential, OciError> {
    let (host, options) = (reference.registry(), "give --username, and the password as STAMMGAST_REGISTRY_PASSWORD");
    let anonymous = |remedy: String| Ok(Credential { auth: RegistryAuth::Anonymous, remedy });
    match found {
        Ok(DockerCredential::UsernamePassword(user, password)) => {
            let remedy = format!("the login of `docker login {host}` was shown; renew it, or {options}");
            Ok(Credential { auth: RegistryAuth::Basic(user, password), remedy })
        }
        Ok(DockerCredential::IdentityToken(_)) => Err(OciError::IdentityToken { host: host.to_owned() }),
        // A helper fails in the same way whether it has nothing or cannot look.
        Err(
            CredentialRetrievalError::ConfigNotFound
            | CredentialRetrievalError::ConfigReadError
            | CredentialRetrievalError::NoCredentialConfigured
            | CredentialRetrievalError::HelperFailure { .. },
        ) => anonymous(format!("log in with `docker login {host}`, or {options}")),
        // Many plugins are open to everybody: what is wrong is said when the registry wants to know more.
        Err(problem) => anonymous(format!("Docker's login cannot be read ({problem}); put that right, or {options}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference() -> Reference {
        "oci://ghcr.io/acme/points:1.2.0".parse().unwrap()
    }

    #[test]
    fn a_login_that_is_given_comes_first_and_its_password_is_never_shown() {
        let login = Login { user: "ada".to_owned(), password: "engine".to_owned() };
        let credential = credential(&reference(), Some(&login)).unwrap();
        assert!(credential.auth == RegistryAuth::Basic("ada".to_owned(), "engine".to_owned()));
        assert!(credential.remedy.contains("`ada`") && !credential.remedy.contains("engine"));
        assert!(!format!("{login:?}").contains("engine"));
    }

    #[test]
    fn without_a_login_the_registry_is_asked_as_nobody_and_the_remedy_names_both_ways() {
        let nobody = |problem| from_docker(&reference(), Err(problem)).unwrap();
        for problem in [CredentialRetrievalError::NoCredentialConfigured, CredentialRetrievalError::ConfigReadError] {
            let Credential { auth, remedy } = nobody(problem);
            assert!(auth == RegistryAuth::Anonymous);
            assert!(remedy.contains("docker login ghcr.io") && remedy.contains("--username"), "{remedy}");
        }
        let broken = nobody(CredentialRetrievalError::HelperCommunicationError);
        assert!(broken.auth == RegistryAuth::Anonymous && broken.remedy.contains("helper"), "{}", broken.remedy);
        let token = from_docker(&reference(), Ok(DockerCredential::IdentityToken("x".to_owned())));
        assert!(matches!(token, Err(OciError::IdentityToken { .. })));
    }
}
