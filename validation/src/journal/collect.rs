//! The tasks of a run from several journals.

use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::lines::{Line, Lines};
use super::{Header, Shard, VERSION, cannot};
use crate::error::{Error, Result};

/// Journals of one run, which hold the tasks of all of it together.
#[derive(Debug)]
pub struct Journals {
    header: Header,
    files: Vec<(PathBuf, Option<Shard>)>,
}

/// The tasks of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Collected {
    /// The values of each task, in their order.
    pub tasks: Vec<Vec<f64>>,
    /// What there is to say of how they were found.
    pub notices: Vec<String>,
}

impl Journals {
    /// Reads the first line of each.
    ///
    /// # Errors
    /// [`Error::JournalsDiffer`] if they are of different runs, [`Error::OtherRun`] if they are of another version, [`Error::NoJournals`] if
    /// there are none, [`Error::NotBegun`] for one without a complete first line, and what hinders reading.
    pub fn open(paths: &[PathBuf]) -> Result<Self> {
        let mut headers = Vec::new();
        for path in paths {
            let header = Lines::new(reader(path)?, path).header()?;
            headers.push(header.ok_or_else(|| Error::NotBegun { path: path.clone() })?);
        }
        let header = headers.first().ok_or(Error::NoJournals)?.clone();
        for (path, other) in paths.iter().zip(&headers) {
            if let Some(difference) = header.difference(other) {
                return Err(Error::JournalsDiffer {
                    first: paths[0].clone(),
                    second: path.clone(),
                    difference,
                });
            }
        }
        let shards = headers.iter().map(|header| header.shard);
        let journals = Self {
            files: paths.iter().cloned().zip(shards).collect(),
            header,
        };
        // Before anything that another version may have named in another way.
        journals.check(&Header {
            program: VERSION.to_owned(),
            ..journals.header.clone()
        })?;
        Ok(journals)
    }

    /// What they have in common.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Errs if they are of another run than one that would begin with this header.
    pub(crate) fn check(&self, expected: &Header) -> Result<()> {
        match self.header.difference(expected) {
            None => Ok(()),
            Some(difference) => Err(Error::OtherRun {
                path: self.files[0].0.clone(),
                difference,
            }),
        }
    }

    /// Reads all tasks, one line after the other.
    ///
    /// # Errors
    /// [`Error::MissingTasks`] if one is in no journal, [`Error::TasksDiffer`] if two journals have other values for it, and what hinders
    /// reading.
    pub(crate) fn collect(&self) -> Result<Collected> {
        let mut found = Found::new(self);
        for index in 0..self.files.len() {
            found.read(index)?;
        }
        found.finish()
    }
}

/// A pipe could not be read twice.
fn reader(path: &Path) -> Result<BufReader<File>> {
    let failed = |source| cannot("read", path, source);
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Error::NotAJournal {
            path: path.to_owned(),
        });
    }
    let file = File::open(path).map_err(failed)?;
    Ok(BufReader::with_capacity(1 << 16, file))
}

/// What was read so far.
struct Found<'a> {
    journals: &'a Journals,
    /// The values of each task, and the journal that they are from.
    tasks: Vec<Option<(Vec<f64>, usize)>>,
    /// Number of tasks in each journal.
    counts: Vec<usize>,
    /// Tasks that were there before.
    repeated: usize,
    /// Damaged lines, in words.
    damaged: Vec<String>,
}

impl<'a> Found<'a> {
    fn new(journals: &'a Journals) -> Self {
        Self {
            journals,
            tasks: vec![None; journals.header.tasks],
            counts: vec![0; journals.files.len()],
            repeated: 0,
            damaged: Vec::new(),
        }
    }

    fn read(&mut self, index: usize) -> Result<()> {
        let path = &self.journals.files[index].0;
        let mut lines = Lines::new(reader(path)?, path);
        lines.header()?;
        while let Some(line) = lines.read()? {
            match line {
                Line::Task((task, values)) if task < self.tasks.len() => {
                    self.note(index, task, values)?;
                }
                _ => self
                    .damaged
                    .push(format!("{} line {}", path.display(), lines.number())),
            }
        }
        Ok(())
    }

    fn note(&mut self, index: usize, task: usize, values: Vec<f64>) -> Result<()> {
        self.counts[index] += 1;
        let Some((known, from)) = &self.tasks[task] else {
            self.tasks[task] = Some((values, index));
            return Ok(());
        };
        let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        if bits(known) != bits(&values) {
            return Err(Error::TasksDiffer {
                task,
                first: self.journals.files[*from].0.clone(),
                second: self.journals.files[index].0.clone(),
            });
        }
        self.repeated += 1;
        Ok(())
    }

    fn finish(self) -> Result<Collected> {
        let missing = self.tasks.iter().filter(|task| task.is_none()).count();
        if missing > 0 {
            return Err(Error::MissingTasks {
                missing,
                total: self.tasks.len(),
                which: self.unfinished(),
            });
        }
        let mut notices = Vec::new();
        if self.repeated > 0 {
            let repeated = self.repeated;
            notices.push(format!(
                "{repeated} tasks are in the journals more than once, with the same values"
            ));
        }
        if !self.damaged.is_empty() {
            let damaged = listed(&self.damaged);
            notices.push(format!(
                "damaged and left out, the tasks being there again: {damaged}"
            ));
        }
        let tasks = self.tasks.into_iter().flatten();
        Ok(Collected {
            tasks: tasks.map(|(values, _)| values).collect(),
            notices,
        })
    }

    /// Which journals lack tasks, which shards have none, and which lines are damaged.
    fn unfinished(&self) -> String {
        let total = self.tasks.len();
        let share = |shard: Option<Shard>| shard.map_or(total, |shard| shard.ranks(total).count());
        let mut lacking = Vec::new();
        for ((path, shard), count) in self.journals.files.iter().zip(&self.counts) {
            let share = share(*shard);
            if *count < share {
                let name = shard.map_or(String::new(), |shard| format!(" (shard {shard})"));
                lacking.push(format!("{}{name} has {count} of {share}", path.display()));
            }
        }
        let absent = self
            .absent()
            .map(|shard| format!("shard {shard} has no journal here"));
        lacking.extend(absent);
        let mut words = listed(&lacking);
        if !self.damaged.is_empty() {
            write!(words, "; damaged: {}", listed(&self.damaged))
                .expect("writing to a string cannot fail");
        }
        words
    }

    /// The shards without a journal, where all journals are shards of one division.
    fn absent(&self) -> impl Iterator<Item = Shard> + '_ {
        let shards: Option<Vec<Shard>> = self
            .journals
            .files
            .iter()
            .map(|(_, shard)| *shard)
            .collect();
        let shards = shards.unwrap_or_default();
        let of = shards.first().map_or(0, |shard| shard.of());
        let is_one_division = shards.iter().all(|shard| shard.of() == of);
        // Shards beyond the number of tasks have none.
        let numbers = 1..=if is_one_division {
            of.min(self.tasks.len())
        } else {
            0
        };
        let all = numbers.filter_map(move |number| Shard::new(number, of));
        all.filter(move |shard| !shards.contains(shard))
    }
}

/// The most places that a message lists.
const MOST_LISTED: usize = 8;

fn listed(words: &[String]) -> String {
    let mut text = words[..words.len().min(MOST_LISTED)].join(", ");
    if let Some(more) = words.len().checked_sub(MOST_LISTED + 1) {
        write!(text, " and {} more", more + 1).expect("writing to a string cannot fail");
    }
    text
}
