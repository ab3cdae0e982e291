//! Questions, asked on a thread of their own while Python runs.

use crate::answer::Answer;
use crate::arrays::{array, error, from_samples, from_slice};
use crate::law::Law;
use crate::machine::Machine;
use crate::sampling::Sampling;
use anyhow::Result;
use numpy::{PyArray1, PyReadonlyArray2};
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use saddlepoint::call::{Call, available_threads, listen};
use saddlepoint::input::memory::{Held, with};
use saddlepoint::questions::Monitor;
use saddlepoint_validation::experiments as known;
use saddlepoint_validation::parameters::Parameter;
use saddlepoint_validation::runner::Validation;
use std::hint;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long Ctrl-C and the progress wait.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long an answer is waited for without falling asleep: to be woken takes longer than many an answer.
const AWAKE: Duration = Duration::from_micros(50);

/// As much as the main thread has on common systems, since these threads do its work.
const STACK_BYTES: usize = 8 << 20;

/// The threads that compute, of this process: a fork has none of its parent's.
static THREADS: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

fn threads() -> Result<Arc<ThreadPool>> {
    let mut known = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, pool)) = &*known
        && *of == process::id()
    {
        return Ok(Arc::clone(pool));
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(available_threads())
        .stack_size(STACK_BYTES)
        .build()?;
    let pool = Arc::new(pool);
    if let Some(parents) = known.replace((process::id(), Arc::clone(&pool))) {
        // Its threads are not here to be joined.
        std::mem::forget(parents);
    }
    Ok(pool)
}

/// Arguments of a command, and what the names of some files stand for.
type Named<'py> = Vec<(PathBuf, Bound<'py, PyAny>)>;

/// How far a computation is.
#[derive(Default)]
struct Told {
    done: AtomicU64,
    total: AtomicU64,
    stage: Mutex<String>,
}

/// Computes on a thread of the pool without the interpreter's lock, which is taken now and then for signals and for `progress(done, total, stage)`.
///
/// Beside the answer there is what was said of files and assumptions, which the logger `saddlepoint` has been told.
fn compute<T: Send>(
    py: Python<'_>,
    arguments: Vec<String>,
    held: &Named<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    answer: impl FnOnce(&Call, &Monitor<'_>) -> Result<T> + Send,
) -> PyResult<(T, Vec<String>)> {
    let kept: Vec<_> = held.iter().map(keep).collect::<PyResult<_>>()?;
    let held: Vec<_> = kept.iter().map(in_memory).collect::<PyResult<_>>()?;
    let progress = progress.map(|callable| callable.clone().unbind());
    let progress = progress.as_ref();
    let pool = threads().map_err(|e| error(&e))?;
    let (told, cancelled) = (&Told::default(), &AtomicBool::new(false));
    let call = Call::parse(arguments).map_err(|e| error(&e))?;
    let ask = move || {
        with(held, || {
            let monitor = Monitor {
                progress: &|done, total| {
                    told.done.store(done, Ordering::Relaxed);
                    told.total.store(total, Ordering::Relaxed);
                },
                stage: &|words| {
                    let mut stage = told.stage.lock().unwrap_or_else(PoisonError::into_inner);
                    words.clone_into(&mut stage);
                },
                cancelled,
                share: None,
            };
            listen(|| answer(&call, &monitor))
        })
    };
    let (sender, receiver) = sync_channel(1);
    let ended = py.detach(move || {
        pool.in_place_scope(|scope| {
            scope.spawn(move |_| {
                let _ = sender.send(catch_unwind(AssertUnwindSafe(ask)));
            });
            if let Some(ended) = while_awake(&receiver) {
                return Ok(ended);
            }
            loop {
                match receiver.recv_timeout(LOOK_EVERY) {
                    Ok(ended) => return Ok(ended),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(PyRuntimeError::new_err("the computation has no result"));
                    }
                }
                let looked = Python::attach(|py| {
                    py.check_signals()?;
                    tell(py, progress, told)
                });
                if let Err(stopped) = looked {
                    cancelled.store(true, Ordering::Relaxed);
                    let _ = receiver.recv();
                    return Err(stopped);
                }
            }
        })
    })?;
    if told.total.load(Ordering::Relaxed) > 0 {
        tell(py, progress, told)?;
    }
    conclude(py, ended)
}

/// What comes before one would fall asleep.
///
/// The clock is looked at now and then only, so that a core that runs two threads is left to the other one.
fn while_awake<T>(receiver: &Receiver<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        match receiver.try_recv() {
            Ok(ended) => return Some(ended),
            Err(TryRecvError::Empty) if begun.elapsed() < AWAKE => {
                (0..16).for_each(|_| hint::spin_loop());
            }
            Err(_) => return None,
        }
    }
}

/// The answer of a computation that may have panicked, with its notices, of which the logger is told.
fn conclude<T>(
    py: Python<'_>,
    ended: thread::Result<(Result<T>, Vec<String>)>,
) -> PyResult<(T, Vec<String>)> {
    match ended {
        Ok((answer, notices)) => {
            log(py, &notices)?;
            Ok((answer.map_err(|e| error(&e))?, notices))
        }
        Err(_) => Err(PyRuntimeError::new_err(
            "a bug stopped the computation; please report the message above",
        )),
    }
}

/// Tells the logger of the package.
fn log(py: Python<'_>, notices: &[String]) -> PyResult<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let logger = py.import("logging")?;
    let logger = logger.call_method1("getLogger", ("saddlepoint",))?;
    notices
        .iter()
        .try_for_each(|words| logger.call_method1("info", ("%s", words)).map(drop))
}

fn tell(py: Python<'_>, progress: Option<&Py<PyAny>>, told: &Told) -> PyResult<()> {
    let Some(progress) = progress else {
        return Ok(());
    };
    let stage = told.stage.lock().unwrap_or_else(PoisonError::into_inner);
    let stage = stage.clone();
    let [done, total] = [&told.done, &told.total].map(|count| count.load(Ordering::Relaxed));
    progress.call1(py, (done, total, stage)).map(drop)
}

/// What a name stands for.
enum Kept<'py> {
    /// A matrix of float64, borrowed as long as the call lasts.
    Matrix(PyReadonlyArray2<'py, f64>),
    Machine(Held<'static>),
}

/// Borrows what a name stands for.
fn keep<'py>((name, object): &(PathBuf, Bound<'py, PyAny>)) -> PyResult<(PathBuf, Kept<'py>)> {
    let kept = if let Ok(machine) = object.cast::<Machine>() {
        Kept::Machine(machine.get().held())
    } else if let Ok(matrix) = object.extract() {
        Kept::Matrix(matrix)
    } else {
        return Err(PyTypeError::new_err(
            "give an array of two dimensions of float64, or a Machine",
        ));
    };
    Ok((name.clone(), kept))
}

/// What the questions read by a name.
fn in_memory<'a>((name, kept): &'a (PathBuf, Kept<'_>)) -> PyResult<(PathBuf, Held<'a>)> {
    let held = match kept {
        Kept::Matrix(matrix) => {
            let array = array(matrix);
            Held::Array(array.map_err(|why| error(&why.context(name.display().to_string())))?)
        }
        Kept::Machine(machine) => machine.clone(),
    };
    Ok((name.clone(), held))
}

/// The table with which a command answers.
#[pyfunction]
#[pyo3(signature = (arguments, held = Vec::new(), progress = None))]
pub(crate) fn table(
    py: Python<'_>,
    arguments: Vec<String>,
    held: Named<'_>,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<Answer> {
    let (answer, notices) = compute(py, arguments, &held, progress.as_ref(), Call::table)?;
    Ok(Answer::from(answer).with_notices(notices))
}

/// The log of a training, and the machine of each replica.
#[pyfunction]
#[pyo3(signature = (arguments, held = Vec::new(), progress = None))]
pub(crate) fn train(
    py: Python<'_>,
    arguments: Vec<String>,
    held: Named<'_>,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<(Answer, Vec<Machine>)> {
    let (trained, notices) = compute(py, arguments, &held, progress.as_ref(), Call::train)?;
    let machines = trained.machines.into_iter();
    let machines = machines.map(|given| Machine::new(given, trained.scaling.clone()));
    let log = Answer::from(trained.log).with_notices(notices);
    Ok((log, machines.collect()))
}

/// The configurations of a machine, and its observables.
#[pyfunction]
#[pyo3(signature = (arguments, held = Vec::new(), progress = None))]
pub(crate) fn gibbs(
    py: Python<'_>,
    arguments: Vec<String>,
    held: Named<'_>,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<(Py<PyAny>, Sampling)> {
    let (sampled, notices) = compute(py, arguments, &held, progress.as_ref(), Call::gibbs)?;
    let (configurations, mut sampling) = sampled;
    sampling.observables.notices = notices;
    Ok((from_samples(py, configurations)?, Sampling::from(sampling)))
}

/// Writes the sums over samples into a file.
#[pyfunction]
#[pyo3(signature = (arguments, progress = None))]
pub(crate) fn save_sums(
    py: Python<'_>,
    arguments: Vec<String>,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let held = Vec::new();
    compute(py, arguments, &held, progress.as_ref(), Call::save_sums).map(drop)
}

/// Samples of a data model, and the directions that it plants.
#[pyfunction]
#[pyo3(signature = (arguments, held = Vec::new()))]
pub(crate) fn draw(
    py: Python<'_>,
    arguments: Vec<String>,
    held: Named<'_>,
) -> PyResult<(Py<PyAny>, Option<Py<PyAny>>)> {
    let (drawn, _) = compute(py, arguments, &held, None, |call, _| call.draw())?;
    let directions = drawn.directions.map(|matrix| from_samples(py, matrix));
    Ok((from_samples(py, drawn.samples)?, directions.transpose()?))
}

/// The mean of each hidden unit given each sample.
#[pyfunction]
pub(crate) fn hidden_means(
    py: Python<'_>,
    arguments: Vec<String>,
    held: Named<'_>,
) -> PyResult<Py<PyAny>> {
    let (means, _) = compute(py, arguments, &held, None, |call, _| call.hidden_means())?;
    from_samples(py, means)
}

/// The log-likelihood of each sample but for ln Z.
#[pyfunction]
pub(crate) fn log_weights<'py>(
    py: Python<'py>,
    arguments: Vec<String>,
    held: Named<'py>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let (weights, _) = compute(py, arguments, &held, None, |call, _| call.log_weights())?;
    Ok(from_slice(py, &weights))
}

/// The law of sample eigenvalues.
#[pyfunction]
#[pyo3(signature = (arguments, held = Vec::new()))]
pub(crate) fn law(py: Python<'_>, arguments: Vec<String>, held: Named<'_>) -> PyResult<Law> {
    let (law, _) = compute(py, arguments, &held, None, |call, _| call.law())?;
    Ok(Law::from(law))
}

/// Name, description and parameters of an experiment: name, meaning, values and default of each.
type Experiment = (String, String, Vec<(String, String, String, String)>);

/// All experiments.
#[pyfunction]
pub(crate) fn experiments() -> Vec<Experiment> {
    let parameter = |parameter: &Parameter| {
        (
            parameter.name.to_owned(),
            parameter.meaning.to_owned(),
            parameter.domain.to_string(),
            parameter.default.to_owned(),
        )
    };
    let experiment = |experiment: &dyn Validation| {
        let parameters = experiment.parameters().iter().map(parameter).collect();
        (
            experiment.name().to_owned(),
            experiment.description().to_owned(),
            parameters,
        )
    };
    known::all().into_iter().map(experiment).collect()
}
