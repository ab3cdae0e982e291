//! The free energy along one mode, or on the surface of two.

use super::{At, Machines, check_mode};
use crate::questions::{Monitor, Question, product};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::reciprocal::{Landscape, Machine, exact_profile};

/// Points of a profile, and of a surface along each of its axes.
const POINTS: i32 = 101;
const SURFACE_POINTS: i32 = 41;

/// Free energy, in units of the temperature, up to which the profile of a mode that is not ordered goes.
const HEIGHT: f64 = 5.0;

/// Free energies on a line or a grid of amplitudes.
#[derive(Debug, Clone)]
pub struct LandauProfile {
    /// The machine at several inverse temperatures.
    pub machines: Machines,
    /// Number of the mode, 0 for the largest singular value.
    pub mode: usize,
    /// Another mode, which makes a surface.
    pub second_mode: Option<usize>,
    /// Amplitudes of each mode; `None` for an even grid that holds the minima.
    pub amplitude: Option<Vec<f64>>,
}

/// Free energies at one amplitude, or at one pair of amplitudes.
#[derive(Debug, Clone)]
pub struct Row {
    /// Kinds of units and inverse temperature of the machine.
    pub at: At,
    /// Number of the mode, 0 for the largest singular value.
    pub mode: usize,
    /// The second mode of a surface.
    pub second_mode: Option<usize>,
    /// Amplitude of the mode.
    pub amplitude: f64,
    /// Amplitude of the second mode.
    pub second_amplitude: Option<f64>,
    /// Free energy to fourth order.
    pub landau: f64,
    /// Mean-field free energy, in units of the temperature.
    pub mean_field: f64,
    /// Exact free energy, where it can be had.
    pub exact: Option<f64>,
}

impl Record for Row {
    const NAME: &'static str = "landau-profile";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.at), At::FIELDS)),
        Field::one(words::MODE, |row| row.mode.into()),
        Field::new(
            "second_mode",
            "l",
            "second mode of the surface",
            "",
            |row| row.second_mode.into(),
        ),
        Field::one(words::AMPLITUDE, |row| row.amplitude.into()),
        Field::new(
            "second_amplitude",
            "a_l",
            "amplitude of the second mode",
            "",
            |row| row.second_amplitude.into(),
        ),
        Field::new(
            "landau",
            "F_{Landau}",
            "free energy to fourth order",
            "(1 − ŝ) a² + t a³ + (ŝ²/12) G a⁴",
            |row| row.landau.into(),
        ),
        Field::new(
            "mean_field",
            "F_{MF}",
            "mean-field free energy",
            "max_q [a² − q² − Φ_v(a + q) − Φ_h(a − q)]",
            |row| row.mean_field.into(),
        ),
        Field::new(
            "exact",
            "−ln P(a)/P(0)",
            "exact free energy, all other modes summed over",
            "P(a) = ⟨N(a; √s (x + y)/2, 1/2)⟩",
            |row| row.exact.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[
            View {
                // Only a surface has amplitudes of a second mode.
                x: &["second_amplitude"],
                split: &["scale"],
                few: Some(("scale", 4)),
                panels: &[Panel {
                    map: Some(("amplitude", "mean_field")),
                    ..Panel::EMPTY
                }],
                ..View::EMPTY
            },
            View {
                x: &["amplitude"],
                split: &["scale"],
                few: Some(("scale", 4)),
                panels: &[Panel {
                    label: "free energy  F",
                    cut: true,
                    curves: &[
                        Curve::line("landau").named("Landau, to fourth order"),
                        Curve::line("mean_field").named("mean field"),
                        Curve::line("exact").named("exact"),
                    ],
                    ..Panel::EMPTY
                }],
                ..View::EMPTY
            },
        ],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.at.shortfall()
    }
}

impl Question for LandauProfile {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        match self.second_mode {
            Some(_) => Vec::new(),
            None => vec!["second_mode", "second_amplitude"],
        }
    }

    /// Over the inverse temperatures, and the amplitudes, that of the second mode varying fastest.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let modes: Vec<usize> = [self.mode].into_iter().chain(self.second_mode).collect();
        self.machines.visit(monitor, |at, machine, landscape| {
            let check = |&mode: &usize| check_mode("--profile", mode, landscape);
            modes.iter().try_for_each(check)?;
            let axes = self.axes(landscape, &modes)?;
            let exact = exact(machine, landscape, &modes, &axes);
            let slices: Vec<&[f64]> = axes.iter().map(Vec::as_slice).collect();
            for (point, exact) in product(&slices)?.zip(exact) {
                monitor.check()?;
                row(Row {
                    at,
                    mode: self.mode,
                    second_mode: self.second_mode,
                    amplitude: point[0],
                    second_amplitude: point.get(1).copied(),
                    landau: landscape.expansion(&modes, &point)?,
                    mean_field: landscape.free_energy(&modes, &point)?.value,
                    exact,
                })?;
            }
            Ok(())
        })
    }
}

impl LandauProfile {
    /// The amplitudes of each mode.
    fn axes(&self, landscape: &Landscape, modes: &[usize]) -> Result<Vec<Vec<f64>>> {
        if let Some(given) = &self.amplitude {
            return Ok(vec![given.clone(); modes.len()]);
        }
        let points = if modes.len() == 2 {
            SURFACE_POINTS
        } else {
            POINTS
        };
        let half = points / 2;
        let axis = |&mode: &usize| -> Result<Vec<f64>> {
            let reach = reach(landscape, mode)?;
            let at = |i: i32| reach * f64::from(i) / f64::from(half);
            Ok((-half..=half).map(at).collect())
        };
        modes.iter().map(axis).collect()
    }
}

/// An amplitude beyond the minima of a mode.
fn reach(landscape: &Landscape, mode: usize) -> Result<f64> {
    let minima = landscape.along(mode)?.stationary_points(0.0)?;
    let furthest = minima
        .iter()
        .map(|point| point.amplitude.abs())
        .fold(0.0, f64::max);
    if furthest > 0.0 {
        return Ok(1.6 * furthest);
    }
    let mut reach = 1.0;
    // Twenty doublings: a mode that is nearly unstable has a flat, but never an endless bottom.
    for _ in 0..20 {
        if landscape.free_energy(&[mode], &[reach])?.value > HEIGHT {
            break;
        }
        reach *= 2.0;
    }
    Ok(reach)
}

/// The exact profile of one mode where it can be had, nothing otherwise.
fn exact(
    machine: &Machine,
    landscape: &Landscape,
    modes: &[usize],
    axes: &[Vec<f64>],
) -> Vec<Option<f64>> {
    let points = axes.iter().map(Vec::len).product();
    match (modes, axes) {
        ([mode], [axis]) => {
            exact_profile(machine, landscape, *mode, axis).unwrap_or_else(|_| vec![None; points])
        }
        _ => vec![None; points],
    }
}
