//! `validate --shard` and `merge` as typed: the bytes of one run, its exit status, and what is refused.

#![cfg(unix)]

use crate::landau::Folder;
use crate::support::{refusal, run};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A second, in thousands of tasks.
const EXPERIMENT: &str = "marchenko-pastur --units 20,25,30,40";

impl Folder {
    /// A place in the folder, as typed.
    fn place(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }

    /// The command of a shard, which writes `K-N.journal`.
    fn typed(&self, number: usize, of: usize, flags: &str) -> String {
        let journal = self.place(&format!("{number}-{of}.journal"));
        format!("validate {EXPERIMENT} --shard {number}/{of} -o {journal} {flags}")
    }

    /// Runs all shards, and gives their journals as typed.
    fn shards(&self, of: usize) -> String {
        let mut journals = String::new();
        for number in 1..=of {
            let done = run(&self.typed(number, of, "-q"));
            assert!(done.status.success() && done.stderr.is_empty(), "{done:?}");
            write!(
                journals,
                " {}",
                self.place(&format!("{number}-{of}.journal"))
            )
            .unwrap();
        }
        journals
    }

    fn whole(&self) {
        let done = run(&format!(
            "validate {EXPERIMENT} -q -o {}",
            self.place("whole.csv")
        ));
        assert!(done.status.success(), "{done:?}");
    }
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A sidecar without the lines that no two runs have in common.
fn settled(sidecar: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(sidecar).unwrap();
    let mut value = value.as_object().unwrap().clone();
    for name in ["arguments", "date", "wall_time_seconds"] {
        assert!(value.remove(name).is_some(), "{name}");
    }
    serde_json::to_string(&value).unwrap()
}

#[test]
fn merged_shards_are_the_table_of_one_run_with_its_sidecar_and_its_figure() {
    let folder = Folder::new("shards");
    folder.whole();
    let journals = folder.shards(3);
    let reversed: Vec<&str> = journals.split_whitespace().rev().collect();
    let [table, figure] = ["merged.csv", "merged.svg"].map(|name| folder.place(name));
    let merged = run(&format!(
        "merge {} -o {table} --plot {figure}",
        reversed.join(" ")
    ));
    assert!(merged.status.success(), "{merged:?}");
    let said = words(&merged);
    assert!(
        said.contains("agree") && said.lines().count() == 1,
        "{said}"
    );
    assert!(folder.bytes("merged.csv") == folder.bytes("whole.csv"));
    let sidecars = ["merged.meta.json", "whole.meta.json"].map(|name| settled(&folder.bytes(name)));
    assert_eq!(sidecars[0], sidecars[1]);
    assert!(folder.bytes("merged.svg").ends_with(b"</svg>\n"));
}

#[test]
fn the_sidecar_of_a_merged_table_has_the_seed_of_the_journals() {
    let folder = Folder::new("shards-seed");
    let done = run(&folder.typed(1, 1, "--seed 7"));
    assert!(done.status.success(), "{done:?}");
    assert!(
        words(&done).contains("shard 1/1 of marchenko-pastur: "),
        "{done:?}"
    );
    let journal = folder.place("1-1.journal");
    assert!(
        run(&format!("merge {journal} -o {}", folder.place("t.csv")))
            .status
            .success()
    );
    let sidecar: serde_json::Value = serde_json::from_slice(&folder.bytes("t.meta.json")).unwrap();
    assert_eq!(sidecar["seed"], 7);
    assert!(refusal(&format!("merge {journal} --seed 7")).contains("--seed"));
}

/// FNV-1a, written down here again: the checksum of a line.
fn checksum(line: &str) -> u64 {
    line.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

#[test]
fn a_merged_table_with_a_row_that_disagrees_has_exit_status_one() {
    let folder = Folder::new("shards-disagree");
    folder.shards(1);
    let text = String::from_utf8(folder.bytes("1-1.journal")).unwrap();
    let mut lines = text.lines();
    let mut wrong = lines.next().unwrap().to_owned() + "\n";
    for line in lines {
        let mut parts: Vec<String> = line.split(' ').map(str::to_owned).collect();
        parts.pop();
        for value in &mut parts[1..] {
            let bits = u64::from_str_radix(value, 16).unwrap();
            *value = format!("{:x}", (2.0 * f64::from_bits(bits)).to_bits());
        }
        let content = parts.join(" ");
        writeln!(wrong, "{content} {:x}", checksum(&content)).unwrap();
    }
    let journal = folder.file("wrong.journal", wrong.as_bytes());
    let merged = run(&format!("merge {journal} -q -o {}", folder.place("t.csv")));
    assert_eq!(merged.status.code(), Some(1), "{merged:?}");
    assert!(words(&merged).contains("agrees is false"), "{merged:?}");
    assert!(folder.0.join("t.csv").exists());
}

#[test]
fn what_is_no_shard_is_refused_in_one_line() {
    let folder = Folder::new("shards-refused");
    let journal = folder.place("one.journal");
    let validate = format!("validate {EXPERIMENT}");
    for (arguments, expected) in [
        (
            format!("{validate} --shard 0/3 -o {journal}"),
            "counted from 1",
        ),
        (
            format!("{validate} --shard 4/3 -o {journal}"),
            "K is 1 to 3",
        ),
        (format!("{validate} --shard x/3 -o {journal}"), "write K/N"),
        (format!("{validate} --shard -1/3 -o {journal}"), "write K/N"),
        (format!("{validate} --shard 1/3"), "-o FILE.journal"),
        (format!("{validate} --shard 1/3 -o -"), "-o FILE.journal"),
        (
            format!("{validate} --shard 1/3 -o {}", folder.place("one.csv")),
            "FILE.journal",
        ),
        (
            format!("{validate} landau --shard 1/3 -o {journal}"),
            "unexpected argument 'landau'",
        ),
        (
            format!("validate --all --shard 1/3 -o {journal}"),
            "--shard",
        ),
        (
            format!(
                "{validate} --shard 1/3 -o {journal} --plot {}",
                folder.place("one.svg")
            ),
            "to merge",
        ),
        (
            format!("{validate} --shard 1/3 -o {journal} --fields theory"),
            "to merge",
        ),
        (
            format!(
                "{validate} --shard 1/3 -o {}",
                folder.place("no/one.journal")
            ),
            "cannot create",
        ),
        (
            format!("merge {journal} -o {}", folder.place("t.csv")),
            "cannot read",
        ),
        ("merge".to_owned(), "FILE"),
    ] {
        let said = refusal(&arguments);
        assert!(said.contains(expected), "{arguments}: {said}");
    }
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_merged_leaves_no_file() {
    let folder = Folder::new("merge-refused");
    let journals = folder.shards(2);
    let [one, two] = [1, 2].map(|number| folder.place(&format!("{number}-2.journal")));
    let table = folder.place("t.csv");
    let said = refusal(&format!("merge {one} -o {table}"));
    assert!(said.contains("shard 2/2 has no journal here"), "{said}");
    // Ten lines from the end, and half of one.
    let bytes = folder.bytes("2-2.journal");
    let cut = bytes.len() - 10;
    let cut = folder.file("cut.journal", &bytes[..cut]);
    let said = refusal(&format!("merge {one} {cut} -o {table}"));
    assert!(
        said.contains("1 of ") && said.contains("cut.journal (shard 2/2) has "),
        "{said}"
    );
    let other = folder.file("notes.csv", b"a,b\n1,2\n");
    let said = refusal(&format!("merge {one} {other} -o {table}"));
    assert!(said.contains("notes.csv is no journal"), "{said}");
    let said = refusal(&format!("merge {journals} -o {table} --file {other}"));
    assert!(said.contains("leave --file out"), "{said}");
    let said = refusal(&format!("merge {journals} -o {one} --format csv"));
    assert!(said.contains("read by this run"), "{said}");
    let seed = folder.place("seed.journal");
    assert!(
        run(&format!(
            "validate {EXPERIMENT} --seed 5 --shard 2/2 -o {seed}"
        ))
        .status
        .success()
    );
    let said = refusal(&format!("merge {one} {seed} -o {table}"));
    assert!(said.contains("seed 0 and 5"), "{said}");
    assert!(!folder.0.join("t.csv").exists() && !folder.0.join("t.meta.json").exists());
    // And nothing is lost.
    let merged = run(&format!("merge {two} {journals} -o {table}"));
    assert!(
        merged.status.success() && words(&merged).contains("more than once"),
        "{merged:?}"
    );
}

#[test]
fn a_validation_of_a_file_is_merged_with_the_file() {
    let folder = Folder::new("merge-file");
    let journal = folder.file(
        "images.journal",
        format!(
            "{{\"program\":\"{}\",\"experiment\":\"hierarchical-learning\",\"preset\":\"quick\",\"parameters\":{{}},\"data\":5,\
             \"seed\":0,\"tasks\":72,\"design\":1,\"shard\":null}}\n",
            env!("CARGO_PKG_VERSION")
        )
        .as_bytes(),
    );
    let said = refusal(&format!("merge {journal}"));
    assert!(said.contains("name it with --file"), "{said}");
    let black = folder.csv("black.csv", 40, 784, |i, j| {
        if (i + j) % 3 > 0 { 255.0 } else { 0.0 }
    });
    let said = refusal(&format!("merge {journal} --file {black}"));
    assert!(
        said.contains("black.csv") && said.contains("digest of the data is 0000000000000005 there"),
        "{said}"
    );
}

#[test]
fn parameters_that_an_experiment_does_not_have_are_refused() {
    let folder = Folder::new("merge-parameters");
    folder.shards(1);
    let text = String::from_utf8(folder.bytes("1-1.journal")).unwrap();
    let other = text.replacen("\"parameters\":{", "\"parameters\":{\"colour\":\"red\",", 1);
    let journal = folder.file("other.journal", other.as_bytes());
    let said = refusal(&format!("merge {journal}"));
    assert!(said.contains("no parameter colour"), "{said}");
}

#[test]
fn two_shards_do_not_write_one_journal() {
    let folder = Folder::new("shards-locked");
    folder.shards(2);
    let before = folder.bytes("1-2.journal");
    let held = File::open(folder.0.join("1-2.journal")).unwrap();
    held.lock().unwrap();
    for flags in ["", "--resume"] {
        let said = refusal(&folder.typed(1, 2, flags));
        assert!(said.contains("in use by another run"), "{said}");
    }
    assert!(folder.bytes("1-2.journal") == before);
}

#[test]
fn a_shard_on_a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let folder = Folder::new("shards-full");
    folder.whole();
    // The limit on the size of a file of a process stands for the disk; its signal is ignored.
    let typed = folder.typed(1, 1, "-q");
    let program = env!("CARGO_BIN_EXE_saddlepoint");
    let limited = Command::new("bash")
        .args([
            "-c",
            &format!("trap '' XFSZ; ulimit -f 100; exec {program} {typed}"),
        ])
        .output()
        .unwrap();
    let said = words(&limited);
    assert_eq!(limited.status.code(), Some(2), "{said}");
    assert!(
        said.contains("cannot add to journal") && said.lines().count() == 1,
        "{said}"
    );
    assert_eq!(folder.bytes("1-1.journal").len(), 100 * 1024);
    let resumed = run(&format!("{typed} --resume"));
    assert!(resumed.status.success(), "{resumed:?}");
    let journal = folder.place("1-1.journal");
    assert!(
        run(&format!("merge {journal} -o {}", folder.place("t.csv")))
            .status
            .success()
    );
    assert!(folder.bytes("t.csv") == folder.bytes("whole.csv"));
    let full = run(&format!("merge {journal} -o /dev/full"));
    assert_eq!(full.status.code(), Some(2), "{full:?}");
    assert!(words(&full).contains("/dev/full"), "{full:?}");
}

/// Kills shards at moments that the sequence of a seed says, until `kills` have hit; then merges, and compares with one run.
fn kill_and_merge(name: &str, cases: &[(usize, usize)], kills: usize) {
    let folder = Folder::new(name);
    folder.whole();
    let mut state: u64 = 1;
    let mut moment = || {
        // Knuth's linear congruential generator: moments up to a quarter of a second.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Duration::from_micros(state >> 46)
    };
    for &(of, threads) in cases {
        let mut journals = String::new();
        for number in 1..=of {
            let journal = folder.0.join(format!("{number}-{of}.journal"));
            let _ = fs::remove_file(&journal);
            let typed = folder.typed(number, of, &format!("-q --resume --threads {threads}"));
            let mut hit = 0;
            while hit < kills.div_ceil(of * cases.len()) {
                let mut command = Command::new(env!("CARGO_BIN_EXE_saddlepoint"));
                let command = command.args(typed.split_whitespace()).stderr(Stdio::null());
                let mut child = command.spawn().unwrap();
                sleep(moment());
                // SIGKILL: nothing can be tidied up.
                child.kill().unwrap();
                if child.wait().unwrap().success() {
                    // Over before it was killed: begun anew.
                    let _ = fs::remove_file(&journal);
                } else {
                    hit += 1;
                }
            }
            let done = run(&typed);
            assert!(done.status.success(), "{done:?}");
            write!(journals, " {}", journal.display()).unwrap();
        }
        let merged = run(&format!(
            "merge {journals} -o {}",
            folder.place("merged.csv")
        ));
        assert!(merged.status.success(), "{merged:?}");
        assert!(
            folder.bytes("merged.csv") == folder.bytes("whole.csv"),
            "{of} shards, {threads} threads"
        );
    }
}

#[test]
fn killed_shards_go_on_to_the_bytes_of_one_run() {
    kill_and_merge("shards-killed", &[(2, 2)], 4);
}

#[test]
#[ignore = "minutes: a hundred kills"]
fn a_hundred_kills_of_1_3_and_7_shards_on_1_2_and_8_threads_change_no_byte() {
    let cases: Vec<(usize, usize)> = [1, 3, 7]
        .into_iter()
        .flat_map(|of| [1, 2, 8].map(|threads| (of, threads)))
        .collect();
    kill_and_merge("shards-stress", &cases, 100);
}
