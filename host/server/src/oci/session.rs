//! One conversation with a registry.

use super::{
    Access, OciError, Reference, Transport,
    access::{Credential, credential},
    artifact,
    error::of,
};
use futures::TryStreamExt as _;
use oci_client::{
    Client, RegistryOperation,
    client::{ClientConfig, ClientProtocol},
    errors::{DigestError, OciDistributionError},
    secrets::RegistryAuth,
};
use stammgast_domain::digest::Digest;
use std::{io, time::Duration};
use tokio::time::timeout;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an answer or its next piece may take; the time counts in which a request is sent.
const SILENCE: Duration = Duration::from_mins(2);
/// How long a login and a manifest may take, together.
const FEW_WORDS: Duration = Duration::from_mins(2);
/// How long a component may take.
const COMPONENT: Duration = Duration::from_mins(10);
/// The manifests that may come. Those of others, too: then it can be said what they are.
const MANIFESTS: &[&str] = &[
    artifact::MANIFEST,
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];

/// One conversation with a registry, about one name.
pub(super) struct Session {
    client: Client,
    reference: Reference,
    auth: RegistryAuth,
    remedy: String,
}

impl Session {
    /// Makes a client and logs in.
    pub async fn open(reference: &Reference, access: &Access, operation: RegistryOperation) -> Result<Self, OciError> {
        let Credential { auth, remedy } = credential(reference, access.login.as_ref())?;
        let protocol = match access.transport {
            Transport::Https => ClientProtocol::Https,
            Transport::PlainHttp => ClientProtocol::Http,
        };
        let config = ClientConfig {
            protocol,
            platform_resolver: None,
            connect_timeout: Some(CONNECT),
            read_timeout: Some(SILENCE),
            user_agent: concat!("stammgast/", env!("CARGO_PKG_VERSION")),
            ..ClientConfig::default()
        };
        let client = Client::try_from(config).map_err(OciError::Setup)?;
        let session = Self { client, reference: reference.clone(), auth, remedy };
        // Asked for here, because a later request would keep the reason of a refusal to itself.
        let wire = reference.wire();
        session.within(reference, FEW_WORDS, session.client.auth(&wire, &session.auth, operation)).await?;
        Ok(session)
    }

    /// The manifest that a reference of the same name stands for, and its digest.
    pub async fn manifest(&self, reference: &Reference) -> Result<(Vec<u8>, Digest), OciError> {
        let wire = reference.wire();
        let call = self.client.pull_manifest_raw(&wire, &self.auth, MANIFESTS);
        let (bytes, _) = self.within(reference, FEW_WORDS, call).await?;
        // The registry's own word for it may be of another sort of digest.
        let digest = Digest::of(&bytes);
        match reference.digest() {
            Some(wanted) if wanted != digest => Err(self.changed(wanted)),
            _ => Ok((bytes.to_vec(), digest)),
        }
    }

    /// The bytes with this digest, which are so many.
    pub async fn blob(&self, digest: Digest, size: usize) -> Result<Vec<u8>, OciError> {
        // By its digest alone: other places that a manifest may name are not asked.
        let (wire, name) = (self.reference.wire(), digest.to_string());
        let call = async {
            let stream = self.client.pull_blob_stream(&wire, name.as_str()).await;
            let mut stream = stream.map_err(|error| of(&self.reference, &self.remedy, error))?;
            let mut bytes = Vec::with_capacity(size);
            while let Some(piece) = stream.try_next().await.map_err(|error| self.interrupted(digest, error))? {
                if bytes.len() + piece.len() > size {
                    return Err(self.changed(digest));
                }
                bytes.extend_from_slice(&piece);
            }
            Ok(bytes)
        };
        let bytes = timeout(COMPONENT, call).await.map_err(|_| self.slow(COMPONENT))??;
        if Digest::of(&bytes) == digest { Ok(bytes) } else { Err(self.changed(digest)) }
    }

    /// Hands over bytes.
    pub async fn put_blob(&self, digest: Digest, bytes: Vec<u8>) -> Result<(), OciError> {
        let (wire, name) = (self.reference.wire(), digest.to_string());
        self.within(&self.reference, COMPONENT, self.client.push_blob(&wire, bytes, &name)).await?;
        Ok(())
    }

    /// Hands over a manifest, which from then on the tag stands for.
    pub async fn put_manifest(&self, manifest: Vec<u8>) -> Result<(), OciError> {
        let problem = || OciError::Registry { host: self.host(), problem: "the media type is no header".to_owned() };
        let media_type = artifact::MANIFEST.parse().map_err(|_| problem())?;
        let wire = self.reference.wire();
        self.within(&self.reference, FEW_WORDS, self.client.push_manifest_raw(&wire, manifest, media_type)).await?;
        Ok(())
    }

    async fn within<T>(
        &self,
        reference: &Reference,
        limit: Duration,
        call: impl Future<Output = Result<T, OciDistributionError>>,
    ) -> Result<T, OciError> {
        timeout(limit, call).await.map_err(|_| self.slow(limit))?.map_err(|error| of(reference, &self.remedy, error))
    }

    fn interrupted(&self, digest: Digest, error: io::Error) -> OciError {
        let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
        if matches!(cause, Some(DigestError::VerificationError { .. })) {
            return self.changed(digest);
        }
        OciError::BrokenOff { host: self.host(), source: error }
    }

    fn changed(&self, wanted: Digest) -> OciError {
        OciError::Changed { host: self.host(), wanted: wanted.to_string() }
    }

    fn slow(&self, limit: Duration) -> OciError {
        OciError::Slow { host: self.host(), limit }
    }

    fn host(&self) -> String {
        self.reference.registry().to_owned()
    }
}
