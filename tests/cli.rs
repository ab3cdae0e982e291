//! The binary's contract: exit status, stdout and stderr, files that appear whole or not at all.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("saddlepoint-cli-{}-{test}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saddlepoint"));
    command.stdin(Stdio::null());
    command
}

fn run(arguments: &[impl AsRef<OsStr>]) -> Output {
    command().args(arguments).output().unwrap()
}

/// `saddlepoint simulate data` of a small ring, into `file`.
fn simulate(file: &Path, further: &[&str]) -> Output {
    let ring = [
        "simulate",
        "data",
        "--data",
        "ising-ring",
        "--units",
        "10",
        "--beta",
        "0.5",
        "--samples",
        "20",
    ];
    command()
        .args(ring)
        .args(further)
        .arg("-o")
        .arg(file)
        .output()
        .unwrap()
}

/// Asserts that a run failed: exit status 2, nothing on stdout, one line on stderr that holds all of `expected`.
fn assert_refused(output: &Output, expected: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        output.stdout.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(stderr.starts_with("saddlepoint: "), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    for text in expected {
        assert!(stderr.contains(text), "{text}: {stderr}");
    }
}

fn assert_done(output: &Output) {
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn help_and_version_go_to_stdout() {
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["plot", "--help"],
        &["simulate", "data", "--help"],
    ] {
        let output = run(arguments);
        assert_done(&output);
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn every_command_shows_an_example() {
    let page = String::from_utf8(run(&["--help"]).stdout).unwrap();
    let commands = page
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1);
    let names = commands
        .map_while(|line| line.split_whitespace().next())
        .filter(|name| *name != "help");
    for name in names {
        let mut arguments = vec![name];
        if name == "simulate" {
            arguments.push("data");
        }
        arguments.push("--help");
        let help = String::from_utf8(run(&arguments).stdout).unwrap();
        assert!(help.contains("Example"), "{name}: {help}");
        assert!(help.contains("Handbook: docs/"), "{name}: {help}");
    }
}

#[test]
fn usage_errors_are_one_line_with_flag_value_and_remedy() {
    assert_refused(
        &run(&["simulate", "data", "--data", "iid", "--smaples", "3"]),
        &["--smaples", "--samples"],
    );
    assert_refused(&run(&["simulate", "data", "--data", "iid"]), &["--samples"]);
    assert_refused(&run(&["plto"]), &["plto", "plot"]);
    assert_refused(
        &run(&["plot", "a.csv", "-o", "a.eps"]),
        &["--output", "a.eps", ".svg, .pdf or .png"],
    );
    let simulate = |flag: &str, value: &str| {
        let mut arguments = vec!["simulate", "data", "--data", "ising-ring"];
        for (name, default) in [
            ("--units", "10"),
            ("--beta", "0.5"),
            ("--samples", "3"),
            ("--threads", "1"),
        ] {
            arguments.extend([name, if name == flag { value } else { default }]);
        }
        run(&arguments)
    };
    for (flag, value, expected) in [
        ("--beta", "1:0.1:5", "backwards; write 0.1:1.0:5"),
        ("--beta", "0:1:1000000000000", "limit of 10000000"),
        ("--beta", "nan", "not a finite number"),
        ("--beta", "0.1,", "comma"),
        ("--beta", "0.1,0.2", "one value each"),
        ("--units", "0", "at least 2"),
        ("--units", "-5", "at least 2"),
        ("--units", "inf", "finite number of units"),
        ("--units", "2:1e7:99999999", "limit of 10000000"),
        ("--samples", "0", "1.."),
        ("--threads", "0", "1..=1024"),
    ] {
        assert_refused(&simulate(flag, value), &[expected]);
    }
}

#[test]
fn flags_must_fit_the_data_model() {
    let run =
        |model: &[&str]| run(&[&["simulate", "data", "--samples", "3", "--data"], model].concat());
    assert_refused(
        &run(&["ising-ring", "--units", "10"]),
        &["--data ising-ring needs --beta"],
    );
    assert_refused(
        &run(&["spiked", "--units", "10"]),
        &["--data spiked needs --spike"],
    );
    assert_refused(
        &run(&["iid", "--units", "10", "--beta", "1"]),
        &["--beta has no meaning for --data iid"],
    );
    assert_refused(
        &run(&["ising-torus", "--units", "10", "--beta", "0.1"]),
        &["9 and 16"],
    );
    assert_refused(&run(&["samples", "--file", "x.csv"]), &["is data already"]);
    assert_refused(
        &run(&["spectrum", "--file", "/nowhere/x.csv"]),
        &["/nowhere/x.csv", "cannot be opened"],
    );
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    let folder = Folder::new("seed");
    for (name, seed) in [("a.npy", "1"), ("b.npy", "1"), ("c.npy", "2")] {
        assert_done(&simulate(&folder.path(name), &["--seed", seed]));
    }
    let bytes = |name| fs::read(folder.path(name)).unwrap();
    assert_eq!(bytes("a.npy"), bytes("b.npy"));
    assert_ne!(bytes("a.npy"), bytes("c.npy"));
}

#[test]
fn samples_are_read_back_whatever_their_format() {
    let folder = Folder::new("formats");
    assert_done(&simulate(&folder.path("a.npy"), &[]));
    assert_done(&simulate(&folder.path("a.csv"), &[]));
    let npy = fs::read(folder.path("a.npy")).unwrap();
    assert!(npy.starts_with(b"\x93NUMPY\x01\x00"));
    // A header that ends at a multiple of 64 bytes, and one byte per spin.
    assert_eq!(npy.len() % 64, 20 * 10 % 64);
    let csv = fs::read_to_string(folder.path("a.csv")).unwrap();
    let spins: Vec<i8> = csv
        .lines()
        .flat_map(|line| line.split(','))
        .map(|spin| spin.parse().unwrap())
        .collect();
    let stored: Vec<i8> = npy[npy.len() - 200..]
        .iter()
        .map(|byte| byte.cast_signed())
        .collect();
    assert_eq!(spins, stored);
}

#[test]
fn a_sidecar_tells_how_a_file_was_made() {
    let folder = Folder::new("sidecar");
    assert_done(&simulate(&folder.path("ring.npy"), &["--seed", "7"]));
    assert_eq!(folder.names(), ["ring.meta.json", "ring.npy"]);
    let text = fs::read_to_string(folder.path("ring.meta.json")).unwrap();
    let sidecar: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(sidecar["seed"], 7);
    assert_eq!(sidecar["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(sidecar["arguments"][0], "simulate");
    assert_eq!(sidecar["generator"], "Xoshiro256PlusPlus");
    assert!(sidecar["date"].as_str().unwrap().ends_with('Z'));
    assert!(sidecar["columns"][0]["meaning"].is_string());
}

#[test]
fn outputs_that_cannot_be_written_leave_nothing() {
    let folder = Folder::new("unwritable");
    let lost = folder.path("nowhere/a.npy");
    assert_refused(
        &simulate(&lost, &[]),
        &["nowhere does not exist; create it first"],
    );
    assert_refused(&simulate(&folder.0, &[]), &["it is a folder"]);
    assert_refused(&simulate(&folder.path("a.txt"), &[]), &[".npy or .csv"]);
    assert!(folder.names().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_line() {
    assert_refused(
        &simulate(Path::new("/dev/full"), &[]),
        &["/dev/full", "No space left"],
    );
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = command()
        .args(["completions", "bash"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
}

#[test]
fn an_error_leaves_the_old_file_untouched() {
    let folder = Folder::new("untouched");
    let (table, figure) = (folder.path("t.csv"), folder.path("f.svg"));
    fs::write(&table, "a,b\n1,2\n").unwrap();
    fs::write(&figure, "old").unwrap();
    let plot = |y: &str| {
        let arguments: [&OsStr; 8] = [
            "plot".as_ref(),
            table.as_ref(),
            "-o".as_ref(),
            figure.as_ref(),
            "--x".as_ref(),
            "a".as_ref(),
            "--y".as_ref(),
            y.as_ref(),
        ];
        run(&arguments)
    };
    assert_refused(&plot("c"), &["there is no column", "a, b"]);
    assert_eq!(fs::read_to_string(&figure).unwrap(), "old");
    assert_eq!(folder.names(), ["f.svg", "t.csv"]);
    assert_done(&plot("b"));
    assert!(fs::read_to_string(&figure).unwrap().starts_with("<svg"));
    assert_eq!(folder.names(), ["f.svg", "t.csv"]);
}

#[test]
fn tables_that_are_none_are_refused() {
    let folder = Folder::new("tables");
    let plot = |text: &str| {
        let table = folder.path("t.csv");
        fs::write(&table, text).unwrap();
        let arguments: [&OsStr; 4] = [
            "plot".as_ref(),
            table.as_ref(),
            "-o".as_ref(),
            "/dev/null/f.svg".as_ref(),
        ];
        run(&arguments)
    };
    assert_refused(&plot(""), &["does not exist"]);
    let figure = folder.path("f.png");
    for (text, expected) in [
        ("", "is empty"),
        ("units,alpha_c\n", "no rows"),
        ("units,alpha_c\n1\n", "line 2 has 1 cells, the header 2"),
        ("a,b\n1,2\n", "say --x and --y; its columns are a, b"),
    ] {
        let table = folder.path("t.csv");
        fs::write(&table, text).unwrap();
        let arguments: [&OsStr; 4] = [
            "plot".as_ref(),
            table.as_ref(),
            "-o".as_ref(),
            figure.as_ref(),
        ];
        assert_refused(&run(&arguments), &["t.csv", expected]);
        assert!(!figure.exists());
    }
}

#[test]
fn a_closed_pipe_is_success() {
    let mut child = command()
        .args([
            "simulate",
            "data",
            "--data",
            "iid",
            "--units",
            "100",
            "--samples",
            "100000",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_done(&output);
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_no_file() {
    let folder = Folder::new("interrupt");
    let mut child = command()
        // About a minute of work, if it were not stopped.
        .args([
            "simulate",
            "data",
            "--data",
            "ising-torus",
            "--units",
            "1000000",
            "--beta",
            "0.44",
        ])
        .args(["--samples", "100", "-o"])
        .arg(folder.path("a.npy"))
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The temporary file tells that the run is under way.
    while folder.names().is_empty() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let signal = Command::new("kill")
        .arg("-INT")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(signal.success());
    assert_refused(
        &child.wait_with_output().unwrap(),
        &["interrupted, nothing was written"],
    );
    assert!(folder.names().is_empty());
}

#[test]
fn tables_and_matrices_come_from_stdin() {
    let folder = Folder::new("stdin");
    let feed = |arguments: &[&OsStr], text: &str| {
        let mut command = command();
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    };
    let figure = folder.path("f.png");
    let plot: [&OsStr; 4] = [
        "plot".as_ref(),
        "-".as_ref(),
        "-o".as_ref(),
        figure.as_ref(),
    ];
    let output = feed(&plot, "units,alpha_c,samples_c\n10,2.0,20.0\n20,3.0,60.0\n");
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{words}");
    assert!(words.contains("taken for a table of threshold"), "{words}");
    assert!(fs::read(&figure).unwrap().starts_with(b"\x89PNG"));
    let spectrum = [
        "simulate",
        "data",
        "--data",
        "spectrum",
        "--file",
        "-",
        "--samples",
        "2",
    ]
    .map(OsStr::new);
    let output = feed(&spectrum, "1\n2\n3\n");
    assert_done(&output);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text.lines()
            .map(|line| line.split(',').count())
            .collect::<Vec<_>>(),
        [3, 3]
    );
}

#[test]
fn completions_and_manual_pages_are_printed() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell]);
        assert_done(&output);
        assert!(
            String::from_utf8(output.stdout)
                .unwrap()
                .contains("saddlepoint")
        );
    }
    for (command, name) in [
        (&["man"][..], "saddlepoint"),
        (&["man", "plot"], "saddlepoint-plot"),
        (&["man", "simulate", "data"], "saddlepoint-simulate-data"),
    ] {
        let output = run(command);
        assert_done(&output);
        let page = String::from_utf8(output.stdout).unwrap();
        assert!(page.contains(&format!(".TH {name} ")), "{page}");
    }
    assert_refused(&run(&["man", "plto"]), &["no command 'plto'", "plot"]);
}
