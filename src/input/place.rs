//! `FILE:NAME`: one array of a file that holds several.

use std::path::{Path, PathBuf};

/// Ends of the names of files that hold several arrays.
const ARCHIVES: [&str; 7] = [
    ".npz",
    ".h5",
    ".hdf5",
    ".mat",
    ".h5ad",
    ".nwb",
    ".safetensors",
];

/// Splits `FILE:NAME` where FILE exists, or by its ending could hold a NAME. What exists as a whole is a file, and no split.
pub(super) fn split(path: &Path) -> (PathBuf, Option<String>) {
    if path.exists() {
        return (path.to_owned(), None);
    }
    let named = |is_file: &dyn Fn(&Path, &str) -> bool| {
        // NAME may have folders, too: FILE.h5:GROUP/NAME.
        path.ancestors().find_map(|part| {
            let name = part.file_name()?.to_str()?;
            name.match_indices(':').find_map(|(at, _)| {
                let file = part.with_file_name(&name[..at]);
                if at == 0 || !is_file(&file, &name[..at]) {
                    return None;
                }
                let rest = path.strip_prefix(part).ok()?.to_str()?;
                let start = &name[at + 1..];
                let separator = if rest.is_empty() { "" } else { "/" };
                Some((file, format!("{start}{separator}{rest}")))
            })
        })
    };
    let ends = |_: &Path, name: &str| {
        let name = name.to_ascii_lowercase();
        ARCHIVES.iter().any(|end| name.ends_with(end))
    };
    match named(&|file, _| file.is_file()).or_else(|| named(&ends)) {
        Some((file, member)) => (file, Some(member)),
        None => (path.to_owned(), None),
    }
}

/// The name of a file in small letters, as far as it is text.
pub(super) fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_behind_a_colon_may_have_folders() {
        for (typed, file, member) in [
            ("missing.npz:W", "missing.npz", Some("W")),
            ("a/missing.NPZ:W", "a/missing.NPZ", Some("W")),
            ("missing.h5:a/b", "missing.h5", Some("a/b")),
            ("a/missing.h5:/a/b", "a/missing.h5", Some("/a/b")),
            ("missing.csv", "missing.csv", None),
            ("a:b/missing.csv", "a:b/missing.csv", None),
            ("a:b/missing.npz:c:d", "a:b/missing.npz", Some("c:d")),
        ] {
            let found = split(Path::new(typed));
            assert_eq!(found, (file.into(), member.map(str::to_owned)), "{typed}");
        }
    }
}
