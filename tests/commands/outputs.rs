//! What a run writes never replaces what it reads, what it also writes, or what is the user's.

use super::landau::Folder;
use super::support::run;
use std::fs;

/// A command whose `@` stand for a folder: its exit status and what it says.
fn run_in(folder: &Folder, arguments: &str) -> (Option<i32>, String) {
    let output = run(&arguments.replace('@', folder.0.to_str().unwrap()));
    let words = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), words)
}

fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(&folder.0).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

const TRAIN: &str = "simulate train --data two-cluster --units 6 --signal 1 --samples 20 \
                     --hidden-units 1 --epochs 2 --quiet";

#[test]
fn two_outputs_of_one_name_are_refused_however_it_is_spelled() {
    let folder = Folder::new("twice");
    for outputs in [
        "-o @/a.csv --trajectory @/./a.csv",
        "-o @/a.csv --trajectory @/../saddlepoint-twice-PID/a.csv",
    ] {
        let outputs = outputs.replace("PID", &std::process::id().to_string());
        let (status, words) = run_in(&folder, &format!("{TRAIN} {outputs}"));
        assert_eq!(status, Some(2), "{words}");
        assert!(words.contains("choose two"), "{words}");
        assert!(names(&folder).is_empty(), "{:?}", names(&folder));
    }
}

#[test]
fn an_output_that_is_an_input_is_refused() {
    let folder = Folder::new("input");
    let values = "x,y\n1,-1\n-1,1\n1,1\n-1,-1\n1,1\n-1,-1\n";
    fs::write(folder.0.join("d.csv"), values).unwrap();
    fs::write(folder.0.join("t.svg"), "a,b\n1,2\n").unwrap();
    for arguments in [
        "threshold --data samples --file @/d.csv -o @/./d.csv",
        "spectrum --data samples --file @/d.csv -o @/./d.csv",
        "simulate train --data samples --file @/d.csv --hidden-units 1 --epochs 1 -o @/d.csv",
        "plot @/t.svg --x a --y b -o @/./t.svg",
    ] {
        let (status, words) = run_in(&folder, arguments);
        assert_eq!(status, Some(2), "{arguments}: {words}");
        assert!(words.contains("another name"), "{words}");
        assert_eq!(names(&folder), ["d.csv", "t.svg"]);
        assert_eq!(fs::read_to_string(folder.0.join("d.csv")).unwrap(), values);
    }
}

#[test]
fn a_folder_named_like_checkpoints_stays_if_the_user_made_it() {
    let folder = Folder::new("checkpoints");
    let mine = folder.0.join("m.csv.checkpoints");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("mine"), "kept").unwrap();
    let (status, words) = run_in(&folder, &format!("{TRAIN} -o @/m.csv --save @/m.npz"));
    assert_eq!(status, Some(0), "{words}");
    assert_eq!(fs::read_to_string(mine.join("mine")).unwrap(), "kept");
}

#[test]
fn a_figure_that_cannot_be_written_is_refused_before_anything_is_computed() {
    let folder = Folder::new("figure");
    let ask = "threshold --data spiked --spike 1,2,3 --units 5 -o @/t.csv --plot @/no/f.svg";
    let (status, words) = run_in(&folder, ask);
    assert_eq!(status, Some(2), "{words}");
    assert!(words.contains("create it first"), "{words}");
    assert!(names(&folder).is_empty(), "{:?}", names(&folder));
}

#[test]
fn two_tables_do_not_share_a_sidecar() {
    let folder = Folder::new("sidecar");
    let ask = "threshold --data spiked --spike 1 --units 5,6";
    for _ in 0..2 {
        let (status, words) = run_in(&folder, &format!("{ask} -o @/c.csv"));
        assert_eq!(status, Some(0), "{words}");
    }
    let (status, words) = run_in(&folder, &format!("{ask} -o @/c.json"));
    assert_eq!(status, Some(2), "{words}");
    assert!(words.contains("c.csv has the sidecar"), "{words}");
    assert_eq!(names(&folder), ["c.csv", "c.meta.json"]);
}

#[cfg(target_os = "linux")]
#[test]
fn files_keep_their_permissions_and_links_and_leftovers_go() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("permissions");
    let (table, link) = (folder.0.join("t.csv"), folder.0.join("l.csv"));
    fs::write(&table, "old").unwrap();
    fs::set_permissions(&table, fs::Permissions::from_mode(0o600)).unwrap();
    symlink("new.csv", &link).unwrap();
    // No process has this number: it is larger than any.
    let leftover = folder.0.join(".t.csv.4294967295-0.partial");
    fs::write(&leftover, "half").unwrap();
    fs::write(folder.0.join(".u.csv.4294967295-0.partial"), "another's").unwrap();
    for output in ["t.csv", "l.csv"] {
        let ask = format!("threshold --data spiked --spike 1 --units 5 -o @/{output}");
        let (status, words) = run_in(&folder, &ask);
        assert_eq!(status, Some(0), "{words}");
    }
    assert_eq!(
        fs::metadata(&table).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(folder.0.join("new.csv").is_file());
    assert!(!leftover.exists());
    assert!(folder.0.join(".u.csv.4294967295-0.partial").exists());
}
