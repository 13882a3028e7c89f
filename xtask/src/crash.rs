//! The main job while the server is killed again and again; then everything once more. The books must not notice.

use crate::{
    build::{self, Profile},
    klanghaus::{self, Figures, INSTALLATIONS, TENANT, UNSIGNED},
    run::{run, step, target},
    server::Server,
    tools,
};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};

/// How often the server is killed during the import, at least.
const KILLS: u32 = 20;
/// What CDNOW amounts to, whatever happens on the way: customers, purchases, cents, and a point a full dollar.
const EXPECTED: (i64, i64, i64, i64) = (23_570, 69_659, 250_031_563, 2_453_159);

/// Kills the server at random moments during the import, then repeats everything.
pub(crate) fn crash() -> Result<()> {
    tools::setup()?;
    let binary = build::server(Profile::Dev)?;
    let components = build::plugins(&binary)?;
    let folder = target().join("crash");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut server = Server::start(&binary, &folder, "127.0.0.1:0", TENANT)?;
    step("Setting up a tenant, departments and plugins", || klanghaus::set_up(&server, &components))?;
    step("Importing 69,659 purchases while the server is killed", || killed_import(&mut server))?;
    klanghaus::import(&server)?;
    klanghaus::wait(&server)?;
    let figures = checked(&server, "after the kills")?;
    klanghaus::import(&server)?;
    klanghaus::wait(&server)?;
    unchanged(&server, &figures, "after the same import again")?;
    step("Delivering every event again", || deliver_again(&server))?;
    klanghaus::wait(&server)?;
    unchanged(&server, &figures, "after every event again")?;
    step("Upgrading every plugin and delivering every event again", || {
        for component in &components {
            upgrade(&server, component, &folder)?;
        }
        deliver_again(&server)
    })?;
    klanghaus::wait(&server)?;
    unchanged(&server, &figures, "after an upgrade and every event again")?;
    server.stop()
}

fn killed_import(server: &mut Server) -> Result<()> {
    let mut random = Random::seeded();
    let mut kills = 0;
    while kills < KILLS {
        let mut import = start_import(server)?;
        loop {
            let pause = Duration::from_millis(500 + random.next() % 4_500);
            std::thread::sleep(pause);
            if let Some(status) = import.try_wait()? {
                ensure!(status.success(), "the import ended with {status}");
                break;
            }
            server.kill()?;
            kills += 1;
            println!("   killed the server ({kills}) after {:.1} s", pause.as_secs_f64());
            server.start_again()?;
        }
    }
    Ok(())
}

/// It goes on by itself while the server is away.
fn start_import(server: &Server) -> Result<Child> {
    let arguments = klanghaus::import_arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = server.command(&arguments);
    command.arg("--quiet").stdin(Stdio::null()).spawn().context("the import cannot be started")
}

fn checked(server: &Server, when: &str) -> Result<Figures> {
    let figures = klanghaus::figures(server)?;
    println!("   {when}: {figures:?}");
    let found = (figures.customers, figures.purchases, figures.sales_cents, figures.points);
    ensure!(found == EXPECTED, "{when}: {found:?} instead of {EXPECTED:?}");
    ensure!(figures.ledger_sum == 0 && figures.dead_letters == 0, "{when}: {figures:?}");
    Ok(figures)
}

fn unchanged(server: &Server, before: &Figures, when: &str) -> Result<()> {
    let after = checked(server, when)?;
    ensure!(&after == before, "{when} something changed: {before:?} became {after:?}");
    Ok(())
}

fn deliver_again(server: &Server) -> Result<()> {
    for (_, name, _) in INSTALLATIONS {
        server.cli(&["plugin", "disable", name])?;
        server.cli(&["plugin", "rewind", name, "--position", "0"])?;
        server.cli(&["plugin", "resume", name, "--waiting", "run"])?;
    }
    Ok(())
}

/// Installs the same plugin under the next version, and lets the installation run it.
fn upgrade(server: &Server, component: &Path, folder: &Path) -> Result<()> {
    let name = component.file_stem().context("a component has a name")?.to_string_lossy().into_owned();
    let source = crate::run::root().join("plugins").join(&name).join("manifest.json");
    let manifest = fs::read_to_string(&source)?.replace("\"version\": \"0.1.0\"", "\"version\": \"0.1.1\"");
    let (new_manifest, packed): (PathBuf, PathBuf) =
        (folder.join(format!("{name}.json")), folder.join(format!("{name}-0.1.1.wasm")));
    fs::write(&new_manifest, manifest)?;
    let mut pack: Command = server.command(&["plugin", "pack"]);
    run(pack.arg(component).arg("--manifest").arg(&new_manifest).arg("-o").arg(&packed))?;
    server.cli(&["plugin", "install", &packed.display().to_string()])?;
    let id = format!("stammgast.{name}");
    let installation = INSTALLATIONS.iter().find(|(plugin, ..)| *plugin == id).context("it is installed")?.1;
    let version = format!("{id}@0.1.1");
    server.cli(&["plugin", "upgrade", installation, "--to", &version, "--unsigned", UNSIGNED])
}

/// Moments that nobody chose (xorshift64, G. Marsaglia 2003).
struct Random(u64);

impl Random {
    fn seeded() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let seed = now.as_secs().max(1);
        println!("   seed {seed}");
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
