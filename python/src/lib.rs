//! The extension module `saddlepoint._native`: arguments and arrays of Python in, columns of tables out. Physics, checks and messages are those of
//! the library; the public surface is in `saddlepoint/*.py`.

#![expect(
    clippy::needless_pass_by_value,
    reason = "arguments of Python come by value"
)]

mod answer;
mod arrays;
mod call;
mod law;
mod machine;
mod sampling;

use pyo3::prelude::*;

/// The module.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<answer::Answer>()?;
    module.add_class::<law::Law>()?;
    module.add_class::<machine::Machine>()?;
    module.add_class::<sampling::Sampling>()?;
    module.add_function(wrap_pyfunction!(call::table, module)?)?;
    module.add_function(wrap_pyfunction!(call::train, module)?)?;
    module.add_function(wrap_pyfunction!(call::gibbs, module)?)?;
    module.add_function(wrap_pyfunction!(call::save_sums, module)?)?;
    module.add_function(wrap_pyfunction!(call::draw, module)?)?;
    module.add_function(wrap_pyfunction!(call::hidden_means, module)?)?;
    module.add_function(wrap_pyfunction!(call::log_weights, module)?)?;
    module.add_function(wrap_pyfunction!(call::law, module)?)?;
    module.add_function(wrap_pyfunction!(call::experiments, module)?)?;
    Ok(())
}
