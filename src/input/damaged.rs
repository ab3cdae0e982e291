//! Random bytes and damaged files in every format.

use super::limit::Limit;
use super::source::Source;
use super::tests::{gzip, idx_file, npy_file, npz, npz_file, read_text, source};
use super::{idx, npy};
use proptest::prelude::*;
use std::io::Cursor;

/// Reads bytes as every format: any answer will do, a panic will not.
fn read_as_everything(bytes: &[u8]) {
    let answers = [
        read_text(source(bytes)),
        read_text(Source::new(
            Cursor::new(bytes.to_vec()),
            Some(bytes.len() as u64),
        )),
        npy::read(bytes, Limit::PLAIN),
        idx::read(bytes, Limit::PLAIN),
        npz(bytes).and_then(|npz| npz.matrix(None)),
        npz(bytes).and_then(|npz| npz.matrix(Some("W"))),
    ];
    for raw in answers.into_iter().flatten() {
        assert_eq!(raw.values.len(), raw.rows * raw.columns);
        // No number without at least a bit of file: gzip shrinks at most a thousandfold.
        assert!(raw.values.len() <= 1100 * bytes.len());
        let _ = raw.into_matrix(Some("0,:-1"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_as_everything(&bytes);
    }

    #[test]
    fn damaged_files_never_panic(
        which in 0usize..5, at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 0..6),
        cut in any::<prop::sample::Index>()
    ) {
        let npy = npy_file("'<i2'", true, "(2, 3)", &[1; 12]);
        let mut file = match which {
            0 => b"a,b\n1,2.5\n-3e4,5\n".to_vec(),
            1 => npy,
            2 => npz_file(&[("W.npy", npy.clone()), ("b.npy", npy)]),
            3 => idx_file(0x0c, &[2, 1, 3], &[1; 24]),
            _ => gzip(b"1,2\n3,4\n"),
        };
        let at = at.index(file.len());
        for (place, byte) in file[at..].iter_mut().zip(&bytes) {
            *place = *byte;
        }
        read_as_everything(&file);
        file.truncate(cut.index(file.len()));
        read_as_everything(&file);
    }
}
