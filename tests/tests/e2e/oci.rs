//! Plugins from an OCI registry and into one: pinned, signed, and refused in words where they are something else.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use stammgast_domain::digest::Digest;
use stammgast_tests::{
    Server, component,
    registry::{LOGIN, Registry},
    root,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// What a command said, on standard output and beside it.
struct Said {
    printed: String,
    beside: String,
}

/// Runs a command that has to do what it is asked for.
fn done(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    let said = Said { printed: text(&output.stdout), beside: text(&output.stderr) };
    assert!(output.status.success(), "{command:?}: {} {}", said.printed, said.beside);
    said
}

/// Runs a command that has to refuse; gives what it says in one line.
fn refused(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!output.status.success() && said.starts_with("error: "), "{command:?}: {said}");
    said
}

/// A registry, and a folder with the plugin `loyalty-points`, signed.
struct Author {
    registry: Registry,
    folder: TempDir,
    public: String,
}

impl Author {
    fn new(registry: Registry) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("points.wasm"), component("loyalty-points")).unwrap();
        let mut author = Self { registry, folder, public: String::new() };
        let keys = author.path("keys");
        done(author.registry.cli(&["plugin", "key", "new", "acme", "--keys"]).arg(&keys));
        author.public =
            done(author.registry.cli(&["plugin", "key", "show", "acme", "-q", "--keys"]).arg(&keys)).printed;
        author.sign("points.wasm");
        author
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sign(&self, file: &str) {
        let mut sign = self.registry.cli(&["plugin", "sign", "--with", "acme", "--keys"]);
        done(sign.arg(self.path("keys")).arg(self.path(file)));
    }

    fn reference(&self, rest: &str) -> String {
        format!("oci://{}/acme/{rest}", self.registry.address())
    }

    fn push(&self, file: &str, rest: &str) -> Command {
        let mut command = self.registry.cli(&["plugin", "push", "--plain-http", "-q"]);
        command.arg(self.path(file)).arg(self.reference(rest));
        command
    }

    fn pull(&self, reference: &str) -> Command {
        let mut command = self.registry.cli(&["plugin", "pull", "--plain-http", reference, "-o"]);
        command.arg(self.path("pulled.wasm"));
        command
    }

    fn install(&self, server: &Server, reference: &str) -> Command {
        let mut command = server.cli(&["plugin", "install", "--plain-http", reference]);
        self.registry.prepare(&mut command);
        command
    }

    /// The same plugin with another version.
    fn pack(&self, version: &str, file: &str) {
        let manifest = fs::read_to_string(root().join("plugins/loyalty-points/manifest.json")).unwrap();
        let path = self.path("manifest.json");
        fs::write(&path, manifest.replace("\"0.1.0\"", &format!("\"{version}\""))).unwrap();
        let mut pack = self.registry.cli(&["plugin", "pack", "--manifest"]);
        done(pack.arg(path).arg(self.path("points.wasm")).arg("-o").arg(self.path(file)));
    }

    /// Puts bytes into the registry by its own API, as other tools would; gives what a manifest says of them.
    async fn blob(&self, media_type: &str, bytes: &[u8]) -> Value {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let uploads = format!("http://{}/v2/acme/other/blobs/uploads/", self.registry.address());
        let begun = http.post(uploads).send().await.unwrap();
        let place = begun.headers()["location"].to_str().unwrap().to_owned();
        let digest = Digest::of(bytes);
        let put = http.put(format!("{place}&digest={digest}")).body(bytes.to_vec()).send().await.unwrap();
        assert_eq!(put.status().as_u16(), 201, "{}", put.text().await.unwrap());
        json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
    }

    /// Puts an artifact into the registry as `other` with a tag.
    async fn artifact(&self, tag: &str, config: &Value, layers: Value, annotations: Value) -> String {
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers, "annotations": annotations,
        });
        let place = format!("http://{}/v2/acme/other/manifests/{tag}", self.registry.address());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let put = http.put(place).header("content-type", MANIFEST).body(manifest.to_string()).send().await.unwrap();
        assert_eq!(put.status().as_u16(), 201, "{}", put.text().await.unwrap());
        self.reference(&format!("other:{tag}"))
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

#[tokio::test]
async fn a_plugin_is_pushed_with_its_signature_and_installed_from_its_tag_and_by_its_digest() {
    let (author, server) = (Author::new(Registry::start()), Server::start());
    let tag = author.reference("points:0.1.0");
    let pinned = done(&mut author.push("points.wasm", "points:0.1.0")).printed;
    assert!(pinned.starts_with(&author.reference("points@sha256:")), "{pinned}");
    let again = done(&mut author.push("points.wasm", "points:again")).printed;
    assert_eq!(again, pinned, "the same plugin is the same artifact");

    let installed = done(&mut author.install(&server, &tag));
    assert!(installed.beside.contains(&tag) && installed.beside.ends_with(&pinned), "{}", installed.beside);
    let signed = format!("It is signed by {}.", author.public);
    assert!(installed.printed.contains("is installed") && installed.printed.contains(&signed), "{}", installed.printed);
    let plugin = server.operator().get("/v1/plugins/stammgast.loyalty-points").await.ok();
    assert_eq!(plugin["digest"], json!(Digest::of(&component("loyalty-points"))));
    assert_eq!(plugin["signatures"][0]["public_key"], json!(author.public));

    done(&mut server.cli(&["plugin", "uninstall", "stammgast.loyalty-points"]));
    let installed = done(&mut author.install(&server, &pinned));
    assert!(installed.printed.contains("is installed") && installed.printed.contains(&signed), "{}", installed.printed);
    let (_, digest) = pinned.split_once('@').unwrap();
    let both = done(&mut author.install(&server, &format!("{tag}@{digest}")));
    assert!(both.printed.contains("was installed already"), "{}", both.printed);

    let elsewhere = author.reference(&format!("points@{}", Digest::of(b"nothing")));
    let missing = refused(&mut author.install(&server, &elsewhere));
    assert!(missing.contains(&format!("the registry has no {elsewhere}")), "{missing}");
    let missing = refused(&mut author.install(&server, &author.reference("points:9.9.9")));
    assert!(missing.contains("points:9.9.9"), "{missing}");
}

#[test]
fn a_plugin_is_fetched_into_a_file_with_its_signatures_beside_it() {
    let author = Author::new(Registry::start());
    done(&mut author.push("points.wasm", "points:0.1.0"));
    done(&mut author.pull(&author.reference("points:0.1.0")));
    for end in ["", ".sig"] {
        let (pushed, pulled) = (format!("points.wasm{end}"), format!("pulled.wasm{end}"));
        assert_eq!(bytes(&author.path(&pushed)), bytes(&author.path(&pulled)), "{end}");
    }
    done(author.registry.cli(&["plugin", "verify", "--by", &author.public]).arg(author.path("pulled.wasm")));

    author.pack("0.2.0", "unsigned.wasm");
    done(&mut author.push("unsigned.wasm", "points:0.2.0"));
    let stale = refused(&mut author.pull(&author.reference("points:0.2.0")));
    assert!(stale.contains("pulled.wasm.sig: it holds signatures of another plugin"), "{stale}");
    assert_eq!(bytes(&author.path("pulled.wasm")), component("loyalty-points"), "nothing was written");
    fs::remove_file(author.path("pulled.wasm.sig")).unwrap();
    let fetched = done(&mut author.pull(&author.reference("points:0.2.0"))).printed;
    assert!(fetched.contains("Nobody has signed it."), "{fetched}");
    assert!(!author.path("pulled.wasm.sig").exists());
}

#[test]
fn a_tag_that_has_moved_is_refused_where_a_digest_is_pinned() {
    let author = Author::new(Registry::start());
    let first = done(&mut author.push("points.wasm", "points:stable")).printed;
    author.pack("0.2.0", "next.wasm");
    let second = done(&mut author.push("next.wasm", "points:stable")).printed;
    let digest = |pinned: &str| pinned.split_once('@').unwrap().1.to_owned();

    let moved = refused(&mut author.pull(&author.reference(&format!("points:stable@{}", digest(&first)))));
    assert!(moved.contains("the tag has moved") && moved.contains(&digest(&second)), "{moved}");
    assert!(moved.contains(&format!("write {first};")), "{moved}");
    done(&mut author.pull(&first));
    assert_eq!(bytes(&author.path("pulled.wasm")), component("loyalty-points"));
}

#[tokio::test]
async fn what_is_no_plugin_or_not_what_was_named_is_refused_in_words() {
    let author = Author::new(Registry::start());
    let wasm = author.blob(LAYER, &component("loyalty-points")).await;
    let config = author.blob(CONFIG, b"{}").await;
    let image = author.blob("application/vnd.oci.image.config.v1+json", b"{}").await;
    let tar = author.blob("application/vnd.oci.image.layer.v1.tar+gzip", b"a layer").await;
    let text = author.blob(LAYER, b"no wasm").await;
    let large = author.blob(LAYER, &vec![0; 2 << 20]).await;
    for (tag, config, layers, words) in [
        ("image", &image, json!([tar]), "container image"),
        ("tar", &config, json!([tar]), "and not `application/wasm`"),
        ("two", &config, json!([wasm, wasm]), "it has 2 layers, and has to have one"),
        ("text", &config, json!([text]), "it is no WebAssembly component"),
        ("large", &config, json!([large]), "the server takes 1048576 at most; `runtime.component_mib` raises that"),
    ] {
        let reference = author.artifact(tag, config, layers, json!({})).await;
        let said = refused(author.pull(&reference).env("STAMMGAST_RUNTIME__COMPONENT_MIB", "1"));
        assert!(said.contains(words) && said.contains(&reference), "{tag}: {said}");
    }
    let foreign = author.artifact("foreign", &config, json!([wasm]), json!({})).await;
    done(&mut author.pull(&foreign));

    let stored = author.registry.stored(wasm["digest"].as_str().unwrap());
    let mut changed = bytes(&stored);
    changed[1_000] ^= 1;
    fs::write(stored, changed).unwrap();
    let said = refused(&mut author.pull(&foreign));
    assert!(said.contains("was damaged or changed") && said.contains(wasm["digest"].as_str().unwrap()), "{said}");
}

#[tokio::test]
async fn a_wrong_signature_goes_neither_way() {
    let author = Author::new(Registry::start());
    author.pack("0.2.0", "next.wasm");
    fs::copy(author.path("points.wasm.sig"), author.path("next.wasm.sig")).unwrap();
    let said = refused(&mut author.push("next.wasm", "points:0.2.0"));
    assert!(said.contains(&format!("next.wasm.sig: the signature of {} is wrong", author.public)), "{said}");

    let wasm = author.blob(LAYER, &bytes(&author.path("next.wasm"))).await;
    let config = author.blob(CONFIG, b"{}").await;
    let signatures = fs::read_to_string(author.path("points.wasm.sig")).unwrap();
    for (tag, signatures, words) in [
        ("taken", signatures.as_str(), format!("the signature of {} is wrong", author.public)),
        ("none", "signed!", "cannot be read; ask who pushed it".to_owned()),
    ] {
        let annotations = json!({ "io.stammgast.signatures": signatures });
        let reference = author.artifact(tag, &config, json!([wasm]), annotations).await;
        let said = refused(&mut author.pull(&reference));
        assert!(said.contains(&reference) && said.contains(&words), "{said}");
    }
    assert!(!author.path("pulled.wasm").exists());
}

#[test]
fn a_registry_that_wants_a_login_gets_it_from_the_options_or_from_dockers_settings() {
    let author = Author::new(Registry::start_with_login());
    let (user, password) = LOGIN;
    let host = author.registry.address().to_owned();
    let nobody = refused(&mut author.push("points.wasm", "points:0.1.0"));
    assert!(nobody.contains(&format!("log in with `docker login {host}`, or give --username")), "{nobody}");

    let mut push = author.push("points.wasm", "points:0.1.0");
    let silent = refused(push.args(["--username", user]));
    assert!(silent.contains("STAMMGAST_REGISTRY_PASSWORD"), "{silent}");
    let wrong = refused(push.env("STAMMGAST_REGISTRY_PASSWORD", "difference"));
    assert!(wrong.contains(&format!("is the password of `{user}` right")) && !wrong.contains("difference"), "{wrong}");
    done(push.env("STAMMGAST_REGISTRY_PASSWORD", password));

    let reference = author.reference("points:0.1.0");
    assert!(refused(&mut author.pull(&reference)).contains("docker login"));
    author.registry.log_in(&STANDARD.encode(format!("{user}:{password}")));
    done(&mut author.pull(&reference));
    author.registry.log_in(&STANDARD.encode(format!("{user}:difference")));
    let old = refused(&mut author.pull(&reference));
    assert!(old.contains(&format!("the login of `docker login {host}` was shown; renew it")), "{old}");
}

#[test]
fn a_registry_without_tls_is_spoken_to_only_when_that_is_said_and_a_missing_one_is_named() {
    let author = Author::new(Registry::start());
    let reference = author.reference("points:0.1.0");
    let said = refused(author.registry.cli(&["plugin", "push"]).arg(author.path("points.wasm")).arg(&reference));
    assert!(said.contains(author.registry.address()) && said.contains("--plain-http"), "{said}");
    let nowhere = "oci://registry.invalid/points:1";
    let said = refused(&mut author.registry.cli(&["plugin", "pull", nowhere]));
    assert!(said.contains("no answer from the registry registry.invalid; is the name right"), "{said}");
    let unclear = author.registry.cli(&["plugin", "install", "oci://registry.invalid/points"]).output().unwrap();
    let said = String::from_utf8_lossy(&unclear.stderr).into_owned();
    assert!(unclear.status.code() == Some(2) && said.contains("it has neither a tag nor a digest"), "{said}");
}
