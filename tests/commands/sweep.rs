//! `sweep FILE.toml` as typed.

use crate::support::{refusal, run};
use std::fs;
use std::path::PathBuf;

/// A folder with a sweep of three learning curves.
struct Sweep {
    folder: PathBuf,
}

impl Sweep {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("saddlepoint-sweep-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "command = \"learn --data two-cluster --alpha 4\"\noutput = \"{}/{{signal}}.csv\"\n[grid]\nsignal = [1, 1.5, 2]\n",
            folder.display()
        );
        fs::write(folder.join("sweep.toml"), text).unwrap();
        Self { folder }
    }

    fn typed(&self) -> String {
        format!("sweep {}", self.folder.join("sweep.toml").display())
    }

    fn table(&self, signal: &str) -> Vec<u8> {
        fs::read(self.folder.join(format!("{signal}.csv"))).unwrap()
    }
}

impl Drop for Sweep {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_sweep_writes_the_tables_of_its_commands_and_goes_on_where_it_stopped() {
    let sweep = Sweep::new("tables");
    let output = run(&sweep.typed());
    assert!(output.status.success(), "{output:?}");
    let alone = run("learn --data two-cluster --alpha 4 --signal 1.5");
    assert_eq!(sweep.table("1.5"), alone.stdout);
    let sidecar = fs::read_to_string(sweep.folder.join("2.meta.json")).unwrap();
    assert!(
        sidecar.contains("sweep sweep.toml, run 3 of 3"),
        "{sidecar}"
    );

    let whole = sweep.table("2");
    fs::remove_file(sweep.folder.join("2.csv")).unwrap();
    let kept = fs::metadata(sweep.folder.join("1.csv"))
        .unwrap()
        .modified()
        .unwrap();
    let words = String::from_utf8(run(&sweep.typed()).stderr).unwrap();
    assert!(
        words.contains("3 runs are done, 2 of them before"),
        "{words}"
    );
    assert_eq!(sweep.table("2"), whole);
    let still = fs::metadata(sweep.folder.join("1.csv"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(kept, still);
}

#[test]
fn the_printed_commands_are_those_that_run() {
    let sweep = Sweep::new("printed");
    let output = run(&format!("{} --print", sweep.typed()));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert!(text.starts_with("saddlepoint learn --data two-cluster --alpha 4 --signal 1 --note "));
    assert!(!sweep.folder.join("1.csv").exists());
}

#[test]
fn a_file_of_other_arguments_and_a_command_that_cannot_run_are_refused() {
    let sweep = Sweep::new("refused");
    let file = sweep.folder.join("1.csv");
    fs::write(&file, "mine").unwrap();
    assert!(refusal(&sweep.typed()).contains("move it away"));
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    fs::remove_file(&file).unwrap();
    let other = run(&format!(
        "learn --data two-cluster --alpha 5 --signal 1 -o {}",
        file.display()
    ));
    assert!(other.status.success());
    assert!(refusal(&sweep.typed()).contains("was made by other arguments"));

    let wrong = sweep.folder.join("wrong.toml");
    let text = format!(
        "command = \"learn --data rbm\"\noutput = \"{}/x.csv\"\n",
        sweep.folder.display()
    );
    fs::write(&wrong, text).unwrap();
    let words = refusal(&format!("sweep {}", wrong.display()));
    assert!(
        words.contains("learn --data rbm") && words.contains("'rbm'"),
        "{words}"
    );
    assert!(refusal("sweep missing.toml").contains("missing.toml"));
}
