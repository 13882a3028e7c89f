//! `stammgast plugin`.

mod author;
mod grants;
mod installations;
mod registry;
mod wait;

pub(super) use installations::installation_id;

use super::{CliError, global::Session};
use clap::Subcommand;

/// Write, install and run plugins
///
/// A plugin is a WebAssembly component that answers one sort of question: what has this customer earned (loyalty), does
/// this contact meet our standards (quality), what did this channel tell us (channel), which department has to hear
/// this (feedback). It runs in a sandbox and does nothing but what its manifest asks for and a tenant's admin grants.
///
/// Its author uses `new`, `build`, `pack` and `inspect`, all offline. The operator puts it on the server with
/// `install`. A tenant's admin runs it with `enable`, under a name; that makes an installation.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast plugin new hello-points --kind loyalty
  stammgast plugin build hello-points
  stammgast plugin install hello-points/dist/hello-points.wasm
  stammgast plugin enable example.hello-points --name hello --config-file hello.json --grant-all
  stammgast plugin installations")]
pub(super) enum Plugin {
    New(author::New),
    Build(author::Build),
    Pack(author::Pack),
    Inspect(author::Inspect),
    Install(registry::Install),
    List(registry::List),
    Enable(installations::Enable),
    Disable(installations::Disable),
    Resume(installations::Resume),
    Upgrade(installations::Upgrade),
    Configure(installations::Configure),
    Rewind(installations::Rewind),
    Installations(installations::Installations),
    Wait(wait::Wait),
}

impl Plugin {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        match self {
            Self::New(command) => command.run(session),
            Self::Build(command) => command.run(session).await,
            Self::Pack(command) => command.run(session),
            Self::Inspect(command) => command.run(session),
            Self::Install(command) => command.run(session).await,
            Self::List(command) => command.run(session).await,
            Self::Enable(command) => command.run(session).await,
            Self::Disable(command) => command.run(session).await,
            Self::Resume(command) => command.run(session).await,
            Self::Upgrade(command) => command.run(session).await,
            Self::Configure(command) => command.run(session).await,
            Self::Rewind(command) => command.run(session).await,
            Self::Installations(command) => command.run(session).await,
            Self::Wait(command) => command.run(session).await,
        }
    }
}
