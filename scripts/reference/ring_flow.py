"""Log-likelihood and gradient of one hidden unit on the Ising ring: transfer matrices in the basis of the spins.

The Rust code works with real matrices in another basis and sums over midpoints; here the matrices are complex, the products are
taken site by site at 25 digits, and the integrals over the wave number are Gauss-Legendre quadratures.
"""

from __future__ import annotations

from mpmath import cosh, exp, log, mp, mpc, mpf, pi, quad, sinh, workdps

# Units, coupling, and the weights base + height exp(-(d / width)^2), d from the middle of the ring.
CASES = [(40, "0.5", "0.6", "4", "0"), (100, "0.5", "0.625", "4.1", "0"), (25, "-0.7", "0.8", "3", "0.1"),
         (30, "1", "0.25", "6", "0.05")]
HEADER = ["units", "beta", "height", "width", "base", "log_likelihood", "site", "gradient"]


def weights(units: int, height, width, base) -> list:
    """The weights of a case."""
    return [base + height * exp(-(((i - units // 2) / width) ** 2)) for i in range(units)]


def wave(k, w: list, beta, inserted: int | None):
    """Trace of the transfer matrices with phases exp(ikwv), and a factor v at one site if asked for."""
    like, unlike = exp(beta), exp(-beta)
    rows = [[mpc(1), mpc(0)], [mpc(0), mpc(1)]]
    for site, weight in enumerate(w):
        phase = mp.expj(k * weight)
        up, down = phase, 1 / phase
        if site == inserted:
            down = -down
        rows = [
            [(a * like + b * unlike) * up, (a * unlike + b * like) * down]
            for a, b in rows
        ]
    return rows[0][0] + rows[1][1]


def integral(integrand) -> mpf:
    """From 0 to where 1/sinh is below the digits asked for; Gauss's nodes keep away from 0, where 1 - <cos kS> cancels."""
    return quad(integrand, [0, 1, 2, 4, 8, 16, 24], method="gauss-legendre")


def ring_flow_rows() -> list[list[str]]:
    """Log-likelihood, and the gradient at a site beside the middle."""
    rows = []
    with workdps(25):
        for units, *texts in CASES:
            beta, height, width, base = map(mpf, texts)
            w = weights(units, height, width, base)
            z = wave(mpf(0), w, beta, None).real
            positive = integral(lambda k: (1 - wave(k, w, beta, None).real / z) / (k * sinh(pi * k / 2)))
            site = units // 2 + 2
            mean = integral(lambda k: wave(k, w, beta, site).imag / z / sinh(pi * k / 2))
            likelihood = positive - sum(log(cosh(x)) for x in w)
            gradient = mean - mp.tanh(w[site])
            rows.append([str(units), *texts, mp.nstr(likelihood, 14), str(site), mp.nstr(gradient, 14)])
    return rows
