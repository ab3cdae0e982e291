//! The population behind a bulk: as few eigenvalues as describe its sample spectrum.

use faer::Mat;
use faer::linalg::solvers::SolveLstsq;

use super::hull::nearest;
use super::transform::{Equations, Sampled};
use crate::error::Result;
use crate::numerics::count;

/// Candidates of the first, coarse grid.
const GRID: usize = 80;

/// How often the grid is refined around the chosen candidates, and by what factor each time.
const REFINEMENTS: usize = 2;
const FACTOR: f64 = 3.0;

/// Most steps of the descent on positions and weights after two atoms are joined; it takes 3 to 10.
const DESCENT_STEPS: usize = 15;

/// Directions of a population eigenvalue of a bulk, at the least.
const FEWEST: f64 = 2.5;

/// A change of χ² on which hardly any choice between two rungs can depend.
const NEGLIGIBLE: f64 = 0.05;

/// Points by which a band of population eigenvalues is represented.
const BAND_POINTS: usize = 8;

/// A population eigenvalue of the fit, or a band of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    /// The eigenvalue, or the mean of the band.
    pub(super) position: f64,
    /// Fraction of the directions.
    pub(super) weight: f64,
    /// Half the width of the band in ln λ; 0 for an eigenvalue.
    pub(super) half_width: f64,
}

impl Level {
    /// The eigenvalues of n directions: equally spaced in ln λ, with the right mean to order 1/n².
    pub(super) fn quantiles(self, directions: usize) -> Vec<f64> {
        let h = self.half_width;
        let centre = if h > 0.0 {
            self.position * h / h.sinh()
        } else {
            self.position
        };
        let along = |i| (2.0 * count(i) + 1.0) / count(directions) - 1.0;
        (0..directions)
            .map(|i| centre * (h * along(i)).exp())
            .collect()
    }

    /// Eigenvalues and weights that stand for it: one, or [`BAND_POINTS`] of a band.
    pub(super) fn spread(self) -> Vec<(f64, f64)> {
        let points = if self.half_width > 0.0 {
            BAND_POINTS
        } else {
            1
        };
        let weight = self.weight / count(points);
        let quantiles = self.quantiles(points).into_iter();
        quantiles.map(|position| (position, weight)).collect()
    }
}

/// One population eigenvalue.
#[derive(Debug, Clone)]
struct Atom {
    position: f64,
    weight: f64,
    /// [`Equations::misfit`] at the position.
    misfit: Vec<f64>,
}

/// A population of few eigenvalues and how well it describes the sample eigenvalues.
#[derive(Debug, Clone)]
struct Candidate {
    atoms: Vec<Atom>,
    residual: Vec<f64>,
    /// Sum of the squared residuals, each of unit variance.
    chi_squared: f64,
}

impl Candidate {
    fn new(equations: &Equations, pairs: &[(f64, f64)]) -> Self {
        let atom = |&(position, weight): &(f64, f64)| Atom {
            position,
            weight,
            misfit: equations.misfit(position),
        };
        Self::of_atoms(pairs.iter().map(atom).collect())
    }

    fn of_atoms(atoms: Vec<Atom>) -> Self {
        let mut residual = vec![0.0; atoms.first().map_or(0, |atom| atom.misfit.len())];
        for atom in &atoms {
            add(&mut residual, atom.weight, &atom.misfit);
        }
        Self {
            chi_squared: square(&residual),
            residual,
            atoms,
        }
    }
}

/// The eigenvalues and weights of the population with the lowest χ² + 2 K ln n, where K is their number and n that of the
/// sample eigenvalues.
///
/// The weights over all eigenvalues that give the lowest χ² (non-negative least squares) are already discrete; neighbours
/// are then joined one pair at a time, positions and weights adjusted after each, and the best rung of that ladder is taken.
pub(super) fn fit(sampled: &Sampled) -> Result<Vec<Level>> {
    let pilot = by_weights(sampled, &sampled.rough_equations(), 0);
    let equations = sampled.equations(&pilot)?;
    let price = 2.0 * count(sampled.eigenvalues.len()).ln().max(1.0);
    // One or two directions are no part of a bulk: they would hide themselves behind an edge of their own.
    let least = if sampled.directions > FEWEST {
        FEWEST / sampled.directions
    } else {
        0.0
    };
    let cost = |candidate: &Candidate| {
        let is_whole = candidate.atoms.iter().all(|atom| atom.weight >= least);
        let cost = candidate.chi_squared + price * count(candidate.atoms.len());
        if is_whole { cost } else { f64::INFINITY }
    };
    let highest = sampled.eigenvalues[0];
    let start = Candidate::new(&equations, &by_weights(sampled, &equations, REFINEMENTS));
    let mut rung = descend(&equations, highest, start);
    let mut best = rung.clone();
    // χ² only rises from rung to rung.
    while rung.atoms.len() > 1 && rung.chi_squared < cost(&best) {
        rung = descend(&equations, highest, joined(&equations, &rung));
        if cost(&rung) < cost(&best) {
            best = rung.clone();
        }
    }
    Ok(levels(&equations, &best, price))
}

/// The atoms of the fit, each made a band up to half way to its nearest neighbour where that raises χ² by no more than
/// an atom must lower it: what does not tell an atom from a band is no evidence of equal eigenvalues.
fn levels(equations: &Equations, candidate: &Candidate, price: f64) -> Vec<Level> {
    let atoms = &candidate.atoms;
    let distance = |k: usize| (atoms[k + 1].position / atoms[k].position).ln();
    let level = |(k, atom): (usize, &Atom)| {
        let below = if k > 0 {
            distance(k - 1)
        } else {
            f64::INFINITY
        };
        let above = if k + 1 < atoms.len() {
            distance(k)
        } else {
            f64::INFINITY
        };
        let half_width = if atoms.len() > 1 {
            0.5 * below.min(above)
        } else {
            0.0
        };
        let band = Level {
            position: atom.position,
            weight: atom.weight,
            half_width,
        };
        let mut residual = candidate.residual.clone();
        add(&mut residual, -atom.weight, &atom.misfit);
        for (t, weight) in band.spread() {
            add(&mut residual, weight, &equations.misfit(t));
        }
        let is_band = square(&residual) <= candidate.chi_squared + price;
        if is_band {
            band
        } else {
            Level {
                half_width: 0.0,
                ..band
            }
        }
    };
    atoms.iter().enumerate().map(level).collect()
}

/// Non-negative least squares over a grid of eigenvalues that is refined where it finds weight.
fn by_weights(sampled: &Sampled, equations: &Equations, refinements: usize) -> Vec<(f64, f64)> {
    // A population eigenvalue lies below the largest sample eigenvalue, and those far below all points are one to them.
    let (highest, lowest) = (sampled.eigenvalues[0], 0.5 * sampled.lowest());
    let mut step = (highest / lowest).ln() / count(GRID - 1);
    let mut grid: Vec<f64> = (0..GRID)
        .map(|k| lowest * (step * count(k)).exp())
        .collect();
    let mut round = 0;
    loop {
        let vectors: Vec<Vec<f64>> = grid.iter().map(|&t| equations.misfit(t)).collect();
        let weights = nearest(&vectors);
        let chosen = grid
            .iter()
            .copied()
            .zip(weights)
            .filter(|atom| atom.1 > 1e-10);
        if round == refinements {
            return chosen.collect();
        }
        round += 1;
        step /= FACTOR;
        let shifts = [-2.0, -1.0, 0.0, 1.0, 2.0];
        grid = chosen
            .flat_map(|(t, _)| shifts.map(|k| t * (step * k).exp()))
            .collect();
        grid.sort_by(f64::total_cmp);
        grid.dedup_by(|a, b| *a - *b <= 1e-3 * step * *b);
    }
}

/// Two neighbours made one at their mean: the pair that raises χ² least.
fn joined(equations: &Equations, candidate: &Candidate) -> Candidate {
    let merge = |pair: &[Atom]| {
        let weight = pair[0].weight + pair[1].weight;
        let sum = pair[0].weight * pair[0].position + pair[1].weight * pair[1].position;
        let position = sum / weight;
        Atom {
            position,
            weight,
            misfit: equations.misfit(position),
        }
    };
    let raised = |pair: &[Atom], merged: &Atom| {
        let mut residual = candidate.residual.clone();
        add(&mut residual, -pair[0].weight, &pair[0].misfit);
        add(&mut residual, -pair[1].weight, &pair[1].misfit);
        add(&mut residual, merged.weight, &merged.misfit);
        square(&residual)
    };
    let ladder = candidate.atoms.windows(2).enumerate().map(|(k, pair)| {
        let merged = merge(pair);
        (raised(pair, &merged), k, merged)
    });
    let best = ladder.min_by(|a, b| a.0.total_cmp(&b.0));
    let mut atoms = candidate.atoms.clone();
    if let Some((_, k, merged)) = best {
        atoms.splice(k..k + 2, [merged]);
    }
    Candidate::of_atoms(atoms)
}

/// Descends in χ² over the logarithms of positions, below `highest`, and weights (Levenberg & Marquardt).
fn descend(equations: &Equations, highest: f64, mut best: Candidate) -> Candidate {
    let mut damping = 1e-3;
    for _ in 0..DESCENT_STEPS {
        let mut pairs = moved(&best, &damped_step(equations, &best, damping));
        // An atom of hardly any weight costs nothing far above the sample.
        for pair in &mut pairs {
            pair.0 = pair.0.min(highest);
        }
        let next = Candidate::new(equations, &pairs);
        let gain = best.chi_squared - next.chi_squared;
        if gain > 0.0 {
            best = next;
            damping *= 0.2;
        } else {
            damping *= 8.0;
        }
        let has_settled = (0.0..NEGLIGIBLE).contains(&gain);
        if has_settled || damping > 1e6 {
            break;
        }
    }
    best.atoms.sort_by(|a, b| a.position.total_cmp(&b.position));
    best
}

/// Steps of ln t and ln w: least squares of the linearised misfit and of the steps, scaled by each column's length.
fn damped_step(equations: &Equations, candidate: &Candidate, damping: f64) -> Vec<f64> {
    let (rows, atoms) = (candidate.residual.len(), &candidate.atoms);
    let position = |atom: &Atom| {
        let mut column = equations.misfit_slope(atom.position);
        for entry in &mut column {
            *entry *= atom.weight;
        }
        column
    };
    let weight = |atom: &Atom| {
        let pairs = atom.misfit.iter().zip(&candidate.residual);
        pairs
            .map(|(x, mean)| atom.weight * (x - mean))
            .collect::<Vec<_>>()
    };
    let columns: Vec<_> = atoms
        .iter()
        .map(position)
        .chain(atoms.iter().map(weight))
        .collect();
    let bound = |c: &Vec<f64>| (damping * square(c)).sqrt().max(f64::MIN_POSITIVE);
    let bounds: Vec<f64> = columns.iter().map(bound).collect();
    let matrix = Mat::from_fn(rows + columns.len(), columns.len(), |i, k| {
        match i.checked_sub(rows) {
            None => columns[k][i],
            Some(row) if row == k => bounds[k],
            Some(_) => 0.0,
        }
    });
    let goal = Mat::from_fn(matrix.nrows(), 1, |i, _| {
        candidate.residual.get(i).map_or(0.0, |r| -r)
    });
    let step = matrix.qr().solve_lstsq(&goal);
    (0..columns.len()).map(|k| step[(k, 0)]).collect()
}

/// Positions and weights after a step of at most a factor e, weights scaled to sum to 1.
fn moved(candidate: &Candidate, step: &[f64]) -> Vec<(f64, f64)> {
    let factor = |x: f64| x.clamp(-1.0, 1.0).exp();
    let (along, of_weights) = step.split_at(candidate.atoms.len());
    let steps = along.iter().zip(of_weights);
    let mut next: Vec<(f64, f64)> = candidate
        .atoms
        .iter()
        .zip(steps)
        .map(|(atom, (t, w))| (atom.position * factor(*t), atom.weight * factor(*w)))
        .collect();
    let total: f64 = next.iter().map(|pair| pair.1).sum();
    for pair in &mut next {
        pair.1 /= total;
    }
    next
}

fn add(sum: &mut [f64], factor: f64, values: &[f64]) {
    sum.iter_mut()
        .zip(values)
        .for_each(|(sum, x)| *sum += factor * x);
}

fn square(values: &[f64]) -> f64 {
    values.iter().map(|x| x * x).sum()
}
