//! The equations at a point.

use super::Soft;
use crate::replica::soft_channel::{Channel, Field, Planted, Sloped};
use crate::solver::newton::Tangent;
use faer::Mat;

/// Smallest average that is told from 0 in a logarithm.
const FAINTEST: f64 = 1e-300;

/// Order parameters as they are searched for: m, ln(q/(D − q)) and ln D.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) m: f64,
    pub(super) logit: f64,
    pub(super) log_norm: f64,
}

impl Place {
    /// m = q = 0, D = 1.
    pub(super) const PARAMAGNET: Self = Self {
        m: 0.0,
        logit: f64::NEG_INFINITY,
        log_norm: 0.0,
    };

    /// q and D − q, without cancellation.
    pub(super) fn overlaps(self) -> [f64; 2] {
        [-self.logit, self.logit].map(|x| self.log_norm.exp() / (1.0 + x.exp()))
    }
}

/// The equations at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Saddle {
    pub(super) place: Place,
    /// The field of a weight: m̂, q̂ and A.
    pub(super) field: Field,
    /// m, q and D − q as their equations have them.
    pub(super) images: [f64; 3],
    /// `αβ⁴ E (var τ)² E (var ξ)²`.
    pub(super) at_stability: f64,
    /// α(ββ*)² E τ*² E var τ E var ξ: at m = 0 the slope of the equation of m.
    pub(super) rise: f64,
    /// Derivatives of the images with respect to m, q and D − q.
    pub(super) by: [[f64; 3]; 3],
    /// Evaluations of pairs of averages.
    pub(super) iterations: usize,
}

impl Saddle {
    /// The equations at a place whose norm is within the domain, β²Ω D < 1.
    pub(super) fn at(model: &Soft, place: Place) -> Self {
        let [q, rest] = place.overlaps();
        let [of_teacher, of_student] = model.couplings();
        let (along, across) = (model.alpha * of_teacher, model.alpha * of_student);
        let data = Channel::new(
            model.laws.student_hidden,
            model.planted_hidden(),
            model.data_field(place.m, [q, rest]),
        );
        let norm = q + rest;
        let square = Planted::of(model.laws.student_hidden, -of_student * norm).square();
        let field = Field {
            along: along * data.along.value,
            noise: across * data.overlap.value,
            precision: across * (square - data.variance.value),
        };
        let planted = Planted::of(model.laws.teacher_weights, 0.0);
        let weights = Channel::new(model.laws.student_weights, planted, field);
        // Derivatives of m̂, q̂ and A with respect to m, q and D − q.
        let by = |Sloped {
                      slopes: [r, s, a], ..
                  }: Sloped| { [of_teacher * r, of_student * s, -of_student * a] };
        let of_square = model.square_slope(norm);
        let fields = [
            by(data.along).map(|slope| along * slope),
            by(data.overlap).map(|slope| across * slope),
            {
                let [m, q, rest] = by(data.variance);
                [-m, of_square - q, of_square - rest].map(|slope| across * slope)
            },
        ];
        let outputs = [weights.along, weights.overlap, weights.variance];
        let through = |output: Sloped, j: usize| -> f64 {
            let pairs = output.slopes.iter().zip(&fields);
            pairs.map(|(slope, field)| slope * field[j]).sum()
        };
        Self {
            place,
            field,
            images: outputs.map(|output| output.value),
            at_stability: across * of_student * data.squared_variance * weights.squared_variance,
            rise: along
                * of_teacher
                * model.planted_hidden().square()
                * data.variance.value
                * weights.variance.value,
            by: outputs.map(|output| std::array::from_fn(|j| through(output, j))),
            iterations: 1,
        }
    }

    /// What is left of the equations of m, q and D − q, relative to √D and D.
    pub(super) fn residual(&self) -> f64 {
        let [q, rest] = self.place.overlaps();
        let norm = q + rest;
        let scales = [norm.sqrt(), norm, norm];
        let errors = self.images.iter().zip([self.place.m, q, rest]);
        let relative = errors
            .zip(scales)
            .map(|((image, x), scale)| (image - x).abs() / scale);
        relative.fold(0.0, f64::max)
    }

    /// E⟨ξ⟩² and E var ξ, which underflow where α is very small or very large.
    fn image_overlaps(&self) -> [f64; 2] {
        [self.images[1].max(FAINTEST), self.images[2].max(FAINTEST)]
    }

    /// The equation of ln(q/(D − q)).
    pub(super) fn of_logit(&self) -> f64 {
        let [q, rest] = self.image_overlaps();
        (q / rest).ln() - self.place.logit
    }

    /// The equation of ln D.
    pub(super) fn of_norm(&self) -> f64 {
        let [q, rest] = self.image_overlaps();
        (q + rest).ln() - self.place.log_norm
    }

    /// Derivatives of an image with respect to the coordinates of the place.
    fn by_place(&self, image: usize) -> [f64; 3] {
        let [q, rest] = self.place.overlaps();
        let [m, of_q, of_rest] = self.by[image];
        [
            m,
            q * rest / (q + rest) * (of_q - of_rest),
            q * of_q + rest * of_rest,
        ]
    }

    /// The equations of ln(q/(D − q)) and ln D, and with `of_m` that of m before them.
    pub(super) fn tangent(&self, of_m: bool) -> Tangent {
        let [q, rest] = self.image_overlaps();
        let [by_m, by_q, by_rest] = [0, 1, 2].map(|image| self.by_place(image));
        let rows = [
            by_m,
            std::array::from_fn(|j| by_q[j] / q - by_rest[j] / rest),
            std::array::from_fn(|j| (by_q[j] + by_rest[j]) / (q + rest)),
        ];
        let residual = [
            self.images[0] - self.place.m,
            self.of_logit(),
            self.of_norm(),
        ];
        let first = usize::from(!of_m);
        let size = 3 - first;
        let identity = |i: usize, j: usize| if i == j { 1.0 } else { 0.0 };
        Tangent {
            residual: residual[first..].to_vec(),
            jacobian: Mat::from_fn(size, size, |i, j| {
                rows[first + i][first + j] - identity(i, j)
            }),
        }
    }
}
