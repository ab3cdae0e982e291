//! Curvatures of a function of many variables, from its gradient alone.

use faer::{Mat, Side};

use crate::error::{Error, Result};
use crate::numerics::{dot, norm};

/// Step of the central differences, in units of the largest component of the point or 1.
///
/// Third derivatives of order 1 leave 1e-8 of the curvature, rounding 1e-12.
const STEP: f64 = 1e-4;

/// The direction in which a function curves upwards most.
#[derive(Debug, Clone, PartialEq)]
pub struct Curvature {
    /// Largest eigenvalue of the Hessian.
    pub eigenvalue: f64,
    /// Its eigenvector, of unit length.
    pub direction: Vec<f64>,
}

/// Largest eigenvalue of the Hessian, by Lanczos' method on differences of gradients.
///
/// ```text
/// H q ≈ [g(x + h q) − g(x − h q)]/2h
/// ```
///
/// `gradient` writes the gradient at a point into its second argument. At most `steps` products are formed, each orthogonalised
/// against all before it. A maximum whose largest eigenvalue is positive is a saddle. The eigenvalue is a lower bound to 1e-8;
/// after 40 steps it is that of the Hessian to a few digits even where eigenvalues are dense.
///
/// # Errors
/// [`Error::NotFinite`] where the gradient is not finite.
///
/// # References
/// Lanczos, J. Res. Natl. Bur. Stand. 45, 255 (1950).
pub fn leading_curvature(
    gradient: impl FnMut(&[f64], &mut [f64]),
    point: &[f64],
    steps: usize,
) -> Result<Curvature> {
    let space = Krylov::new(gradient, point, irregular(point.len()), steps)?;
    let (eigenvalue, vector) = space.pairs()?.pop().ok_or(NOT_FINITE)?;
    Ok(Curvature {
        eigenvalue,
        direction: space.combination(&vector),
    })
}

/// The step to the point without slope that Newton's method predicts, `−H⁻¹ g`, within the directions that Lanczos' method reaches
/// from the gradient `slope` in `steps` products.
///
/// Directions along which the function is flat to 1e-8 are left alone.
///
/// # Errors
/// As [`leading_curvature`].
pub fn newton_step(
    gradient: impl FnMut(&[f64], &mut [f64]),
    point: &[f64],
    slope: &[f64],
    steps: usize,
) -> Result<Vec<f64>> {
    let space = Krylov::new(gradient, point, slope.to_vec(), steps)?;
    let coordinates: Vec<f64> = space.basis.iter().map(|q| dot(q, slope)).collect();
    let mut step = vec![0.0; coordinates.len()];
    for (eigenvalue, vector) in space.pairs()? {
        if eigenvalue.abs() > FLAT {
            let length = -dot(&vector, &coordinates) / eigenvalue;
            add(&mut step, length, &vector);
        }
    }
    Ok(space.combination(&step))
}

/// The Hessian, column by column by the same differences, made symmetric.
///
/// # Errors
/// As [`leading_curvature`].
pub fn hessian(mut gradient: impl FnMut(&[f64], &mut [f64]), point: &[f64]) -> Result<Mat<f64>> {
    let step = step_at(point);
    let mut unit = vec![0.0; point.len()];
    let mut columns = Vec::with_capacity(point.len());
    for i in 0..point.len() {
        unit[i] = 1.0;
        columns.push(product(&mut gradient, point, &unit, step));
        unit[i] = 0.0;
    }
    if columns.iter().flatten().any(|x| !x.is_finite()) {
        return Err(NOT_FINITE);
    }
    let mean = |i: usize, j: usize| 0.5 * (columns[i][j] + columns[j][i]);
    Ok(Mat::from_fn(point.len(), point.len(), mean))
}

/// Curvatures below the error of the differences.
const FLAT: f64 = 1e-8;

const NOT_FINITE: Error = Error::NotFinite {
    name: "the curvature",
};

/// Orthonormal directions q, and H q for all but the last of them.
struct Krylov {
    basis: Vec<Vec<f64>>,
    images: Vec<Vec<f64>>,
}

impl Krylov {
    fn new(
        mut gradient: impl FnMut(&[f64], &mut [f64]),
        point: &[f64],
        start: Vec<f64>,
        steps: usize,
    ) -> Result<Self> {
        let step = step_at(point);
        let mut space = Self {
            basis: Vec::new(),
            images: Vec::new(),
        };
        let mut next = start;
        // What orthogonalisation leaves below this is the error of the differences: the space is invariant.
        let mut least = 0.0;
        while space.images.len() < steps.min(point.len()) {
            for _ in 0..2 {
                // Twice is enough: the second pass removes what rounding left of the first.
                space.orthogonalise(&mut next);
            }
            let length = norm(&next);
            if length <= least {
                break;
            }
            for x in &mut next {
                *x /= length;
            }
            let image = product(&mut gradient, point, &next, step);
            if image.iter().any(|x| !x.is_finite()) {
                return Err(NOT_FINITE);
            }
            least = 1e-7 * norm(&image).max(1e-3);
            space.images.push(image.clone());
            space.basis.push(std::mem::replace(&mut next, image));
        }
        Ok(space)
    }

    fn orthogonalise(&self, vector: &mut [f64]) {
        for q in &self.basis {
            let overlap = dot(q, vector);
            add(vector, -overlap, q);
        }
    }

    /// Eigenvalues of the projected Hessian, ascending, with their vectors in the basis.
    fn pairs(&self) -> Result<Vec<(f64, Vec<f64>)>> {
        let size = self.basis.len();
        if size == 0 {
            return Ok(Vec::new());
        }
        let projected = |i: usize, j: usize| dot(&self.basis[i], &self.images[j]);
        let small = Mat::from_fn(size, size, |i, j| 0.5 * (projected(i, j) + projected(j, i)));
        let decomposition = small
            .self_adjoint_eigen(Side::Lower)
            .map_err(|_| NOT_FINITE)?;
        let vectors = decomposition.U().col_iter();
        let pairs = decomposition.S().column_vector().iter().zip(vectors);
        Ok(pairs
            .map(|(value, vector)| (*value, vector.iter().copied().collect()))
            .collect())
    }

    fn combination(&self, weights: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; self.basis.first().map_or(0, Vec::len)];
        for (q, weight) in self.basis.iter().zip(weights) {
            add(&mut sum, *weight, q);
        }
        sum
    }
}

/// The step of the differences at a point.
fn step_at(point: &[f64]) -> f64 {
    STEP * point.iter().fold(1.0, |m: f64, x| m.max(x.abs()))
}

/// H q by central differences.
fn product(
    gradient: &mut impl FnMut(&[f64], &mut [f64]),
    point: &[f64],
    q: &[f64],
    step: f64,
) -> Vec<f64> {
    let mut side = |sign: f64| -> Vec<f64> {
        let mut at = point.to_vec();
        add(&mut at, sign * step, q);
        let mut slope = vec![0.0; q.len()];
        gradient(&at, &mut slope);
        slope
    };
    let (up, down) = (side(1.0), side(-1.0));
    let pairs = up.iter().zip(&down);
    pairs.map(|(u, d)| (u - d) / (2.0 * step)).collect()
}

/// A start without symmetry, so that it overlaps with every eigenvector: multiples of the golden ratio, modulo 1.
fn irregular(size: usize) -> Vec<f64> {
    let ratio = 0.5 * (5.0_f64.sqrt() - 1.0);
    let mut at = 0.0;
    let entries: Vec<f64> = (0..size)
        .map(|_| {
            at = (at + ratio).fract();
            at - 0.3
        })
        .collect();
    let length = norm(&entries);
    entries.into_iter().map(|x| x / length).collect()
}

/// sum + factor · vector, in place.
fn add(sum: &mut [f64], factor: f64, vector: &[f64]) {
    sum.iter_mut()
        .zip(vector)
        .for_each(|(x, y)| *x += factor * y);
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Gradient of a quartic whose Hessian at x = 0 is the ring's second difference, shifted by `shift`.
    fn gradient(shift: f64) -> impl FnMut(&[f64], &mut [f64]) {
        move |x, g| {
            let n = x.len();
            for i in 0..n {
                let lattice = x[(i + 1) % n] + x[(i + n - 1) % n] - 2.0 * x[i];
                g[i] = lattice + shift * x[i] - x[i].powi(3);
            }
        }
    }

    #[test]
    fn a_circulant_hessian_has_its_known_top() {
        let top = leading_curvature(gradient(0.3), &[0.0; 60], 60).unwrap();
        // Cubic terms of the differences: STEP².
        assert_relative_eq!(top.eigenvalue, 0.3, epsilon = 1e-7);
        let mean = top.direction.iter().sum::<f64>().abs() / 60.0_f64.sqrt();
        assert_relative_eq!(mean, 1.0, epsilon = 1e-5);
    }

    #[test]
    fn newtons_step_from_a_slope_ends_near_the_top() {
        let mut slope_at = gradient(-0.5);
        let mut point: Vec<f64> = (0..30).map(|i| 0.01 * f64::from(i % 7)).collect();
        let mut slope = vec![0.0; 30];
        for _ in 0..3 {
            slope_at(&point, &mut slope);
            let step = newton_step(gradient(-0.5), &point, &slope, 30).unwrap();
            add(&mut point, 1.0, &step);
        }
        slope_at(&point, &mut slope);
        assert!(norm(&slope) < 1e-12, "{slope:?}");
    }

    #[test]
    fn a_gradient_that_is_not_finite_is_refused() {
        assert!(leading_curvature(|_, g| g.fill(f64::NAN), &[1.0, 2.0], 5).is_err());
        assert!(leading_curvature(|_, _| (), &[], 5).is_err());
    }
}
