//! Leading eigenpairs by block Lanczos with full reorthogonalization and thick restarts.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::dense::decompose;
use super::operator::{Operator, Pair};
use super::{Leading, fix_signs};
use crate::error::{Error, Result, at_least};
use crate::linear::{product, remove_component};
use crate::stream::stream;

/// Vectors per block where a multiplication is cheap.
const BLOCK: usize = 2;
/// |Ĉv − λv|/λ₁ at which a pair counts as found.
const TOLERANCE: f64 = 1e-9;
/// Restarts before it gives up.
const RESTARTS: usize = 100;
/// A vector that orthogonalization shortens below this fraction is rounding noise.
const NOISE: f64 = 1e-13;

/// The `count` largest eigenvalues, their unit eigenvectors and the number of multiplications.
pub(super) fn leading(
    operator: &mut Operator,
    n: usize,
    count: usize,
) -> Result<(Vec<f64>, Mat<f64>, usize)> {
    let capacity = (4 * count + 256).min(n - BLOCK);
    let mut residual = f64::NAN;
    let mut space = Space::new(n, capacity, BLOCK);
    for _ in 0..=RESTARTS {
        // A check costs the cube of the space: it waits until the space has grown by an eighth.
        let mut next_check = space.size + count.max(16);
        loop {
            space.extend::<Error>(&mut |next| Ok(by_pairs(operator, next)))?;
            let full = space.size + BLOCK > capacity;
            if !full && space.size < next_check {
                continue;
            }
            next_check = space.size + space.size / 8;
            let ritz = space.ritz()?;
            residual = space
                .residuals(&ritz, count)
                .into_iter()
                .fold(0.0, f64::max);
            if residual <= TOLERANCE {
                let vectors = space.combine(&ritz, count);
                return Ok((ritz.values[..count].to_vec(), vectors, operator.applied()));
            }
            if full {
                space.restart(&ritz, count + capacity / 4);
                break;
            }
        }
    }
    let name = "the leading eigenpairs";
    Err(Error::NotConverged {
        name,
        iterations: operator.applied(),
        residual,
    })
}

/// The products of two vectors.
fn by_pairs(operator: &mut Operator, vectors: MatRef<'_, f64>) -> Mat<f64> {
    let x: Vec<Pair> = vectors.row_iter().map(|row| [row[0], row[1]]).collect();
    let y = operator.apply(&x);
    Mat::from_fn(x.len(), BLOCK, |i, j| y[i][j])
}

/// How leading eigenpairs are looked for where every multiplication is dear, such as a pass over a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByProducts {
    /// Vectors that are multiplied at a time, at least 1.
    pub block: usize,
    /// The most multiplications.
    pub most: usize,
}

impl ByProducts {
    /// The largest eigenvalues of a symmetric n × n matrix and their eigenvectors, by block Lanczos with full reorthogonalization from a fixed random
    /// block; `multiply` is asked for the products with n × `block` matrices, and `enough` after each whether the pairs, `count` of them or as many as the
    /// space has, are good enough.
    ///
    /// After the most multiplications the pairs are what they are: their residuals r = |Ĉv − λv|/λ₁ tell. An eigenvalue lies within r λ₁ of the one that is
    /// given, which is too small, by about (r λ₁)² over the distance to the eigenvalues that the space does not resolve.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `count`, `block` and `most` are at least 1 and the space of all multiplications has no more than n dimensions; what
    /// `multiply` and `enough` say.
    ///
    /// # References
    /// Golub & Underwood, in *Mathematical Software III* (1977); Musco & Musco, Adv. Neural Inf. Process. Syst. 28 (2015) (few passes).
    pub fn leading<E: From<Error>>(
        &self,
        n: usize,
        count: usize,
        multiply: &mut Multiply<'_, E>,
        enough: &mut dyn FnMut(&Leading) -> std::result::Result<bool, E>,
    ) -> std::result::Result<Leading, E> {
        let capacity = self.block * self.most;
        at_least("count", "at least 1", count, 1)?;
        at_least("block times most", "at least 1", capacity, 1)?;
        at_least("variables", "at least block times most", n, capacity)?;
        let mut space = Space::new(n, capacity, self.block);
        loop {
            space.extend(multiply)?;
            let ritz = space.ritz()?;
            let known = count.min(space.size);
            let mut vectors = space.combine(&ritz, known);
            fix_signs(&mut vectors);
            let iterations = space.size / self.block;
            let leading = Leading {
                eigenvalues: ritz.values[..known].to_vec(),
                vectors,
                residuals: space.residuals(&ritz, known),
                iterations,
            };
            if iterations == self.most || enough(&leading)? {
                return Ok(leading);
            }
        }
    }
}

/// Products of a symmetric matrix with the columns of another.
pub type Multiply<'a, E> = dyn FnMut(MatRef<'_, f64>) -> std::result::Result<Mat<f64>, E> + 'a;

/// A Krylov space: Ĉ Q = Q T + F R Eᵀ with E the last block of unit vectors.
struct Space {
    /// Vectors per block.
    block: usize,
    /// Q: an orthonormal basis in its first `size` columns.
    basis: Mat<f64>,
    /// T: Ĉ in this basis.
    projected: Mat<f64>,
    size: usize,
    /// F: the orthonormal block that continues the basis.
    next: Mat<f64>,
    /// R: how strongly Ĉ couples the last block of the basis to it.
    coupling: Mat<f64>,
    rng: Xoshiro256PlusPlus,
}

/// Eigenpairs of the projected matrix, from the largest down.
struct Ritz {
    values: Vec<f64>,
    /// Coefficients in the basis, one column per pair.
    vectors: Mat<f64>,
}

impl Space {
    /// The empty space, to be continued by a random block: the same one in every run.
    fn new(n: usize, capacity: usize, block: usize) -> Self {
        let mut space = Self {
            block,
            basis: Mat::zeros(n, capacity),
            projected: Mat::zeros(capacity, capacity),
            size: 0,
            next: Mat::zeros(n, block),
            coupling: Mat::zeros(block, block),
            rng: stream(0, "start of a Krylov space", 0),
        };
        space.factorize();
        space
    }

    /// Takes the next block into the basis and finds the one after it.
    fn extend<E: From<Error>>(
        &mut self,
        multiply: &mut Multiply<'_, E>,
    ) -> std::result::Result<(), E> {
        let old = self.size;
        self.basis
            .as_mut()
            .subcols_mut(old, self.block)
            .copy_from(&self.next);
        self.size += self.block;
        self.next = multiply(self.next.as_ref())?;
        let components = self.orthogonalize();
        for i in 0..self.size {
            for j in 0..self.block {
                self.projected[(i, old + j)] = components[(i, j)];
                self.projected[(old + j, i)] = components[(i, j)];
            }
        }
        // The first pass of two leaves errors of rounding times the cancellation.
        self.orthogonalize();
        self.factorize();
        Ok(())
    }

    /// Subtracts from the next block its components in the basis, which are returned.
    fn orthogonalize(&mut self) -> Mat<f64> {
        let basis = self.basis.as_ref().subcols(0, self.size);
        let components = product(basis.transpose(), self.next.as_ref());
        matmul(
            &mut self.next,
            Accum::Add,
            basis,
            &components,
            -1.0,
            Par::Seq,
        );
        components
    }

    /// Makes the next block orthonormal and sets the coupling R, upper triangular.
    ///
    /// A vector without anything new, as in an invariant space, is replaced by a random one, to which nothing couples.
    fn factorize(&mut self) {
        self.coupling.fill(0.0);
        let scale = self.projected.norm_max().max(f64::MIN_POSITIVE);
        for j in 0..self.block {
            for i in 0..j {
                let component = remove_component(&mut self.next, i, j);
                self.coupling[(i, j)] = component;
            }
            let norm = self.next.col(j).norm_l2();
            if norm > NOISE * scale {
                self.coupling[(j, j)] = norm;
                self.next.col_mut(j).iter_mut().for_each(|x| *x /= norm);
            } else {
                self.replace_by_random(j);
            }
        }
    }

    /// Sets a vector of the next block to a random one, orthogonal to the basis and to those before it.
    fn replace_by_random(&mut self, j: usize) {
        let rng = &mut self.rng;
        self.next
            .col_mut(j)
            .iter_mut()
            .for_each(|x| *x = StandardNormal.sample(rng));
        for _ in 0..2 {
            let basis = self.basis.as_ref().subcols(0, self.size);
            let components = product(basis.transpose(), self.next.as_ref().subcols(j, 1));
            let next = self.next.as_mut().subcols_mut(j, 1);
            matmul(next, Accum::Add, basis, &components, -1.0, Par::Seq);
            for i in 0..j {
                remove_component(&mut self.next, i, j);
            }
            let norm = self.next.col(j).norm_l2();
            self.next.col_mut(j).iter_mut().for_each(|x| *x /= norm);
        }
    }

    /// Eigenpairs of the projected matrix.
    fn ritz(&self) -> Result<Ritz> {
        let m = self.size;
        let mut vectors = Mat::zeros(m, m);
        let projected = self.projected.as_ref().submatrix(0, 0, m, m).to_owned();
        let values = decompose(&projected, Some(&mut vectors))?;
        Ok(Ritz {
            values,
            vectors: Mat::from_fn(m, m, |i, j| vectors[(i, m - 1 - j)]),
        })
    }

    /// |Ĉv − λv|/λ₁ = |R `y_last|/λ₁` of each of the first `count` pairs.
    fn residuals(&self, ritz: &Ritz, count: usize) -> Vec<f64> {
        let last = self.size - self.block;
        let norm = |k: usize| {
            let row = |i: usize| {
                (0..self.block)
                    .map(|j| self.coupling[(i, j)] * ritz.vectors[(last + j, k)])
                    .sum::<f64>()
            };
            (0..self.block).map(|i| row(i).powi(2)).sum::<f64>().sqrt()
        };
        let relative = |k| match norm(k) {
            norm if norm > 0.0 => norm / ritz.values[0],
            norm => norm,
        };
        (0..count).map(relative).collect()
    }

    /// The first `count` Ritz vectors.
    fn combine(&self, ritz: &Ritz, count: usize) -> Mat<f64> {
        let basis = self.basis.as_ref().subcols(0, self.size);
        product(basis, ritz.vectors.as_ref().subcols(0, count))
    }

    /// Keeps the first `kept` Ritz vectors only. The next block continues them as it did the whole space.
    fn restart(&mut self, ritz: &Ritz, kept: usize) {
        let vectors = self.combine(ritz, kept);
        self.basis.as_mut().subcols_mut(0, kept).copy_from(vectors);
        self.projected.fill(0.0);
        for (k, &value) in ritz.values[..kept].iter().enumerate() {
            self.projected[(k, k)] = value;
        }
        self.size = kept;
    }
}
