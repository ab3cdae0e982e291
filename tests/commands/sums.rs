//! Sums of parts of a table.

use super::landau::Folder;
use super::large_data::{LITTLE, SAMPLES, doubles, planted};
use super::support::{refusal, run, table};

/// A folder with a table, of which sums are made.
struct Parts {
    folder: Folder,
    file: String,
}

const COLUMNS: usize = 15;

impl Parts {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let file = doubles(&folder, "table.npy", &planted(SAMPLES, COLUMNS, 3), COLUMNS);
        Self { folder, file }
    }

    fn path(&self, name: &str) -> String {
        self.folder.0.join(name).to_str().unwrap().to_owned()
    }

    /// The file of the sums of a table or of a part of it.
    fn save(&self, table: &str, name: &str, flags: &str) -> String {
        let path = self.path(name);
        let typed = format!("threshold --data samples --file {table} --save-sums {path} {flags}");
        let output = run(&typed);
        let is_silent = output.stdout.is_empty();
        assert!(output.status.success() && is_silent, "{output:?}");
        path
    }

    fn thirds(&self) -> [String; 3] {
        ["1", "2", "3"].map(|k| {
            let shard = format!("--shard {k}/3");
            self.save(&self.file, &format!("{k}.npz"), &shard)
        })
    }
}

fn ask(what: &str) -> String {
    let output = run(&format!("threshold --data samples {what}"));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn parts_have_the_bytes_of_the_whole() {
    let parts = Parts::new("parts");
    let file = &parts.file;
    let whole = parts.save(file, "whole.npz", "--threads 1");
    let [one, two, three] = parts.thirds();
    let put_together = ask(&format!("--sums {three},{one},{two}"));
    assert_eq!(table(&put_together)[0]["detached"], "true");
    for flags in ["--threads 1", "--threads 3"] {
        let by_blocks = ask(&format!("--file {file} {LITTLE} {flags}"));
        assert_eq!(by_blocks, put_together, "{flags}");
        let by_sums = ask(&format!("--sums {whole} {flags}"));
        assert_eq!(by_sums, put_together, "{flags}");
    }
    // The scale is a matter of what is made of the sums.
    let standardized = ask(&format!("--sums {one},{two},{three} --standardize"));
    let by_blocks = ask(&format!("--file {file} {LITTLE} --standardize"));
    assert_eq!(by_blocks, standardized);
    assert_ne!(standardized, put_together);
    let columns = ask(&format!("--sums {one},{two},{three} --null columns"));
    assert_eq!(table(&columns)[0]["null"], "columns");
}

#[test]
fn parts_that_are_not_those_of_one_table_are_refused() {
    let parts = Parts::new("foreign-parts");
    let [one, two, three] = parts.thirds();
    let values = planted(SAMPLES, COLUMNS, 4);
    let other = doubles(&parts.folder, "other.npy", &values, COLUMNS);
    let foreign = parts.save(&other, "foreign.npz", "--shard 2/3");
    let narrow = parts.save(&parts.file, "narrow.npz", "--shard 2/3 --columns 0:9");
    for (sums, words) in [
        (format!("{one},{three}"), "samples 4096 to 8192 between"),
        (format!("{one},{two}"), "the samples 0 to 8192 of 9000"),
        (format!("{one},{two},{two},{three}"), "summed in both"),
        (format!("{one},{foreign},{three}"), "another table"),
        (format!("{one},{narrow},{three}"), "sums of 9 columns"),
        (parts.file.clone(), "no file of sums"),
        (parts.path("missing.npz"), "missing.npz"),
    ] {
        let said = refusal(&format!("threshold --data samples --sums {sums}"));
        assert!(said.contains(words), "{said}");
    }
    let shuffled =
        format!("threshold --data samples --sums {one},{two},{three} --null permutation");
    assert!(refusal(&shuffled).contains("--null columns"));
}

#[test]
fn parts_that_a_table_does_not_have_are_refused() {
    let parts = Parts::new("no-parts");
    let (file, target) = (&parts.file, parts.path("refused.npz"));
    for (flags, words) in [
        ("--shard 1/4", "3 stretches"),
        ("--shard 4/3", "counted from 1"),
    ] {
        let said = refusal(&format!(
            "threshold --data samples --file {file} --save-sums {target} -q {flags}"
        ));
        assert!(said.contains(words), "{said}");
        assert!(!std::path::Path::new(&target).exists());
    }
}
