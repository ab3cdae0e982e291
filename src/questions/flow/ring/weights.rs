//! The weights at the optimum.

use super::{Found, Machine, Sites, fields};
use crate::questions::flow::{Rings, for_each};
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use faer::Mat;
use saddlepoint_theory::dynamics::biased_flow::Biases;
use saddlepoint_theory::dynamics::flow::Search;

/// The weights of each machine at the best optimum of its log-likelihood that a search finds.
#[derive(Debug, Clone)]
pub struct Weights {
    /// The rings and the numbers of hidden units.
    pub rings: Rings,
    /// What stands on the sites.
    pub kind: Sites,
    /// Starts and tolerance of the search.
    pub search: Search,
}

/// One weight of a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Ring, kind of its sites and number of hidden units.
    pub machine: Machine,
    /// Number of the hidden unit.
    pub hidden_unit: usize,
    /// Site of the ring.
    pub site: usize,
    /// State of the site; none of a spin.
    pub state: Option<usize>,
    /// Weight w between the site, or its state, and the hidden unit.
    pub weight: f64,
    /// Biases c of the hidden unit and b of the site, of hidden units that need them.
    pub biases: Option<[f64; 2]>,
}

/// One weight at the optimum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Weight w with its machine, hidden unit and site.
    pub weight: Weight,
    /// Whether the search ended at a maximum.
    pub is_maximum: bool,
}

impl Machine {
    /// All weights, those of a site next to each other.
    pub(super) fn weights<'a>(
        self,
        weights: &'a Mat<f64>,
        biases: Option<&'a Biases>,
    ) -> impl Iterator<Item = Weight> + 'a {
        let place = move |index: usize| match self.kind.states() {
            None => (index, None),
            Some(states) => (index / states, Some(index % states)),
        };
        fields(weights)
            .enumerate()
            .flat_map(move |(hidden_unit, field)| {
                let weights = field.into_iter().enumerate();
                weights.map(move |(index, weight)| {
                    let (site, state) = place(index);
                    Weight {
                        machine: self,
                        hidden_unit,
                        site,
                        state,
                        weight,
                        biases: biases
                            .map(|known| [known.hidden[hidden_unit], known.visible[index]]),
                    }
                })
            })
    }
}

impl Weight {
    /// `hidden_unit`, site, state, weight, biases.
    pub(super) const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::HIDDEN_UNIT, |weight| weight.hidden_unit.into()),
        Field::one(words::SITE, |weight| weight.site.into()),
        Field::new("state", "a", "state of the site", "angle 2πa/p", |weight| {
            weight.state.into()
        }),
        Field::one(words::WEIGHT, |weight| weight.weight.into()),
        Field::one(words::HIDDEN_BIAS, |weight| {
            weight.biases.map(|[hidden, _]| hidden).into()
        }),
        Field::new("visible_bias", "b", "bias of the site", "", |weight| {
            weight.biases.map(|[_, visible]| visible).into()
        }),
    ];

    /// Weights of angles, over states and sites.
    pub(super) const ANGLES: View = View {
        x: &["state"],
        scale: Scale::Linear,
        split: &["hidden_unit", "hidden_units", "units", "beta"],
        panels: &[Panel {
            map: Some(("site", "weight")),
            scale: Scale::Linear,
            ..Panel::EMPTY
        }],
        ..View::EMPTY
    };

    /// Weights of spins, over sites.
    pub(super) const SPINS: View = View {
        x: &["site"],
        scale: Scale::Linear,
        keys: &["hidden_unit"],
        split: &["hidden_units", "units", "beta"],
        panels: &[Panel {
            curves: &[Curve::line("weight")],
            scale: Scale::Linear,
            ..Panel::EMPTY
        }],
        ..View::EMPTY
    };
}

impl Record for Row {
    const NAME: &'static str = "flow-ring";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(
            |row: &Row| Some(&row.weight.machine),
            Machine::FIELDS,
        )),
        Field::group(&lift(|row: &Row| Some(&row.weight), Weight::FIELDS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[Weight::ANGLES, Weight::SPINS],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        (!self.is_maximum).then_some(Shortfall {
            what: "weight is not known to be that of a maximum",
            remedy: "see stop, curvature and residual with --summary, or raise --starts",
        })
    }
}

impl Question for Weights {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        self.kind.leaves_out()
    }

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let kind = self.kind;
        let rings = self.rings.each(|at| kind.ring(at))?;
        for_each(monitor, &rings, |&(at, ref ring)| {
            let Found {
                optimum, biases, ..
            } = kind.optimum(ring.as_ref(), at, &self.search)?;
            let is_maximum = optimum.is_maximum();
            let mut weights = Machine { at, kind }.weights(&optimum.weights, biases.as_ref());
            weights.try_for_each(|weight| row(Row { weight, is_maximum }))
        })
    }
}
