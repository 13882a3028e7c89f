//! Putting the server together, and taking it apart again in order.

use crate::{
    app::{
        App, AppError, backtests::Backtests, hooks::Room, keys, meters::Meters, plugins::Registry, turns::TenantTurns,
    },
    backtest,
    clock::Clock,
    config::{ConfigError, Settings},
    dispatch,
    egress::{self, Egress},
    housekeeping, http, runtime_settings, schedule,
    secrets::{self, Keys},
    test_clock,
};
use stammgast_domain::Timestamp;
use stammgast_runtime::{Runtime, RuntimeError};
use stammgast_store::{Store, StoreError, StoreSettings};
use std::{fs, future::Future, io, net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::broadcast};
use tokio_util::sync::CancellationToken;

/// Notices that wait for a slow dispatcher; past that it looks at everything again.
const NOTICES: usize = 1_024;

/// What becomes of the operator's key at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorKey {
    /// It stays; the first start makes it.
    Kept,
    /// A new one takes its place, and those before are revoked.
    Renewed,
}

/// Why the server cannot start or stop in order.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The configuration is refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The store cannot be used.
    #[error("the store cannot be used")]
    Store(#[from] StoreError),
    /// Requests cannot be sent.
    #[error("requests to other servers cannot be set up")]
    Egress(#[from] egress::SetupError),
    /// The runtime cannot be used.
    #[error("the plugin runtime cannot be used")]
    Runtime(#[from] RuntimeError),
    /// A use case failed at start.
    #[error("starting failed")]
    App(#[from] AppError),
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on; choose another with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Tenants whose keys cannot be wrapped by another key of the operator's.
    #[error(
        "the keys of the secrets of {tenants} cannot be wrapped anew, so the key before is still needed: {problem}"
    )]
    Rotation {
        /// The tenants.
        tenants: String,
        /// Why, for the first of them.
        problem: String,
    },
    /// A test clock where real data is, or the machine's clock where a test's is.
    #[error("{0}")]
    TestClock(String),
    /// Signals cannot be caught.
    #[error("signals to stop cannot be caught")]
    Signals(#[source] io::Error),
    /// The data folder cannot be used.
    #[error("{path} cannot be used")]
    Folder {
        /// The folder or file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Runs the server until it is told to stop (SIGINT or SIGTERM).
///
/// # Errors
/// The server cannot start, or the store cannot be closed.
pub async fn serve(
    settings: Settings,
    operator_key: OperatorKey,
    test_clock: Option<Timestamp>,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let address = settings.http.listen;
    let unusable = |source| ServeError::Listen { address, source };
    settings.validate()?;
    // First, so that a port that is taken leaves no new data folder behind.
    let listener = TcpListener::bind(address).await.map_err(unusable)?;
    let clock = test_clock::of(&settings.data.folder, test_clock)?;
    let app = Box::pin(open(settings, operator_key, clock)).await?;
    // Before anybody is told that it runs: whoever stops it at once finds it listening.
    let stop = stop_signal().map_err(ServeError::Signals)?;
    ready(listener.local_addr().map_err(unusable)?);
    run(app, listener, stop).await
}

/// Opens everything in the data folder; nothing runs yet.
///
/// # Errors
/// Something there cannot be used.
pub async fn open(settings: Settings, operator_key: OperatorKey, clock: Clock) -> Result<App, ServeError> {
    settings.validate()?;
    let folder = &settings.data.folder;
    fs::create_dir_all(folder).map_err(|source| ServeError::Folder { path: folder.display().to_string(), source })?;
    let (store, keys) = open_store(&settings).await?;
    let cache_key = secrets::key_file(&key_path(folder, "code-cache.key"))?.key;
    let cache = Some((folder.join("code-cache"), cache_key));
    let runtime = Arc::new(Runtime::new(runtime_settings::of(&settings, cache)?)?);
    let plugins = folder.join("plugins");
    let registry = Registry::open(&plugins)
        .map_err(|source| ServeError::Folder { path: plugins.display().to_string(), source })?;
    let (changes, _) = broadcast::channel(NOTICES);
    let app = App {
        store: Arc::new(store),
        runtime,
        registry: Arc::new(registry),
        calls: Arc::new(TenantTurns::new(settings.dispatch.tenant_calls)),
        figures: Arc::new(TenantTurns::new(settings.http.figure_requests)),
        deliveries: Arc::new(Room::new(settings.http.hook_requests)),
        meters: Arc::new(Meters::new(clock.now())),
        egress: Arc::new(Egress::new(settings.egress.limits().map_err(ConfigError::Contradiction)?)?),
        backtests: Arc::new(Backtests::new(&folder.join("backtests"), keys.master.key)),
        node: node(folder, &clock)?,
        clock,
        settings: Arc::new(settings),
        changes,
    };
    make_operator_key(&app, operator_key).await?;
    Ok(app)
}

/// Serves and delivers events until `stop`; then finishes what is running and closes the store.
///
/// # Errors
/// The store cannot be closed.
pub async fn run(app: App, listener: TcpListener, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
    let stopping = CancellationToken::new();
    let dispatcher = app.settings.dispatch.enabled.then(|| tokio::spawn(dispatch::run(app.clone(), stopping.clone())));
    let backtests = app.settings.backtest.enabled.then(|| tokio::spawn(run_backtests(app.clone(), stopping.clone())));
    let schedule = app.settings.schedule.enabled.then(|| tokio::spawn(schedule::run(app.clone(), stopping.clone())));
    let housekeeper = tokio::spawn(housekeeping::run(app.clone(), stopping.clone()));
    let router = http::router(app.clone());
    let mut served = {
        let stopping = stopping.clone();
        let server = axum::serve(listener, router).with_graceful_shutdown(stopping.cancelled_owned());
        tokio::spawn(server.into_future())
    };
    stop.await;
    tracing::info!("stopping: running requests and calls finish");
    stopping.cancel();
    let grace = Duration::from_secs(app.settings.http.request_seconds);
    if tokio::time::timeout(grace, &mut served).await.is_err() {
        served.abort();
        tracing::warn!("some connections were still open and are cut");
    }
    // Nobody is left who would wait for it.
    app.runtime.stop_compiling();
    for task in dispatcher.into_iter().chain(backtests).chain(schedule).chain([housekeeper]) {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task ended badly");
        }
    }
    let App { store, .. } = app;
    store.shutdown().await?;
    Ok(())
}

async fn run_backtests(app: App, stopping: CancellationToken) {
    if let Err(error) = backtest::run(app, stopping).await {
        tracing::error!(%error, "back-tests cannot run");
    }
}

/// The name of this server, made at its first start: back-tests belong to the server whose folder holds their files.
fn node(folder: &Path, clock: &Clock) -> Result<String, ServeError> {
    let path = folder.join("node");
    let unusable = |source| ServeError::Folder { path: path.display().to_string(), source };
    match fs::read_to_string(&path) {
        Ok(name) => Ok(name.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = clock.new_uuid().to_string();
            secrets::write_private(&path, &format!("{name}\n")).map_err(unusable)?;
            Ok(name)
        }
        Err(error) => Err(unusable(error)),
    }
}

/// At first start the operator gets a key, in a file that only the server's user may read.
async fn make_operator_key(app: &App, which: OperatorKey) -> Result<(), ServeError> {
    let path = app.settings.data.folder.join("operator.key");
    let keep = |secret: &str| {
        let unusable = |source| ServeError::Folder { path: path.display().to_string(), source };
        if path.exists() {
            fs::remove_file(&path).map_err(unusable)?;
        }
        secrets::write_private(&path, &format!("{secret}\n")).map_err(unusable)?;
        tracing::info!(path = %path.display(), "made the operator's key");
        Ok(())
    };
    match which {
        OperatorKey::Kept => keys::first_operator_key(app, keep).await,
        OperatorKey::Renewed => keys::new_operator_key(app, keep).await,
    }
}

/// Opens the store with the keys of the data folder and the configuration.
///
/// # Errors
/// The store cannot be used, or was sealed under other keys.
pub(crate) async fn open_store(settings: &Settings) -> Result<(Store, Keys), ServeError> {
    let secrets = settings.secrets.key().map_err(ConfigError::Contradiction)?;
    let previous = settings.secrets.previous_key().map_err(ConfigError::Contradiction)?;
    let keys = Keys::of(&settings.data.folder, secrets, previous)?;
    match Store::open(store_settings(settings, &keys)).await {
        Ok(store) => Ok((store, keys)),
        Err(error) => {
            keys.take_back(&error);
            Err(error.into())
        }
    }
}

fn store_settings(settings: &Settings, keys: &Keys) -> StoreSettings {
    StoreSettings {
        url: settings.store_url(),
        user: settings.store.user.clone(),
        password: settings.store.password.clone(),
        definition_cache: settings.store.definition_cache,
        block_cache: settings.store.block_cache_mib << 20,
        commit_rows: settings.store.commit_rows,
        commit_bytes: settings.store.commit_mib << 20,
        commit_queue: settings.store.commit_queue,
        conflict_tries: settings.store.conflict_tries,
        master_key: keys.master.key,
        secrets_key: keys.secrets.key,
        previous_secrets_key: keys.previous_secrets,
    }
}

fn key_path(folder: &Path, name: &str) -> std::path::PathBuf {
    folder.join("keys").join(name)
}

/// Ends when the process is told to stop. The signals are caught from the moment of this call.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when the process is told to stop.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Where it cannot be caught, the process ends by itself.
        let _ = tokio::signal::ctrl_c().await;
    })
}
