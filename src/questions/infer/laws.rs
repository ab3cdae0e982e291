//! Laws between a spin and a Gaussian, of the weights and hidden units of a student and its teacher.

use crate::questions::product;
use crate::table::{Column, Field};
use anyhow::Result;
use saddlepoint_theory::replica::mismatched::soft::Laws;
use saddlepoint_theory::units::SoftSpin;

/// Laws of unit variance; spins unless given.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftLaws {
    /// Of the student's weights.
    pub student_weights: Vec<SoftSpin>,
    /// Of the teacher's weights.
    pub teacher_weights: Vec<SoftSpin>,
    /// Of the student's hidden unit.
    pub student_hidden: Vec<SoftSpin>,
    /// Of the teacher's hidden unit.
    pub teacher_hidden: Vec<SoftSpin>,
}

impl Default for SoftLaws {
    fn default() -> Self {
        let spins = || vec![SoftSpin::SPIN];
        Self {
            student_weights: spins(),
            teacher_weights: spins(),
            student_hidden: spins(),
            teacher_hidden: spins(),
        }
    }
}

impl SoftLaws {
    /// Every combination, the law of the teacher's hidden unit varying fastest.
    pub(super) fn all(&self) -> Result<Vec<Laws>> {
        let lists: [&[SoftSpin]; 4] = [
            &self.student_weights,
            &self.teacher_weights,
            &self.student_hidden,
            &self.teacher_hidden,
        ];
        let laws = |given: Vec<SoftSpin>| Laws {
            student_weights: given[0],
            teacher_weights: given[1],
            student_hidden: given[2],
            teacher_hidden: given[3],
        };
        Ok(product(&lists)?.map(laws).collect())
    }

    /// The columns of laws, and the norm, which is 1, where all are spins.
    pub(super) fn leaves_out(&self) -> Vec<&'static str> {
        if *self != Self::default() {
            return Vec::new();
        }
        vec![
            "student_weights",
            "teacher_weights",
            "student_hidden",
            "teacher_hidden",
            "norm",
        ]
    }
}

/// The flags of laws that are not those of spins, as typed.
pub(super) fn typed(laws: &Laws) -> String {
    let flags = [
        ("--student-weights", laws.student_weights),
        ("--teacher-weights", laws.teacher_weights),
        ("--student-hidden", laws.student_hidden),
        ("--teacher-hidden", laws.teacher_hidden),
    ];
    let soft = flags.into_iter().filter(|(_, law)| *law != SoftSpin::SPIN);
    let words: Vec<String> = soft.map(|(flag, law)| format!(" {flag} {law}")).collect();
    words.concat()
}

const MIXTURE: &str = "x = √(1 − Ω) s + √Ω g";

const STUDENT_WEIGHTS: Column = Column::new(
    "student_weights",
    "P(ξ)",
    "law of the student's weights",
    MIXTURE,
);
const TEACHER_WEIGHTS: Column = Column::new(
    "teacher_weights",
    "P(ξ*)",
    "law of the teacher's weights",
    MIXTURE,
);
const STUDENT_HIDDEN: Column = Column::new(
    "student_hidden",
    "P(τ)",
    "law of the student's hidden unit",
    MIXTURE,
);
const TEACHER_HIDDEN: Column = Column::new(
    "teacher_hidden",
    "P(τ*)",
    "law of the teacher's hidden unit",
    MIXTURE,
);

/// Squared norm of the student's weights.
pub(super) const NORM: Column = Column::new(
    "norm",
    "D",
    "squared norm of the student's weights per unit",
    "D = |ξ|²/N",
);

/// The laws of a row.
pub(super) const LAWS: &[Field<Laws>] = &[
    Field::one(STUDENT_WEIGHTS, |laws| {
        laws.student_weights.to_string().into()
    }),
    Field::one(TEACHER_WEIGHTS, |laws| {
        laws.teacher_weights.to_string().into()
    }),
    Field::one(STUDENT_HIDDEN, |laws| {
        laws.student_hidden.to_string().into()
    }),
    Field::one(TEACHER_HIDDEN, |laws| {
        laws.teacher_hidden.to_string().into()
    }),
];
