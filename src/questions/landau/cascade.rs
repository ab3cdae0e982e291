//! The leading modes of machines along a training, each near its transition: what is predicted and what chains show.

use crate::questions::{GivenMachine, Monitor, Question};
use crate::table::figure::{Curve, Figure, Mark, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, vocabulary as words};
use anyhow::{Context, Result, ensure};
use faer::Mat;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::statistics::{Estimate, jackknife};
use saddlepoint_simulator::{Xoshiro256PlusPlus, stream};
use saddlepoint_theory::reciprocal::{Landscape, Layer, Reference};
use saddlepoint_theory::solver::Stop;

/// Machines of one training, and the chains that each of them gets.
#[derive(Debug, Clone)]
pub struct Cascade {
    /// The machines, with the epochs after which they were saved where these are known.
    pub machines: Vec<(Option<u64>, GivenMachine)>,
    /// Leading modes that have rows.
    pub modes: usize,
    /// Chains of each machine, at least 10.
    pub chains: usize,
    /// Sweeps of each chain that count, at least 10; as many come before them.
    pub steps: u64,
    /// Seed of the chains.
    pub seed: u64,
}

/// One mode of one machine.
#[derive(Debug, Clone)]
pub struct Row {
    /// Epoch after which the machine was saved; `None` where the file does not tell.
    pub epoch: Option<u64>,
    /// The machine's name.
    pub machine: String,
    /// Number of the mode.
    pub mode: usize,
    /// Which mean-field state the fluctuations are about.
    pub reference: Reference,
    /// Singular value of the weights between standardised units.
    pub effective: f64,
    /// Amplitudes of the minima of the free energy along the mode.
    pub minima: Vec<f64>,
    /// What chains of the machine show.
    pub seen: Seen,
    /// Whether the state was found about which the modes are those of small fluctuations.
    pub has_state: bool,
    /// Whether it is stable, so that the machine is in it: no mode has ordered.
    pub is_stable: bool,
}

/// Fluctuations of x along one mode; `None` where chains do not tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Variance of x.
    pub variance: Option<Estimate>,
    /// ⟨x²⟩ − ⟨|x|⟩².
    pub susceptibility: Option<Estimate>,
    /// Binder's cumulant of x.
    pub binder: Option<Estimate>,
    /// Relaxation time of x in sweeps.
    pub relaxation_time: Option<Estimate>,
}

impl Row {
    /// Variance of x and relaxation time of small fluctuations; `None` where the machine is not in the state that they are about.
    fn predicted(&self) -> Option<[f64; 2]> {
        let square = self.effective * self.effective;
        (self.is_stable && square < 1.0).then(|| [1.0 / (1.0 - square), -1.0 / square.ln()])
    }

    fn mean(of: Option<Estimate>) -> Option<f64> {
        of.map(|found| found.mean)
    }

    fn error(of: Option<Estimate>) -> Option<f64> {
        of.map(|found| found.standard_error)
    }
}

impl Record for Row {
    const NAME: &'static str = "landau-cascade";
    const FIELDS: &'static [Field<Self>] = &[
        Field::new("machine", "machine", "file of the machine", "", |row| {
            row.machine.clone().into()
        }),
        Field::new(
            "epoch",
            "epoch",
            "epoch after which the machine was saved; empty where its file does not tell",
            "",
            |row| row.epoch.into(),
        ),
        Field::one(super::REFERENCE, |row| row.reference.name().into()),
        Field::one(words::MODE, |row| row.mode.into()),
        Field::new(
            "effective_singular_value",
            "ŝ",
            "singular value of the weights between standardised units",
            "D_v^½ W D_h^½, D the variances in the mean-field state that continues the one of infinite temperature; orders at 1",
            |row| row.effective.into(),
        ),
        Field::new(
            "distance",
            "1 − ŝ",
            "distance of the mode from its transition, negative beyond it",
            "1 − ŝ",
            |row| (1.0 - row.effective).into(),
        ),
        Field::new(
            "minima",
            "minima",
            "number of minima of the free energy along the mode: two or more make it jump in a field, with hysteresis",
            "",
            |row| row.minima.len().into(),
        ),
        Field::new(
            "variance_predicted",
            "1/(1 − ŝ²)",
            "variance of x by small fluctuations, empty once a mode has ordered",
            "1/(1 − ŝ²)",
            |row| row.predicted().map(|[variance, _]| variance).into(),
        ),
        Field::new(
            "variance",
            "var x",
            "variance of the mode's variable between and within chains",
            "x = Σ_i u_i (v_i − m_i)/√D_i",
            |row| Row::mean(row.seen.variance).into(),
        ),
        Field::new(
            "variance_error",
            "σ_{var}",
            "standard error of the variance over the chains",
            "",
            |row| Row::error(row.seen.variance).into(),
        ),
        Field::new(
            "susceptibility",
            "χ",
            "fluctuations of the mode's strength: largest at its transition",
            "⟨x²⟩ − ⟨|x|⟩²",
            |row| Row::mean(row.seen.susceptibility).into(),
        ),
        Field::new(
            "susceptibility_error",
            "σ_χ",
            "standard error of the susceptibility over the chains",
            "",
            |row| Row::error(row.seen.susceptibility).into(),
        ),
        Field::new(
            "binder",
            "U",
            "Binder's cumulant of x: 0 far below the transition, 2/3 far above it",
            "1 − ⟨x⁴⟩/(3⟨x²⟩²)",
            |row| Row::mean(row.seen.binder).into(),
        ),
        Field::new(
            "binder_error",
            "σ_{U}",
            "standard error of Binder's cumulant over the chains",
            "",
            |row| Row::error(row.seen.binder).into(),
        ),
        Field::new(
            "relaxation_time_predicted",
            "−1/ln ŝ²",
            "relaxation time by small fluctuations in sweeps, empty once a mode has ordered",
            "−1/ln ŝ²: a sweep multiplies a deviation by ŝ²",
            |row| row.predicted().map(|[_, time]| time).into(),
        ),
        Field::new(
            "relaxation_time",
            "τ",
            "relaxation time of x in sweeps",
            "−1/ln ρ, ρ the regression of x on its value a sweep before",
            |row| Row::mean(row.seen.relaxation_time).into(),
        ),
        Field::new(
            "relaxation_time_error",
            "σ_τ",
            "standard error of the relaxation time over the chains",
            "",
            |row| Row::error(row.seen.relaxation_time).into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["epoch", "mode"],
            keys: &["mode"],
            panels: &[
                Panel {
                    label: "distance from the transition  1 − ŝ",
                    scale: Scale::Linear,
                    curves: &[Curve::line("distance").marked(Mark::Line)],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "susceptibility  χ",
                    curves: &[Curve::points("susceptibility", "susceptibility_error")],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "relaxation time  τ",
                    curves: &[
                        Curve::line("relaxation_time_predicted").named("small fluctuations"),
                        Curve::points("relaxation_time", "relaxation_time_error").named("chains"),
                    ],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        (!self.has_state).then_some(Shortfall {
            what: "the mean-field state of small fluctuations was not found",
            remedy: "its columns distance and minima are those of the last state that was",
        })
    }
}

impl Question for Cascade {
    type Row = Row;

    /// Over the machines, and their leading modes.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        ensure!(
            self.chains >= 10,
            "--chains {}: at least 10, from whose differences the errors come",
            self.chains
        );
        ensure!(self.steps >= 10, "--steps {}: at least 10", self.steps);
        let total = 2 * self.steps * u64::try_from(self.machines.len())?;
        for (index, (epoch, given)) in (0..).zip(&self.machines) {
            let machine = given.in_theory()?;
            let landscape = Landscape::new(&machine)?;
            let modes = self.modes.min(landscape.modes().len());
            let before = 2 * self.steps * index;
            let mut random = stream(self.seed, "landau cascade", index);
            let moments = self.moments(given, &landscape, modes, &mut random, &|done| {
                (monitor.progress)(before + done, total);
                monitor.check()
            })?;
            for (mode, chains) in moments.iter().enumerate() {
                let points = landscape.along(mode)?.stationary_points(0.0)?;
                let minima = points.into_iter().filter(|point| point.curvature >= 0.0);
                row(Row {
                    epoch: *epoch,
                    machine: given.name.clone(),
                    mode,
                    reference: landscape.reference(),
                    effective: landscape.modes().singular_values()[mode],
                    minima: minima.map(|point| point.amplitude).collect(),
                    seen: Seen::of(chains),
                    has_state: landscape.stop() == Stop::Converged,
                    is_stable: landscape.is_stable(),
                })?;
            }
        }
        Ok(())
    }
}

impl Cascade {
    /// For each mode and chain the means over time of x, x², |x|, x⁴ and of x times its value a sweep before.
    fn moments(
        &self,
        given: &GivenMachine,
        landscape: &Landscape,
        modes: usize,
        random: &mut Xoshiro256PlusPlus,
        progress: &dyn Fn(u64) -> Result<()>,
    ) -> Result<Vec<Vec<Vec<f64>>>> {
        let machine = given.in_simulator()?;
        let mut chains =
            Chains::dispersed(&machine, self.chains, random).with_context(|| given.name.clone())?;
        let means = landscape.visible_means();
        let unit = landscape.visible_deviations();
        let directions = Mat::from_fn(modes, means.len(), |k, i| {
            let u = landscape.modes().vector(Layer::Visible, k)[i];
            // A unit that the state holds fast takes no part.
            if unit[i] > 0.0 { u / unit[i] } else { 0.0 }
        });
        let origin: Vec<f64> = (0..modes)
            .map(|k| {
                (0..means.len())
                    .map(|i| directions[(k, i)] * means[i])
                    .sum()
            })
            .collect();
        let amplitudes = |chains: &Chains<'_>| &directions * chains.visible();
        let mut sums = vec![vec![vec![0.0; 5]; self.chains]; modes];
        let mut before: Option<Mat<f64>> = None;
        for done in 1..=2 * self.steps {
            chains.sweep(random);
            if done >= self.steps {
                let here = amplitudes(&chains);
                if let Some(before) = &before {
                    for (k, mode) in sums.iter_mut().enumerate() {
                        for (c, sums) in mode.iter_mut().enumerate() {
                            let [x, last] =
                                [here[(k, c)], before[(k, c)]].map(|x: f64| x - origin[k]);
                            let terms = [x, x * x, x.abs(), x.powi(4), x * last];
                            sums.iter_mut()
                                .zip(terms)
                                .for_each(|(sum, term)| *sum += term);
                        }
                    }
                }
                before = Some(here);
            }
            progress(done)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let steps = self.steps as f64;
        sums.iter_mut()
            .flatten()
            .flatten()
            .for_each(|sum| *sum /= steps);
        Ok(sums)
    }
}

impl Seen {
    fn of(chains: &[Vec<f64>]) -> Self {
        let found = |function: fn(&[f64]) -> f64| jackknife(chains, function).ok();
        Self {
            variance: found(|m| m[1] - m[0] * m[0]),
            susceptibility: found(|m| m[1] - m[2] * m[2]),
            binder: found(|m| 1.0 - m[3] / (3.0 * m[1] * m[1])),
            relaxation_time: found(|m| {
                let square = m[0] * m[0];
                -1.0 / ((m[4] - square) / (m[1] - square)).ln()
            })
            .filter(|time| time.mean > 0.0),
        }
    }
}
