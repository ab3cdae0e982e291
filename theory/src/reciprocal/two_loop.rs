//! The order beyond Gaussian fluctuations about a mean-field state.

use faer::Mat;

use super::Landscape;
use super::side::Side;

impl Landscape {
    /// What the first order beyond [`Landscape::one_loop_log_partition`] adds to it; `None` unless the state is stable.
    ///
    /// ```text
    /// ⅛ Σ_i κ₄ᵢ G_ii² + ⅛ Σ_ij κ₃ᵢ κ₃ⱼ G_ii G_ij G_jj + (1/12) Σ_ij κ₃ᵢ κ₃ⱼ G_ij³
    /// G_vv = A s/(1 − s²) Aᵀ,   G_hh = B s/(1 − s²) Bᵀ,   G_vh = A 1/(1 − s²) Bᵀ,   A_ik = √(s_k/D_i) u_ik,   B_jk = √(s_k/D_j) v_jk
    /// ```
    ///
    /// over the units of both layers, with κ their third and fourth cumulant in the state and G the covariance of their fields: the two-loop diagrams
    /// of `∫ Π_k d²a_k/π exp(−A)`. With L copies of every unit and weights W/L the integrand is a power L, and this is the order 1/L.
    pub fn two_loop_term(&self) -> Option<f64> {
        if !self.is_stable() {
            return None;
        }
        let s = self.modes().singular_values();
        let same: Vec<f64> = s.iter().map(|s| s / (1.0 - s * s)).collect();
        let mixed: Vec<f64> = s.iter().map(|s| 1.0 / (1.0 - s * s)).collect();
        let (visible, hidden) = (
            Layer::of(&self.visible, &same),
            Layer::of(&self.hidden, &same),
        );
        let between = covariance(&self.visible, &mixed, &self.hidden);
        let within = |layer: &Layer, side: &Side| {
            let covariance = covariance(side, &same, side);
            let local = layer.cumulants.iter().zip(&layer.variances);
            let quartic: f64 = local.map(|([_, fourth], g)| fourth * g * g / 8.0).sum();
            quartic + cubic(layer, &covariance, layer)
        };
        // Pairs of different layers are counted from both ends.
        Some(
            within(&visible, &self.visible)
                + within(&hidden, &self.hidden)
                + 2.0 * cubic(&visible, &between, &hidden),
        )
    }
}

/// One layer's cumulants κ₃, κ₄ and variances `G_ii` of the fields.
struct Layer {
    cumulants: Vec<[f64; 2]>,
    variances: Vec<f64>,
}

impl Layer {
    fn of(side: &Side, weights: &[f64]) -> Self {
        let mut variances = vec![0.0; side.fields.len()];
        for (k, weight) in weights.iter().enumerate() {
            let column = side.directions.col_as_slice(k);
            variances
                .iter_mut()
                .zip(column)
                .for_each(|(sum, a)| *sum += weight * a * a);
        }
        let cumulants = |&field: &f64| side.unit.third_and_fourth_cumulant(field);
        Self {
            cumulants: side.fields.iter().map(cumulants).collect(),
            variances,
        }
    }
}

/// `A diag(weights) Bᵀ`.
fn covariance(left: &Side, weights: &[f64], right: &Side) -> Mat<f64> {
    let a = &left.directions;
    let scaled = Mat::from_fn(a.nrows(), a.ncols(), |i, k| a[(i, k)] * weights[k]);
    &scaled * right.directions.transpose()
}

/// The two diagrams with two cubic vertices.
fn cubic(left: &Layer, covariance: &Mat<f64>, right: &Layer) -> f64 {
    let mut total = 0.0;
    for (j, ([other, _], h)) in right.cumulants.iter().zip(&right.variances).enumerate() {
        let column = covariance.col_as_slice(j);
        let units = left.cumulants.iter().zip(&left.variances).zip(column);
        let sum: f64 = units
            .map(|(([third, _], g), c)| third * c * (g * h / 8.0 + c * c / 12.0))
            .sum();
        total += other * sum;
    }
    total
}
