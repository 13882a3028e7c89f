//! The rule as a webhook: an HTTP server in a process of its own, and a client that keeps its connection.

use anyhow::{Context, Result};
use axum::{Json, Router, http::StatusCode, routing::post, serve::ListenerExt};
use rival_guest::{Answer, Asked, answer};
use std::{env, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

/// A running webhook, and a client of it.
pub struct Webhook {
    url: String,
    client: reqwest::Client,
    _server: Child,
}

impl Webhook {
    /// Starts the server as another process, which ends with this one.
    pub async fn start() -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut server = command.spawn().context("the webhook cannot be started")?;
        let said = server.stdout.take().context("it has a standard output")?;
        let mut url = String::new();
        BufReader::new(said).read_line(&mut url).await?;
        Ok(Self { url: url.trim().to_owned(), client: reqwest::Client::new(), _server: server })
    }

    /// Asks over HTTP.
    pub async fn call(&self, asked: &Asked) -> Result<Answer> {
        let response = self.client.post(&self.url).json(asked).send().await?;
        Ok(response.error_for_status()?.json().await?)
    }
}

/// Serves the rule until standard input ends; says on standard output where.
pub async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/purchase", listener.local_addr()?);
    let listener = listener.tap_io(|connection| {
        // Small answers go out at once. Where that cannot be set, they are only slower.
        let _ = connection.set_nodelay(true);
    });
    let router = Router::new().route("/purchase", post(on_purchase));
    let ended = async { tokio::io::stdin().read_to_end(&mut Vec::new()).await };
    tokio::select! {
        served = axum::serve(listener, router) => served?,
        ended = ended => drop(ended?),
    }
    Ok(())
}

async fn on_purchase(Json(asked): Json<Asked>) -> Result<Json<Answer>, (StatusCode, String)> {
    answer(&asked).map(Json).map_err(|problem| (StatusCode::UNPROCESSABLE_ENTITY, problem))
}
