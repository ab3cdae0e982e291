//! Hugging Face's safetensors: the length of a header as u64, the header in JSON, numbers, little-endian and row by row.
//!
//! # References
//! The `safetensors` format, `huggingface/safetensors`, "Format" in its README.

use super::archive::{Archive, Entry, only_matrix, unknown};
use super::dtype::{Dtype, Kind};
use super::limit::Limit;
use super::raw::Raw;
use super::shown::shorten;
use super::source;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The most bytes of a header: a model of a hundred thousand tensors fits.
const MAX_HEADER: u64 = 1 << 24;

const METADATA: &str = "__metadata__";

/// An open file.
pub(super) struct SafeTensors {
    path: PathBuf,
    names: Vec<String>,
    tensors: BTreeMap<String, Tensor>,
    metadata: BTreeMap<String, String>,
    /// Byte at which the numbers begin
    start: u64,
}

#[derive(Debug, Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

impl SafeTensors {
    /// Reads the header of a file.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let bytes = source::length(path)?;
        let mut file = source::open(path)?;
        let mut length = [0; 8];
        file.read_exact(&mut length)
            .context("ends within the 8 bytes at its start; copy it again")?;
        let length = u64::from_le_bytes(length);
        ensure!(
            length <= MAX_HEADER && length <= bytes.saturating_sub(8),
            "byte 0: claims a header of {length} bytes, which no safetensors file of {bytes} bytes has; save it again"
        );
        let mut header = Vec::new();
        file.take(length)
            .read_to_end(&mut header)
            .context("cannot be read")?;
        let header: BTreeMap<String, Value> = serde_json::from_slice(&header)
            .context("its header is no JSON; save it with safetensors.torch.save_file")?;
        let (mut tensors, mut metadata) = (BTreeMap::new(), BTreeMap::new());
        for (name, value) in header {
            if name == METADATA {
                metadata = serde_json::from_value(value).context(METADATA)?;
                continue;
            }
            let place = || format!("tensor '{}'", shorten(&name));
            let tensor: Tensor = serde_json::from_value(value).with_context(place)?;
            let end = tensor.data_offsets[1].checked_add(8 + length);
            ensure!(
                end.is_some_and(|end| end <= bytes),
                "{} goes on after the end of the file; copy it again",
                place()
            );
            tensors.insert(name, tensor);
        }
        Ok(Self {
            path: path.to_owned(),
            names: tensors.keys().cloned().collect(),
            tensors,
            metadata,
            start: 8 + length,
        })
    }

    /// The tensor `member`, or the only matrix.
    pub(super) fn matrix(&self, member: Option<&str>) -> Result<Raw> {
        if let Some(member) = member {
            return self.read(member);
        }
        let entry = |(name, tensor): (&String, &Tensor)| Entry {
            name: name.clone(),
            shape: tensor.shape.clone(),
        };
        let entries: Vec<Entry> = self.tensors.iter().map(entry).collect();
        let name = only_matrix(&entries, "FILE.safetensors:NAME")?;
        Ok(self.read(name)?.noted(format!("tensor {}", shorten(name))))
    }

    fn tensor(&self, tensor: &Tensor) -> Result<Raw> {
        let (rows, columns) = Limit::PLAIN.rows_and_columns(&tensor.shape)?;
        let dtype = dtype(&tensor.dtype)?;
        let [from, to] = tensor.data_offsets;
        let needed = rows * columns * dtype.size;
        ensure!(
            to.checked_sub(from) == Some(needed as u64),
            "its {from} to {to} are not the {needed} bytes of its shape {:?}; save it again",
            tensor.shape
        );
        let mut file = source::open(&self.path)?;
        file.seek(SeekFrom::Start(self.start + from))
            .context("cannot be read")?;
        let values = dtype.read_all(file.take(needed as u64), rows * columns)?;
        Raw::new(tensor.shape.clone(), values, false)
    }
}

impl Archive for SafeTensors {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, name: &str) -> Result<Raw> {
        let found = self.tensors.get(name);
        let tensor = found.ok_or_else(|| unknown(name, "tensor", &self.names))?;
        self.tensor(tensor)
            .with_context(|| format!("tensor '{}'", shorten(name)))
    }

    /// A text of the metadata.
    fn word(&self, name: &str) -> Result<Option<String>> {
        Ok(self.metadata.get(name).cloned())
    }
}

fn dtype(name: &str) -> Result<Dtype> {
    let (kind, size) = match name {
        "F64" => (Kind::Float, 8),
        "F32" => (Kind::Float, 4),
        "F16" => (Kind::Float, 2),
        "BF16" => (Kind::Brain, 2),
        "I64" => (Kind::Signed, 8),
        "I32" => (Kind::Signed, 4),
        "I16" => (Kind::Signed, 2),
        "I8" => (Kind::Signed, 1),
        "U64" => (Kind::Unsigned, 8),
        "U32" => (Kind::Unsigned, 4),
        "U16" => (Kind::Unsigned, 2),
        "U8" => (Kind::Unsigned, 1),
        "BOOL" => (Kind::Bool, 1),
        _ => bail!("has the dtype '{}'; save tensor.float()", shorten(name)),
    };
    Ok(Dtype {
        kind,
        size,
        big_endian: false,
    })
}
