//! `--shard` of the theory's commands and `merge` of their parts, `simulate gibbs --replicas`: the bytes of one command.

use crate::landau::Folder;
use crate::support::{refusal, run, table};
use std::fs;

impl Folder {
    /// Runs a command into a file, and gives the file as typed; the exit status must be this one.
    fn made(&self, command: &str, name: &str, status: i32) -> String {
        let file = self.0.join(name).to_str().unwrap().to_owned();
        let done = run(&format!("{command} -q -o {file}"));
        assert_eq!(done.status.code(), Some(status), "{command}: {done:?}");
        file
    }

    /// Whether the parts of a grid have the bytes of the whole, and the exit status.
    fn merges(&self, command: &str, parts: usize, status: i32) {
        self.made(command, "whole.csv", status);
        let name = |part: usize| {
            self.made(
                &format!("{command} --shard {part}/{parts} --threads 1"),
                &format!("{part}.csv"),
                // A part may be without a row that is short.
                if status == 0 {
                    0
                } else {
                    self.status(command, part, parts)
                },
            )
        };
        let names: Vec<String> = (1..=parts).rev().map(name).collect();
        self.made(&format!("merge {}", names.join(" ")), "merged.csv", status);
        assert_eq!(
            String::from_utf8(self.bytes("merged.csv")),
            String::from_utf8(self.bytes("whole.csv")),
            "{command}"
        );
    }

    fn status(&self, command: &str, part: usize, parts: usize) -> i32 {
        let file = self.0.join("tried.csv");
        let done = run(&format!(
            "{command} --shard {part}/{parts} -q -o {}",
            file.display()
        ));
        done.status.code().unwrap()
    }
}

#[test]
fn parts_of_a_grid_have_the_bytes_of_the_whole() {
    let folder = Folder::new("grid-parts");
    let commands = [
        "threshold --data spiked --units 50,100 --spike 1,2,3 --alpha 1,2 --criterion spectral,bayes",
        "threshold --data spiked --alpha 1,2 --solve-for spike --overlap 0.2,0.5",
        "spectrum --data iid --alpha 0.5,2,3 --points 20",
        "spectrum --data spiked --spike 3 --alpha 0.5,2 --edges",
        "spectrum --data ising-ring --units 10 --beta 0.5 --alpha 1,2,4 --profile",
        "learn --data two-cluster --signal 1,1.5 --hidden spin,relu --alpha 1:4:3 --all-branches",
        "infer --weight-prior rademacher --hidden-prior gaussian --snr 0.5,1,2 --alpha 0.5,2",
        "infer --weight-prior rademacher --hidden-prior gaussian --snr 0.5,1,2 --critical",
        "phase --model hopfield --alpha 0.01,0.05,0.1 --temperature 0.1,0.5",
        "phase --model rbm --sigma 0.1,0.5 --kappa 0.5,1 --boundary",
        "flow modes --eigenvalues 1,2 --time 0,1,2",
        "flow stability --beta 0.3,0.5,0.7",
        "flow ring --units 8,9 --beta 0.5,0.8 --hidden-units 1",
    ];
    for command in commands {
        // Some of the boundaries do not exist, which is no failure.
        let status = folder.status(command, 1, 1);
        assert_ne!(status, 2, "{command}");
        folder.merges(command, 3, status);
    }
    // More parts than points.
    folder.merges("learn --data two-cluster --signal 1 --alpha 1,2", 5, 0);
}

#[test]
fn shards_of_no_grid_and_parts_of_two_are_refused() {
    let folder = Folder::new("grid-refused");
    let learn = "learn --data two-cluster --signal 1 --alpha 1,2,3";
    let one = folder.made(&format!("{learn} --shard 1/2"), "one.csv", 0);
    let other = "learn --data two-cluster --signal 2 --alpha 1,2,3 --shard 2/2";
    let other = folder.made(other, "other.csv", 0);
    let whole = folder.made(learn, "learnt.csv", 0);
    for (command, expected) in [
        (format!("merge {one}"), "parts 2/2 of the grid"),
        (format!("merge {one} {other}"), "--signal 1 and 2"),
        (format!("merge {one} {one}"), "part 1 is in"),
        (format!("merge {whole}"), "no part of one by --shard"),
        (format!("merge {one} {whole}"), "no part of one by --shard"),
        (format!("{learn} --shard 0/2 -o x.csv"), "counted from 1"),
        (format!("{learn} --shard 1/2"), "--output FILE.csv"),
        (
            format!("{learn} --shard 1/2 -o x.json"),
            "--output FILE.csv",
        ),
    ] {
        let found = refusal(&command);
        assert!(found.contains(expected), "{command}: {found}");
    }
}

#[test]
fn replicas_of_a_sampling_are_those_of_one_command() {
    let folder = Folder::new("gibbs-replicas");
    let weights = folder.0.join("w.csv");
    fs::write(&weights, "0.5\n0.5\n-0.5\n0.2\n").unwrap();
    let gibbs = format!(
        "simulate gibbs --machine {} --visible spin --hidden spin --chains 20 --steps 2000",
        weights.display()
    );
    folder.made(&format!("{gibbs} --replicas 5"), "whole.csv", 0);
    let early = folder.made(
        &format!("{gibbs} --replicas 0:2 --threads 1"),
        "early.csv",
        0,
    );
    let late = folder.made(&format!("{gibbs} --replicas 2:5"), "late.csv", 0);
    folder.made(&format!("merge {late} {early}"), "merged.csv", 0);
    assert_eq!(folder.bytes("merged.csv"), folder.bytes("whole.csv"));
    // One replica is the run without the flag.
    folder.made(&gibbs, "plain.csv", 0);
    folder.made(&format!("{gibbs} --replicas 0:1"), "first.csv", 0);
    assert_eq!(folder.bytes("plain.csv"), folder.bytes("first.csv"));

    let means = run(&format!("merge {early} {late} --mean"));
    assert!(means.status.success(), "{means:?}");
    let means = table(&String::from_utf8(means.stdout).unwrap());
    let energy = &means[0];
    assert_eq!(
        (&*energy["observable"], &*energy["replicas"]),
        ("energy", "5")
    );
    // The errors of the runs by their own autocorrelations, and by the scatter of five of them: of the same size.
    let whole = table(&String::from_utf8(folder.bytes("whole.csv")).unwrap());
    let own: f64 = whole[0]["standard_error"].parse().unwrap();
    let scattered: f64 = energy["mean_error"].parse().unwrap();
    let ratio = scattered * 5_f64.sqrt() / own;
    // The scatter of five values is 0.12 to 1.9 times its expectation but for one case in a thousand.
    assert!((0.12..1.9).contains(&ratio), "{ratio}");

    for flags in ["--trace x.csv", "--configurations x.npy"] {
        let found = refusal(&format!("{gibbs} --replicas 2 {flags}"));
        assert!(found.contains("of one replica"), "{found}");
    }
}

#[test]
fn trainings_at_several_settings_are_one_log() {
    let folder = Folder::new("train-grid");
    let train =
        "simulate train --data two-cluster --units 20 --hidden-units 2 --epochs 3 --replicas 2";
    let grid = format!("{train} --signal 1,2 --samples 50,100,200");
    folder.made(&grid, "whole.csv", 0);
    let text = String::from_utf8(folder.bytes("whole.csv")).unwrap();
    // Two signals, three numbers of samples, two replicas, the start and three epochs.
    assert_eq!(table(&text).len(), 2 * 3 * 2 * 4);
    // A training of the grid is that of a command of its own.
    folder.made(&format!("{train} --signal 2 --samples 100"), "one.csv", 0);
    let one = String::from_utf8(folder.bytes("one.csv")).unwrap();
    let own: Vec<&str> = one.lines().skip(1).collect();
    assert!(text.contains(&own.join("\n")));
    folder.merges(&grid, 4, 0);

    let found = refusal(&format!("{grid} --save machine.npz"));
    assert!(found.contains("--save is for one training"), "{found}");
    let log = folder.0.join("modes.csv");
    let found = refusal(&format!(
        "simulate train --data iid --units 3,20 --samples 50 --hidden-units 9 -q -o {}",
        log.display()
    ));
    assert!(
        found.contains("give --modes 3 or less") && !log.exists(),
        "{found}"
    );
}
