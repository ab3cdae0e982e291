//! Data sets of HDF5, which `h5py`, MATLAB 7.3, `AnnData` and NWB write.
//!
//! # References
//! The HDF Group, HDF5 File Format Specification, version 3.0.

use super::archive::{Archive, Entry, only_matrix, unknown};
use super::blocks::{Store, Stored};
use super::dtype::{Dtype, Kind};
use super::hdf5_part::Part;
use super::limit::Limit;
use super::raw::Raw;
use super::shown::{list, sentence, shorten};
use super::source;
use anyhow::{Result, anyhow, bail, ensure};
use hdf5_reader::group::Group;
use hdf5_reader::storage::DynStorage;
use hdf5_reader::{ByteOrder, Dataset, Datatype, FileStorage, Hdf5File, OpenOptions};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

const SIGNATURE: &[u8; 8] = b"\x89HDF\r\n\x1a\n";

/// The most objects and the deepest group that are looked through for a matrix.
const MAX_OBJECTS: usize = 10_000;
const MAX_DEPTH: usize = 16;

/// Bytes of unpacked chunks that are kept where parts of a data set are read: a chunk is seldom all that a part wants.
const CHUNK_CACHE: usize = 1 << 26;

/// An open file, or a group of it.
pub(super) struct Hdf5 {
    file: Hdf5File,
    limit: Limit,
    /// Path of the group, with a slash at its end; empty for the whole file
    group: String,
    /// Data sets of the group.
    names: Vec<String>,
    /// Groups of the group.
    groups: Vec<String>,
}

/// Whether a file is HDF5: its signature stands at byte 0, 512, 1024, 2048, …, behind what another program put there.
pub(super) fn is_hdf5(path: &Path) -> bool {
    let Ok(mut file) = File::open(path) else {
        return false;
    };
    if !file.metadata().is_ok_and(|data| data.is_file()) {
        return false;
    }
    let offsets = std::iter::once(0).chain((9..24).map(|power| 1 << power));
    let mut start = [0; 8];
    for offset in offsets {
        let read = file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| file.read_exact(&mut start));
        if read.is_err() || start == *SIGNATURE {
            return read.is_ok();
        }
    }
    false
}

impl Hdf5 {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let limit = Limit::packed(source::length(path)?);
        let storage = FileStorage::open(path).map_err(unreadable)?;
        Self::new(Arc::new(storage), limit)
    }

    /// Opens a file of whose data sets parts are read.
    pub(super) fn open_for_parts(path: &Path) -> Result<Self> {
        let limit = Limit::packed(source::length(path)?);
        let storage = FileStorage::open(path).map_err(unreadable)?;
        Self::with_cache(Arc::new(storage), limit, CHUNK_CACHE)
    }

    /// Reads the lists of the root group.
    fn new(storage: DynStorage, limit: Limit) -> Result<Self> {
        Self::with_cache(storage, limit, 0)
    }

    fn with_cache(storage: DynStorage, limit: Limit, cache: usize) -> Result<Self> {
        let bytes = 8 * limit.values();
        let options = OpenOptions::default()
            .with_max_read_bytes(bytes)
            .with_max_chunk_bytes(bytes)
            .with_chunk_cache_bytes(cache);
        let file = Hdf5File::from_storage_with_options(storage, options).map_err(unreadable)?;
        let (groups, names) = file
            .root_group()
            .and_then(|root| root.member_names())
            .map_err(unreadable)?;
        Ok(Self {
            file,
            limit,
            group: String::new(),
            names,
            groups,
        })
    }

    /// The same file seen from a group of the one that it is seen from.
    pub(super) fn within(mut self, group: &str) -> Result<Self> {
        let path = self.path(group);
        let found = self.file.group(&path).map_err(|_| self.missing(group))?;
        (self.groups, self.names) = found.member_names().map_err(unreadable)?;
        self.group = format!("{path}/");
        Ok(self)
    }

    /// Groups of the group.
    pub(super) fn groups(&self) -> &[String] {
        &self.groups
    }

    /// Whether this is a group.
    pub(super) fn has_group(&self, path: &str) -> bool {
        self.file.group(&self.path(path)).is_ok()
    }

    /// The data set `member`, or the only matrix.
    pub(super) fn matrix(&self, member: Option<&str>) -> Result<Raw> {
        let member = member.map(|path| path.trim_matches('/'));
        match member {
            Some(path) if !path.is_empty() => {
                if self.has_group(path) {
                    return self.refuse_group(path);
                }
                self.read(path)
            }
            _ => {
                let entries = self.entries("")?;
                let name = only_matrix(&entries, "FILE.h5:PATH")?;
                Ok(self
                    .read(name)?
                    .noted(format!("data set {}", shorten(name))))
            }
        }
    }

    /// The data set `member`, or the only matrix, to be read by blocks; `None` unless it has two dimensions and numbers of a plain type.
    pub(super) fn by_blocks(&self, member: Option<&str>) -> Result<Option<Stored>> {
        let member = member.map(|path| path.trim_matches('/'));
        let name = match member {
            Some(path) if !path.is_empty() => path.to_owned(),
            _ => match only_matrix(&self.entries("")?, "FILE.h5:PATH") {
                Ok(name) => name.to_owned(),
                Err(_) => return Ok(None),
            },
        };
        // What is no data set of numbers is refused where it is read whole.
        let Some(data) = self.file.dataset(&self.path(&name)).ok() else {
            return Ok(None);
        };
        let (Ok(dtype), &[rows, columns]) = (numeric(&data), data.shape()) else {
            return Ok(None);
        };
        let size = |n: u64| usize::try_from(n).ok().filter(|n| *n > 0);
        let (Some(rows), Some(columns)) = (size(rows), size(columns)) else {
            return Ok(None);
        };
        let is_turned = matlab_class(&data).is_some();
        let Some(store) = Part::new(data, name, dtype) else {
            return Ok(None);
        };
        // A file that was cut short fails here, before hours of reading.
        store.read(rows - 1..rows, columns - 1..columns, Vec::new())?;
        Ok(Some(Stored {
            store: Box::new(store),
            dtype,
            rows,
            columns,
            is_turned,
        }))
    }

    /// The message for a group where a data set is expected.
    fn refuse_group(&self, path: &str) -> Result<Raw> {
        let group = self.file.group(&self.path(path)).map_err(unreadable)?;
        let says = |name: &str| {
            let attribute = group.attribute(name).and_then(|found| found.read_string());
            attribute.unwrap_or_default()
        };
        let shown = shorten(path);
        ensure!(
            !says("encoding-type").contains("cs") && group.attribute("MATLAB_sparse").is_err(),
            "'{shown}' is a sparse matrix; save it dense: adata.{shown}.toarray() in Python, full({shown}) in MATLAB"
        );
        let entries = self.entries(path)?;
        let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        bail!(
            "'{shown}' is a group{}",
            if names.is_empty() {
                " without arrays of numbers".to_owned()
            } else {
                format!("; write FILE.h5:PATH with one of: {}", list(&names))
            }
        )
    }

    /// Arrays of numbers in a group and all below it.
    fn entries(&self, group: &str) -> Result<Vec<Entry>> {
        let start = self.file.group(&self.path(group)).map_err(unreadable)?;
        let prefix = match group {
            "" => String::new(),
            _ => format!("{group}/"),
        };
        let mut found = Vec::new();
        let mut left = MAX_OBJECTS;
        collect(&start, &prefix, MAX_DEPTH, &mut left, &mut found)?;
        Ok(found)
    }

    fn path(&self, name: &str) -> String {
        format!("{}{}", self.group, name.trim_matches('/'))
    }

    fn dataset(&self, name: &str) -> Result<Dataset> {
        let path = self.path(name);
        self.file.dataset(&path).map_err(|error| {
            if error.to_string().contains("not found") {
                self.missing(name)
            } else {
                unreadable(error)
            }
        })
    }

    fn missing(&self, name: &str) -> anyhow::Error {
        let entries = self.entries("").unwrap_or_default();
        let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        unknown(name, "data set", &names)
    }
}

impl Archive for Hdf5 {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, name: &str) -> Result<Raw> {
        let data = self.dataset(name)?;
        let read = || -> Result<Raw> {
            let dtype = numeric(&data)?;
            let shape = data.shape().to_vec();
            let (rows, columns) = self.limit.rows_and_columns(&shape)?;
            let bytes = data.read_raw_bytes().map_err(unreadable)?;
            let numbers = bytes.chunks_exact(dtype.size);
            let values: Vec<f64> = numbers.map(|bytes| dtype.decode(bytes)).collect();
            ensure!(values.len() == rows * columns, "is damaged; copy it again");
            if matlab_class(&data).is_none() {
                return Raw::new(shape, values, false);
            }
            // MATLAB stores the first index fastest, and its sizes in the opposite order.
            let raw = Raw::new(shape.into_iter().rev().collect(), values, true)?;
            Ok(raw.noted("turned to the rows and columns of MATLAB".to_owned()))
        };
        read().map_err(|error| error.context(format!("data set '{}'", shorten(name))))
    }

    fn word(&self, name: &str) -> Result<Option<String>> {
        if !self.has(name) {
            return Ok(None);
        }
        let data = self.dataset(name)?;
        let text = data.read_string().ok();
        Ok(text.map(|text| text.trim_end_matches('\0').to_owned()))
    }
}

/// Adds the arrays of numbers of a group and of all below it.
fn collect(
    group: &Group,
    prefix: &str,
    depth: usize,
    left: &mut usize,
    found: &mut Vec<Entry>,
) -> Result<()> {
    let (groups, sets) = group.members().map_err(unreadable)?;
    for data in sets {
        if *left == 0 {
            return Ok(());
        }
        *left -= 1;
        if numeric(&data).is_ok() && !data.shape().is_empty() {
            found.push(Entry {
                name: format!("{prefix}{}", data.name()),
                shape: data.shape().to_vec(),
            });
        }
    }
    for child in groups {
        // What MATLAB keeps for itself.
        let is_hidden = child.name().starts_with('#');
        if is_hidden || depth == 0 || *left == 0 {
            continue;
        }
        *left -= 1;
        let prefix = format!("{prefix}{}/", child.name());
        collect(&child, &prefix, depth - 1, left, found)?;
    }
    Ok(())
}

/// MATLAB's word for the type of an array that it wrote.
fn matlab_class(data: &Dataset) -> Option<String> {
    data.attribute("MATLAB_class").ok()?.read_string().ok()
}

/// How a data set of numbers stores them.
fn numeric(data: &Dataset) -> Result<Dtype> {
    if let Some(class) = matlab_class(data) {
        ensure!(
            !["char", "cell", "struct", "function_handle"].contains(&class.as_str()),
            "is a {class} array of MATLAB; save a matrix of numbers"
        );
        ensure!(
            data.attribute("MATLAB_empty").is_err(),
            "is an empty array of MATLAB"
        );
    }
    stored(data.dtype(), &data.raw_datatype().map_err(unreadable)?)
}

fn stored(datatype: &Datatype, raw: &[u8]) -> Result<Dtype> {
    let (kind, size, order) = match datatype {
        Datatype::FixedPoint {
            size,
            signed: true,
            byte_order,
        } => (Kind::Signed, *size, *byte_order),
        Datatype::FixedPoint {
            size, byte_order, ..
        }
        | Datatype::Bitfield { size, byte_order } => (Kind::Unsigned, *size, *byte_order),
        Datatype::FloatingPoint { size, byte_order } => (float(raw)?, *size, *byte_order),
        Datatype::Enum { base, .. } => return stored(base, raw),
        Datatype::String { .. } | Datatype::VarLen { .. } => bail!("holds texts, not numbers"),
        Datatype::Compound { .. } => {
            bail!("holds records or complex numbers; save each field as a matrix of its own")
        }
        _ => bail!("holds no numbers"),
    };
    ensure!(
        matches!(size, 1 | 2 | 4 | 8),
        "holds numbers of {size} bytes; save array.astype(float)"
    );
    Ok(Dtype {
        kind,
        size: size.into(),
        big_endian: order == ByteOrder::BigEndian,
    })
}

/// The kind of floating point of a datatype message: IEEE's of 2, 4 or 8 bytes, or the upper half of one of 4.
fn float(raw: &[u8]) -> Result<Kind> {
    let word = |at: usize| {
        let bytes = raw.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_le_bytes)
    };
    // Size; places and sizes of exponent and fraction; bias.
    let layout = [word(4), word(12), word(16)];
    let known = |size: u32, exponent: u8, fraction: u8, bias: u32| {
        let places = u32::from_le_bytes([fraction, exponent, 0, fraction]);
        layout == [Some(size), Some(places), Some(bias)]
    };
    if known(8, 11, 52, 1023) || known(4, 8, 23, 127) || known(2, 5, 10, 15) {
        Ok(Kind::Float)
    } else if known(2, 8, 7, 127) {
        Ok(Kind::Brain)
    } else {
        bail!("holds floating-point numbers that are not IEEE's; save array.astype(float)")
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
pub(super) fn unreadable(error: hdf5_reader::error::Error) -> anyhow::Error {
    anyhow!(
        "cannot be read as HDF5: {}; write it again by h5py, with compression='gzip' or none (or copy it again, if it is damaged)",
        sentence(&error.to_string())
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use hdf5_reader::BytesStorage;
    use proptest::prelude::*;

    const FILES: [&[u8]; 3] = [
        include_bytes!("../../tests/files/chunked.h5"),
        include_bytes!("../../tests/files/matlab.mat"),
        include_bytes!("../../tests/files/rbms.h5"),
    ];

    fn open(bytes: &[u8]) -> Result<Hdf5> {
        let storage = Arc::new(BytesStorage::new(bytes.to_vec()));
        Hdf5::new(storage, Limit::packed(bytes.len() as u64))
    }

    /// Any answer will do, a panic or memory that the file does not fill will not.
    fn read_all(bytes: &[u8]) {
        let Ok(file) = open(bytes) else {
            return;
        };
        let _ = file.matrix(None).map(|raw| raw.into_matrix(None));
        for entry in file.entries("").unwrap_or_default() {
            let _ = file.read(&entry.name);
        }
        for name in file.names() {
            let _ = file.word(name);
        }
    }

    #[test]
    fn a_matrix_is_the_same_in_chunks_and_as_matlab_stores_it() {
        let [chunked, matlab] = [0, 1].map(|k| open(FILES[k]).unwrap().matrix(None).unwrap());
        assert_eq!((chunked.rows, chunked.columns), (40, 6));
        assert_eq!(chunked.values, matlab.values);
        assert!(matlab.notes[0].contains("MATLAB"), "{:?}", matlab.notes);
        let expected = |k: usize| f64::from(u32::try_from(k % 17).unwrap()) - 8.0;
        assert!((chunked.values.iter().enumerate()).all(|(k, x)| (x - expected(k)).abs() <= 0.0));
    }

    #[test]
    fn a_file_that_was_cut_short_is_refused_before_its_blocks_are_read() {
        let whole = open(FILES[0]).unwrap();
        assert!(whole.by_blocks(None).unwrap().is_some());
        let short = open(&FILES[0][..FILES[0].len() - 700]).unwrap();
        assert!(short.by_blocks(None).is_err());
    }

    #[test]
    fn single_numbers_and_texts_are_no_arrays_of_numbers() {
        let mixed = include_bytes!("../../tests/files/mixed.h5");
        let entries = open(mixed).unwrap().entries("").unwrap();
        let names: Vec<&str> = entries.iter().map(|entry| &*entry.name).collect();
        assert_eq!(names, ["matrix"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn damaged_files_never_panic(
            which in 0usize..3, at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 0..6),
            cut in any::<prop::sample::Index>()
        ) {
            let mut file = FILES[which].to_vec();
            let at = at.index(file.len());
            for (place, byte) in file[at..].iter_mut().zip(&bytes) {
                *place = *byte;
            }
            read_all(&file);
            file.truncate(cut.index(file.len()));
            read_all(&file);
        }
    }
}
