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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::tests::TemporaryFile;

    fn file(name: &str, header: &str, numbers: &[u8]) -> TemporaryFile {
        let length = (header.len() as u64).to_le_bytes();
        let bytes = [&length[..], header.as_bytes(), numbers].concat();
        TemporaryFile::new(name, "model.safetensors", &bytes)
    }

    #[test]
    fn every_dtype_of_the_format_is_read_at_its_place() {
        let tensors: [(&str, Vec<u8>, f64); 13] = [
            ("F64", (-0.1f64).to_le_bytes().to_vec(), -0.1),
            ("F32", 1.5f32.to_le_bytes().to_vec(), 1.5),
            ("F16", vec![0x00, 0xc0], -2.0),
            ("BF16", vec![0xc0, 0xbf], -1.5),
            (
                "I64",
                (-(1i64 << 60)).to_le_bytes().to_vec(),
                -(2_f64.powi(60)),
            ),
            ("I32", (-70_000i32).to_le_bytes().to_vec(), -70_000.0),
            ("I16", (-300i16).to_le_bytes().to_vec(), -300.0),
            ("I8", vec![0x80], -128.0),
            ("U64", (1u64 << 63).to_le_bytes().to_vec(), 2_f64.powi(63)),
            ("U32", (1u32 << 31).to_le_bytes().to_vec(), 2_f64.powi(31)),
            ("U16", (1u16 << 15).to_le_bytes().to_vec(), 32_768.0),
            ("U8", vec![0x80], 128.0),
            ("BOOL", vec![1], 1.0),
        ];
        let (mut entries, mut numbers) = (Vec::new(), Vec::new());
        for (dtype, bytes, _) in &tensors {
            let from = numbers.len();
            numbers.extend(bytes.repeat(2));
            let to = numbers.len();
            entries.push(format!(
                r#""{dtype}":{{"dtype":"{dtype}","shape":[2,1],"data_offsets":[{from},{to}]}}"#
            ));
        }
        let header = format!(
            r#"{{{},"__metadata__":{{"visible":"spin"}}}}"#,
            entries.join(",")
        );
        let file = file("dtypes", &header, &numbers);
        let open = SafeTensors::open(&file.0).unwrap();
        for (dtype, _, expected) in tensors {
            let raw = open.matrix(Some(dtype)).unwrap();
            assert_eq!((raw.rows, raw.columns), (2, 1), "{dtype}");
            assert_eq!(raw.values, [expected; 2], "{dtype}");
        }
        assert_eq!(open.word("visible").unwrap().as_deref(), Some("spin"));
        assert_eq!(open.word("hidden").unwrap(), None);
        assert_eq!(open.names().len(), 13);
    }

    #[test]
    fn a_header_that_does_not_fit_the_file_is_refused_with_its_reason() {
        let of = |shape: &str, offsets: &str| {
            format!(r#"{{"W":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#)
        };
        for (name, header, expected) in [
            (
                "beyond",
                of("[1,2]", "[0,9]"),
                "goes on after the end of the file",
            ),
            (
                "other",
                of("[1,3]", "[0,8]"),
                "its 0 to 8 are not the 12 bytes",
            ),
            (
                "backwards",
                of("[1,2]", "[8,0]"),
                "its 8 to 0 are not the 8 bytes",
            ),
            ("words", "no JSON".to_owned(), "its header is no JSON"),
        ] {
            let file = file(name, &header, &[0; 8]);
            let found = SafeTensors::open(&file.0).and_then(|open| open.matrix(None));
            let words = format!("{:#}", found.unwrap_err());
            assert!(words.contains(expected), "{words}");
        }
        let whole = file("whole", &of("[1,2]", "[0,8]"), &[0; 8]);
        assert_eq!(
            SafeTensors::open(&whole.0)
                .unwrap()
                .matrix(None)
                .unwrap()
                .values,
            [0.0; 2]
        );
        let short = TemporaryFile::new(
            "short",
            "a.safetensors",
            &[9, 0, 0, 0, 0, 0, 0, 0, b'{', b'}'],
        );
        let words = format!("{:#}", SafeTensors::open(&short.0).err().unwrap());
        assert!(words.contains("claims a header of 9 bytes"), "{words}");
    }
}
