//! What cargo knows of a plugin's folder.

use crate::kit::KitError;
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A package that makes a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Project {
    /// Its folder.
    pub folder: PathBuf,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The workspace's folder; the package's own where it stands alone.
    pub workspace: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
    /// The library's name in file names.
    pub library: String,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

/// Asks cargo about a folder, given by its whole path.
pub(super) fn find(folder: &Path) -> Result<Project, KitError> {
    let wrong = |problem: String| KitError::Project { folder: folder.to_owned(), problem };
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(folder)
        .output()
        .map_err(KitError::program("cargo"))?;
    if !output.status.success() {
        return Err(wrong(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout).map_err(|error| wrong(error.to_string()))?;
    choose(folder, metadata).map_err(wrong)
}

fn choose(folder: &Path, metadata: Metadata) -> Result<Project, String> {
    let manifest = folder.join("Cargo.toml");
    let members: Vec<String> = metadata.packages.iter().map(|package| package.name.clone()).collect();
    let package = metadata.packages.into_iter().find(|package| package.manifest_path == manifest);
    let package = package.ok_or_else(|| {
        format!("it is a workspace without a package of its own; name the folder of one of {}", members.join(", "))
    })?;
    let is_plugin = |target: &&Target| target.crate_types.iter().any(|of| of == "cdylib");
    let library = package.targets.iter().find(is_plugin).map(|target| target.name.replace('-', "_"));
    let library = library.ok_or_else(|| {
        format!(
            "package {} makes no plugin; write `crate-type = [\"cdylib\"]` under `[lib]` in Cargo.toml",
            package.name
        )
    })?;
    Ok(Project {
        folder: folder.to_owned(),
        name: package.name,
        version: package.version,
        workspace: metadata.workspace_root,
        target: metadata.target_directory,
        library,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(crate_type: &str) -> Metadata {
        let json = format!(
            r#"{{ "workspace_root": "/w", "target_directory": "/t", "packages": [
                {{ "name": "other", "version": "1.0.0", "manifest_path": "/w/other/Cargo.toml", "targets": [] }},
                {{ "name": "my-plugin", "version": "0.2.0", "manifest_path": "/w/mine/Cargo.toml",
                   "targets": [{{ "name": "my-plugin", "crate_types": ["rlib", "{crate_type}"] }}] }}
            ] }}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn the_package_of_the_folder_is_chosen_from_its_workspace() {
        let project = choose(Path::new("/w/mine"), metadata("cdylib")).unwrap();
        assert_eq!((project.name.as_str(), project.library.as_str()), ("my-plugin", "my_plugin"));
        assert_eq!(project.workspace, PathBuf::from("/w"));
    }

    #[test]
    fn a_folder_that_makes_no_plugin_is_refused_with_the_remedy() {
        let workspace = choose(Path::new("/w"), metadata("cdylib")).unwrap_err();
        assert!(workspace.contains("other, my-plugin"), "{workspace}");
        let library = choose(Path::new("/w/mine"), metadata("lib")).unwrap_err();
        assert!(library.contains("crate-type"), "{library}");
    }
}
