//! Files that appear whole or not at all: written under a temporary name in the same folder, renamed at the end.

use anyhow::{Context, Result, anyhow, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files that this process writes and reads, and whether new ones are still allowed.
struct Registry {
    /// The target of each temporary file.
    live: BTreeMap<PathBuf, PathBuf>,
    /// Files that were read.
    inputs: BTreeSet<PathBuf>,
    closed: bool,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    live: BTreeMap::new(),
    inputs: BTreeSet::new(),
    closed: false,
});

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every temporary file and refuses new ones; for a process that is about to end.
pub fn abandon() {
    let mut registry = registry();
    registry.closed = true;
    for path in std::mem::take(&mut registry.live).into_keys() {
        // Whoever removed it before us did what we wanted.
        let _ = fs::remove_file(path);
    }
}

/// Says that a file is read, so that no output replaces it.
///
/// # Errors
/// If it is an output of this run.
pub fn reading(path: &Path) -> Result<()> {
    // What does not exist is not read; opening it says so.
    let Ok(path) = fs::canonicalize(path) else {
        return Ok(());
    };
    let mut registry = registry();
    let is_output = registry.live.values().any(|target| *target == path);
    ensure!(
        !is_output,
        "is read and written by one run; give the output another name"
    );
    registry.inputs.insert(path);
    Ok(())
}

/// Forgets what was read: it belongs to a run that is over.
pub(crate) fn forget_inputs() {
    registry().inputs.clear();
}

/// A file being written. Dropped before [`commit`], it leaves nothing behind and the old file untouched.
///
/// A target that exists and is no regular file, such as `/dev/null` or a named pipe, is written directly.
#[derive(Debug)]
pub struct Staged {
    named: PathBuf,
    target: PathBuf,
    temporary: Option<PathBuf>,
    file: File,
}

impl Staged {
    /// Creates the temporary file beside `path`.
    ///
    /// # Errors
    /// If the folder does not exist or cannot be written, or `path` is a folder.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        ensure!(
            !path.is_dir(),
            "cannot write {shown}: it is a folder; add a file name"
        );
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let name = path
            .file_name()
            .with_context(|| format!("cannot write {shown}: not a file name"))?;
        if !folder.is_dir() {
            let words = format!(
                "cannot write {shown}: the folder {} does not exist; create it first",
                folder.display()
            );
            return Err(io::Error::new(io::ErrorKind::NotFound, words).into());
        }
        if path.exists() && !path.is_file() {
            let file = OpenOptions::new().write(true).open(path);
            let file = file.with_context(|| format!("cannot write {shown}"))?;
            return Ok(Self {
                named: path.to_owned(),
                target: path.to_owned(),
                temporary: None,
                file,
            });
        }
        // A symbolic link keeps pointing where it did, and its target is replaced.
        let folder = fs::canonicalize(folder).with_context(|| format!("cannot write {shown}"))?;
        let target = match (fs::canonicalize(path), fs::read_link(path)) {
            (Ok(target), _) => target,
            // A link to a file that is still to come.
            (Err(_), Ok(link)) => folder.join(link),
            (Err(_), Err(_)) => folder.join(name),
        };
        let (temporary, file) = create(&target).with_context(|| format!("cannot write {shown}"))?;
        // After ours is there and locked: of two runs that begin together at least one sees the other.
        if let Err(error) = settle_with_others(&target) {
            let _ = fs::remove_file(&temporary);
            registry().live.remove(&temporary);
            return Err(error.context(format!("cannot write {shown}")));
        }
        if let Ok(old) = fs::metadata(&target) {
            // Whoever kept the old file from others' eyes wants the new one kept, too.
            let _ = fs::set_permissions(&temporary, old.permissions());
        }
        Ok(Self {
            named: path.to_owned(),
            target,
            temporary: Some(temporary),
            file,
        })
    }

    /// The file that will appear.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The file as it was named.
    pub fn named(&self) -> &Path {
        &self.named
    }

    /// Whether the target is a regular file, and not a device or a pipe.
    pub fn is_regular(&self) -> bool {
        self.temporary.is_some()
    }

    /// The start of the message when writing fails.
    pub fn cannot_write(&self) -> String {
        format!("cannot write {}", self.target.display())
    }

    fn rename(&mut self, registry: &mut Registry) -> Result<()> {
        if let Some(temporary) = self.temporary.take() {
            fs::rename(&temporary, &self.target).with_context(|| {
                // Removed here, since Drop no longer knows of it.
                let _ = fs::remove_file(&temporary);
                self.cannot_write()
            })?;
            registry.live.remove(&temporary);
        }
        Ok(())
    }
}

/// Moves the files into place, in the order given.
///
/// # Errors
/// If a file cannot be renamed, or [`abandon`] came first; the files not yet moved are removed.
pub fn commit(files: Vec<Staged>) -> Result<()> {
    let mut files = files;
    for staged in &mut files {
        staged.file.flush().with_context(|| staged.cannot_write())?;
    }
    let result = {
        let mut registry = registry();
        if registry.closed {
            Err(anyhow!("interrupted"))
        } else {
            files
                .iter_mut()
                .try_for_each(|staged| staged.rename(&mut registry))
        }
    };
    // The lock is released: dropping what is left takes it again.
    drop(files);
    result
}

/// Errs where another run is writing the same target: its temporary file is locked, which the system undoes however that run ends. Removes those of
/// runs that were killed before they could.
fn settle_with_others(target: &Path) -> Result<()> {
    let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
        return Ok(());
    };
    let prefix = prefix(name).to_string_lossy().into_owned();
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let found = entry.file_name();
        let found = found.to_string_lossy();
        let middle = found
            .strip_prefix(&prefix)
            .and_then(|rest| rest.strip_suffix(".partial"));
        let owner = middle.and_then(|middle| middle.split('-').next()?.parse::<u32>().ok());
        let Some(owner) = owner.filter(|owner| *owner != process::id()) else {
            continue;
        };
        let Ok(file) = File::open(entry.path()) else {
            continue;
        };
        ensure!(
            !matches!(file.try_lock(), Err(TryLockError::WouldBlock)),
            "another run (process {owner}) is writing it; wait for its end, or give this one another name"
        );
        // Where processes are no files nothing is known of them, and nothing is removed.
        let is_gone =
            Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{owner}")).exists();
        if is_gone {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// The most bytes of a name that its temporary file repeats: file systems take 255, and a number and an ending follow.
const LONGEST: usize = 200;

/// How the names of the temporary files of a target begin: with its name, or with the start of a long one and a number made of all of it.
fn prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    if name.len() <= LONGEST {
        prefix.push(name);
    } else {
        let text = name.to_string_lossy();
        let fits = |at: &usize| *at <= LONGEST - 20;
        let ends = text.char_indices().map(|(at, _)| at).take_while(fits);
        prefix.push(&text[..ends.last().unwrap_or_default()]);
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        prefix.push(format!("-{:016x}", hasher.finish()));
    }
    prefix.push(".");
    prefix
}

fn create(target: &Path) -> Result<(PathBuf, File)> {
    let mut registry = registry();
    ensure!(!registry.closed, "interrupted");
    ensure!(
        registry.live.values().all(|other| other != target),
        "two outputs of one run have this name; choose two names"
    );
    ensure!(
        !registry.inputs.contains(target),
        "it is read by this run; give the output another name"
    );
    for attempt in 0..1000 {
        let mut name = prefix(target.file_name().unwrap_or_default());
        name.push(format!("{}-{attempt}.partial", process::id()));
        let path = target.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                // Told to other runs; a file system without locks has none to tell.
                let _ = file.try_lock();
                registry.live.insert(path.clone(), target.to_owned());
                return Ok((path, file));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    bail!("too many .partial files; remove them")
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            let _ = fs::remove_file(&temporary);
            registry().live.remove(&temporary);
        }
    }
}
