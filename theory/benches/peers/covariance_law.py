#!/usr/bin/env python3
"""The sample-covariance law in numpy: edges and a 1000-point density, timed (peer of the criterion bench).

Same method as a careful numpy user would choose, every step vectorised over gaps or points:

* edges: g(u) = gamma sum_k w_k lambda_k^2/(u - lambda_k)^2 is convex between eigenvalues; gaps that two neighbouring
  poles keep closed are dropped, the rest are searched together by Newton on g' (guarded by halving), then on
  g^(-1/2) = 1;
* density: a coarse sweep over the real part of u gives starts, Newton on z(u) = x finishes (no imaginary offset).

Times are CPU time of one core.

    python theory/benches/peers/covariance_law.py
"""

import argparse
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core, before numpy is loaded
import numpy as np  # noqa: E402


class Law:
    """Atoms (distinct, ascending, positive), weights of sum 1, gamma = N/P."""

    def __init__(self, eigenvalues, weights, gamma):
        self.eigenvalues = np.asarray(eigenvalues, float)
        weights = np.asarray(weights, float) / np.sum(weights)
        self.gamma = gamma
        self.shift = gamma * (weights @ self.eigenvalues)
        self.strengths = gamma * weights * self.eigenvalues**2

    def z(self, u):
        """z(u) = u + gamma <lambda> + sum_k c_k/(u - lambda_k)."""
        return u + self.shift + (1 / (u[:, None] - self.eigenvalues)) @ self.strengths

    def g(self, u):
        """g and g' for an array of real u."""
        r = 1 / (u[:, None] - self.eigenvalues)
        square = r * r
        return square @ self.strengths, -2 * ((square * r) @ self.strengths)

    def open_gaps(self):
        """A point with g < 1 in every gap that has one, and the poles around it."""
        left, right = self.eigenvalues[:-1], self.eigenvalues[1:]
        roots = np.cbrt(self.strengths)
        maybe = (roots[:-1] + roots[1:]) ** 3 < (right - left) ** 2
        left, right = left[maybe], right[maybe]
        low, high = left.copy(), right.copy()
        u = (low + high) / 2
        for _ in range(60):
            if u.size == 0:
                break
            r = 1 / (u[:, None] - self.eigenvalues)
            square = r * r
            slope = -2 * ((square * r) @ self.strengths)
            bend = 6 * ((square * square) @ self.strengths)
            high, low = np.where(slope > 0, u, high), np.where(slope > 0, low, u)
            new = u - slope / bend
            new = np.where((new > low) & (new < high), new, (low + high) / 2)
            done = np.all(np.abs(new - u) <= 1e-13 * np.abs(u))
            u = new
            if done:
                break
        keep = self.g(u)[0] < 1 if u.size else np.zeros(0, bool)
        return left[keep], u[keep], right[keep]

    def roots(self, low, high, falling):
        """Roots of g = 1 in brackets, all together, by guarded Newton on g^(-1/2) = 1."""
        low, high = low.copy(), high.copy()
        u = (low + high) / 2
        for _ in range(80):
            g, slope = self.g(u)
            above = (g > 1) == falling  # the root lies to the right
            low, high = np.where(above, u, low), np.where(above, high, u)
            new = u - (g**-0.5 - 1) / (-0.5 * slope * g**-1.5)
            new = np.where((new > low) & (new < high), new, (low + high) / 2)
            done = np.all(np.abs(new - u) <= 4e-16 * np.abs(u))
            u = new
            if done:
                break
        return u

    def support(self):
        """Intervals of u and of x, ascending."""
        top = self.eigenvalues[-1]
        left, middle, right = self.open_gaps()
        bottom = 0.0 if np.sum(self.strengths / self.eigenvalues**2) < 1 else -2 * top * np.sqrt(self.gamma)
        end = self.eigenvalues[0] if bottom == 0.0 else 0.0
        reach = top * (1 + 2 * np.sqrt(self.gamma))
        low = np.concatenate((left, [top], [bottom], middle))
        high = np.concatenate((middle, [reach], [end], right))
        half = len(low) // 2
        roots = self.roots(low, high, np.arange(len(low)) < half)
        u = np.column_stack((roots[half:], roots[:half]))
        return u, self.z(u.ravel()).reshape(u.shape)

    def sweep(self, a):
        """Height b(a) and position x(a) where z(a + i b) is real."""
        difference = a[:, None] - self.eigenvalues
        square = difference**2
        q = np.maximum(np.max(self.strengths - square, axis=1), 0)
        for _ in range(50):
            r = 1 / (square + q[:, None])
            h, slope = r @ self.strengths, (r * r) @ self.strengths
            step = h * (h - 1) / slope
            q = np.maximum(q + step, 0)
            if np.all(np.abs(step) <= 1e-3 * q + 1e-14):
                break
        return np.sqrt(q), a + self.shift + (difference / (square + q[:, None])) @ self.strengths

    def density(self, xs, intervals, coarse=32):
        """Density at arrays of points xs, one array strictly inside each interval of u; all intervals together."""
        angles = np.sin(np.linspace(0, np.pi / 2, coarse + 2)) ** 2
        low, high = intervals[:, :1], intervals[:, 1:]
        a = low + (high - low) * angles
        b, position = (array.reshape(a.shape) for array in self.sweep(a.ravel()))
        b[:, [0, -1]] = 0
        real = np.concatenate([np.interp(*args) for args in zip(xs, position, a)])
        square = np.concatenate([np.interp(*args) for args in zip(xs, position, b * b)])
        x = np.concatenate(xs)
        u = real + 1j * np.sqrt(square)
        todo = np.arange(x.size)
        for _ in range(60):
            r = 1 / (u[todo, None] - self.eigenvalues)
            value = u[todo] + self.shift + r @ self.strengths - x[todo]
            step = value / (1 - (r * r) @ self.strengths)
            new = u[todo] - step
            u[todo] = new.real + 1j * np.abs(new.imag)
            todo = todo[np.abs(step) > 1e-12 * np.abs(u[todo].imag)]
            if todo.size == 0:
                break
        return (-1 / u).imag / (np.pi * self.gamma)


def solve(eigenvalues, weights, gamma, points=1000):
    """Edges and the density at `points` points that crowd at the edges."""
    law = Law(eigenvalues, weights, gamma)
    fields, edges = law.support()
    counts = np.diff(np.linspace(0, points, len(edges) + 1).astype(int))
    xs = [
        left + (right - left) * np.sin((np.arange(count) + 0.5) / count * np.pi / 2) ** 2
        for (left, right), count in zip(edges, counts)
    ]
    return edges, np.concatenate(xs), law.density(xs, fields)


def ising_ring(units, beta):
    """Distinct eigenvalues of the finite ring and their degeneracies, ascending."""
    t = np.tanh(beta)
    k = np.arange(units // 2 + 1)
    values = (1 - t**units) / (1 + t**units) * (1 - t * t) / (1 + t * t - 2 * t * np.cos(2 * np.pi * k / units))
    return values[::-1], np.where((2 * k) % units == 0, 1.0, 2.0)[::-1]


def mass(eigenvalues, weights, gamma):
    """Mass and mean, to show that the timed law is right.

    Midpoint rule in the angle of each interval: exact to rounding where an interval is smooth, to 1e-6 where many
    eigenvalues have merged into one interval (gamma = 0.001 below).
    """
    law = Law(eigenvalues, weights, gamma)
    fields, edges = law.support()
    angle = (np.arange(2000) + 0.5) / 2000 * np.pi / 2
    total = mean = 0.0
    for interval, (left, right) in zip(fields, edges):
        x = left + (right - left) * np.sin(angle) ** 2
        f = law.density([x], interval[None, :]) * (right - left) * np.sin(2 * angle) * np.pi / 4000
        total, mean = total + f.sum(), mean + (x * f).sum()
    return total + max(0.0, 1 - 1 / gamma), mean


def main():
    """Print mass, mean and the best time of each case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20, help="the best of so many runs counts (default: 20)")
    repeats = parser.parse_args().repeats
    cases = {
        "three atoms, gamma=0.2": (np.array([1.0, 3.0, 7.0]), np.ones(3), 0.2),
        "ising ring, N=1000, beta=0.5, gamma=0.1": (*ising_ring(1000, 0.5), 0.1),
        "ising ring, N=1000, beta=0.5, gamma=0.001": (*ising_ring(1000, 0.5), 0.001),
    }
    for name, case in cases.items():
        times = []
        for _ in range(repeats):
            start = time.process_time()
            edges, _, _ = solve(*case)
            times.append(time.process_time() - start)
        total, mean = mass(*case)
        expected = case[0] @ case[1] / case[1].sum()
        print(
            f"{name}: {1e3 * min(times):.2f} ms, {len(edges)} intervals, "
            f"edges {edges[0, 0]:.12g}..{edges[-1, 1]:.12g}, mass-1 {total - 1:.1e}, mean error {mean - expected:.1e}"
        )


if __name__ == "__main__":
    main()
