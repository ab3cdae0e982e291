//! The solutions of the equations.

use super::Mismatched;
use crate::error::Result;
use crate::replica::field::{FieldAverages, field_averages};
use crate::solver::Stop;
use crate::solver::newton::{Newton, Tangent};
use crate::solver::root::{Slope, newton_monotone};
use faer::Mat;
use std::cell::Cell;

/// Smallest m that is told from 0: the equation of m, divided by m, is right to 1e-16/m and changes by m².
const SMALLEST: f64 = 1e-5;
/// Steps of the search for m: down from 1, and up from the smallest.
const STEPS: [f64; 2] = [0.25, 8.0];
/// Bounds of ln(q/p), and the smallest average that is told from 0 there.
const LOGITS: [f64; 2] = [-700.0, 700.0];
const FAINTEST: f64 = 1e-300;

/// From where m is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// From 0 upwards.
    Low,
    /// From 1 downwards.
    High,
}

/// The equations at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Saddle {
    pub(super) m: f64,
    pub(super) q: f64,
    /// 1 − q, without cancellation.
    pub(super) p: f64,
    /// m̂.
    pub(super) field_mean: f64,
    /// q̂.
    pub(super) field_variance: f64,
    /// E tanh H, E tanh² H and E sech² H.
    images: [f64; 3],
    pub(super) at_stability: f64,
    /// Derivatives of E tanh H and E sech² H with respect to m.
    by_m: [f64; 2],
    /// And with respect to p.
    by_p: [f64; 2],
    /// Evaluations of pairs of averages.
    pub(super) iterations: usize,
}

impl Saddle {
    /// The equations at m in [0, 1], q and p = 1 − q.
    pub(super) fn at(model: &Mismatched, m: f64, [q, p]: [f64; 2]) -> Self {
        let (alpha, beta) = (model.alpha, model.student_beta);
        let [mean, variance] = model.data_field(m, q);
        let data = field_averages(mean, variance);
        let of_variance = model.variance_averages(m, variance, &data);
        let (along, across) = (alpha * beta * model.teacher_beta, alpha * beta * beta);
        let (field_mean, field_variance) = (along * data.tanh, across * of_variance.tanh2);
        let weights = field_averages(field_mean, field_variance);
        // Derivatives of m̂ and q̂ with respect to m, and to p, by 1 of which the variance of u falls by β².
        let by_m = [
            along * beta * model.teacher_beta * data.sech2,
            2.0 * across * model.of_variance * of_variance.tanh_sech2,
        ];
        let by_p = [
            beta * beta * along * data.tanh_sech2,
            -beta * beta * across * of_variance.overlap_slope,
        ];
        let slopes = |[mean, variance]: [f64; 2]| {
            [
                weights.sech2 * mean - weights.tanh_sech2 * variance,
                -2.0 * weights.tanh_sech2 * mean - weights.overlap_slope * variance,
            ]
        };
        Self {
            m,
            q,
            p,
            field_mean,
            field_variance,
            images: [weights.tanh, weights.tanh2, weights.sech2],
            at_stability: across * beta * beta * data.sech4 * weights.sech4,
            by_m: slopes(by_m),
            by_p: slopes(by_p),
            iterations: 1,
        }
    }

    /// What is left of the equations.
    pub(super) fn residual(&self) -> f64 {
        let of_q = if self.p < 0.5 {
            self.images[2] - self.p
        } else {
            self.images[1] - self.q
        };
        (self.images[0] - self.m).abs().max(of_q.abs())
    }

    /// m = q = 0.
    pub(super) fn paramagnet(model: &Mismatched) -> Self {
        Self::at(model, 0.0, [0.0, 1.0])
    }

    /// The state of m = 0 that is stable in q: the glass where αβ⁴ > 1, else the paramagnet.
    pub(super) fn unlearned(model: &Mismatched) -> Result<Self> {
        let paramagnet = Self::paramagnet(model);
        // Just above, E tanh² H/q − 1 is below rounding at any q that is told from 0.
        if paramagnet.at_stability <= 1.0 + 4.0 * f64::EPSILON {
            return Ok(paramagnet);
        }
        Self::relaxed(model, 0.0, 0.0)
    }

    /// The state of a given m whose q solves its equation, for m = 0 the glass; `guess` is one of ln(q/p).
    ///
    /// In x = ln(q/p) both q and p = 1 − q keep their digits, the equation is nearly linear, and at m = 0 it does not vanish in the
    /// paramagnet.
    fn relaxed(model: &Mismatched, m: f64, guess: f64) -> Result<Self> {
        let at = |x: f64| Self::at(model, m, overlap(x));
        let equation = |x: f64| at(x).of_overlap();
        let name = "overlap of students";
        let root = newton_monotone(name, equation, LOGITS, guess, Slope::Falling)?;
        Ok(Self {
            iterations: root.iterations + 1,
            ..at(root.x)
        })
    }

    /// The equation of q in x = ln(q/p), as the difference of image and x, and its derivative.
    fn of_overlap(&self) -> (f64, f64) {
        let [q, p] = self.image_overlap();
        let slope = self.by_p[1] * self.p * self.q / (q * p);
        ((q / p).ln() - self.logit(), slope - 1.0)
    }

    /// E tanh² H and E sech² H, which underflows where α is very large.
    fn image_overlap(&self) -> [f64; 2] {
        [self.images[1], self.images[2]].map(|image| image.max(FAINTEST))
    }

    /// ln(q/p).
    fn logit(&self) -> f64 {
        (self.q / self.p).ln()
    }

    /// The learned state of smallest or largest m; `None` where there is none.
    pub(super) fn learned(model: &Mismatched, side: Side) -> Result<Option<Self>> {
        if side == Side::Low && Self::unlearned(model)?.by_m[0] <= 1.0 {
            return Ok(None);
        }
        let search = Search::new(model);
        match search.bracket(side)? {
            None => Ok(None),
            Some([lower, upper]) if lower >= upper => search.at(lower).map(Some),
            Some(ends) => match search.both(ends) {
                Some(saddle) => Ok(Some(saddle)),
                None => search.one_by_one(ends).map(Some),
            },
        }
    }

    /// The equations of m and of ln(q/p) at once.
    fn tangent(&self) -> Tangent {
        let [q, p] = self.image_overlap();
        let (of_overlap, slope) = self.of_overlap();
        let rows = [
            [self.by_m[0] - 1.0, -self.by_p[0] * self.p * self.q],
            [-self.by_m[1] / (q * p), slope],
        ];
        Tangent {
            residual: vec![self.images[0] - self.m, of_overlap],
            jacobian: Mat::from_fn(2, 2, |i, j| rows[i][j]),
        }
    }
}

impl Mismatched {
    /// The averages in the equation of q̂, those of u unless the equations are the published ones.
    fn variance_averages(&self, m: f64, variance: f64, data: &FieldAverages) -> FieldAverages {
        let is_right = (self.of_variance - self.student_beta * self.teacher_beta).abs() <= 0.0;
        if is_right {
            *data
        } else {
            field_averages(self.of_variance * m, variance)
        }
    }
}

/// q and p = 1 − q for x = ln(q/p).
fn overlap(x: f64) -> [f64; 2] {
    [-x, x].map(|x| 1.0 / (1.0 + x.exp()))
}

/// A search for m, each value with the q that belongs to it.
struct Search<'a> {
    model: &'a Mismatched,
    /// ln(q/p) of the latest point, from which the next one starts.
    guess: Cell<f64>,
    iterations: Cell<usize>,
}

impl<'a> Search<'a> {
    fn new(model: &'a Mismatched) -> Self {
        Self {
            model,
            guess: Cell::new(0.0),
            iterations: Cell::new(0),
        }
    }

    fn at(&self, m: f64) -> Result<Saddle> {
        let saddle = Saddle::relaxed(self.model, m, self.guess.get())?;
        self.guess.set(saddle.logit());
        self.iterations
            .set(self.iterations.get() + saddle.iterations);
        Ok(Saddle {
            iterations: self.iterations.get(),
            ..saddle
        })
    }

    /// The solution between two values of m by Newton's method for m and q; `None` where that leaves them.
    fn both(&self, [lower, upper]: [f64; 2]) -> Option<Saddle> {
        let start = vec![0.5 * (lower + upper), self.guess.get()];
        let at = |x: &[f64]| Saddle::at(self.model, x[0], overlap(x[1]));
        let settings = Newton {
            max_iterations: 30,
            ..Newton::default()
        };
        let found = settings.solve(|x| at(x).tangent(), start);
        let is_between = found.state[0] >= lower && found.state[0] <= upper;
        (found.stop == Stop::Converged && is_between).then(|| Saddle {
            iterations: self.iterations.get() + found.iterations + 1,
            ..at(&found.state)
        })
    }

    /// The solution between two values of m, with q from its equation at each m.
    fn one_by_one(&self, ends: [f64; 2]) -> Result<Saddle> {
        // (E tanh H)/m − 1 with its derivative.
        let equation = |m: f64| match self.at(m) {
            Ok(saddle) => {
                let along_curve = saddle.by_m[1] / (1.0 - saddle.by_p[1]);
                let rise = saddle.by_m[0] + saddle.by_p[0] * along_curve;
                let ratio = saddle.images[0] / m;
                (ratio - 1.0, (rise - ratio) / m)
            }
            Err(_) => (f64::NAN, f64::NAN),
        };
        let middle = 0.5 * (ends[0] + ends[1]);
        let name = "overlap with the teacher";
        let root = newton_monotone(name, equation, ends, middle, Slope::Falling)?;
        self.at(root.x)
    }

    /// (E tanh H)/m − 1.
    fn excess(&self, m: f64) -> Result<f64> {
        Ok(self.at(m)?.images[0] / m - 1.0)
    }

    /// Two values of m between which the excess turns negative, the first or the last such; both equal where it rounds to 0.
    fn bracket(&self, side: Side) -> Result<Option<[f64; 2]>> {
        let (mut m, step) = match side {
            Side::Low => (SMALLEST, STEPS[1]),
            Side::High => (1.0, STEPS[0]),
        };
        let mut before = None;
        while (SMALLEST..=1.0).contains(&m) {
            let excess = self.excess(m)?;
            // With very many samples E tanh H is 1 to rounding.
            if m >= 1.0 && excess >= 0.0 {
                return Ok(Some([1.0; 2]));
            }
            if (excess > 0.0) == (side == Side::High) {
                return Ok(before.map(|before: f64| [m.min(before), m.max(before)]));
            }
            before = Some(m);
            let next = m * step;
            m = if m < 1.0 { next.min(1.0) } else { next };
        }
        Ok(None)
    }
}
