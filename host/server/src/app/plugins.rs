//! The registry of installed components: files named by their digest, compiled at first use, kept ready.

use super::{App, AppError, Ctx};
use stammgast_domain::{
    digest::Digest,
    plugin::Plugin,
    signature::{InvalidSignature, Signature},
};
use stammgast_runtime::LoadedPlugin;
use stammgast_store::StoreError;
use std::{
    collections::HashMap,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{Mutex, OnceCell};

type Slot = Arc<OnceCell<Arc<LoadedPlugin>>>;

/// Components on disk, and those that are ready to be called.
pub struct Registry {
    folder: PathBuf,
    loaded: Mutex<HashMap<Digest, Slot>>,
}

impl Registry {
    /// A registry in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), loaded: Mutex::new(HashMap::new()) })
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{}.wasm", digest.hex()))
    }

    /// Writes a component; the file appears whole and synced, or not at all.
    fn keep(&self, digest: &Digest, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(self.path(digest)).map_err(|error| error.error)?;
        std::fs::File::open(&self.folder)?.sync_all()
    }
}

/// Installs a component for all tenants to enable. The same component again changes nothing.
///
/// # Errors
/// The component is refused, with the reason and the remedy.
pub async fn install(app: &App, bytes: Vec<u8>) -> Result<(Plugin, super::plan::Outcome), AppError> {
    let inspection = app.runtime.inspect(bytes.clone()).await?;
    if let Some(plugin) = app.store.plugin(&inspection.digest).await? {
        return Ok((plugin, super::plan::Outcome::Existing));
    }
    let id = &inspection.manifest.id;
    let version = &inspection.manifest.version;
    let same_version = |other: &&Plugin| &other.manifest.id == id && &other.manifest.version == version;
    if let Some(other) = app.store.plugins().await?.iter().find(same_version) {
        let problem = format!(
            "{id} {version} is installed already with other contents ({}); give the new one a higher version",
            other.digest
        );
        return Err(AppError::Refused { code: "version-taken", problem });
    }
    let plugin = Plugin {
        digest: inspection.digest,
        manifest: inspection.manifest,
        size: inspection.size,
        installed_at: app.clock.now(),
        signatures: Vec::new(),
    };
    let registry = Arc::clone(&app.registry);
    let digest = plugin.digest;
    tokio::task::spawn_blocking(move || registry.keep(&digest, &bytes)).await.map_err(std::io::Error::other)??;
    match app.store.create_plugin(&plugin).await {
        Ok(()) => Ok((plugin, super::plan::Outcome::Created)),
        Err(StoreError::Duplicate { .. }) => Ok((plugin, super::plan::Outcome::Existing)),
        Err(error) => Err(error.into()),
    }
}

/// Signatures of one component that are kept.
const SIGNATURES: usize = 20;

/// Adds signatures to an installed component. Each is checked; one of the same key replaces that before.
///
/// # Errors
/// No such component, a signature that does not count, or too many.
pub async fn sign(app: &App, digest: &Digest, signatures: Vec<Signature>) -> Result<Plugin, AppError> {
    let mut plugin = app.store.plugin(digest).await?.ok_or(AppError::NotFound("plugin"))?;
    for (index, signature) in signatures.into_iter().enumerate() {
        let wrong = |error: InvalidSignature| AppError::invalid(format!("signatures[{index}]"), error);
        signature.verify(*digest).map_err(wrong)?;
        plugin.signatures.retain(|other| other.public_key != signature.public_key);
        plugin.signatures.push(signature);
    }
    if plugin.signatures.len() > SIGNATURES {
        let problem = format!("at most {SIGNATURES} signatures of one component are kept");
        return Err(AppError::invalid("signatures", problem));
    }
    app.store.sign_plugin(digest, &plugin.signatures).await?;
    Ok(plugin)
}

/// The name of a key that the tenant trusts and that signed a component.
///
/// # Errors
/// The store failed.
pub async fn trusted_signer(ctx: &Ctx, plugin: &Plugin) -> Result<Option<String>, AppError> {
    let keys = ctx.tenant.trusted_keys().await?;
    let signed = |key: &stammgast_store::TrustedKey| {
        let by_key = plugin.signatures.iter().filter(|signature| signature.public_key == key.public_key);
        by_key.into_iter().any(|signature| signature.verify(plugin.digest).is_ok())
    };
    Ok(keys.into_iter().find(signed).map(|key| key.name))
}

/// Takes a component from the server.
///
/// # Errors
/// No such component, a tenant's installation runs it, or a back-test that is not over calls it.
pub async fn remove(app: &App, digest: &Digest) -> Result<Plugin, AppError> {
    let plugin = app.store.plugin(digest).await?.ok_or(AppError::NotFound("plugin"))?;
    for tenant in app.store.tenants().await? {
        let Some(store) = app.store.tenant(&tenant.id).await? else { continue };
        if let Some(user) = store.installations().await?.iter().find(|one| one.release.digest == *digest) {
            let problem = format!("`{}` of tenant {} runs it; upgrade or remove that first", user.name, tenant.id);
            return Err(AppError::Conflict { code: "in-use", problem });
        }
        if let Some(test) = store.open_backtests().await?.iter().find(|test| test.calls(digest)) {
            let problem =
                format!("the back-test {} of tenant {} needs it; cancel that, or wait for its end", test.id, tenant.id);
            return Err(AppError::Conflict { code: "in-use", problem });
        }
    }
    app.store.remove_plugin(digest).await?;
    app.registry.loaded.lock().await.remove(digest);
    let path = app.registry.path(digest);
    tokio::fs::remove_file(path).await?;
    Ok(plugin)
}

/// All installed components, by plugin and version.
///
/// # Errors
/// The store failed.
pub async fn list(app: &App) -> Result<Vec<Plugin>, AppError> {
    Ok(app.store.plugins().await?)
}

/// An installed component by digest, or by id: then its highest version, or the one after `@`.
///
/// # Errors
/// No such component.
pub async fn find(app: &App, name: &str) -> Result<Plugin, AppError> {
    if let Ok(digest) = name.parse::<Digest>() {
        return app.store.plugin(&digest).await?.ok_or(AppError::NotFound("plugin"));
    }
    let (id, version) = name.split_once('@').map_or((name, None), |(id, version)| (id, Some(version)));
    let plugins = app.store.plugins().await?;
    let fits = |plugin: &Plugin| {
        plugin.manifest.id == id && version.is_none_or(|version| plugin.manifest.version.to_string() == version)
    };
    plugins.into_iter().rfind(fits).ok_or(AppError::NotFound("plugin"))
}

/// A component ready to be called; compiled or read from the cache at first use.
///
/// # Errors
/// The version was taken from this server, its file differs from its digest, or it no longer fits this host.
pub async fn loaded(app: &App, digest: &Digest) -> Result<Arc<LoadedPlugin>, AppError> {
    let slot = Arc::clone(app.registry.loaded.lock().await.entry(*digest).or_default());
    let load = || async {
        let bytes = tokio::fs::read(app.registry.path(digest)).await.map_err(unread)?;
        if Digest::of(&bytes) != *digest {
            let problem = format!("the stored component {digest} was changed on disk; install it again");
            return Err(AppError::Refused { code: "component-changed", problem });
        }
        Ok(Arc::new(app.runtime.load(bytes).await?))
    };
    slot.get_or_try_init(load).await.cloned()
}

/// Why a component's file cannot be read. Where there is none, its version was uninstalled since.
fn unread(error: std::io::Error) -> AppError {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            let problem = "that version was taken from this server; the operator has to install it again".to_owned();
            AppError::Refused { code: "component-changed", problem }
        }
        _ => error.into(),
    }
}
