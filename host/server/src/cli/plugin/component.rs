//! The component that a path on the command line means, and the signatures beside it.

use super::super::CliError;
use crate::kit::signing;
use stammgast_domain::{digest::Digest, signature::Signatures};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file stands for itself; a folder for the one component in it or in its `dist` folder.
///
/// # Errors
/// There is no such file, or the folder does not hold one component.
pub(super) fn find(path: &Path) -> Result<PathBuf, CliError> {
    if !path.exists() {
        return Err(given(path, "there is no such file; `stammgast plugin build` makes one"));
    }
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let mut found = components(path)?;
    let dist = path.join("dist");
    if dist.is_dir() {
        found.extend(components(&dist)?);
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let problem = "there is no *.wasm in it or in its dist folder; `stammgast plugin build` makes one";
            Err(given(path, problem))
        }
        several => {
            let names: Vec<String> = several.iter().map(|file| file.display().to_string()).collect();
            Err(given(path, format!("there are several components; name one of {}", names.join(", "))))
        }
    }
}

fn components(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(CliError::file(folder))? {
        let path = entry.map_err(CliError::file(folder))?.path();
        if path.is_file() && path.extension().is_some_and(|extension| extension == "wasm") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The signatures of a component, each right: from the file that is named, or from the one beside the component, if
/// there is one.
pub(super) fn signatures(
    component: &Path,
    named: Option<&Path>,
    digest: Digest,
) -> Result<Option<Signatures>, CliError> {
    let path = named.map_or_else(|| signing::file_beside(component), Path::to_owned);
    let Some(signatures) = signing::read(&path)? else {
        return match named {
            Some(_) => Err(given(&path, "there is no such file; `stammgast plugin sign` makes one")),
            None => Ok(None),
        };
    };
    signing::demand(&signing::check(&signatures, digest), None, &path)?;
    Ok(Some(signatures))
}

fn given(path: &Path, problem: impl Into<String>) -> CliError {
    CliError::Given { what: path.display().to_string(), problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;
    use stammgast_domain::signature::Signature;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_folder_stands_for_the_one_component_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, dist) = (folder.path(), folder.path().join("dist"));
        let none = find(path).unwrap_err();
        assert!(none.to_string().contains("plugin build") && none.exit_code() == 2, "{none}");
        write(&dist.join("a.wasm"), "");
        write(&dist.join("a.wasm.sig"), "");
        write(&path.join("target/c.wasm"), "");
        assert_eq!(find(path).unwrap(), dist.join("a.wasm"));
        assert_eq!(find(&dist).unwrap(), dist.join("a.wasm"));
        write(&path.join("b.wasm"), "");
        let several = find(path).unwrap_err().to_string();
        assert!(several.contains("b.wasm, ") && several.contains("a.wasm"), "{several}");
        assert_eq!(find(&path.join("b.wasm")).unwrap(), path.join("b.wasm"));
        let missing = find(&path.join("not-there.wasm")).unwrap_err();
        assert!(
            missing.to_string().ends_with("there is no such file; `stammgast plugin build` makes one"),
            "{missing}"
        );
        assert_eq!(missing.exit_code(), 2);
    }

    #[test]
    fn signatures_are_checked_before_anything_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let (component, digest) = (folder.path().join("a.wasm"), Digest::of(b"a component"));
        assert_eq!(signatures(&component, None, digest).unwrap(), None);
        let missing = signatures(&component, Some(&folder.path().join("b.sig")), digest).unwrap_err();
        assert!(missing.to_string().contains("b.sig: there is no such file"), "{missing}");

        let signature = Signature::make(&SigningKey::from_bytes(&[1; 32]), digest);
        let signed = Signatures::default().with(signature);
        write(&folder.path().join("a.wasm.sig"), &serde_json::to_string(&signed).unwrap());
        assert_eq!(signatures(&component, None, digest).unwrap(), Some(signed));
        assert!(signatures(&component, None, Digest::of(b"rebuilt")).is_err());
        write(&folder.path().join("a.wasm.sig"), "{}");
        assert!(signatures(&component, None, digest).is_err());
    }
}
