//! The order of a phase transition.

/// How an order parameter vanishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// It tends to zero, or to its value in the other phase.
    Continuous,
    /// It jumps.
    FirstOrder,
}

impl Transition {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Continuous => "continuous",
            Self::FirstOrder => "first-order",
        }
    }
}
