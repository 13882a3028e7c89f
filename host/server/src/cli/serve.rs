//! `stammgast serve`.

use super::{CliError, global::Session};
use crate::{
    config::ConfigError,
    server::{self, OperatorKey},
    telemetry,
};
use clap::Args;
use serde_json::json;
use stammgast_domain::Timestamp;
use std::net::SocketAddr;

/// Run the server
///
/// Everything lies in one folder, `stammgast-data` unless you say otherwise: the database, the keys, the plugins. At
/// the first start the operator's key is written to `operator.key` there. The server stops in order at Ctrl-C or
/// SIGTERM: requests and plugin calls that run are finished.
///
/// Settings come from defaults, then from the file of --config, then from the environment
/// (`STAMMGAST_<SECTION>__<NAME>`), then from the options here.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stammgast serve
  stammgast serve --listen 0.0.0.0:7700 --data /var/lib/stammgast
  stammgast serve --config /etc/stammgast.toml
  stammgast serve --store-url ws://db.example:8000

`stammgast config show` prints every setting with its value.")]
pub(super) struct Serve {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// The database: `rocksdb://PATH`, `surrealkv://PATH`, `mem://` or `ws://HOST:PORT`
    #[arg(long, value_name = "URL")]
    store_url: Option<String>,
    /// Make a new operator's key and revoke those before, as after a leak
    #[arg(long)]
    new_operator_key: bool,
    /// For tests: a clock that shows this time at the start and can be set (PUT /v1/test-clock); refused beside real data
    #[arg(long, value_name = "TIME")]
    test_clock: Option<Timestamp>,
}

impl Serve {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let mut settings = session.settings()?;
        if let Some(listen) = self.listen {
            settings.http.listen = listen;
        }
        if let Some(url) = self.store_url {
            settings.store.url = url;
        }
        settings.validate()?;
        telemetry::start(&settings.log).map_err(ConfigError::Contradiction)?;
        let output = session.output;
        let folder = settings.data.folder.clone();
        let ready = move |address: SocketAddr| {
            let url = format!("http://{address}");
            let answer = json!({ "url": url, "data": folder.display().to_string() });
            let sentence = format!("Stammgast listens on {url}; its data is in {}. Ctrl-C stops it.", folder.display());
            // Nobody has to read this.
            let _ = output.result(&answer, &url, &sentence);
        };
        let operator_key = if self.new_operator_key { OperatorKey::Renewed } else { OperatorKey::Kept };
        Box::pin(server::serve(settings, operator_key, self.test_clock, ready)).await?;
        Ok(())
    }
}
