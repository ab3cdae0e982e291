//! What one hidden unit has learnt of an Ising ring from many samples, by linear response about its place cell.

use super::{Biases, Data, DataModel, DataPoint, Monitor, Question, Units};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Cell, Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result, bail};
use saddlepoint_theory::dynamics::diffusion::{LinearResponse as Response, PlaceCell};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

/// What one spin hidden unit learns of an Ising ring from P = α N samples, to the order 1/P at fixed N.
#[derive(Debug, Clone)]
pub struct LinearResponse {
    /// Ising rings of finite size.
    pub data: Vec<Data>,
    /// Samples per unit, above 0.
    pub alpha: Vec<f64>,
}

/// A ring and a number of samples.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// The coefficients of the ring, or why there are none.
    pub response: Result<Response, String>,
}

/// Largest A/P at which the expansion holds to about 0.01: the next order is (A/P)^(3/2) times a number near 1, for the place is chosen among
/// those that the samples make likely. Exact training on rings of 40 and 100 sites at β = 0.5 misses 0.003, 0.008, 0.023, 0.046 and 0.10 less than A/P
/// at A/P = 0.013, 0.026, 0.052, 0.10 and 0.21.
const VALID: f64 = 0.03;

/// Largest A/P at which the expansion says anything: there half of the first order is missing.
const KNOWN: f64 = 0.2;

impl Row {
    /// P = α N; `None` on an infinite ring.
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    fn samples(&self) -> Option<f64> {
        let units = self.data.units?.finite()?;
        Some(self.alpha * units as f64)
    }

    /// A/P.
    fn ratio(&self) -> Option<f64> {
        let response = self.response.as_ref().ok()?;
        Some(response.overlap_coefficient / self.samples()?)
    }

    /// What the expansion gives, where it gives anything.
    fn expanded(&self, value: impl Fn(&Response, f64) -> f64) -> Option<f64> {
        let response = self.response.as_ref().ok()?;
        let is_known = self.ratio()? <= KNOWN;
        is_known.then_some(value(response, self.samples()?))
    }

    fn reason(&self) -> Option<String> {
        let ratio = match (&self.response, self.ratio()) {
            (Err(reason), _) => return Some(reason.clone()),
            (_, None) => return None,
            (_, Some(ratio)) => ratio,
        };
        if ratio > KNOWN {
            let words = "too few samples for linear response (A/P above 0.2): see simulate train";
            Some(words.to_owned())
        } else if ratio > VALID {
            let words = "few samples for linear response (A/P above 0.03): the overlap is larger, by about (A/P)^1.5";
            Some(words.to_owned())
        } else {
            None
        }
    }
}

impl Record for Row {
    const NAME: &'static str = "learn-linear-response";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::BIASES, |_| Biases::None.name().into()),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::one(words::SAMPLES, |row| row.samples().into()),
        Field::new(
            "coefficient",
            "A",
            "coefficient of the linear response, in samples: no threshold, half overlap is reached below it",
            "A = (tr X − wᵀXw/|w|²)/|w|², X = H⁻¹ Σ H⁻¹",
            |row| {
                let response = row.response.as_ref().ok();
                response.map(|found| found.overlap_coefficient).into()
            },
        ),
        Field::new(
            "overlap_squared",
            "c²",
            "squared overlap with the place cell that infinitely many samples teach, wherever it is on the ring; empty where A/P is above 0.2",
            "c² = 1 − A/P",
            |row| row.expanded(Response::overlap_squared).into(),
        ),
        Field::in_nats(
            "test_loglik",
            "ln p_{test}",
            "log-likelihood per fresh sample, relative to the uniform law; empty where A/P is above 0.2",
            "L − tr(B⁻¹ Σ)/(2P), B = −H",
            |row| row.expanded(Response::test_log_likelihood).into(),
        ),
        Field::in_nats(
            "infinite_loglik",
            "L",
            "log-likelihood per sample of the place cell that infinitely many samples teach, relative to the uniform law",
            "",
            |row| {
                let response = row.response.as_ref().ok();
                response.map(|found| found.log_likelihood).into()
            },
        ),
        Field::new(
            "valid",
            "valid",
            "whether linear response applies: to about 0.01 in the squared overlap",
            "A/P ≤ 0.03",
            |row| row.ratio().is_some_and(|ratio| ratio <= VALID).into(),
        ),
        Field::one(words::REASON, |row| {
            row.reason().map_or(Cell::Missing, Cell::from)
        }),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["alpha", "units", "beta"],
            keys: &["units", "beta"],
            panels: &[
                Panel {
                    label: "squared overlap with the place cell  c²",
                    curves: &[Curve::line("overlap_squared")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    label: "log-likelihood per sample (nats)",
                    curves: &[
                        Curve::line("test_loglik").named("fresh samples"),
                        Curve::line("infinite_loglik").named("infinitely many samples"),
                    ],
                    ..Panel::EMPTY
                },
                Panel {
                    curves: &[Curve::line("coefficient")],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.response.is_err().then_some(Shortfall {
            what: "the ring has no place cell: coefficient is empty",
            remedy: "column reason says why; flow stability tells the smallest rings that have one",
        })
    }
}

impl Question for LinearResponse {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        vec!["states", "spike", "signal"]
    }

    /// Over the rings, then α.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for (done, data) in (1..).zip(&self.data) {
            let response = response(&data.point)?;
            for &alpha in &self.alpha {
                if !monitor.begins()? {
                    continue;
                }
                row(Row {
                    data: data.point.clone(),
                    alpha,
                    response: response.clone(),
                })?;
            }
            (monitor.progress)(done, self.data.len() as u64);
        }
        Ok(())
    }
}

/// The coefficients of one ring, or in words why it has none.
fn response(point: &DataPoint) -> Result<Result<Response, String>> {
    let (DataModel::IsingRing, Some(units)) = (point.model, point.units) else {
        bail!(
            "--method linear-response is about the place cell of an Ising ring: give --data ising-ring, or leave the method out"
        );
    };
    let beta = point.beta.context("--beta is missing")?;
    let Units::Finite(units) = units else {
        let words = "units must be finite: A grows in proportion to them";
        return Ok(Err(words.to_owned()));
    };
    let found = RingFlow::new(units, beta)
        .and_then(|ring| PlaceCell::new(&ring))
        .and_then(|cell| cell.linear_response());
    Ok(found.map_err(|error| error.to_string()))
}
