//! Whether a hidden unit localises on translation-invariant data.

use super::for_each;
use crate::questions::data::torus_side;
use crate::questions::learn::Biases;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Cell, Field, Record, vocabulary as words};
use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use saddlepoint_theory::dynamics::localisation::{
    CriticalSize, Cumulants, Lattice, Law, Machine, Nonlinearity, Process, TRUSTED, UniformState,
};
use saddlepoint_theory::units::Unit;

/// Stationary data without a place of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stationary {
    /// A Gaussian process on a ring, through a nonlinearity at each site
    NlgpRing,
    /// The same on an L x L torus, units = L^2
    NlgpTorus,
    /// A Gaussian process on a ring, times one random number for all sites
    EllipticalRing,
}

impl Stationary {
    const ELLIPTICAL: &'static str = "elliptical-ring";

    /// The name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::NlgpRing => "nlgp-ring",
            Self::NlgpTorus => "nlgp-torus",
            Self::EllipticalRing => Self::ELLIPTICAL,
        }
    }

    /// Where the sites are.
    fn lattice(self) -> Lattice {
        match self {
            Self::NlgpRing | Self::EllipticalRing => Lattice::Ring,
            Self::NlgpTorus => Lattice::Torus,
        }
    }

    /// Sites along an axis.
    fn side(self, units: usize) -> Result<usize> {
        if self.lattice() == Lattice::Ring {
            return Ok(units);
        }
        torus_side(units)
    }
}

/// One spin hidden unit that learns from infinitely many samples.
#[derive(Debug, Clone)]
pub struct Localisation {
    /// The data.
    pub data: Stationary,
    /// Numbers of sites N.
    pub units: Vec<usize>,
    /// Correlation lengths ξ of the Gaussian process, in sites.
    pub correlation_length: Vec<f64>,
    /// What is done to it at each site, or how strong samples are.
    pub laws: Vec<Law>,
    /// Kind of the visible units, gaussian or spin.
    pub visible: Unit,
    /// Whether biases are learnt with the weights; data of a symmetric law make none.
    pub biases: Biases,
}

/// The uniform state of the unit at one point.
#[derive(Debug, Clone)]
pub struct Row {
    /// The data.
    pub data: Stationary,
    /// The process.
    pub process: Process,
    /// Kind of the visible units.
    pub visible: Unit,
    /// Whether biases are learnt.
    pub biases: Biases,
    /// What its cumulants add up to.
    pub cumulants: Cumulants,
    /// The uniform state; `None` where there is none.
    pub state: Option<UniformState>,
    /// The smallest ring on which it is unstable.
    pub critical: Option<CriticalSize>,
}

impl Row {
    /// What is to be known of the row, or why a cell is empty.
    fn reason(&self) -> Option<String> {
        let mut reasons = Vec::new();
        match &self.state {
            None if self.process.eigenvalue(0) <= 1.0 => {
                reasons.push("no eigenvalue of the covariance exceeds 1: the weights vanish");
            }
            None => reasons.push("the expansion has no uniform state near that of Gaussian data"),
            Some(state) => {
                if !state.is_trusted {
                    reasons.push(
                        "the field's kurtosis or skewness or the tilt by biases is too large for the expansion",
                    );
                }
                if state.localises().is_none() {
                    reasons.push("the growth rate is not larger than its error");
                }
            }
        }
        match (self.data, &self.critical) {
            (Stationary::NlgpTorus, _) => reasons.push(
                "on a torus both terms of the growth rate fall as 1/N: there is no critical size",
            ),
            (Stationary::EllipticalRing, _) => {
                reasons.push("the kurtosis of an elliptical law is that of all directions");
            }
            (_, None) => reasons.push("long rings are stable: there is no critical size"),
            (_, Some(critical)) if !critical.is_trusted => {
                reasons.push(
                    "units_critical is empty: the expansion does not hold on rings of that size",
                );
            }
            _ => {}
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}

/// A whole number as one, up to where floating-point numbers are exact.
fn whole(x: f64) -> Cell {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size between 0 and 1e15"
    )]
    if (0.0..1e15).contains(&x) {
        (x as u64).into()
    } else {
        x.into()
    }
}

/// The growth rate, of either sign.
const GROWTH: Panel = Panel {
    label: "growth rate of the longest wave  H_1",
    curves: &[
        Curve::line("growth_rate")
            .only("valid", "true")
            .named("expansion holds"),
        Curve::line("growth_rate")
            .only("valid", "false")
            .named("beyond the expansion"),
    ],
    scale: Scale::Linear,
    ..Panel::EMPTY
};

impl Record for Row {
    const NAME: &'static str = "flow-localisation";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::DATA, |row| row.data.name().into()),
        Field::one(words::UNITS, |row| row.process.units().into()),
        Field::new(
            "correlation_length",
            "ξ",
            "correlation length of the Gaussian process behind the data, in sites",
            "ρ(d) ∝ Σ_m exp(−(d + m L)²/ξ²)",
            |row| row.process.correlation_length().into(),
        ),
        Field::new(
            "nonlinearity",
            "ψ",
            "what is done to the Gaussian of a site",
            "x = ψ(z)/√Var ψ(z)",
            |row| match row.process.law() {
                Law::Nonlinear(nonlinearity) => nonlinearity.to_string().into(),
                Law::Elliptical { .. } => None::<f64>.into(),
            },
        ),
        Field::one(words::VISIBLE, |row| row.visible.to_string().into()),
        Field::one(words::BIASES, |row| row.biases.name().into()),
        Field::new(
            "kurtosis",
            "excess kurtosis",
            "excess kurtosis of one unit of the data",
            "⟨x_i⁴⟩ − 3",
            |row| row.process.kurtosis().into(),
        ),
        Field::new(
            "integrated_cumulant",
            "K_0",
            "fourth cumulants of a site with all others, summed: its sign decides on long rings, unless third cumulants lower it",
            "K_0 = Σ_jkl κ₄(0, j, k, l)",
            |row| row.cumulants.integrated.into(),
        ),
        Field::new(
            "integrated_third_cumulant",
            "T_0",
            "third cumulants of a site with all others, summed; of either sign they make uniform weights less stable",
            "T_0 = Σ_jk κ₃(0, j, k)",
            |row| row.cumulants.third.into(),
        ),
        Field::new(
            "uniform_eigenvalue",
            "λ_0",
            "eigenvalue of the covariance for the uniform mode",
            "λ_0 = Σ_d C(d)",
            |row| row.process.eigenvalue(0).into(),
        ),
        Field::new(
            "uniform_weight",
            "a",
            "weight of every site in the uniform state",
            "λ_0 R + (D/6) a² K_0 + ((B + Q)/12) N a⁴ T_0² + τ² Q_W/36 = φ'(a)/a",
            |row| row.state.map(|state| state.weight).into(),
        ),
        Field::new(
            "field_variance",
            "s",
            "variance of the hidden unit's field in the uniform state",
            "s = N a² λ_0",
            |row| row.state.map(|state| state.field_variance).into(),
        ),
        Field::new(
            "field_kurtosis",
            "ε",
            "excess kurtosis of this field, the expansion's small number unless s is smaller",
            "ε = K_0/(N λ_0²)",
            |row| row.state.map(|state| state.field_kurtosis).into(),
        ),
        Field::new(
            "field_skewness",
            "γ",
            "skewness of this field, whose square is the expansion's small number where it is larger",
            "γ = T_0/√(N λ_0³)",
            |row| row.state.map(|state| state.field_skewness).into(),
        ),
        Field::new(
            "squared_tilt",
            "y²",
            "square of the mean of the hidden unit that learned biases make; p y², the next orders of the biases over their effect, is another small number",
            "y = (D/6) τ/(1 − (1 + W) E sech²)",
            |row| row.state.map(|state| state.squared_tilt).into(),
        ),
        Field::new(
            "growth_rate",
            "H_1",
            "growth rate of the longest wave on top of the uniform state, per unit of time",
            "H_q = λ_q R + (D/2) a² K_q + ((B + Q)/6) N a⁴ T_0 T_q + τ² Q_W/36 − φ''(a)",
            |row| row.state.map(|state| state.growth_rate).into(),
        ),
        Field::new(
            "growth_rate_error",
            "δH_1",
            "about what the expansion leaves out of the growth rate; 0 where the rate is exact",
            "δH = min(max(|ε|, γ², p y²), s) (|D a² (K_q/2 − λ_q K_0/(6 λ_0))| + |(B + Q) N a⁴ T_0 (T_q/6 − λ_q T_0/(12 λ_0)) + τ² Q_W (1 − λ_q/λ_0)/36|)",
            |row| row.state.map(|state| state.error).into(),
        ),
        Field::new(
            "localises",
            "localises",
            "whether the wave grows: the weights become a localised receptive field",
            "H_1 > 0",
            |row| row.state.and_then(|state| state.localises()).into(),
        ),
        Field::new(
            "units_critical",
            "N_c",
            "smallest ring on which the wave grows",
            "N_c → 12 π² ξ₂² λ_0/(s (D K_0 + T_0² s (B + Q)/(4 λ_0) − κ_v))",
            |row| {
                let trusted = row.critical.filter(|critical| critical.is_trusted);
                trusted.map_or(Cell::Missing, |critical| whole(critical.units))
            },
        ),
        Field::new(
            "valid",
            "valid",
            "whether the expansion's small number is at most 0.2",
            "min(max(|ε|, γ², p y²), s) ≤ 0.2",
            |row| row.state.map(|state| state.is_trusted).into(),
        ),
        Field::one(words::REASON, |row| row.reason().into()),
    ];
    const FIGURE: Figure = Figure {
        views: &[
            View {
                when: Some(("data", Stationary::ELLIPTICAL)),
                x: &["units", "kurtosis", "correlation_length"],
                keys: &["kurtosis", "correlation_length"],
                panels: &[GROWTH],
                ..View::EMPTY
            },
            View {
                x: &["units", "correlation_length", "kurtosis"],
                keys: &["nonlinearity", "correlation_length"],
                panels: &[GROWTH],
                ..View::EMPTY
            },
        ],
    };
}

/// The threshold is said in the table's words.
const _: () = assert!(TRUSTED > 0.199 && TRUSTED < 0.201);

impl Localisation {
    /// Everything but the numbers of sites: they are rows of one critical size.
    fn families(&self) -> Vec<(Law, f64)> {
        let with = |&law: &Law| self.correlation_length.iter().map(move |&xi| (law, xi));
        self.laws.iter().flat_map(with).collect()
    }

    fn machine(&self) -> Machine {
        Machine {
            visible: self.visible,
            has_biases: self.biases == Biases::Learned,
        }
    }

    fn row(&self, units: usize, (law, length): (Law, f64)) -> Result<Row> {
        let side = self.data.side(units)?;
        let point = || format!("--units {units} --correlation-length {length}");
        let process = Process::new(self.data.lattice(), side, length, law).with_context(point)?;
        let cumulants = process.cumulants(1)?;
        let state = process.state_of(&cumulants, self.machine());
        Ok(Row {
            data: self.data,
            visible: self.visible,
            biases: self.biases,
            cumulants,
            state: state.with_context(point)?,
            critical: None,
            process,
        })
    }
}

impl Question for Localisation {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        let is_skewed = |law: &Law| matches!(law, Law::Nonlinear(psi) if !psi.is_odd());
        let mut left_out = Vec::new();
        if self.data == Stationary::EllipticalRing {
            left_out.push("nonlinearity");
        }
        if !self.laws.iter().any(is_skewed) {
            left_out.extend([
                "biases",
                "integrated_third_cumulant",
                "field_skewness",
                "squared_tilt",
            ]);
        }
        left_out
    }

    /// Over the laws, the correlation lengths and the numbers of sites.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let is_sign = |law: &Law| *law == Law::Nonlinear(Nonlinearity::Sign);
        ensure!(
            self.visible != Unit::Spin || self.laws.iter().all(is_sign),
            "--visible spin: the data must be spins; give --nonlinearity sign, or leave --visible out"
        );
        let mut points = Vec::new();
        for family in self.families() {
            points.extend(self.units.iter().map(|&units| (units, family)));
        }
        let mut known: Option<((Law, f64), Option<CriticalSize>)> = None;
        for_each(monitor, &points, |&(units, family)| {
            let found = self.row(units, family)?;
            let critical = match known {
                Some((of, critical)) if of == family => critical,
                _ => found.process.critical_size(self.machine(), &mut || ())?,
            };
            known = Some((family, critical));
            row(Row { critical, ..found })
        })
    }
}
