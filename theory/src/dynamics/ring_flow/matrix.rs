//! Single transfer matrices.

use super::RingFlow;

pub(in crate::dynamics) type Matrix = [[f64; 2]; 2];

pub(in crate::dynamics) const IDENTITY: Matrix = [[1.0, 0.0], [0.0, 1.0]];

impl RingFlow {
    /// A = R(θ) diag(1, t).
    pub(in crate::dynamics) fn site_matrix(&self, angle: f64) -> Matrix {
        let (sin, cos) = angle.sin_cos();
        let t = self.correlation;
        [[cos, -t * sin], [sin, t * cos]]
    }
}

pub(in crate::dynamics) fn times(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| a[i][0] * b[0][j] + a[i][1] * b[1][j]))
}

pub(super) fn power(a: &Matrix, mut exponent: usize) -> Matrix {
    let (mut square, mut product) = (*a, IDENTITY);
    while exponent > 0 {
        if !exponent.is_multiple_of(2) {
            product = times(&product, &square);
        }
        square = times(&square, &square);
        exponent /= 2;
    }
    product
}

/// P J, with the derivative J = [[0, −1], [1, 0]] of a rotation at angle 0.
pub(in crate::dynamics) fn turn(p: &Matrix) -> Matrix {
    p.map(|[a, b]| [b, -a])
}

/// tr(A B).
pub(super) fn trace_of_product(a: &Matrix, b: &Matrix) -> f64 {
    a[0][0] * b[0][0] + a[0][1] * b[1][0] + a[1][0] * b[0][1] + a[1][1] * b[1][1]
}
