//! A whole table, from opening its file to its bytes.

use super::{Destination, Format, Writer, staged};
use crate::plot::FigureFile;
use crate::questions::Units;
use crate::table::figure::Figure;
use crate::table::{Field, Record, Shortfall, Table, vocabulary as words};
use std::fs;
use std::path::PathBuf;

struct Row {
    data: &'static str,
    units: usize,
    beta: Option<f64>,
    values: [f64; 2],
}

impl Record for Row {
    const NAME: &'static str = "test";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::DATA, |row| row.data.into()),
        Field::one(words::UNITS, |row| Units::Finite(row.units).into()),
        Field::one(words::BETA, |row| row.beta.into()),
        Field::many(words::SINGULAR_VALUE, |row| {
            row.values.map(Into::into).into()
        }),
    ];
    const FIGURE: Figure = Figure::NONE;

    fn shortfall(&self) -> Option<Shortfall> {
        self.beta.is_none().then_some(Shortfall {
            what: "beta is empty",
            remedy: "give one",
        })
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("saddlepoint-output-{}-{test}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn destination(&self, name: &str) -> Destination {
        Destination {
            file: Some(self.0.join(name)),
            ..Destination::default()
        }
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

const ROWS: [Row; 2] = [
    Row {
        data: "iid",
        units: 10,
        beta: Some(0.1),
        values: [1.0, 1e-7],
    },
    Row {
        data: "a, \"b\"",
        units: 20,
        beta: None,
        values: [3.0, f64::INFINITY],
    },
];

fn write(destination: &Destination) -> anyhow::Result<super::Summary> {
    let mut table = Writer::<Row>::open(destination, &[])?;
    ROWS.iter().try_for_each(|row| table.push(row))?;
    table.finish()
}

#[test]
fn a_table_in_memory_has_the_bytes_of_its_file() {
    let folder = Folder::new("bytes");
    let table = Table::of(&ROWS);
    for name in ["t.csv", "u.json", "v.md", "w.tex"] {
        let destination = folder.destination(name);
        write(&destination).unwrap();
        let format = Format::of_name(destination.file.as_deref().unwrap()).unwrap();
        let bytes = super::bytes(&table, format).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), folder.text(name));
    }
}

#[test]
fn csv_is_written_with_its_sidecar() {
    let folder = Folder::new("csv");
    let summary = write(&folder.destination("t.csv")).unwrap();
    assert_eq!(folder.names(), ["t.csv", "t.meta.json"]);
    assert_eq!(
        folder.text("t.csv"),
        "data,units,beta,singular_value_0,singular_value_1\niid,10,0.1,1.0,1e-7\n\"a, \"\"b\"\"\",20,,3.0,inf\n"
    );
    let sidecar: serde_json::Value = serde_json::from_str(&folder.text("t.meta.json")).unwrap();
    assert_eq!(sidecar["rows"], 2);
    assert_eq!(sidecar["table"], "test");
    assert_eq!(sidecar["format"], 2);
    assert_eq!(sidecar["columns"][3]["symbol"], "s_{0}");
    assert_eq!(summary.tally.shortfalls().count(), 1);
}

#[test]
fn fields_choose_columns_by_name() {
    let folder = Folder::new("fields");
    let destination = |fields: &[&str]| Destination {
        fields: fields.iter().map(ToString::to_string).collect(),
        ..folder.destination("t.csv")
    };
    write(&destination(&["singular_value_1", "data"])).unwrap();
    assert!(
        folder
            .text("t.csv")
            .starts_with("singular_value_1,data\n1e-7,iid\n")
    );
    let before = folder.text("t.csv");
    for bad in ["alpha", "singular_value_7"] {
        let message = format!("{:#}", write(&destination(&[bad])).unwrap_err());
        assert!(message.contains("there is no column"), "{message}");
        assert_eq!(folder.text("t.csv"), before);
    }
}

#[test]
fn json_is_one_object_per_line_in_the_order_of_the_columns() {
    let folder = Folder::new("json");
    write(&folder.destination("t.json")).unwrap();
    let text = folder.text("t.json");
    let first = "{\"data\":\"iid\",\"units\":10,\"beta\":0.1,\"singular_value_0\":1.0,\"singular_value_1\":1e-7}";
    assert_eq!(text.lines().next(), Some(first));
    assert!(text.lines().nth(1).unwrap().contains("\"beta\":null"));
}

#[test]
fn the_format_follows_the_name_or_is_said() {
    let folder = Folder::new("format");
    write(&folder.destination("t.md")).unwrap();
    assert!(folder.text("t.md").starts_with("| data | units |"));
    write(&folder.destination("latex.tex")).unwrap();
    assert!(folder.text("latex.tex").starts_with("\\begin{tabular}"));
    let names = folder.names();
    for name in ["t.parquet", "t.npz", "t"] {
        let message = format!("{:#}", write(&folder.destination(name)).unwrap_err());
        assert!(message.contains("--format"), "{message}");
        assert_eq!(folder.names(), names);
    }
    let said = Destination {
        format: Some(Format::Csv),
        ..folder.destination("t.dat")
    };
    write(&said).unwrap();
    assert!(folder.text("t.dat").starts_with("data,units,"));
}

#[test]
fn an_output_that_is_dropped_leaves_the_old_file() {
    let folder = Folder::new("dropped");
    let destination = folder.destination("t.csv");
    write(&destination).unwrap();
    let before = folder.text("t.csv");
    let table = Writer::<Row>::open(&destination, &[]).unwrap();
    assert_eq!(folder.names().len(), 4);
    drop(table);
    assert_eq!(folder.names(), ["t.csv", "t.meta.json"]);
    assert_eq!(folder.text("t.csv"), before);
}

#[test]
fn two_outputs_need_two_names() {
    let folder = Folder::new("names");
    let figure = FigureFile::parse(&folder.0.join("t.svg").display().to_string()).unwrap();
    let destination = Destination {
        format: Some(Format::Csv),
        figure: Some(figure),
        ..folder.destination("t.svg")
    };
    let refused = destination.check().unwrap_err();
    assert!(format!("{refused:#}").contains("choose two names"));
    // One sidecar for two tables.
    let first = Writer::<Row>::open(&folder.destination("c.csv"), &[]).unwrap();
    assert!(Writer::<Row>::open(&folder.destination("c.json"), &[]).is_err());
    drop(first);
    assert!(folder.names().is_empty());
}

#[test]
fn a_name_as_long_as_file_systems_take_is_written() {
    let folder = Folder::new("long");
    // The sidecar's name is ten bytes longer, and 255 is the most.
    let name = format!("{}.csv", "é".repeat(120));
    write(&folder.destination(&name)).unwrap();
    assert_eq!(folder.names().len(), 2, "{:?}", folder.names());
}

#[test]
fn an_input_is_no_output() {
    let folder = Folder::new("input");
    let file = folder.0.join("w.csv");
    fs::write(&file, "1,2\n").unwrap();
    let output = staged::Staged::open(&file).unwrap();
    let message = format!("{:#}", crate::input::read(&file, None).unwrap_err());
    assert!(message.contains("another name"), "{message}");
    drop(output);
    crate::input::read(&file, None).unwrap();
    assert!(write(&folder.destination("w.csv")).is_err());
    assert_eq!(folder.text("w.csv"), "1,2\n");
}

#[cfg(unix)]
#[test]
fn a_link_keeps_pointing_at_its_target() {
    let folder = Folder::new("link");
    fs::write(folder.0.join("target.csv"), "old").unwrap();
    std::os::unix::fs::symlink(folder.0.join("target.csv"), folder.0.join("link.csv")).unwrap();
    write(&folder.destination("link.csv")).unwrap();
    assert!(folder.text("target.csv").starts_with("data,"));
    assert!(
        fs::symlink_metadata(folder.0.join("link.csv"))
            .unwrap()
            .is_symlink()
    );
}
