use crate::plot::FigureFile;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Draw a table that saddlepoint wrote
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint threshold --data spiked --spike 1:4:31 -o threshold.csv\n  \
    saddlepoint plot threshold.csv -o threshold.svg --log y"
)]
pub(crate) struct PlotArgs {
    /// Table to draw, a CSV file that saddlepoint wrote, or - for stdin
    #[arg(value_name = "TABLE.csv", allow_hyphen_values = true)]
    pub(crate) table: PathBuf,

    /// Figure to write, FILE.svg, FILE.pdf or FILE.png
    #[arg(short, long, value_name = "FILE", value_parser = FigureFile::parse)]
    pub(crate) output: FigureFile,

    /// Width of the figure in millimetres, 40 to 1000; a column of a journal has 86 [default: what its panels need]
    #[arg(long, value_name = "MM")]
    pub(crate) width: Option<f64>,

    /// Column along the horizontal axis, with --y [default: what the kind of table declares]
    #[arg(long, value_name = "COLUMN", requires = "y")]
    pub(crate) x: Option<String>,

    /// Columns along the vertical axis, with --x [default: what the kind of table declares]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires = "x")]
    pub(crate) y: Vec<String>,

    /// Columns that tell one line from another, with --x and --y [default: the parameters that vary of those declared]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires = "x")]
    pub(crate) series: Vec<String>,

    /// Axes with a logarithmic scale [default: as declared, or those whose values span decades]
    #[arg(long, value_enum)]
    pub(crate) log: Option<LogAxes>,
}

/// Which axes are logarithmic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogAxes {
    X,
    Y,
    Xy,
    None,
}
