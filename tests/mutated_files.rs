//! Files that were damaged at random: every reader answers or refuses, and neither panics nor takes memory that a few kilobytes cannot fill.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use rand::RngExt;
use rayon::ThreadPoolBuilder;
use saddlepoint::call::Call;
use saddlepoint::input::machine::{self, Files};
use saddlepoint::input::{self, samples};
use saddlepoint::output::{Origin, read_table};
use saddlepoint::sweep::Sweep;
use saddlepoint_simulator::{Xoshiro256PlusPlus, stream};
use saddlepoint_validation::journal::Journals;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Damaged files of each kind in the tests of every change.
const FEW: usize = 400;

/// Memory that the readers may take in all, in bytes: files of a few kilobytes unpack to the limit of 500 MB at most.
const MEMORY: u64 = 1_500_000_000;

/// A folder in memory, where there is one, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        let path = parent.join(format!("saddlepoint-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// What a command writes into a file of this name.
    fn made(&self, command: &str, name: &str) -> Vec<u8> {
        let file = self.0.join(name);
        let done = Command::new(env!("CARGO_BIN_EXE_saddlepoint"))
            .args(command.split_whitespace())
            .arg("-q")
            .arg("-o")
            .arg(&file)
            .status()
            .unwrap();
        assert!(done.success(), "{command}");
        fs::read(&file).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Everything that reads a file of this kind.
type Reader = fn(&Path);

/// A sound file, by what it is called and who reads it.
struct Sound {
    name: &'static str,
    bytes: Vec<u8>,
    reader: Reader,
}

fn matrix(path: &Path) {
    let _ = input::read(path, None);
    let _ = input::read(path, Some("0:2"));
    let _ = input::members(path);
    let _ = samples::observed(path, input::Reading::default(), false, false, 0);
}

fn machine(path: &Path) {
    for transpose in [false, true] {
        let _ = machine::read(Files {
            machine: path,
            visible_bias: None,
            hidden_bias: None,
            transpose,
        });
    }
    matrix(path);
}

fn table(path: &Path) {
    let _ = read_table(path);
    let _ = Origin::of(path);
}

/// A sidecar, beside a sound table.
fn sidecar(path: &Path) {
    let table = path.with_file_name("side.csv");
    fs::write(&table, "alpha,m\n1,0.5\n2,0.25\n").unwrap();
    let _ = read_table(&table);
    let _ = Origin::of(&table);
}

fn journal(path: &Path) {
    let _ = Journals::open(&[path.to_owned()]);
}

fn sweep(path: &Path) {
    let _ = Sweep::read(path);
}

/// Words of the command line, one per line.
fn words(path: &Path) {
    if let Ok(text) = fs::read_to_string(path) {
        let _ = Call::parse(text.lines());
    }
}

/// An array of numpy as its own library writes it.
fn npy(descr: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values);
    bytes
}

/// A tensor of 3 x 2 float32.
fn safetensors() -> Vec<u8> {
    let header = r#"{"weight":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},"b":{"dtype":"F64","shape":[2],"data_offsets":[24,40]}}"#;
    let mut bytes = u64::try_from(header.len()).unwrap().to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    let weights = [0.0_f32, 1.0, 2.0, 3.0, 4.0, 5.0];
    bytes.extend(weights.iter().flat_map(|x| x.to_le_bytes()));
    bytes.extend([0.5_f64, -0.5].iter().flat_map(|x| x.to_le_bytes()));
    bytes
}

/// Images of 2 x 2 grey values as the digits are kept.
fn idx() -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 3];
    bytes.extend([3_u32, 2, 2].iter().flat_map(|n| n.to_be_bytes()));
    bytes.extend(0..12);
    bytes
}

/// Sound files of every kind that is read.
fn sound(folder: &Folder) -> Vec<Sound> {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let kept = |name: &str| fs::read(files.join(name)).unwrap();
    let train = "simulate train --data iid --units 6 --samples 20 --hidden-units 2 --epochs 1";
    let shard = "validate marchenko-pastur --alpha 2 --units 16,32 --replicas 16 --shard 1/2";
    let learn = "learn --data spiked --spike 1 --alpha 1,2,4";
    let reals: Vec<u8> = (0..6).flat_map(|k| f64::from(k).to_le_bytes()).collect();
    let sound = |name, bytes, reader| Sound {
        name,
        bytes,
        reader,
    };
    vec![
        sound("a.csv", b"x,y\n1,2\n3.5,-4e-3\n".to_vec(), matrix),
        sound("a.tsv", b"# noted\n1\t2\n3\t4\n".to_vec(), matrix),
        sound("f8.npy", npy("<f8", "(3, 2)", &reals), matrix),
        sound("f2.npy", npy("<f2", "(3, 2)", &reals[..12]), matrix),
        sound(
            "i1.npy",
            npy("|i1", "(2, 3)", &[1, 255, 1, 1, 255, 1]),
            matrix,
        ),
        sound("digits.idx", idx(), matrix),
        sound("m.npz", folder.made(train, "trained.npz"), machine),
        sound("m.safetensors", safetensors(), machine),
        sound("rbms.h5", kept("rbms.h5"), machine),
        sound("julia.h5", kept("julia.h5"), machine),
        sound("chunked.h5", kept("chunked.h5"), matrix),
        sound("v73.mat", kept("matlab.mat"), matrix),
        sound("t.csv", folder.made(learn, "learnt.csv"), table),
        sound("side.meta.json", kept_sidecar(folder), sidecar),
        sound("1.journal", folder.made(shard, "one.journal"), journal),
        sound("s.toml", SWEEP.as_bytes().to_vec(), sweep),
        sound("words.txt", WORDS.as_bytes().to_vec(), words),
    ]
}

/// The sidecar of the table that was made before.
fn kept_sidecar(folder: &Folder) -> Vec<u8> {
    fs::read(folder.0.join("learnt.meta.json")).unwrap()
}

const SWEEP: &str = "command = \"learn --data two-cluster --alpha 1:8:8\"\noutput = \"curves/{hidden}-{signal}.csv\"\n\n[grid]\nhidden = [\"spin\", \"relu\"]\nsignal = [1, 1.5]\n";

const WORDS: &str = "infer\n--snr\n0.5:2:4\n--alpha\n1:1e2:3:log\n--weight-prior\nsparse-gaussian:0.3\n--hidden-prior\nsoft:0.5";

/// Damages some bytes: changes, cuts, repeats, exchanges or inserts them, once or a few times.
fn damaged(bytes: &[u8], random: &mut Xoshiro256PlusPlus) -> Vec<u8> {
    const TELLING: [&[u8]; 12] = [
        &[0],
        &[0xff],
        &[0xff; 4],
        &[0xff; 8],
        &[0, 0, 0, 0x80],
        &[0xff, 0xff, 0xff, 0x7f],
        b"-1",
        b"1e999",
        b"nan",
        b"99999999999999999999",
        b"\n",
        b",",
    ];
    let mut bytes = bytes.to_vec();
    for _ in 0..random.random_range(1..4) {
        let length = bytes.len().max(1);
        let at = random.random_range(0..length);
        let end = (at + random.random_range(1..17)).min(bytes.len());
        match random.random_range(0..7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
            1 if at < bytes.len() => bytes[at] = random.random(),
            2 => bytes.truncate(at),
            3 if at < end => drop(bytes.drain(at..end)),
            4 if at < end => {
                let again = bytes[at..end].to_vec();
                let to = random.random_range(0..=bytes.len());
                bytes.splice(to..to, again);
            }
            5 => {
                let word = TELLING[random.random_range(0..TELLING.len())];
                let until = (at + word.len()).min(bytes.len());
                bytes.splice(at.min(until)..until, word.iter().copied());
            }
            _ => {
                let word = TELLING[random.random_range(0..TELLING.len())];
                let at = at.min(bytes.len());
                bytes.splice(at..at, word.iter().copied());
            }
        }
    }
    bytes
}

/// The most memory that this process has had, in bytes, where Linux tells.
fn most_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024 * kilobytes)
}

/// Reads `count` damaged files of each kind, on one thread: to hand a small file to others takes longer than to read it.
fn read_damaged(count: usize, seed: u64) {
    let alone = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    alone.install(|| read_damaged_here(count, seed));
}

fn read_damaged_here(count: usize, seed: u64) {
    let folder = Folder::new(&format!("mutated-{seed}"));
    for Sound {
        name,
        bytes,
        reader,
    } in sound(&folder)
    {
        let path = folder.0.join(name);
        let random = &mut stream(seed, name, 0);
        for number in 0..count {
            let damaged = damaged(&bytes, random);
            fs::write(&path, &damaged).unwrap();
            let read = catch_unwind(AssertUnwindSafe(|| reader(&path)));
            if read.is_err() {
                let kept = std::env::temp_dir().join(format!("damaged-{seed}-{number}-{name}"));
                fs::write(&kept, &damaged).unwrap();
                panic!(
                    "{name} damaged for the {number}th time, kept as {}",
                    kept.display()
                );
            }
        }
        let memory = most_memory().unwrap_or(0);
        assert!(memory < MEMORY, "{name}: {memory} bytes");
    }
}

#[test]
fn damaged_files_are_refused_or_read() {
    read_damaged(FEW, 0);
}

#[test]
#[ignore = "ten million files take most of an hour"]
fn ten_million_damaged_files_are_refused_or_read() {
    // Seventeen kinds of files; another number of each for a shorter run.
    let wanted = std::env::var("SADDLEPOINT_DAMAGED").ok();
    let count = wanted.map_or(600_000, |count| count.parse().unwrap());
    read_damaged(count, 1);
}
