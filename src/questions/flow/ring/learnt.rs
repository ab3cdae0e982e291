//! What a summary says of a whole machine, and of where a field is.

use super::MOST_ENUMERATED;
use crate::questions::Outcome;
use crate::table::figure::{Curve, Panel, Scale, View};
use crate::table::{Field, Shortfall, lift, vocabulary as words};
use faer::Mat;
use saddlepoint_theory::dynamics::flow::Optimum;
use saddlepoint_theory::dynamics::ring_flow::{Arrangement, Field as Place};
use saddlepoint_theory::solver::Stop;

/// Outside of these arcs the weights of many hidden units are 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arcs {
    /// Sites on either side of the middle of an arc.
    pub reach: usize,
    /// Log-likelihood, in nats, that the arcs gained when they were last made longer; none if they never were.
    pub last_gain: Option<f64>,
}

impl Arcs {
    /// reach, `last_gain`.
    pub(super) const FIELDS: &'static [Field<Self>] = &[
        Field::new(
            "reach",
            "R",
            "sites on either side of a field's middle beyond which its weights are 0; empty for at most 16 hidden units",
            "",
            |arcs| arcs.reach.into(),
        ),
        Field::in_nats(
            "last_gain",
            "δL",
            "log-likelihood gained when the reach last grew, by N/M sites: what a longer one would bring is of this order or less",
            "",
            |arcs| arcs.last_gain.into(),
        ),
    ];

    /// The columns, which machines of few units do not have.
    pub(super) fn leaves_out(hidden_units: &[usize]) -> Vec<&'static str> {
        if hidden_units.iter().any(|&m| m > MOST_ENUMERATED) {
            Vec::new()
        } else {
            vec!["reach", "last_gain"]
        }
    }
}

/// What the hidden units of a machine have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learnt {
    /// Log-likelihood of the machine, in nats.
    pub log_likelihood: f64,
    /// Log-likelihood of the data's own law, in nats.
    pub log_likelihood_data: f64,
    /// Largest eigenvalue of the Hessian.
    pub curvature: f64,
    /// Number of places that the fields share; 0 unless every field has a place.
    pub places: usize,
    /// Whether the places are equally far apart, to within a site.
    pub equidistant: Option<bool>,
    /// Whether the search ended at a maximum.
    pub is_maximum: bool,
    /// How the search ended: reason, evaluations and gradient left.
    pub outcome: Outcome,
}

impl Learnt {
    /// Of an optimum, and the amplitudes of its fields at each site.
    pub(super) fn new(optimum: &Optimum, log_likelihood_data: f64, fields: &Mat<f64>) -> Self {
        let arrangement = Arrangement::new(fields);
        let places = arrangement.units_per_place.len();
        Self {
            log_likelihood: optimum.log_likelihood,
            log_likelihood_data,
            curvature: optimum.curvature,
            places,
            equidistant: (places > 0).then_some(arrangement.is_equidistant),
            is_maximum: optimum.is_maximum(),
            outcome: Outcome::new(optimum.stop, optimum.iterations, optimum.residual),
        }
    }

    /// `log_likelihood`.
    pub(super) const LOG_LIKELIHOOD: &'static [Field<Self>] = &[Field::in_nats(
        "log_likelihood",
        "L",
        "log-likelihood of the machine",
        "Σ_μ ⟨ln cosh w_μ·v⟩ − ln 2^−M Σ_h Π_i cosh Σ_μ w_iμ h_μ",
        |learnt| learnt.log_likelihood.into(),
    )];

    /// `log_likelihood_data`, curvature.
    pub(super) const BOUNDS: &'static [Field<Self>] = &[
        Field::in_nats(
            "log_likelihood_data",
            "L_d",
            "log-likelihood of the data's own law",
            "⟨ln 2^N p(v)⟩",
            |learnt| learnt.log_likelihood_data.into(),
        ),
        Field::new(
            "curvature",
            "H",
            "largest eigenvalue of the Hessian of the log-likelihood",
            "a maximum has none above 0",
            |learnt| learnt.curvature.into(),
        ),
    ];

    /// places, equidistant, stop, iterations, residual.
    pub(super) const ARRANGEMENT: &'static [Field<Self>] = &[
        Field::new(
            "places",
            "places",
            "number of places that the fields of the machine share",
            "",
            |learnt| learnt.places.into(),
        ),
        Field::new(
            "equidistant",
            "equidistant",
            "whether the places are equally far apart, to within a site",
            "",
            |learnt| learnt.equidistant.into(),
        ),
        Field::group(&lift(
            |learnt: &Learnt| Some(&learnt.outcome),
            Outcome::FIELDS,
        )),
    ];

    /// That the search did not end at a maximum.
    pub(super) fn shortfall(&self) -> Option<Shortfall> {
        let saddle = Shortfall {
            what: "curvature is above 0: a saddle",
            remedy: "raise --starts",
        };
        if self.outcome.stop == Some(Stop::Diverged) {
            return Some(Shortfall {
                what: "stop is diverged: weights grow without end",
                remedy: "raise --starts, should a maximum of finite weights exist",
            });
        }
        let unsettled = self.outcome.shortfall(
            "a residual below 1e-6 leaves open only where the fields are; else raise --starts",
        );
        unsettled.or((!self.is_maximum).then_some(saddle))
    }
}

/// centre, width, participation.
pub(super) const PLACE: &[Field<Place>] = &[
    Field::one(words::CENTRE, |place| place.centre.into()),
    Field::one(words::WIDTH, |place| place.width.into()),
    Field::new(
        "participation",
        "1/IPR",
        "number of sites that take part",
        "(Σ w²)²/Σ w⁴",
        |place| place.participation.into(),
    ),
];

/// The axis of a summary of several machines: what varies.
pub(super) const MACHINES: View = View {
    x: &["units", "beta", "hidden_units"],
    keys: &["hidden_units", "beta", "units", "hidden_unit"],
    ..View::EMPTY
};

/// The hidden units of one machine, which has one log-likelihood.
pub(super) const HIDDEN_UNITS: View = View {
    x: &["centre"],
    scale: Scale::Linear,
    panels: &[Panel {
        curves: &[Curve::points("width", "")],
        scale: Scale::Linear,
        ..WIDTHS
    }],
    ..View::EMPTY
};

/// Widths of the fields.
pub(super) const WIDTHS: Panel = Panel {
    label: "full width at half maximum (sites)",
    curves: &[Curve::line("width")],
    scale: Scale::Linear,
    ..Panel::EMPTY
};
