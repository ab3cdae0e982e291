//! How far two histograms are from each other.

/// Jensen–Shannon divergence of two histograms in nats, between 0 and ln 2: counts or weights of the same bins, each with a positive sum.
///
/// ```text
/// JS = ½ Σ_b [p_b ln(2 p_b/(p_b + q_b)) + q_b ln(2 q_b/(p_b + q_b))]
/// ```
///
/// # References
/// Lin, IEEE Trans. Inf. Theory 37, 145 (1991).
pub fn jensen_shannon(first: &[f64], second: &[f64]) -> f64 {
    let totals = [first, second].map(|counts| counts.iter().sum::<f64>());
    let term = |p: f64, q: f64| {
        if p > 0.0 {
            p * (2.0 * p / (p + q)).ln()
        } else {
            0.0
        }
    };
    let bins = first.iter().zip(second);
    let both = bins.map(|(p, q)| {
        let (p, q) = (p / totals[0], q / totals[1]);
        term(p, q) + term(q, p)
    });
    // Rounding may leave equal histograms below zero.
    (0.5 * both.sum::<f64>()).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn equal_histograms_do_not_differ_and_disjoint_ones_differ_by_a_bit() {
        assert_relative_eq!(jensen_shannon(&[3.0, 5.0], &[6.0, 10.0]), 0.0);
        let disjoint = jensen_shannon(&[1.0, 0.0], &[0.0, 7.0]);
        assert_relative_eq!(disjoint, 2.0_f64.ln(), max_relative = 1e-15);
    }

    #[test]
    fn small_differences_are_an_eighth_of_their_chi_square() {
        // p = ½(1 ± ε), q = ½: JS = ε²/8 + O(ε⁴).
        let epsilon = 1e-3;
        let found = jensen_shannon(&[1.0 + epsilon, 1.0 - epsilon], &[1.0, 1.0]);
        assert_relative_eq!(found, epsilon * epsilon / 8.0, max_relative = 1e-5);
    }
}
