//! `landau --composition` as typed: machines of known density, samples of known units, refusals.

use crate::landau::Folder;
use crate::support::{number, refusal, rows};
use approx::assert_relative_eq;

/// Weights of three hidden units on eight visible ones: two of density 1/2 without a common unit, and one of density 1.
fn planted(i: usize, mu: usize) -> f64 {
    let sign = |odd: bool| if odd { -2.0 } else { 2.0 };
    match mu {
        0 if i < 4 => sign(i % 4 > 1),
        1 if i >= 4 => sign(i % 4 > 1),
        2 => sign(i % 2 == 1),
        _ => 0.0,
    }
}

#[test]
fn the_density_of_planted_weights_is_found() {
    let folder = Folder::new("densities");
    let weights = folder.csv("w.csv", 8, 3, planted);
    let table = rows(&format!(
        "landau --machine {weights} --hidden gaussian --composition -q"
    ));
    let expected = [(0.5, 16.0), (0.5, 16.0), (1.0, 32.0)];
    assert_eq!(table.len(), 3);
    for (row, (density, square)) in table.iter().zip(expected) {
        assert_relative_eq!(number(row, "density"), density, max_relative = 1e-14);
        assert_relative_eq!(number(row, "square_weights"), square, max_relative = 1e-14);
    }
}

#[test]
fn the_units_that_a_sample_activates_are_counted() {
    let folder = Folder::new("composition");
    let weights = folder.csv("w.csv", 8, 3, planted);
    // The patterns of units 0 and 1 together, then that of unit 2, of which the others see nothing.
    let samples = folder.csv("v.csv", 2, 8, |sample, i| {
        let odd = if sample == 0 { i % 4 > 1 } else { i % 2 == 1 };
        if odd { -1.0 } else { 1.0 }
    });
    let table = rows(&format!(
        "landau --machine {weights} --hidden gaussian --composition {samples} -q"
    ));
    // h = W v: (8, 8, 0) and (0, 0, 16).
    for (row, (count, h, density)) in table.iter().zip([(2.0, 8.0, 0.5), (1.0, 16.0, 1.0)]) {
        assert_relative_eq!(number(row, "active_units"), count, max_relative = 1e-14);
        assert_relative_eq!(number(row, "m"), h / f64::sqrt(8.0), max_relative = 1e-14);
        assert_relative_eq!(number(row, "active_density"), density, max_relative = 1e-14);
    }
}

#[test]
fn units_without_weights_and_silent_samples_have_empty_cells() {
    let folder = Folder::new("silent");
    let weights = folder.csv(
        "w.csv",
        4,
        2,
        |i, mu| if mu == 0 && i < 2 { 1.0 } else { 0.0 },
    );
    let table = rows(&format!(
        "landau --machine {weights} --hidden gaussian --composition -q"
    ));
    assert_eq!(table[1]["density"], "");
    let samples = folder.csv("v.csv", 1, 4, |_, i| if i % 2 == 0 { 1.0 } else { -1.0 });
    let table = rows(&format!(
        "landau --machine {weights} --hidden gaussian --composition {samples} -q"
    ));
    assert_eq!(table[0]["active_units"], "");
}

/// A binary unit without weights has the mean 1/2, and no density: it does not make that of the others smaller.
#[test]
fn units_without_weights_do_not_count_in_the_density() {
    let folder = Folder::new("weightless");
    let weights = folder.csv(
        "w.csv",
        4,
        2,
        |i, mu| if mu == 0 && i < 2 { 1.0 } else { 0.0 },
    );
    let samples = folder.csv("v.csv", 1, 4, |_, _| 1.0);
    let table = rows(&format!(
        "landau --machine {weights} --hidden binary --composition {samples} -q"
    ));
    assert_relative_eq!(
        number(&table[0], "active_density"),
        0.5,
        max_relative = 1e-14
    );
    let none = folder.csv("none.csv", 4, 2, |_, _| 0.0);
    let table = rows(&format!(
        "landau --machine {none} --hidden binary --composition {samples} -q"
    ));
    assert_eq!(table[0]["active_density"], "");
}

#[test]
fn samples_that_the_units_cannot_be_in_are_refused() {
    let folder = Folder::new("composition-values");
    let weights = folder.csv("w.csv", 8, 3, planted);
    let samples = folder.csv("v.csv", 2, 8, |_, _| 0.5);
    for question in ["--composition", "--project"] {
        let words = refusal(&format!(
            "landau --machine {weights} --visible spin --hidden gaussian {question} {samples} -q"
        ));
        assert!(words.contains("sample 0 has 0.5 in column 0"), "{words}");
    }
}

#[test]
fn samples_of_another_width_are_refused() {
    let folder = Folder::new("composition-width");
    let weights = folder.csv("w.csv", 8, 3, planted);
    let samples = folder.csv("v.csv", 2, 5, |_, _| 1.0);
    let words = refusal(&format!(
        "landau --machine {weights} --hidden gaussian --composition {samples} -q"
    ));
    assert!(
        words.contains("5 columns") && words.contains("8 visible units"),
        "{words}"
    );
    let words = refusal(&format!(
        "landau --machine {weights} --composition --symmetry -q"
    ));
    assert!(words.contains("--symmetry"), "{words}");
}
