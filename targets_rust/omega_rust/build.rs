//! Puts the digest of the sources into the build, so that a build can be told from sources that changed after it.
#![allow(missing_docs)] // a build script has no readers but its own file

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("..").canonicalize()?;
    let mut sources = Vec::new();
    collect(&root, &root, &mut sources)?;
    sources.sort();
    println!("cargo:rustc-env=SOURCE_DIGEST={}", digest(&root, &sources)?);
    println!("cargo:rustc-env=BUILD_PROFILE={}", env::var("PROFILE").unwrap_or_default());
    Ok(())
}

/// Gather the sources below a folder by their path from the root, and ask Cargo to look again when one changes or appears.
fn collect(root: &Path, folder: &Path, sources: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with('.') || name == "target" || name == "__pycache__" {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, sources)?;
        } else if is_source(name) {
            println!("cargo:rerun-if-changed={}", path.display());
            sources.extend(path.strip_prefix(root).ok().and_then(Path::to_str).map(str::to_owned));
        }
    }
    // Watching the root would mean watching its target folder, too.
    if folder.parent() == Some(root) {
        println!("cargo:rerun-if-changed={}", folder.display());
    }
    Ok(())
}

fn is_source(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    matches!(name, "Cargo.toml" | "Cargo.lock" | "pyproject.toml") || matches!(extension, Some("rs" | "py" | "pyi"))
}

fn digest(root: &Path, sources: &[String]) -> io::Result<String> {
    let mut hash = Sha256::new();
    for source in sources {
        let content = fs::read(root.join(source))?;
        hash.update(source.as_bytes());
        hash.update(b"\0");
        hash.update(content.len().to_string());
        hash.update(b"\0");
        hash.update(content);
    }
    Ok(hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}
