//! Measures the rule of `loyalty-points` by other roads: as a webhook on this computer, and in Extism.
//!
//! `stammgast-rivals LIBRARY PLUGIN` takes orders on its standard input, one a line. The first line is what the rule is
//! asked, as JSON; the answer names Extism's version. After that `webhook N`, `fresh N` and `reused N` make N calls, and
//! the answer is the microseconds of one call. `stammgast-rivals serve` is the webhook's own process.

mod extism;
mod webhook;

use anyhow::{Context, Result, bail, ensure};
use extism::{Compiled, Library, Plugin};
use rival_guest::{Answer, Asked, answer};
use serde_json::json;
use std::{
    env, fs,
    io::{self, BufRead, Write},
    path::Path,
    time::Instant,
};
use webhook::Webhook;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match &arguments[..] {
        [serve] if serve == "serve" => runtime.block_on(webhook::serve()),
        [library, plugin] => runtime.block_on(drive(Path::new(library), Path::new(plugin))),
        _ => bail!("start it with Extism's library and a plugin, or with `serve`"),
    }
}

async fn drive(library: &Path, plugin: &Path) -> Result<()> {
    let mut lines = io::stdin().lock().lines();
    let asked: Asked = serde_json::from_str(&lines.next().context("nothing is asked")??)?;
    let wanted = answer(&asked).map_err(anyhow::Error::msg)?;
    ensure!(!wanted.earned.is_empty(), "a purchase that earns nothing shows nothing");
    let library = Library::open(library)?;
    let bytes = fs::read(plugin).with_context(|| format!("{} cannot be read", plugin.display()))?;
    let compiled = Compiled::new(&library, &bytes)?;
    let mut warm = Plugin::new(&compiled)?;
    let webhook = Webhook::start().await?;
    tell(&json!({ "extism": library.version() }).to_string())?;
    for line in lines {
        let line = line?;
        let (road, calls) = line.split_once(' ').context("an order is a road and a number")?;
        let calls: u32 = calls.parse().context("an order is a road and a number")?;
        let started = Instant::now();
        for _ in 0..calls {
            let answer = match road {
                "webhook" => webhook.call(&asked).await?,
                "fresh" => in_extism(&mut Plugin::new(&compiled)?, &asked)?,
                "reused" => in_extism(&mut warm, &asked)?,
                other => bail!("there is no road `{other}`"),
            };
            ensure!(answer == wanted, "the road `{road}` leads to {answer:?} instead of {wanted:?}");
        }
        let micros = started.elapsed().as_secs_f64() * 1e6 / f64::from(calls);
        tell(&micros.to_string())?;
    }
    Ok(())
}

fn in_extism(plugin: &mut Plugin<'_>, asked: &Asked) -> Result<Answer> {
    let input = serde_json::to_vec(asked)?;
    Ok(serde_json::from_slice(plugin.call(c"on_purchase", &input)?)?)
}

fn tell(line: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    Ok(output.flush()?)
}
