//! The one table of all experiments: theory beside simulation, a row each.

use super::figure::{Curve, Figure, Law, Mark, Panel, Scale, View};
use super::vocabulary as words;
use super::{Field, Record, Shortfall, lift};

/// Why rows of a replica-symmetric theory are shown and not judged where it is unstable.
pub const REPLICA_SYMMETRY_BROKEN: &str = "replica-symmetry-broken";

/// A parameter of one experiment, for which there is no column of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Argument {
    /// What it is, `snake_case`; the name of the experiment's own parameter where there is one.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
}

impl Argument {
    /// An argument with its name.
    pub(crate) const fn new(name: &'static str, value: f64) -> Self {
        Self { name, value }
    }
}

/// What an experiment looked at: one set of columns for all experiments, `None` where a column has no meaning.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters {
    /// Name of the experiment, as on the command line.
    pub experiment: &'static str,
    /// Data model, as on the command line.
    pub data: &'static str,
    /// Law of one unit, where the data model leaves it open.
    pub law: Option<&'static str>,
    /// Coupling β of ring data.
    pub beta: Option<f64>,
    /// Number of states p of clock data.
    pub states: Option<usize>,
    /// Excess eigenvalue ℓ of spiked data.
    pub spike: Option<f64>,
    /// Signal b of two-cluster data.
    pub signal: Option<f64>,
    /// Samples per unit, α = P/N.
    pub alpha: Option<f64>,
    /// Criterion whose threshold is compared.
    pub criterion: Option<&'static str>,
    /// Index of the mode, 0 for the largest eigenvalue.
    pub mode: Option<usize>,
    /// Argument of the observable.
    pub x: Option<Argument>,
    /// Singular value w of the leading mode of the weights.
    pub w: Option<f64>,
    /// Noise σ of independent weights.
    pub sigma: Option<f64>,
    /// Hidden units per visible unit, κ = M/N.
    pub kappa: Option<f64>,
    /// Temperature of the Hopfield model, or of the noise of learning in nats.
    pub temperature: Option<f64>,
    /// Why rows are shown and not judged: the theory is known not to hold exactly there. `None` where they are judged.
    pub unjudged: Option<&'static str>,
}

/// One comparison of theory and simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What was looked at.
    pub parameters: Parameters,
    /// Number of units N; `None` for the limit of infinite size.
    pub units: Option<usize>,
    /// Independent replicas behind the mean.
    pub replicas: usize,
    /// What is compared.
    pub observable: &'static str,
    /// The prediction.
    pub theory: f64,
    /// The measured mean.
    pub simulation: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The difference on the scale of a standard Gaussian.
    pub z_score: f64,
    /// Whether the two agree.
    pub agrees: bool,
    /// Whether the theory is wrong on purpose.
    pub control: bool,
    /// The prediction for infinite size, free of any fitted number.
    pub limit: Option<f64>,
    /// Power of 1/N of the leading fitted correction.
    pub power: Option<f64>,
    /// χ² of the extrapolation.
    pub chi_squared: Option<f64>,
    /// Its degrees of freedom.
    pub degrees_of_freedom: Option<usize>,
}

impl Parameters {
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::EXPERIMENT, |at| at.experiment.into()),
        Field::one(words::DATA, |at| at.data.into()),
        Field::new(
            "law",
            "law",
            "law of one unit, or of the components of a mode, where the data model leaves it open; kind of the units of a given machine; gaussian beside a spin model: Gaussian data with its covariance",
            "",
            |at| at.law.into(),
        ),
        Field::one(words::BETA, |at| at.beta.into()),
        Field::one(words::STATES, |at| at.states.into()),
        Field::one(words::SPIKE, |at| at.spike.into()),
        Field::one(words::SIGNAL, |at| at.signal.into()),
        Field::one(words::ALPHA, |at| at.alpha.into()),
        Field::one(words::CRITERION, |at| at.criterion.into()),
        // Sweeps are k in the same pictures.
        Field::new(
            "mode",
            "mode",
            "number of the mode, 0 for the largest eigenvalue or singular value",
            "",
            |at| at.mode.into(),
        ),
        Field::new(
            "x",
            "x",
            "argument of the observable, of which x_name says what it is",
            "",
            |at| at.x.map(|x| x.value).into(),
        ),
        Field::new(
            "x_name",
            "x_name",
            "what x is: a parameter of the experiment, a time, an edge, an overlap level, a distance in sites",
            "",
            |at| at.x.map(|x| x.name).into(),
        ),
        Field::one(words::W, |at| at.w.into()),
        Field::one(words::SIGMA, |at| at.sigma.into()),
        Field::one(words::KAPPA, |at| at.kappa.into()),
        Field::one(words::TEMPERATURE, |at| at.temperature.into()),
    ];
}

/// Theory as a line, simulation as points with error bars, controls as crosses.
pub const COMPARED: Panel = Panel {
    curves: &compared(Curve::line("theory")),
    ..Panel::EMPTY
};

/// The curves of a comparison whose theory is drawn in some way.
pub const fn compared(theory: Curve) -> [Curve; 3] {
    [
        theory.only("control", "false"),
        Curve::points("simulation", "standard_error"),
        Curve::line("theory")
            .marked(Mark::Crosses)
            .only("control", "true")
            .named("control: a wrong theory"),
    ]
}

/// The curves of a comparison whose theory is a law of the limit of infinite size, for each column that may be x.
pub const fn compared_with_limit(laws: &'static [Law]) -> [Curve; 3] {
    compared(Curve::line("theory").named("theory, N → ∞").by(laws))
}

/// The picture of a comparison; an experiment says what its axis and colours are.
pub const COMPARISON: View = View {
    x: &[
        "alpha",
        "x",
        "w",
        "sigma",
        "temperature",
        "kappa",
        "beta",
        "signal",
        "spike",
        "mode",
        "units",
    ],
    keys: &["units", "data", "law", "criterion", "mode", "kappa", "beta"],
    split: &["observable"],
    panels: &[COMPARED],
    ..View::EMPTY
};

/// The picture of several experiments in one table: their scores.
const SCORES: View = View {
    x: &["experiment"],
    panels: &[Panel {
        label: "score of a comparison  z",
        scale: Scale::Linear,
        curves: &[Curve::points("z_score", "").only("control", "false")],
        ..Panel::EMPTY
    }],
    ..View::EMPTY
};

impl Record for Row {
    const NAME: &'static str = "validate";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.parameters), Parameters::FIELDS)),
        Field::one(words::UNITS, |row| row.units.into()),
        Field::one(words::REPLICAS, |row| row.replicas.into()),
        Field::one(words::OBSERVABLE, |row| row.observable.into()),
        Field::new(
            "theory",
            "theory",
            "prediction compared with; beside a power, at a finite n (the units, or where the experiment says so the samples, the batch or 1/learning rate): the limit, plus the predicted finite-size term if there is one, plus corrections from this power on whose amplitudes are fitted to all n",
            "limit + f(n) + Σ_j c_j n^(−p_j)",
            |row| row.theory.into(),
        ),
        Field::new(
            "simulation",
            "simulation",
            "mean over replicas; beside chi_squared: extrapolated to infinite n",
            "x̄",
            |row| row.simulation.into(),
        ),
        Field::one(words::STANDARD_ERROR, |row| row.standard_error.into()),
        Field::new(
            "z_score",
            "z",
            "difference on the scale of a standard Gaussian: Gaussian quantile of the Student tail of t",
            "t = (x̄ − theory)/σ",
            |row| row.z_score.into(),
        ),
        Field::new(
            "judged",
            "judged",
            "whether the row decides on the exit status",
            "",
            |row| row.parameters.unjudged.is_none().into(),
        ),
        Field::new(
            "reason",
            "reason",
            "why the row is shown and not judged",
            "",
            |row| row.parameters.unjudged.into(),
        ),
        Field::new(
            "agrees",
            "agrees",
            "theory and simulation agree, and the extrapolation, if any, has an acceptable fit",
            "|z| ≤ 4",
            |row| row.agrees.into(),
        ),
        Field::new(
            "control",
            "control",
            "whether the theory is wrong on purpose; it must not agree",
            "",
            |row| row.control.into(),
        ),
        Field::new(
            "limit",
            "limit",
            "prediction that is exact for infinite n and free of any fitted number",
            "",
            |row| row.limit.into(),
        ),
        Field::new(
            "power",
            "p_1",
            "power of 1/n of the leading fitted correction",
            "",
            |row| row.power.into(),
        ),
        Field::new(
            "chi_squared",
            "χ²",
            "goodness of the extrapolation",
            "Σ (y(n) − fit)²/e(n)²",
            |row| row.chi_squared.into(),
        ),
        Field::new(
            "degrees_of_freedom",
            "ν",
            "sizes minus fitted coefficients of the extrapolation",
            "",
            |row| row.degrees_of_freedom.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[SCORES, COMPARISON],
    };

    fn verdict(&self) -> Option<&'static str> {
        Some(
            match (self.parameters.unjudged, self.control, self.agrees) {
                (Some(_), _, _) => "shown and not judged",
                (None, false, true) => "agree",
                (None, false, false) => "disagree",
                (None, true, true) => "controls not rejected",
                (None, true, false) => "controls rejected",
            },
        )
    }

    fn shortfall(&self) -> Option<Shortfall> {
        let what = match self.control {
            _ if self.passes() => return None,
            true => "agrees is true for a control, whose theory is wrong on purpose",
            false => "agrees is false",
        };
        let remedy = if self.leaves_the_series() {
            "chi_squared says that the sizes do not lie on the powers of 1/N that they are extrapolated in: leave out the smallest --units, or give larger ones"
        } else {
            "try another --seed, a larger --preset or, for points of your own, larger --units: chance exceeds |z| = 4 once in 16,000 rows"
        };
        Some(Shortfall { what, remedy })
    }
}
