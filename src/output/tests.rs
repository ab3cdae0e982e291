//! A whole table, from opening its file to its bytes.

use super::{Output, columns};
use crate::cli::args::CommonArgs;
use crate::cli::grid::Units;
use clap::Parser;
use std::fs;
use std::path::PathBuf;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    common: CommonArgs,
}

struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("saddlepoint-output-{}-{test}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn common(&self, arguments: &[&str]) -> CommonArgs {
        // A name that starts with @ is a file in the folder.
        let place = |text: &&str| {
            text.strip_prefix('@').map_or((*text).to_owned(), |name| {
                self.0.join(name).display().to_string()
            })
        };
        let arguments = std::iter::once("test".to_owned()).chain(arguments.iter().map(place));
        Line::try_parse_from(arguments).unwrap().common
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn write(common: &CommonArgs) -> anyhow::Result<()> {
    let columns = [
        columns::DATA,
        columns::UNITS,
        columns::ALPHA_C,
        columns::SAMPLES_C,
        columns::DETACHED,
    ];
    let mut output = Output::open(common, columns.to_vec())?;
    output.push(vec![
        "iid".into(),
        Units::Finite(10).into(),
        0.1.into(),
        1.0.into(),
        true.into(),
    ])?;
    output.push(vec![
        "a, \"b\"".into(),
        Units::Finite(20).into(),
        1e-7.into(),
        3.0.into(),
        None::<bool>.into(),
    ])?;
    output.finish()
}

#[test]
fn csv_is_written_with_its_sidecar_and_figure() {
    let folder = Folder::new("csv");
    write(&folder.common(&["-o", "@t.csv", "--plot", "@t.svg"])).unwrap();
    assert_eq!(folder.names(), ["t.csv", "t.meta.json", "t.svg"]);
    assert_eq!(
        folder.text("t.csv"),
        "data,units,alpha_c,samples_c,detached\niid,10,0.1,1.0,true\n\"a, \"\"b\"\"\",20,1e-7,3.0,\n"
    );
    let sidecar: serde_json::Value = serde_json::from_str(&folder.text("t.meta.json")).unwrap();
    assert_eq!(sidecar["rows"], 2);
    assert_eq!(
        sidecar["columns"][2]["equation"],
        columns::ALPHA_C.equation.as_ref()
    );
}

#[test]
fn json_is_one_object_per_line_in_the_order_of_the_columns() {
    let folder = Folder::new("json");
    write(&folder.common(&["-o", "@t.json", "--format", "json"])).unwrap();
    let text = folder.text("t.json");
    let first =
        "{\"data\":\"iid\",\"units\":10,\"alpha_c\":0.1,\"samples_c\":1.0,\"detached\":true}";
    assert_eq!(text.lines().next(), Some(first));
    assert!(text.lines().nth(1).unwrap().ends_with("\"detached\":null}"));
}

#[test]
fn an_output_that_is_dropped_leaves_the_old_file() {
    let folder = Folder::new("dropped");
    let common = folder.common(&["-o", "@t.csv"]);
    write(&common).unwrap();
    let before = folder.text("t.csv");
    let mut output = Output::open(&common, vec![columns::DATA]).unwrap();
    output.push(vec!["new".into()]).unwrap();
    assert!(output.push(vec![]).is_err());
    assert_eq!(folder.names().len(), 4);
    drop(output);
    assert_eq!(folder.names(), ["t.csv", "t.meta.json"]);
    assert_eq!(folder.text("t.csv"), before);
}

#[test]
fn a_table_that_cannot_be_drawn_is_still_written() {
    let folder = Folder::new("undrawn");
    let common = folder.common(&["-o", "@t.csv", "--plot", "@t.png"]);
    let mut output = Output::open(&common, vec![columns::DATA]).unwrap();
    output.push(vec!["iid".into()]).unwrap();
    assert!(
        output
            .finish()
            .unwrap_err()
            .to_string()
            .contains("cannot draw")
    );
    assert_eq!(folder.names(), ["t.csv", "t.meta.json"]);
}

#[test]
fn two_outputs_need_two_names() {
    let folder = Folder::new("names");
    assert!(
        Output::open(
            &folder.common(&["-o", "@t.svg", "--plot", "@t.svg"]),
            vec![]
        )
        .is_err()
    );
    assert!(folder.names().is_empty());
}

#[cfg(unix)]
#[test]
fn a_link_keeps_pointing_at_its_target() {
    let folder = Folder::new("link");
    fs::write(folder.0.join("target.csv"), "old").unwrap();
    std::os::unix::fs::symlink(folder.0.join("target.csv"), folder.0.join("link.csv")).unwrap();
    write(&folder.common(&["-o", "@link.csv"])).unwrap();
    assert!(folder.text("target.csv").starts_with("data,"));
    assert!(
        fs::symlink_metadata(folder.0.join("link.csv"))
            .unwrap()
            .is_symlink()
    );
}
