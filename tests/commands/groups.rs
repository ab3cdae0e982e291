//! `threshold --groups` as typed: groups one below the other, and pairs of waves.

use super::landau::Folder;
use super::support::{number, rows};
use approx::{assert_abs_diff_eq, assert_relative_eq};

#[test]
fn two_groups_stand_out_one_below_the_other() {
    let folder = Folder::new("two-groups");
    let eigenvalues = [9.0, 8.6, 8.6, 3.2, 3.1, 3.0];
    let mut text: String = eigenvalues.map(|l| format!("{l}\n")).concat();
    text.push_str(&"1\n".repeat(94));
    let file = folder.0.join("two.csv");
    std::fs::write(&file, text).unwrap();
    let table = rows(&format!(
        "threshold --data spectrum --file {} --alpha 2 --modes 5 --groups",
        file.display()
    ));
    // 300 Gaussian data sets of 200 samples, numpy, standard errors of 0.01 to 0.02; the theory is at the median places.
    let simulated = [
        ("0", 10.61, 0.934, 0.391),
        ("0", 8.680, 0.916, 0.650),
        ("1", 4.153, 0.759, 0.323),
        ("1", 3.706, 0.712, 0.252),
        ("1", 3.308, 0.641, 0.279),
    ];
    for (row, (group, eigenvalue, together, own)) in table.iter().zip(simulated) {
        assert_eq!([&row["group"], &row["detached"]], [group, "true"]);
        assert_relative_eq!(
            number(row, "sample_eigenvalue"),
            eigenvalue,
            max_relative = 0.02
        );
        assert_abs_diff_eq!(
            number(row, "group_overlap_squared"),
            together,
            epsilon = 0.03
        );
        assert_abs_diff_eq!(number(row, "overlap_squared"), own, epsilon = 0.03);
    }
}

#[test]
fn a_pair_of_waves_of_a_ring_has_the_mean_of_its_places() {
    let table =
        rows("threshold --data ising-ring --units 50 --beta 0.5 --alpha 34 --modes 3 --groups");
    // 400 Gaussian data sets, numpy: the uniform wave and the pair after it stand out together.
    assert_eq!([&table[0]["group"], &table[1]["group"]], ["0", "0"]);
    for (row, eigenvalue, own) in [(&table[0], 2.894, 0.412), (&table[1], 2.709, 0.512)] {
        assert_relative_eq!(
            number(row, "sample_eigenvalue"),
            eigenvalue,
            max_relative = 0.006
        );
        assert_abs_diff_eq!(number(row, "overlap_squared"), own, epsilon = 0.03);
    }
}
