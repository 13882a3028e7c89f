//! `stammgast plugin`.

mod author;
mod calls;
mod component;
mod grants;
mod installations;
mod limits;
mod oci;
mod origins;
mod registry;
mod shadow;
mod trial;
mod usage;
mod wait;

pub(super) use grants::config;
pub(super) use installations::installation_id;

use super::{CliError, global::Session};
use clap::Subcommand;

/// Write, install and run plugins
///
/// A plugin is a WebAssembly component that answers one sort of question: what has this customer earned (loyalty), does
/// this contact meet our standards (quality), what did this channel tell us (channel), which department has to hear
/// this (feedback). It runs in a sandbox and does nothing but what its manifest asks for and a tenant's admin grants.
///
/// Its author uses `new`, `build`, `test`, `check`, `pack`, `inspect`, `key`, `sign` and `verify`, all offline, and shares
/// it through a registry with `push`. The operator puts it on the server with `install`. A tenant's admin looks at it with
/// `review` and runs it with `enable`, under a name; that makes an installation. `upgrade` lets it run another version,
/// `rollback` brings back what it ran before.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  stammgast plugin new hello-points --kind loyalty
  stammgast plugin build hello-points
  stammgast plugin install hello-points/dist/hello-points.wasm
  stammgast plugin review example.hello-points
  stammgast plugin enable example.hello-points --name hello --grant-all --unsigned 'I built it'
  stammgast plugin installations")]
pub(super) enum Plugin {
    New(author::New),
    Build(author::Build),
    Pack(author::Pack),
    Inspect(author::Inspect),
    #[command(subcommand)]
    Key(author::Key),
    Sign(author::Sign),
    Verify(author::Verify),
    Test(trial::Test),
    Check(trial::Check),
    Push(oci::Push),
    Pull(oci::Pull),
    Install(registry::Install),
    Uninstall(registry::Uninstall),
    List(registry::List),
    Review(installations::Review),
    Enable(installations::Enable),
    Disable(installations::Disable),
    Resume(installations::Resume),
    Upgrade(installations::Upgrade),
    Configure(installations::Configure),
    Rollback(installations::Rollback),
    History(installations::History),
    Rewind(installations::Rewind),
    Remove(installations::Remove),
    Installations(installations::Installations),
    #[command(subcommand)]
    Shadow(shadow::Shadow),
    #[command(subcommand)]
    Calls(calls::Calls),
    Usage(usage::Usage),
    Wait(wait::Wait),
}

impl Plugin {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        match self {
            Self::New(command) => command.run(session),
            Self::Build(command) => command.run(session).await,
            Self::Pack(command) => command.run(session),
            Self::Inspect(command) => command.run(session),
            Self::Key(command) => command.run(session),
            Self::Sign(command) => command.run(session),
            Self::Verify(command) => command.run(session),
            Self::Test(command) => command.run(session).await,
            Self::Check(command) => command.run(session).await,
            Self::Push(command) => command.run(session).await,
            Self::Pull(command) => command.run(session).await,
            Self::Install(command) => command.run(session).await,
            Self::Uninstall(command) => command.run(session).await,
            Self::List(command) => command.run(session).await,
            Self::Review(command) => command.run(session).await,
            Self::Enable(command) => command.run(session).await,
            Self::Disable(command) => command.run(session).await,
            Self::Resume(command) => command.run(session).await,
            Self::Upgrade(command) => command.run(session).await,
            Self::Configure(command) => command.run(session).await,
            Self::Rollback(command) => command.run(session).await,
            Self::History(command) => command.run(session).await,
            Self::Rewind(command) => command.run(session).await,
            Self::Remove(command) => command.run(session).await,
            Self::Installations(command) => command.run(session).await,
            Self::Shadow(command) => command.run(session).await,
            Self::Calls(command) => command.run(session).await,
            Self::Usage(command) => command.run(session).await,
            Self::Wait(command) => command.run(session).await,
        }
    }
}
