//! Commands as calls: arguments as the command line takes them, arrays in place of files, and the answer in memory.
//!
//! ```
//! use saddlepoint::call::Call;
//! use saddlepoint::questions::Monitor;
//! # fn main() -> anyhow::Result<()> {
//! let call = Call::parse(["threshold", "--data", "spiked", "--spike", "1,2"])?;
//! let answer = call.table(&Monitor::silent())?;
//! let at = answer.table.index("alpha_c").expect("a column of every threshold");
//! let alpha_c: Vec<_> = answer.table.rows.iter().filter_map(|row| row[at].number()).collect();
//! assert_eq!(alpha_c, [1.0, 0.25]); // 1/ℓ²
//! let error = Call::parse(["threshold", "--data", "spikes"]).map(drop).unwrap_err().to_string();
//! assert!(error.contains("a similar value exists: 'spiked'"), "{error}");
//! # Ok(())
//! # }
//! ```
//!
//! What a name of a file stands for may be an array ([`crate::input::memory`]).

use crate::cli::simulate::{SimulateArgs, Simulation};
use crate::cli::{self, Command, args::CommonArgs};
use crate::commands::{self, Asker, Status};
use crate::notice::{hear, say};
use crate::output::sidecar::{Outcome, Run, Short};
use crate::output::staged::{self, Staged};
use crate::output::{Destination, Format, TableWriter, Tally};
use crate::plot::{self, Choice, FigureFile};
use crate::questions::draw::Drawn;
use crate::questions::gibbs::Sampled;
use crate::questions::spectrum::Law;
use crate::questions::train::{self, nothing_to_learn};
use crate::questions::{GivenMachine, Monitor, Question, Scaling};
use crate::table::{Column, Record, Table};
use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::{FromArgMatches, ValueEnum};
use saddlepoint_simulator::Samples;
use std::cell::RefCell;
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

/// The command line, which is built once: that takes longer than many an answer.
static COMMANDS: LazyLock<Mutex<clap::Command>> = LazyLock::new(|| Mutex::new(cli::command()));

/// How many threads a call should compute on.
pub fn available_threads() -> usize {
    cli::threads::granted()
}

/// Runs calls, and gives back the lines that the command line would say on stderr of files that it reads and of what it assumes.
pub fn listen<T>(run: impl FnOnce() -> T) -> (T, Vec<String>) {
    hear(run)
}

/// A command with its arguments.
#[derive(Debug)]
pub struct Call {
    arguments: Vec<String>,
    command: Command,
}

impl Call {
    /// Reads the arguments as they stand behind the name of the program.
    ///
    /// # Errors
    /// If they are wrong, with the line that the command line says.
    pub fn parse(arguments: impl IntoIterator<Item = impl Into<String>>) -> Result<Self> {
        let arguments: Vec<String> = arguments.into_iter().map(Into::into).collect();
        let words = ["saddlepoint"].into_iter();
        let words = words.chain(arguments.iter().map(String::as_str));
        let matches = COMMANDS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .try_get_matches_from_mut(words);
        let cli = matches.and_then(|mut matches| cli::Cli::from_arg_matches_mut(&mut matches));
        // What was read before is of another call, and may be written by this one.
        staged::forget_inputs();
        match cli {
            Ok(cli) => Ok(Self {
                arguments,
                command: cli.command,
            }),
            Err(error) => Err(anyhow!(cli::one_line(&error))),
        }
    }

    /// The table with which a command answers.
    ///
    /// # Errors
    /// If the command has another answer; those of its question.
    pub fn table(&self, monitor: &Monitor<'_>) -> Result<Answer> {
        let asker = InMemory {
            call: self,
            monitor,
            answer: RefCell::new(None),
        };
        commands::table(&self.command, &asker)?;
        let answer = asker.answer.into_inner();
        answer.context("the command has no answer")
    }

    /// The log of `simulate train`, its machines, and how the data were scaled for them.
    ///
    /// # Errors
    /// Those of [`crate::questions::Train::train`].
    pub fn train(&self, monitor: &Monitor<'_>) -> Result<Trained> {
        let Simulation::Train(args) = self.simulation()? else {
            bail!("trains no machine");
        };
        let run = Run::of(self.arguments.clone(), args.common.seed);
        let settings = args.settings()?;
        let [setting] = &settings[..] else {
            bail!(
                "a call trains at one setting, not at {}; call it for each",
                settings.len()
            );
        };
        let question = args.question(setting)?;
        if !args.common.quiet {
            let notices = [nothing_to_learn(&question)?, question.row_notice()];
            notices.into_iter().flatten().for_each(|words| say(&words));
        }
        let mut rows = Rows::new::<train::Row>(question.leaves_out());
        let mut machines = Vec::new();
        let mut log = |row| {
            rows.push(&row);
            Ok(())
        };
        question.train(monitor, &mut log, &mut |machine| {
            machines.push(question.given(&machine));
            Ok(())
        })?;
        Ok(Trained {
            log: rows.finish(run),
            machines,
            scaling: question.scaling,
        })
    }

    /// The configurations that `simulate gibbs` records, one per row, chain by chain at each record, and what else it sees.
    ///
    /// # Errors
    /// Those of [`crate::questions::Gibbs::sample`].
    pub fn gibbs(&self, monitor: &Monitor<'_>) -> Result<(Samples, Sampling)> {
        let Simulation::Gibbs(args) = self.simulation()? else {
            bail!("samples no machine");
        };
        let run = Run::of(self.arguments.clone(), args.common.seed);
        let gibbs = args.question()?;
        ensure!(
            gibbs.replicas.len() == 1,
            "a call samples one replica, not {}; call it for each",
            gibbs.replicas.len()
        );
        let mut sampled = gibbs.sample(gibbs.replicas.start, monitor, true)?;
        let configurations = sampled.configurations.take();
        let rows = gibbs.rows(&sampled)?;
        let sampling = Sampling {
            observables: Rows::of(rows, gibbs.leaves_out()).finish(run),
            sampled,
        };
        Ok((configurations.context("no configurations")?, sampling))
    }

    /// Sums over the samples of a table or of a part of it, written into the file of `threshold --save-sums`.
    ///
    /// # Errors
    /// If the file has no such sums, or cannot be written.
    pub fn save_sums(&self, monitor: &Monitor<'_>) -> Result<()> {
        match &self.command {
            Command::Threshold(args) if args.save_sums.is_some() => {
                let words = commands::save_sums(args, monitor)?;
                if !args.common.quiet {
                    say(&words);
                }
                Ok(())
            }
            _ => bail!("saves no sums"),
        }
    }

    /// What `simulate data` draws.
    ///
    /// # Errors
    /// Those of [`crate::questions::Draw::replica`].
    pub fn draw(&self) -> Result<Drawn> {
        match self.simulation()? {
            Simulation::Data(args) => args.question()?.replica(0),
            _ => bail!("draws no samples"),
        }
    }

    /// The mean of each hidden unit given each sample of `score`.
    ///
    /// # Errors
    /// Those of [`crate::questions::Score::hidden_means`].
    pub fn hidden_means(&self) -> Result<Samples> {
        match &self.command {
            Command::Score(args) => args.question()?.hidden_means(),
            _ => bail!("has no hidden units"),
        }
    }

    /// The log-likelihood of each sample of `score` but for ln Z.
    ///
    /// # Errors
    /// Those of [`crate::questions::Score::log_weights`].
    pub fn log_weights(&self) -> Result<Vec<f64>> {
        match &self.command {
            Command::Score(args) => args.question()?.log_weights(),
            _ => bail!("scores no samples"),
        }
    }

    /// The one law of sample eigenvalues that `spectrum` is about.
    ///
    /// # Errors
    /// If it is about several, or the data have no law.
    pub fn law(&self) -> Result<Law> {
        match &self.command {
            Command::Spectrum(args) => args.question()?.law(),
            _ => bail!("is about no law"),
        }
    }

    fn simulation(&self) -> Result<&Simulation> {
        match &self.command {
            Command::Simulate(SimulateArgs { what }) => Ok(what),
            _ => bail!("is no simulation"),
        }
    }
}

/// What `simulate train` makes.
#[derive(Debug, Clone)]
pub struct Trained {
    /// A row for each epoch that is logged.
    pub log: Answer,
    /// The machine of each replica at its end.
    pub machines: Vec<GivenMachine>,
    /// How the data were scaled.
    pub scaling: Option<Scaling>,
}

/// What `simulate gibbs` sees of a machine.
#[derive(Debug, Clone)]
pub struct Sampling {
    /// A row for each observable.
    pub observables: Answer,
    sampled: Sampled,
}

impl Sampling {
    /// The observables of the first chains at each record: the table of `--trace`.
    pub fn trace(&self) -> Answer {
        Rows::of(self.sampled.trace(), Vec::new()).finish(self.observables.run.clone())
    }

    /// The rungs of parallel tempering: the table of `--ladder`, without rows for other methods.
    pub fn ladder(&self) -> Answer {
        Rows::of(self.sampled.ladder.iter().cloned(), Vec::new())
            .finish(self.observables.run.clone())
    }
}

/// A table in memory, with what a file of it needs besides.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Columns that have a meaning for what was asked, and the rows.
    pub table: Table,
    /// Why a row is no full answer, for each row that is none: the command line has exit status 1 for it.
    short: Vec<Option<Short>>,
    /// What was said of files and assumptions ([`listen`]), as far as the caller has put it here.
    pub notices: Vec<String>,
    run: Run,
}

impl Answer {
    /// A table that an earlier call made; `short` has an entry for each row.
    pub fn of(table: Table, short: Vec<Option<Short>>, arguments: Vec<String>, seed: u64) -> Self {
        Self {
            table,
            short,
            notices: Vec::new(),
            run: Run::of(arguments, seed).stopped(),
        }
    }

    /// Why each row is no full answer, if it is none.
    pub fn short(&self) -> &[Option<Short>] {
        &self.short
    }

    /// Lines about rows that are no full answer.
    pub fn shortfalls(&self) -> Vec<String> {
        self.tally().shortfalls().collect()
    }

    fn tally(&self) -> Tally {
        Tally::of(self.table.rows.len(), self.short.iter().flatten().cloned())
    }

    /// Arguments of the command, and the seed of its random numbers.
    pub fn origin(&self) -> (&[String], u64) {
        self.run.origin()
    }

    /// Writes the table, and its sidecar beside it; `None` for the format that the file's name says, or a figure by a figure's name.
    ///
    /// # Errors
    /// If the file cannot be written or its name says no format.
    pub fn save(&self, file: &Path, format: Option<&str>) -> Result<()> {
        let format = format.map(|name| Format::from_str(name, false)).transpose();
        let format = format.map_err(|_| {
            let names = Format::value_variants().iter();
            let names = names.filter_map(ValueEnum::to_possible_value);
            let names: Vec<_> = names.map(|name| name.get_name().to_owned()).collect();
            anyhow!("--format: there is {}", names.join(", "))
        })?;
        staged::forget_inputs();
        let figure = FigureFile::parse(&file.to_string_lossy());
        if let (Ok(figure), None) = (figure, format) {
            let mut staged = Staged::open(file)?;
            plot::draw(&self.table, &Choice::default(), &figure, &mut staged)?;
            return staged::commit(vec![staged]);
        }
        let destination = Destination {
            file: Some(file.to_owned()),
            format,
            run: Some(self.run.clone()),
            ..Destination::default()
        };
        let columns = || self.table.columns.clone();
        let mut writer = TableWriter::open(&destination, &self.table.name, columns(), &[])?;
        writer.begin(columns())?;
        let mut rows = self.table.rows.iter();
        rows.try_for_each(|row| writer.push(row.clone()))?;
        let outcome = Outcome {
            shortfalls: self.tally().short().to_vec(),
            part: None,
        };
        writer.finish(&outcome).map(drop)
    }

    /// The same of some rows, by their places.
    ///
    /// # Errors
    /// If there is no such row.
    pub fn of_rows(&self, places: &[usize]) -> Result<Self> {
        let rows = &self.table.rows;
        let row = |&place: &usize| {
            let found = rows.get(place).cloned();
            found.with_context(|| format!("there is no row {place} of {}", rows.len()))
        };
        let short = |&place: &usize| self.short.get(place).cloned().flatten();
        Ok(Self {
            table: Table {
                name: self.table.name.clone(),
                columns: self.table.columns.clone(),
                rows: places.iter().map(row).collect::<Result<_>>()?,
            },
            short: places.iter().map(short).collect(),
            notices: self.notices.clone(),
            run: self.run.clone(),
        })
    }
}

/// The rows of an answer on their way.
struct Rows {
    table: Table,
    leaves_out: Vec<&'static str>,
    /// Places of the columns that have a meaning, once they are known
    places: Option<Vec<usize>>,
    short: Vec<Option<Short>>,
    empty: fn() -> Vec<Column>,
}

impl Rows {
    fn new<R: Record>(leaves_out: Vec<&'static str>) -> Self {
        Self {
            table: Table {
                name: R::NAME.to_owned(),
                columns: Vec::new(),
                rows: Vec::new(),
            },
            leaves_out,
            places: None,
            short: Vec::new(),
            empty: || R::columns(None),
        }
    }

    fn of<R: Record>(records: impl IntoIterator<Item = R>, leaves_out: Vec<&'static str>) -> Self {
        let mut rows = Self::new::<R>(leaves_out);
        records.into_iter().for_each(|record| rows.push(&record));
        rows
    }

    fn push<R: Record>(&mut self, record: &R) {
        if self.places.is_none() {
            self.begin(R::columns(Some(record)));
        }
        self.short
            .push(record.shortfall().map(|why| Short::new(why, 1)));
        let cells = record.cells();
        let places = self.places.iter().flatten();
        let cells = places.map(|&place| cells[place].clone());
        self.table.rows.push(cells.collect());
    }

    fn begin(&mut self, columns: Vec<Column>) {
        let has_meaning = |column: &Column| !self.leaves_out.contains(&column.name.as_ref());
        let columns = columns.into_iter().enumerate();
        let kept = columns.filter(|(_, column)| has_meaning(column));
        let (places, columns) = kept.unzip();
        self.places = Some(places);
        self.table.columns = columns;
    }

    fn finish(mut self, run: Run) -> Answer {
        if self.places.is_none() {
            self.begin((self.empty)());
        }
        Answer {
            table: self.table,
            short: self.short,
            notices: Vec::new(),
            run: run.stopped(),
        }
    }
}

/// Keeps the answer of a call.
struct InMemory<'a> {
    call: &'a Call,
    monitor: &'a Monitor<'a>,
    answer: RefCell<Option<Answer>>,
}

impl Asker for InMemory<'_> {
    fn ask<Q: Question>(
        &self,
        common: &CommonArgs,
        question: impl FnOnce() -> Result<Q>,
    ) -> Result<Status> {
        let run = Run::of(self.call.arguments.clone(), common.seed);
        let question = question()?;
        let mut rows = Rows::new::<Q::Row>(question.leaves_out());
        question.ask(self.monitor, &mut |row| {
            rows.push(&row);
            Ok(())
        })?;
        self.answer.replace(Some(rows.finish(run)));
        Ok(Status::Done)
    }
}
