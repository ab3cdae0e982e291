//! What a figure shows, before it is laid out.

/// Panels, drawn side by side with one legend.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub(super) panels: Vec<Panel>,
}

/// A pair of axes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panel {
    /// Empty where there is but one
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) series: Vec<Series>,
}

/// One axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    /// Text with `_{…}` and `^{…}`
    pub(super) label: String,
    pub(super) log: bool,
    /// Where the axis ends, for values that diverge
    pub(super) end: Option<f64>,
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Line,
    Points,
    LineAndPoints,
}

/// Points that belong together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// Name in the legend; series of one name have one colour
    pub(super) label: String,
    pub(super) mark: Mark,
    pub(super) points: Vec<Point>,
}

/// A point, and half the length of its error bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) error: Option<f64>,
}

impl Panel {
    /// All values along x, or along y with the ends of the error bars.
    pub(super) fn extent(&self, along_x: bool) -> impl Iterator<Item = f64> {
        self.series
            .iter()
            .flat_map(|series| &series.points)
            .flat_map(move |point| {
                let error = point.error.unwrap_or(0.0);
                if along_x {
                    [point.x, point.x]
                } else {
                    [point.y - error, point.y + error]
                }
            })
    }
}
