//! What the observables of comparisons are.

use super::Column;

/// The entry of an observable of the table of comparisons.
pub fn find(name: &str) -> Option<&'static Column> {
    OBSERVABLES.iter().find(|known| known.name == name)
}

/// Every observable that an experiment compares: name, symbol, meaning, equation.
///
/// A name that two experiments use for different quantities has both in its meaning.
pub const OBSERVABLES: &[Column] = &[
    Column::new(
        "activity_visible",
        "Q",
        "mean square of the visible units, for binary ones their mean",
        "Q = (1/N) Σ_i ⟨v_i²⟩",
    ),
    Column::new(
        "amplitude",
        "",
        "amplitude of the field at a distance from its centre, towards the angle to which it points, mean of both sides",
        "component of z_j = (2/p) Σ_a w_ja exp(2πi a/p) along the phase of Σ_j z_j |z_j|",
    ),
    Column::new(
        "amplitude_over_mean_field",
        "",
        "amplitude of the leading mode over that of mean field",
        "⟨|a|⟩ over the a of mean field, a = √s (x + y)/2",
    ),
    Column::new(
        "autocorrelation_time",
        "τ/√n",
        "autocorrelation time of the mode near its transition, integrated, in units of √n sweeps",
        "τ = ½ + Σ_{d ≥ 1} ⟨x_0 x_d⟩/⟨x²⟩, x_d being d sweeps after x_0, n = 2NM/(N + M)",
    ),
    Column::new(
        "autocorrelation_time_below",
        "τ",
        "autocorrelation time of the mode below its transition, integrated, in sweeps",
        "τ = ½ + Σ_{d ≥ 1} ⟨x_0 x_d⟩/⟨x²⟩, x_d being d sweeps after x_0; (1 + w²)/2(1 − w²) for many units",
    ),
    Column::new(
        "bias_forward",
        "",
        "mean error of annealed ln Z over its standard error, from free units to the machine, without the curvature of the logarithm",
        "(ln Z_AIS − ln Z)/σ + σ/2",
    ),
    Column::new(
        "bias_reverse",
        "",
        "mean error of annealed ln Z over its standard error, from the machine to free units, without the curvature of the logarithm",
        "(ln Z_AIS − ln Z)/σ − σ/2",
    ),
    Column::new(
        "binder",
        "U",
        "Binder's cumulant of the mode",
        "U = 1 − ⟨x⁴⟩/(3⟨x²⟩²), x being u·v in cascade and φ = (u·v + v·h)/√2 in landau",
    ),
    Column::new(
        "binder_below",
        "U",
        "Binder's cumulant of the mode below its transition",
        "U = 1 − ⟨x⁴⟩/(3⟨x²⟩²), x = u·v",
    ),
    Column::new(
        "binder_below_towards_limit",
        "U",
        "Binder's cumulant of the mode below its transition; beside the law in N that ends at its limit",
        "U = 1 − ⟨x⁴⟩/(3⟨x²⟩²), x = u·v",
    ),
    Column::new(
        "binder_in_training",
        "U",
        "Binder's cumulant of a mode while it is learnt",
        "U = 1 − ⟨x⁴⟩/(3⟨x²⟩²), x = u·v",
    ),
    Column::new(
        "binder_towards_limit",
        "U",
        "Binder's cumulant of the mode; beside the law in N that ends at its limit",
        "U = 1 − ⟨x⁴⟩/(3⟨x²⟩²), x being u·v in cascade and φ = (u·v + v·h)/√2 in landau",
    ),
    Column::new(
        "bump_overlap",
        "c²",
        "squared overlap of amplitudes with the bump, of infinitely many samples, where it fits best",
        "max_x |Σ_j z_j B_(j−x)|²/(Σ_j |z_j|² Σ_j B_j²)",
    ),
    Column::new(
        "chains_times_variance",
        "B Var s",
        "number of chains times the variance of the singular value, after the way from the start, between trainings",
        "B ⟨(s − s′)²⟩/2 over pairs of trainings",
    ),
    Column::new(
        "coefficient",
        "A",
        "samples times what the squared overlap lacks to 1, which tends to the coefficient of linear response",
        "P (1 − c²) → A",
    ),
    Column::new(
        "cosine_fraction",
        "f",
        "fraction of the weights that is a cosine of the angle, of two units the mean",
        "(p/2) Σ_j |z_j|²/Σ_ja (w_ja − mean_a w_ja)², z_j = (2/p) Σ_a w_ja exp(2πi a/p)",
    ),
    Column::new(
        "cosine_uninformed",
        "",
        "cosine of the weights and their estimate, at the end of a run from nothing",
        "ŵ·ξ/(|ŵ| √N), √q_w at a fixed point",
    ),
    Column::new(
        "covariance",
        "Cov(x, y)",
        "covariance of the reciprocal variables of the leading mode",
        "⟨xy⟩ − ⟨x⟩⟨y⟩, x = u·v, y = v·h; s/(1 − s²) for many spins",
    ),
    Column::new(
        "coverage_forward",
        "",
        "share of machines with ln Z within 1.96 standard errors, of annealing from free units to the machine",
        "|ln Z_AIS − ln Z| ≤ 1.96 σ",
    ),
    Column::new(
        "coverage_reverse",
        "",
        "share of machines with ln Z within 1.96 standard errors, of annealing from the machine to free units",
        "|ln Z_AIS − ln Z| ≤ 1.96 σ",
    ),
    Column::new(
        "crossing",
        "s*",
        "singular value at which the cumulants of two sizes cross",
        "s* = 1 − 2h D(1)/(D(1 + h) − D(1 − h)), D the difference of both cumulants, h = 0.05",
    ),
    Column::new(
        "crossing_towards_limit",
        "s*",
        "singular value at which the cumulants of two sizes cross; beside the law in N that ends at its limit",
        "s* = 1 − 2h D(1)/(D(1 + h) − D(1 − h)), D the difference of both cumulants, h = 0.05",
    ),
    Column::new(
        "cumulative",
        "F",
        "fraction of the sample eigenvalues up to a value",
        "F(x) = (1/N) #{λ̂ ≤ x}",
    ),
    Column::new(
        "detected",
        "p_d",
        "fraction of data sets with an outlier, of one spike on white noise",
        "",
    ),
    Column::new(
        "detected_less_power",
        "",
        "fraction of data sets with an outlier less the predicted one",
        "",
    ),
    Column::new(
        "diffusion_over_alone",
        "",
        "diffusion of the mean place over that of a unit alone",
        "D_M/D_1, D_1 being the theory's for sampled negative phases",
    ),
    Column::new(
        "diffusion_over_theory",
        "",
        "diffusion of the place over the theory for η/B → 0, of several units that of their mean place",
        "⟨(x(s + t) − x(s))²⟩ = 2Dt; in place-cell-pinning and place-cell-walk −(τ/t) ln C(t) of fresh samples",
    ),
    Column::new(
        "distance_variance_over_theory",
        "",
        "variance of distances between places over the theory, of neighbours, which is for η/B → 0",
        "mean of (x_{μ+1} − x_μ − N/M)² over that of the theory",
    ),
    Column::new(
        "diverged",
        "",
        "share of runs in which the slow variable leaves every bound",
        "|φ| > 10⁴",
    ),
    Column::new(
        "energy",
        "",
        "energy per visible unit, in mismatched-inference of the samples for the student, per weight",
        "⟨E⟩/N, E = −Σ W_iμ v_i h_μ, or −½ Σ_{i≠j} J_ij s_i s_j of a Hopfield network; of a student (1/N) Σ_a ln cosh(β ξ·v_a/√N)",
    ),
    Column::in_nats(
        "error_gaussian",
        "",
        "what the Gaussian estimate of ln Z lacks, by annealing",
        "ln Z_AIS + σ²/2 − ln Z of Gaussian pairs",
    ),
    Column::in_nats(
        "error_one_loop",
        "",
        "what the one-loop estimate of ln Z lacks, by annealing",
        "ln Z_AIS + σ²/2 − ln Z in one loop",
    ),
    Column::in_nats(
        "error_tap_per_unit",
        "",
        "what TAP's estimate of ln Z lacks per visible unit, by annealing",
        "(ln Z_AIS + σ²/2 − ln Z of TAP)/N",
    ),
    Column::new(
        "excess_kurtosis",
        "",
        "excess kurtosis of reciprocal variables in free units, of given vectors; of weights before training the mean of three modes",
        "⟨(x − ⟨x⟩)⁴⟩/Var(x)² − 3 = −2 Σ_i u_i⁴, x = u·v",
    ),
    Column::new(
        "excess_kurtosis_haar",
        "",
        "excess kurtosis of reciprocal variables in free units, averaged over random vectors",
        "⟨(x − ⟨x⟩)⁴⟩/Var(x)² − 3 = −2 Σ_i u_i⁴, x = u·v; −6/(N + 2) on average",
    ),
    Column::new(
        "excess_kurtosis_trained",
        "",
        "excess kurtosis of trained modes in free units, the mean of three",
        "−2 Σ_i u_i⁴",
    ),
    Column::new(
        "exponent_of_order",
        "",
        "exponent of the mode's field in 1/(s − 1), at fixed (s − 1) √N",
        "s m ∝ n^x, n = 1/(s − 1); x = −½",
    ),
    Column::new(
        "exponent_of_susceptibility",
        "",
        "exponent of the mode's susceptibility in 1/(1 − s), at fixed (1 − s) √N",
        "⟨φ²⟩ ∝ n^x, n = 1/(1 − s); x = 1",
    ),
    Column::new(
        "exponent_of_units",
        "",
        "exponent of the order parameter in N at the transition",
        "⟨|x|⟩/√N ∝ N^x at s = 1; x = −¼",
    ),
    Column::new(
        "false_alarms",
        "",
        "fraction of white-noise data sets with an outlier, against the level of the test",
        "",
    ),
    Column::new(
        "field",
        "s m",
        "field of the mode on its units",
        "s ⟨|x|⟩/√N, x = u·v",
    ),
    super::vocabulary::FINAL_SINGULAR_VALUE,
    Column::new(
        "gamma_of_bumps",
        "γ",
        "units per sample at which half of the amplitudes is the bump",
        "γ = N/P where bump_overlap is ½",
    ),
    Column::new(
        "gamma_of_cosines",
        "γ",
        "units per sample at which half of the weights is a cosine",
        "γ = N/P where cosine_fraction is ½",
    ),
    Column::new(
        "growth_rate",
        "",
        "growth rate of a wave of the weights, small in itself or on top of uniform weights, there the mean of the longest waves",
        "d ln|w_k|/dt, w_k the part of the weights along the wave",
    ),
    Column::in_nats(
        "jensen_shannon",
        "JS",
        "divergence of weights from rotated ones, Jensen and Shannon's of the histograms of their entries",
        "JS = ½ Σ_b [p_b ln(2p_b/(p_b + q_b)) + q_b ln(2q_b/(p_b + q_b))]",
    ),
    Column::new(
        "landscape_variance",
        "P σ²",
        "samples times the variance of the landscape of places, in nats²",
        "P σ² = P (mean L² − (mean L)²) over places, L = log-likelihood per sample at a place",
    ),
    Column::new(
        "largest_over_smallest_gap",
        "",
        "largest gap between neighbouring places over the smallest",
        "",
    ),
    Column::new(
        "largest_singular_value",
        "s_{1}",
        "largest singular value of the trained weights",
        "",
    ),
    Column::new(
        "leading_overlap_over_theory",
        "",
        "overlap with the leading mode over that of the theory, at the same size",
        "",
    ),
    Column::new(
        "leading_overlap_squared",
        "c_{0}²",
        "squared overlap of top eigenvector and leading mode, of sample and population",
        "c_0² = (û_0·u_0)²",
    ),
    Column::new(
        "localised",
        "",
        "share of trained machines that localise",
        "|Σ_j w_j² exp(2πi j/N)| > ½ Σ_j w_j²",
    ),
    super::vocabulary::LOG_LIKELIHOOD,
    super::vocabulary::LOG_Z,
    Column::new(
        "lower_edge",
        "x_{−}",
        "lower edge of the bulk of sample eigenvalues, at a size the mean eigenvalue next to it",
        "x_− = ψ(u), ψ'(u) = 0",
    ),
    Column::new("m", "m", "weight on the planted direction", "m = |w·u|"),
    Column::new(
        "magnetization_hidden",
        "",
        "magnetization of the hidden units, along a mode; in compositional of the units that recall a pattern, in units of √N",
        "m̄ = |Σ_μ v_μ ⟨h_μ⟩|/√M; in compositional m = ⟨h_μ⟩/√N",
    ),
    Column::new(
        "magnetization_hidden_squared",
        "m̄²",
        "squared magnetization of the hidden units, along a mode that is not recalled",
        "m̄² = (Σ_μ v_μ ⟨h_μ⟩)²/M",
    ),
    Column::new(
        "magnetization_visible",
        "m",
        "magnetization of the visible units, along a mode",
        "m = |Σ_i u_i ⟨v_i⟩|/√N",
    ),
    Column::new(
        "magnetization_visible_squared",
        "m²",
        "squared magnetization of the visible units, along a mode that is not recalled",
        "m² = (Σ_i u_i ⟨v_i⟩)²/N",
    ),
    Column::new(
        "mean_square",
        "⟨x²⟩",
        "mean square of the mode's visible variable",
        "x = u·v",
    ),
    Column::new(
        "mean_square_towards_limit",
        "⟨x²⟩",
        "mean square of the mode's visible variable; beside the law in N that ends at its limit",
        "x = u·v; 1/(1 − s²) for many units",
    ),
    Column::new(
        "memory",
        "C",
        "memory that a place cell has of its place, after the lag of the row or else the time τ in which a free one forgets it",
        "C(t) = ⟨cos 2π(x(s + t) − x(s))/N⟩, τ = N²/(4π² D)",
    ),
    Column::new(
        "memory_early",
        "C",
        "memory that a place cell has of its place, after a quarter of the time in which a free one forgets it",
        "C(t) = ⟨cos 2π(x(s + t) − x(s))/N⟩, t = τ/4",
    ),
    Column::new(
        "memory_excess",
        "",
        "memory of its place above exponential decay, of a place cell that learns from fresh samples",
        "C(t) − C(τ/4)^(4t/τ)",
    ),
    Column::new(
        "moment_2",
        "m_{2}",
        "second moment of the sample eigenvalues",
        "m_2 = (1/N) Σ λ̂²",
    ),
    Column::new(
        "moment_3",
        "m_{3}",
        "third moment of the sample eigenvalues",
        "m_3 = (1/N) Σ λ̂³",
    ),
    Column::new(
        "moment_4",
        "m_{4}",
        "fourth moment of the sample eigenvalues",
        "m_4 = (1/N) Σ λ̂⁴",
    ),
    Column::new(
        "norm",
        "D",
        "squared norm of the student's weights per unit",
        "D = |ξ|²/N",
    ),
    Column::new(
        "order_parameter",
        "m",
        "order parameter of the mode",
        "⟨|x|⟩/√N, x = u·v",
    ),
    Column::new(
        "order_parameter_as_power",
        "m",
        "order parameter of the mode at its transition, beside the predicted power of N",
        "⟨|x|⟩/√N, x = u·v",
    ),
    Column::new(
        "order_parameter_towards_limit",
        "m",
        "order parameter of the mode; beside the law in N that ends at its limit",
        "⟨|x|⟩/√N, x = u·v",
    ),
    Column::new(
        "overlap_hidden",
        "",
        "overlap of the hidden units of two chains, in compositional of those units that recall no pattern",
        "|mean over μ of ⟨h_μ⟩⟨h_μ⟩′|",
    ),
    Column::new(
        "overlap_pattern",
        "m",
        "overlap with the pattern from which the network starts",
        "m = (1/N) Σ_i ξ_i s_i",
    ),
    Column::new(
        "overlap_replicas",
        "q",
        "overlap of two replicas of a network",
        "q = (1/N) Σ_i ⟨s_i⟩⟨s_i⟩′",
    ),
    Column::new(
        "overlap_squared",
        "c²",
        "squared overlap with the truth, of a sample eigenvector or of weights: with a mode of the population, the planted direction or the place cell of infinitely many samples",
        "squared cosine of the two directions, or squared projection on an eigenspace",
    ),
    Column::new(
        "overlap_squared_exponent",
        "",
        "exponent of the squared overlap in N, at the threshold",
        "c² ∝ N^x; x = −⅓",
    ),
    Column::new(
        "overlap_squared_over_profile",
        "",
        "squared overlap over the profile of the bulk's edge, of the top sample eigenvector with a mode of the population",
        "",
    ),
    Column::new(
        "overlap_squared_over_theory",
        "",
        "squared overlap of weights and data over the theory, of a mode, which is that of many hidden units",
        "",
    ),
    Column::new(
        "overlap_students",
        "q",
        "overlap of two students of the same samples",
        "q = |ξ·ξ′|/N",
    ),
    Column::new(
        "overlap_teacher",
        "m",
        "overlap of student and teacher",
        "m = |ξ·ξ*|/N",
    ),
    Column::new(
        "overlap_visible",
        "q",
        "overlap of the visible units of two chains",
        "q = (1/N) Σ_i ⟨v_i⟩⟨v_i⟩′",
    ),
    Column::new(
        "participation",
        "1/IPR",
        "number of sites that take part in a receptive field, of several units the mean",
        "(Σ_j w_j²)²/Σ_j w_j⁴; of angles with amplitudes |z_j| in place of w_j",
    ),
    Column::new(
        "place_cells",
        "",
        "share of hidden units that have become place cells",
        "c² > ½",
    ),
    Column::new(
        "q",
        "Q",
        "variance of the field from all other directions, on fresh samples",
        "Q = Var(w·v − (w·u)(u·v))",
    ),
    Column::new(
        "q_hidden",
        "q_s",
        "overlap of hidden values and estimate",
        "q_s = (1/P) ŝ·s",
    ),
    Column::new(
        "q_hidden_informed",
        "q_s",
        "overlap of hidden values and estimate, in a run that begins at the truth",
        "q_s = (1/P) ŝ·s",
    ),
    Column::new(
        "q_weights",
        "q_w",
        "overlap of weights and estimate",
        "q_w = (1/N) ŵ·ξ",
    ),
    Column::new(
        "q_weights_informed",
        "q_w",
        "overlap of weights and estimate, in a run that begins at the truth",
        "q_w = (1/N) ŵ·ξ",
    ),
    Column::new(
        "quadrature",
        "",
        "squared sine of the angle between two fields",
        "sin²(θ_1 − θ_2), θ the phase of Σ_j z_j |z_j|",
    ),
    Column::new(
        "rate_fast",
        "",
        "relaxation rate of the fast variable of a mode",
        "of η = (x − y)/√2; 1 + s for many units",
    ),
    Column::new(
        "rate_slow",
        "",
        "relaxation rate of the slow variable of a mode, negative where it grows",
        "of φ = (x + y)/√2; 1 − s for many units",
    ),
    Column::new(
        "relative_diffusion_over_alone",
        "",
        "diffusion from the mean place over that of a unit alone, of a peak",
        "of x_μ − mean x, over long times",
    ),
    Column::new(
        "relative_diffusion_over_theory",
        "",
        "diffusion from the mean place over that of the mean place, of a peak; the latter is the theory's for η/B → 0",
        "of x_μ − mean x, over long times",
    ),
    Column::new(
        "sample_eigenvalue",
        "ψ",
        "largest sample eigenvalue",
        "ψ(ℓ) beyond the threshold, the edge of the bulk below it",
    ),
    Column::new(
        "sampled_diffusion_over_theory",
        "",
        "diffusion of the place over the theory for η/B → 0, where persistent chains sample the negative phase",
        "⟨(x(s + t) − x(s))²⟩ = 2Dt",
    ),
    Column::new(
        "samples_at_overlap",
        "",
        "number of samples at which the squared overlap is one half",
        "c²(P) = ½",
    ),
    Column::new(
        "samples_at_overlap_exponent",
        "",
        "exponent of the number of samples at half overlap in N",
        "P ∝ N^x; x = 4",
    ),
    Column::new(
        "samples_c",
        "P_c",
        "critical number of samples, from overlaps far above the threshold",
        "P (1 − c²) for P ≫ P_c",
    ),
    Column::new(
        "samples_c_over_theory",
        "",
        "critical number of samples over that of the theory, at the same size and number of samples",
        "",
    ),
    Column::new(
        "second_square_per_unit",
        "",
        "mean square of the second amplitude beyond mean field, per unit",
        "(⟨a_2²⟩ less the square of the a_2 of mean field)/N, a = √s (x + y)/2",
    ),
    super::vocabulary::SINGULAR_VALUE,
    Column::new(
        "singular_value_over_theory",
        "",
        "singular value of the weights over the theory, which is that of many hidden units",
        "",
    ),
    Column::new(
        "singular_value_peak",
        "s",
        "singular value of the weights at the peak of its overshoot, or near its end where nothing overshoots",
        "",
    ),
    Column::new(
        "singular_value_rising",
        "s",
        "singular value of the weights halfway to its end",
        "",
    ),
    Column::new(
        "square_weights",
        "Σ w²",
        "sum of the squared weights of a hidden unit, of several units the mean",
        "Σ_j w_j², of angles without the mean of each site",
    ),
    Column::new(
        "sum_weights",
        "|Σ w|",
        "size of the sum of a hidden unit's weights, of several units the mean; with alternating signs where fields are staggered",
        "",
    ),
    Column::new(
        "susceptibility",
        "",
        "susceptibility of the mode, in cascade in units of √n",
        "⟨φ²⟩, φ = (x + y)/√2, in landau; ⟨x²⟩/√n, n = 2NM/(N + M), in cascade",
    ),
    Column::new(
        "susceptibility_below",
        "⟨x²⟩",
        "susceptibility of the mode below its transition",
        "x = u·v; 1/(1 − w²) for many units",
    ),
    Column::new(
        "susceptibility_below_towards_limit",
        "⟨x²⟩",
        "susceptibility of the mode below its transition; beside the law in N that ends at its limit",
        "x = u·v; 1/(1 − w²) for many units",
    ),
    Column::new(
        "susceptibility_in_training",
        "⟨x²⟩/√(2n)",
        "susceptibility of a mode while it is learnt, in units of √(2n)",
        "⟨x²⟩/√(2n), x = u·v, n spins in a block",
    ),
    Column::new(
        "susceptibility_towards_limit",
        "⟨x²⟩/√n",
        "susceptibility of the mode near its transition, in units of √n; beside the law in N that ends at its limit",
        "⟨x²⟩/√n, n = 2NM/(N + M)",
    ),
    Column::in_nats(
        "test_loglik",
        "L_{test}",
        "log-likelihood per fresh sample, relative to free visible units",
        "",
    ),
    Column::new(
        "time_below_towards_limit",
        "τ",
        "autocorrelation time of the mode below its transition, integrated, in sweeps; beside the law in N that ends at its limit",
        "τ = ½ + Σ_{d ≥ 1} ⟨x_0 x_d⟩/⟨x²⟩, x_d being d sweeps after x_0",
    ),
    Column::new(
        "time_of_half_overlap",
        "t",
        "time of half a squared overlap with a mode of the data, in units of 1/rate of the fastest mode",
        "c²(t) = ½",
    ),
    Column::new(
        "time_of_half_overlap_over_theory",
        "",
        "time of half a squared overlap over the theory, which is that of many hidden units",
        "",
    ),
    Column::new(
        "time_of_overlap",
        "t",
        "time of training at which a squared overlap is reached",
        "c²(t) = level",
    ),
    Column::new(
        "time_of_singular_value",
        "n t",
        "time of training at which a singular value is reached, in units of 1/n",
        "s(t) = level, t = updates times learning rate, n spins in a block",
    ),
    Column::new(
        "time_towards_limit",
        "τ/√n",
        "autocorrelation time of the mode near its transition, integrated, in units of √n sweeps; beside the law in N that ends at its limit",
        "τ = ½ + Σ_{d ≥ 1} ⟨x_0 x_d⟩/⟨x²⟩, x_d being d sweeps after x_0, n = 2NM/(N + M)",
    ),
    Column::in_nats(
        "train_loglik",
        "L_{train}",
        "log-likelihood per training sample, relative to free visible units, the penalty not counted",
        "",
    ),
    Column::in_nats(
        "train_loglik_gain",
        "",
        "log-likelihood that the signal gains over noise, per training sample",
        "",
    ),
    Column::new(
        "units_times_excess_kurtosis",
        "",
        "number of units times the excess kurtosis of x, of the leading mode",
        "N (⟨(x − ⟨x⟩)⁴⟩/Var(x)² − 3), x = u·v",
    ),
    Column::new(
        "units_times_excess_kurtosis_slow",
        "",
        "number of units times the excess kurtosis of x + y, of the leading mode",
        "N (⟨(φ − ⟨φ⟩)⁴⟩/Var(φ)² − 3), φ = (x + y)/√2",
    ),
    Column::new(
        "unstable_modes",
        "",
        "number of modes of the trained machine that are unstable",
        "s > 4 between binary units",
    ),
    Column::new(
        "upper_edge",
        "x_{+}",
        "upper edge of the bulk of sample eigenvalues, at a size the mean eigenvalue next to it",
        "x_+ = ψ(u), ψ'(u) = 0",
    ),
    Column::new(
        "variance",
        "Var x",
        "variance of the reciprocal variable of the leading mode",
        "⟨x²⟩ − ⟨x⟩², x = u·v; 1/(1 − s²) for many spins",
    ),
    Column::new(
        "variance_as_trained",
        "V_{k}",
        "variance of samples after the sweeps of the training, along the mode",
        "V_k = 1 + s² (1 + s²) (1 + s⁴ + … + s^{4(k−1)})",
    ),
    Column::new(
        "variance_fast",
        "Var η",
        "variance of the fast variable of a mode",
        "η = (x/√χ_v − y/√χ_h)/√2; 1/(1 + ŝ) for many units",
    ),
    Column::new(
        "variance_later",
        "V_{2k}",
        "variance of samples after twice the sweeps of the training, along the mode",
        "V_2k = 1 + s² (1 + s²) (1 + s⁴ + … + s^{4(2k−1)})",
    ),
    Column::new(
        "variance_slow",
        "Var φ",
        "variance of the slow variable of a mode",
        "φ = (x/√χ_v + y/√χ_h)/√2; 1/(1 − ŝ) for many units",
    ),
    Column::new(
        "variance_slow_per_unit",
        "",
        "variance of the slow variable of an ordered mode per unit",
        "Var(φ)/N, φ = (x + y)/√2",
    ),
    Column::new(
        "weight",
        "w_i",
        "weight at a distance from the centre of the receptive field, mean of both sides",
        "w(c + d), interpolated by its Fourier sum, c the phase of the first harmonic",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_in_order_and_short_enough_for_an_axis() {
        assert!(OBSERVABLES.is_sorted_by(|a, b| a.name < b.name));
        for known in OBSERVABLES {
            let words = known.meaning.split([',', ';', ':', '(']).next();
            let length = words.map_or(0, |words| words.chars().count());
            assert!((1..=60).contains(&length), "{}: {length}", known.name);
        }
    }

    #[test]
    fn everything_that_is_calibrated_has_an_entry() {
        let calibrated = include_str!("../../../docs/calibration.csv");
        let names = calibrated
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').nth(1));
        for name in names {
            assert!(find(name).is_some(), "{name}");
        }
    }
}
