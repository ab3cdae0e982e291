//! `NumPy`'s NPY format: magic, version, a header that is a Python dictionary, numbers in C or Fortran order.
//!
//! # References
//! `NumPy` Enhancement Proposal 1, "A simple file format for `NumPy` arrays".

use super::Raw;
use super::dtype::{Dtype, Kind};
use super::limit::Limit;
use super::shown::shorten;
use anyhow::{Context, Result, anyhow, bail, ensure};
use std::io::Read;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// `NumPy` writes a few hundred bytes; a structured type with many fields, which we refuse, a few thousand.
const MAX_HEADER_BYTES: u32 = 1 << 20;

/// What a header says of the numbers behind it.
pub(super) struct Layout {
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<u64>,
    /// Whether the first index varies fastest.
    pub(super) fortran: bool,
}

/// Reads the header.
pub(super) fn layout(source: &mut impl Read) -> Result<Layout> {
    let header = header(source)?;
    let dtype = dtype(&header)?;
    let fortran = match field(&header, "fortran_order")? {
        text if text.starts_with("True") => true,
        text if text.starts_with("False") => false,
        _ => bail!("its header has a fortran_order that is neither True nor False"),
    };
    let shape = shape(&header)?;
    Ok(Layout {
        dtype,
        shape,
        fortran,
    })
}

/// Reads a matrix: the first dimension counts rows, the others are flattened in C order.
pub(super) fn read(mut source: impl Read, limit: Limit) -> Result<Raw> {
    let Layout {
        dtype,
        shape,
        fortran,
    } = layout(&mut source)?;
    let (rows, columns) = limit.rows_and_columns(&shape)?;
    let values = dtype.read_all(source, rows * columns)?;
    Raw::new(shape, values, fortran)
}

/// The longest text, in characters: the name of a kind of units needs a few.
const MAX_WORD: usize = 1000;

/// Reads a single text, an array of no dimension of the dtype U; none where the array holds numbers.
pub(super) fn word(mut source: impl Read) -> Result<Option<String>> {
    let header = header(&mut source)?;
    let code = descr(&header)?;
    let size = |kind| {
        let code = code.trim_start_matches(['<', '>', '|', '=']);
        code.strip_prefix(kind)?.parse::<usize>().ok()
    };
    if let Some(size) = size('S').filter(|size| *size <= MAX_WORD) {
        let mut text = String::new();
        let mut source = source.take(size as u64);
        source
            .read_to_string(&mut text)
            .context("holds a text that is none; save it again")?;
        return Ok(Some(text.trim_end_matches('\0').to_owned()));
    }
    ensure!(
        !code.ends_with('O'),
        "holds a Python object; save it as a plain text: numpy.array('spin')"
    );
    let Some(size) = size('U') else {
        return Ok(None);
    };
    ensure!(
        size <= MAX_WORD && shape(&header)?.iter().product::<u64>() == 1,
        "holds more than one short text"
    );
    let mut bytes = vec![0; 4 * size];
    source
        .read_exact(&mut bytes)
        .context("ends within its text; copy it again")?;
    let decode = |bytes: &[u8]| {
        let word = bytes.try_into().unwrap_or_default();
        let point = if code.starts_with('>') {
            u32::from_be_bytes(word)
        } else {
            u32::from_le_bytes(word)
        };
        char::from_u32(point).context("holds a text that is none; save it again")
    };
    let text: String = bytes.chunks_exact(4).map(decode).collect::<Result<_>>()?;
    Ok(Some(text.trim_end_matches('\0').to_owned()))
}

fn header(source: &mut impl Read) -> Result<String> {
    const EARLY: &str = "ends within its header; copy it again";
    let mut start = [0; 8];
    source.read_exact(&mut start).context(EARLY)?;
    ensure!(
        start.starts_with(MAGIC),
        "byte 0: is no NPY file; save it with numpy.save"
    );
    let length = match start[6] {
        1 => {
            let mut length = [0; 2];
            source.read_exact(&mut length).context(EARLY)?;
            u32::from(u16::from_le_bytes(length))
        }
        2 | 3 => {
            let mut length = [0; 4];
            source.read_exact(&mut length).context(EARLY)?;
            u32::from_le_bytes(length)
        }
        version => bail!("byte 6: has NPY version {version}; known are 1, 2 and 3"),
    };
    ensure!(
        length <= MAX_HEADER_BYTES,
        "byte 8: claims a header of {length} bytes; save it again"
    );
    let mut header = Vec::new();
    source
        .take(length.into())
        .read_to_end(&mut header)
        .context("cannot be read")?;
    ensure!(header.len() == length as usize, EARLY);
    String::from_utf8(header).context("its header is not text; save it with numpy.save")
}

/// What follows `'name':` in the header.
fn field<'a>(header: &'a str, name: &str) -> Result<&'a str> {
    let quoted = [format!("'{name}'"), format!("\"{name}\"")];
    let found = quoted
        .iter()
        .find_map(|key| header.split_once(key.as_str()));
    found
        .and_then(|(_, rest)| rest.trim_start().strip_prefix(':'))
        .map(str::trim_start)
        .ok_or_else(|| anyhow!("its header has no {name}; save it with numpy.save"))
}

/// The code of the type, such as `<f8`.
fn descr(header: &str) -> Result<&str> {
    let text = field(header, "descr")?;
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let Some(quote) = quote else {
        bail!("has named fields; save one plain array of numbers");
    };
    Ok(text[1..].split(quote).next().unwrap_or_default())
}

fn dtype(header: &str) -> Result<Dtype> {
    let code = descr(header)?;
    let mut chars = code.chars();
    let (order, kind, size) = (chars.next(), chars.next(), chars.as_str());
    let size = match (kind, size) {
        (Some('b' | 'i' | 'u'), "1") => 1,
        (Some('i' | 'u' | 'f'), "2") => 2,
        (Some('i' | 'u' | 'f'), "4") => 4,
        (Some('i' | 'u' | 'f'), "8") => 8,
        _ => bail!("has the dtype '{}'{}", shorten(code), advice(kind)),
    };
    let kind = match kind {
        Some('b') => Kind::Bool,
        Some('i') => Kind::Signed,
        Some('u') => Kind::Unsigned,
        _ => Kind::Float,
    };
    ensure!(
        matches!(order, Some('<' | '>')) || (order == Some('|') && size == 1),
        "has the dtype '{}', whose byte order is unknown",
        shorten(code)
    );
    Ok(Dtype {
        kind,
        size,
        big_endian: order == Some('>'),
    })
}

fn advice(kind: Option<char>) -> &'static str {
    match kind {
        Some('O') => ", Python objects; save array.astype(float)",
        Some('c') => ", complex numbers; save the real and imaginary parts as two arrays",
        _ => "; save array.astype(float)",
    }
}

fn shape(header: &str) -> Result<Vec<u64>> {
    let text = field(header, "shape")?;
    let inner = text.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let (inner, _) = inner.context("its header has a shape that is no tuple")?;
    inner
        .split(',')
        .map(|size| size.trim().trim_end_matches('L'))
        .filter(|size| !size.is_empty())
        .map(|size| {
            size.parse()
                .map_err(|_| anyhow!("its header has the size '{}' in its shape", shorten(size)))
        })
        .collect()
}
