//! The lines of the diagram of one mode, by the internal field of the recalled mode.
//!
//! In the direction of a recalled mode the visible units feel the field `c u` with `c = √κ w m̄`, and the hidden ones `d v` with
//! `d = w m/√κ`. Given c, the singular value w that goes with it is explicit once q and d are known:
//!
//! ```text
//! q = q(σ²√κ q̄, c),   q̄ = q(σ² q/√κ, d),   c m = κ d m̄,   w = c/(√κ m̄)
//! ```
//!
//! so that the recalled states at given σ and κ form one curve w(c), through any fold. It starts at c = 0 from the state with nothing
//! recalled, at `w_c = [(1−q)(1−q̄)]^(−1/2)`, for every law of the components. The transition is continuous if w(c) ≥ `w_c`.

use faer::Mat;

use super::components::{ComponentLaw, Term, joint_law};
use super::layer::{Input, Response};
use super::{Ensemble, State};
use crate::error::Result;
use crate::replica::Transition;
use crate::solver::newton::{Newton, Tangent};
use crate::solver::root::find_root;
use crate::solver::{Solution, Stop};

/// First field of the curve, and the factor from one point to the next.
const FIRST: f64 = 0.01;
const FACTOR: f64 = 1.2;
/// Last field without noise: there every unit that feels the mode is saturated to `exp(−300)`, and w = c/(√κ m̄) grows with c. With noise, whose variance grows as
/// σ² (√κ + 1/√κ), a field has to be as much larger.
const LAST: f64 = 300.0;
/// Evaluations of the equations of a point.
const MAX_ITERATIONS: usize = 60;
/// Relative width of the bracket in which stability is lost.
const TOLERANCE: f64 = 1e-13;
/// Relative depth below `w_c` that makes a fold: rounding makes 1e-12.
const FOLD: f64 = 1e-9;

/// A line in the space of w, σ and κ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// σ = 1, w < 1: the spin glass forms from the paramagnet.
    Glass,
    /// `w_c`: a mode begins to be recalled.
    Recall,
    /// Lowest w with recalled states, where the transition is of first order.
    Spinodal,
    /// The w above which replica symmetry holds in the recalled states, for σ > 1.
    AlmeidaThouless,
}

impl Line {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Glass => "glass",
            Self::Recall => "recall",
            Self::Spinodal => "spinodal",
            Self::AlmeidaThouless => "almeida-thouless",
        }
    }
}

/// A point of a line at given σ and κ.
#[derive(Debug, Clone, PartialEq)]
pub struct LinePoint {
    /// The line.
    pub line: Line,
    /// Singular value w; `None` where the line has the same σ for every w < 1.
    pub w: Option<f64>,
    /// Noise σ.
    pub noise: f64,
    /// The state there.
    pub state: State,
    /// The order of the transition.
    pub order: Transition,
}

/// The lines of one mode at noise σ and aspect κ: recall and, where they exist, its spinodal and the line of
/// de Almeida & Thouless in the recalled states; first, independent of σ, the glass line.
///
/// # Errors
/// [`OutOfDomain`](crate::Error::OutOfDomain) as [`Ensemble::new`]; [`NotConverged`](crate::Error::NotConverged) where the curve of
/// recalled states was lost.
pub fn lines(noise: f64, aspect: f64, law: ComponentLaw) -> Result<Vec<LinePoint>> {
    if aspect > 0.0 && aspect < 1.0 {
        // Along the fields of the smaller layer the line of de Almeida & Thouless would lie beyond the last one.
        let mut swapped = lines(noise, aspect.recip(), law)?;
        for point in &mut swapped {
            point.state.swap_layers(aspect);
        }
        return Ok(swapped);
    }
    let critical = Ensemble::new(1.0, aspect, &[(0.0, law)])?.disordered();
    let point = |line, w: Option<f64>, noise, state, order| LinePoint {
        line,
        w,
        noise,
        state,
        order,
    };
    let mut found = vec![point(
        Line::Glass,
        None,
        1.0,
        critical,
        Transition::Continuous,
    )];
    let curve = RecallCurve::new(noise, aspect, law)?;
    let points = curve.points()?;
    let lowest = points.iter().min_by(|a, b| a.w.total_cmp(&b.w));
    let fold = lowest.filter(|point| point.w < curve.threshold * (1.0 - FOLD));
    let order = if fold.is_some() {
        Transition::FirstOrder
    } else {
        Transition::Continuous
    };
    found.push(point(
        Line::Recall,
        Some(curve.threshold),
        noise,
        curve.disordered.clone(),
        order,
    ));
    if let Some(fold) = fold {
        found.push(point(
            Line::Spinodal,
            Some(fold.w),
            noise,
            curve.state(fold),
            order,
        ));
    }
    if let Some(stable) = curve.almeida_thouless(&points)? {
        let state = curve.state(&stable);
        found.push(point(
            Line::AlmeidaThouless,
            Some(stable.w),
            noise,
            state,
            Transition::Continuous,
        ));
    }
    Ok(found)
}

/// The recalled states at one σ, κ and law.
struct RecallCurve {
    noise: f64,
    aspect: f64,
    law: ComponentLaw,
    terms: Vec<Term>,
    disordered: State,
    /// `w_c`.
    threshold: f64,
}

/// A point of the curve.
#[derive(Debug, Clone)]
struct RecallPoint {
    /// c, d and q.
    visible_field: f64,
    hidden_field: f64,
    q_visible: f64,
    w: f64,
    order: [f64; 3],
    at_stability: f64,
    at_mixing: Option<f64>,
    residual: f64,
    iterations: usize,
}

impl RecallCurve {
    fn new(noise: f64, aspect: f64, law: ComponentLaw) -> Result<Self> {
        let ensemble = Ensemble::new(noise, aspect, &[(0.0, law)])?;
        let disordered = ensemble.disordered();
        let [visible, hidden] = ensemble.both(&[disordered.q_visible], &[], &joint_law(&[], true));
        Ok(Self {
            noise,
            aspect,
            law,
            terms: joint_law(&[law], true),
            threshold: (visible.sech2 * hidden.sech2).sqrt().recip(),
            disordered,
        })
    }

    /// Points of growing c: until all are stable against replica-symmetry breaking and w has grown beyond any fold.
    fn points(&self) -> Result<Vec<RecallPoint>> {
        // At small fields d/c = √((1−q)/κ(1−q̄)).
        let [e, hidden_e] = [self.disordered.q_visible, self.disordered.q_hidden].map(|q| 1.0 - q);
        let ratio = (e / (self.aspect * hidden_e)).sqrt();
        let mut points: Vec<RecallPoint> = Vec::new();
        let mut field = FIRST;
        let root = self.aspect.sqrt();
        let last = LAST * (1.0 + self.noise * self.noise * (root + root.recip()));
        while field < last {
            let before = points
                .last()
                .map_or([ratio, self.disordered.q_visible], |point| {
                    [point.hidden_field / point.visible_field, point.q_visible]
                });
            let point = self.point(field, before)?;
            let is_enough = point.at_stability < 1.0 && point.w > 2.0 * self.threshold;
            points.push(point);
            if is_enough {
                break;
            }
            field *= FACTOR;
        }
        Ok(points)
    }

    fn layers(&self, field: f64, hidden_field: f64, q: f64) -> [Response; 2] {
        let (noise, root) = (self.noise * self.noise, self.aspect.sqrt());
        let answer = |noise: f64, coupling: f64| {
            let input = Input {
                noise,
                couplings: &[coupling],
                field: 0.0,
            };
            input.respond(&self.terms)
        };
        let hidden = answer(noise * q / root, hidden_field);
        [answer(noise * root * hidden.order[0], field), hidden]
    }

    /// The point of field c, by Newton's method in q and d/c, the latter in units of its value at a neighbour.
    ///
    /// A step beyond the range of q, or through zero, is cut.
    fn point(&self, field: f64, neighbour: [f64; 2]) -> Result<RecallPoint> {
        let [unit, q] = neighbour;
        let settings = Newton {
            residual: f64::EPSILON,
            max_iterations: MAX_ITERATIONS,
            smallest_part: None,
            ..Newton::default()
        };
        // The last evaluation is that of the solution.
        let mut layers = None;
        let equations = |x: &[f64]| {
            let evaluated = self.layers(field, unit * x[1] * field, x[0]);
            let tangent = self.equations(field, unit, x, &evaluated);
            layers = Some(evaluated);
            tangent
        };
        let part = |x: &[f64], step: &[f64]| {
            cut(x[0], step[0], 1.0).min(cut(x[1], step[1], f64::INFINITY))
        };
        let found = settings
            .solve_within(equations, part, vec![q, 1.0])
            .converged()?;
        let ratio = unit * found.state[1];
        let layers = layers.unwrap_or_else(|| self.layers(field, ratio * field, found.state[0]));
        Ok(self.solved(field, ratio, &layers, &found))
    }

    /// Equations `q(…) − q` and `m − κ (d/c) m̄`, the second in units of the field, in the unknowns q and d/(c·unit).
    fn equations(&self, field: f64, unit: f64, x: &[f64], layers: &[Response; 2]) -> Tangent {
        let (noise, root, kappa) = (self.noise * self.noise, self.aspect.sqrt(), self.aspect);
        let (there, back) = (noise * root, noise / root);
        let (q, ratio) = (x[0], unit * x[1]);
        let [visible, hidden] = layers;
        let (v, h) = (&visible.slopes, &hidden.slopes);
        let by_q = [
            v[(0, 0)] * there * h[(0, 0)] * back - 1.0,
            (v[(1, 0)] * there * h[(0, 0)] - kappa * ratio * h[(1, 0)]) * back / field,
        ];
        let by_ratio = [
            v[(0, 0)] * there * h[(0, 1)] * field,
            v[(1, 0)] * there * h[(0, 1)] - kappa * (hidden.order[1] / field + ratio * h[(1, 1)]),
        ];
        Tangent {
            residual: vec![
                visible.order[0] - q,
                (visible.order[1] - kappa * ratio * hidden.order[1]) / field,
            ],
            jacobian: Mat::from_fn(2, 2, |i, j| [by_q[i], unit * by_ratio[i]][j]),
        }
    }

    /// What belongs to a solution q, d/c.
    fn solved(
        &self,
        field: f64,
        ratio: f64,
        layers: &[Response; 2],
        found: &Solution<Vec<f64>>,
    ) -> RecallPoint {
        let [visible, hidden] = layers;
        let w = field / (self.aspect.sqrt() * hidden.order[1]);
        RecallPoint {
            visible_field: field,
            hidden_field: ratio * field,
            q_visible: found.state[0],
            w,
            order: [hidden.order[0], visible.order[1], hidden.order[1]],
            at_stability: self.noise.powi(4) * visible.sech4 * hidden.sech4,
            at_mixing: self.ensemble(w).at_mixing(&[0], layers),
            residual: found.residual,
            iterations: found.iterations,
        }
    }

    /// The ensemble on the curve at w.
    fn ensemble(&self, w: f64) -> Ensemble {
        Ensemble {
            noise: self.noise,
            aspect: self.aspect,
            modes: vec![(w, self.law)],
            fields: [0.0; 2],
        }
    }

    fn state(&self, point: &RecallPoint) -> State {
        let [q_hidden, m, m_hidden] = point.order;
        let ensemble = self.ensemble(point.w);
        State {
            q_visible: point.q_visible,
            q_hidden,
            m_visible: vec![m],
            m_hidden: vec![m_hidden],
            free_energy: ensemble.free_energy(point.q_visible, q_hidden, &[m], &[m_hidden]),
            at_stability: point.at_stability,
            at_mixing: point.at_mixing,
            stop: Stop::Converged,
            iterations: point.iterations,
            residual: point.residual,
        }
    }

    /// Where the recalled states become stable against replica-symmetry breaking; `None` where they all are, or never.
    fn almeida_thouless(&self, points: &[RecallPoint]) -> Result<Option<RecallPoint>> {
        let crossing = points
            .windows(2)
            .find(|pair| pair[0].at_stability > 1.0 && pair[1].at_stability <= 1.0);
        let Some([below, above]) = crossing else {
            return Ok(None);
        };
        let near = [below.hidden_field / below.visible_field, below.q_visible];
        let excess = |field: f64| {
            self.point(field, near)
                .map_or(f64::NAN, |point| point.at_stability - 1.0)
        };
        let ends = [below.visible_field, above.visible_field];
        let root = find_root(
            "stability of the recalled state",
            excess,
            ends[0],
            ends[1],
            TOLERANCE,
        )?;
        self.point(root.x, near).map(Some)
    }
}

/// Part of a step, at most all of it, that keeps a positive unknown within nine tenths of the way to 0 and to `most`.
fn cut(x: f64, step: f64, most: f64) -> f64 {
    let room = if step < 0.0 {
        0.9 * x
    } else {
        0.9 * (most - x)
    };
    (room / step.abs()).min(1.0)
}
