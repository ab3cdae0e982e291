//! The tables of commands that are not yet questions.

pub(crate) mod columns;

pub(crate) use saddlepoint::output::{matrix, npz, staged};
pub(crate) use saddlepoint::table::{Cell, Column, Table};

use crate::cli::args::CommonArgs;
use anyhow::{Context, Result, ensure};
use saddlepoint::output::sidecar::{self, Run};
use saddlepoint::output::staged::Staged;
use saddlepoint::output::{FigureFile, Format};
use saddlepoint::plot::{self, Choice};
use std::io::{self, Write};

pub(crate) struct Output {
    file: Option<Staged>,
    json: bool,
    table: Table,
    figure: Option<(FigureFile, Staged)>,
    sidecar: Option<(Staged, Run)>,
}

impl Output {
    pub(crate) fn open(common: &CommonArgs, columns: Vec<Column>) -> Result<Self> {
        let file = common.output_file().map(Staged::open).transpose()?;
        let figure = match &common.plot {
            Some(figure) => Some((figure.clone(), Staged::open(&figure.path)?)),
            None => None,
        };
        let sidecar = match &file {
            Some(file) if file.is_regular() => Some((
                Staged::open(&sidecar::path(file.target()))?,
                Run::start(common.seed),
            )),
            _ => None,
        };
        Ok(Self {
            file,
            json: common.format == Some(Format::Json),
            table: Table {
                name: String::new(),
                columns,
                rows: Vec::new(),
            },
            figure,
            sidecar,
        })
    }

    pub(crate) fn push(&mut self, row: Vec<Cell>) -> Result<()> {
        ensure!(
            row.len() == self.table.columns.len(),
            "a row of other columns"
        );
        self.table.rows.push(row);
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<()> {
        let mut text = Vec::new();
        if !self.json {
            let names: Vec<_> = self.table.columns.iter().map(|c| c.name.as_ref()).collect();
            text.extend(names.join(",").into_bytes());
            text.push(b'\n');
        }
        for row in &self.table.rows {
            let cells: Vec<_> = row.iter().map(|c| c.to_csv()).collect();
            text.extend(cells.join(",").into_bytes());
            text.push(b'\n');
        }
        let mut finished = Vec::new();
        match self.file {
            Some(mut file) => {
                file.write_all(&text)?;
                finished.push(file);
            }
            None => io::stdout().write_all(&text)?,
        }
        let drawn = match self.figure {
            Some((figure, mut staged)) => {
                let drawn = plot::draw(&self.table, &Choice::default(), &figure, &mut staged);
                if drawn.is_ok() {
                    finished.push(staged);
                }
                drawn.with_context(|| format!("cannot draw {}", figure.path.display()))
            }
            None => Ok(()),
        };
        if let Some((mut staged, run)) = self.sidecar {
            staged.write_all(
                run.document("", &self.table.columns, self.table.rows.len())
                    .as_bytes(),
            )?;
            finished.push(staged);
        }
        staged::commit(finished)?;
        drawn
    }
}
