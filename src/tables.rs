//! Every kind of table by its name: what its columns mean and how it is drawn.

use crate::questions;
use crate::table::figure::View;
use crate::table::{self, Schema};
use saddlepoint_validation::controls::Control;
use saddlepoint_validation::experiments;

/// All kinds of tables.
pub fn all() -> Vec<Schema> {
    let mut all = vec![
        Schema::of::<questions::flow::diffusion::Row>(),
        Schema::of::<questions::flow::landscape::Row>(),
        Schema::of::<questions::flow::localisation::Row>(),
        Schema::of::<questions::flow::modes::Row>(),
        Schema::of::<questions::flow::noise::Emerging>(),
        Schema::of::<questions::flow::noise::Shown>(),
        Schema::of::<questions::flow::persistent_chains::Row>(),
        Schema::of::<questions::flow::persistent_chains::Summary>(),
        Schema::of::<questions::flow::ring::clock::Row>(),
        Schema::of::<questions::flow::ring::ising::Row>(),
        Schema::of::<questions::flow::ring::trajectory::Row>(),
        Schema::of::<questions::flow::ring::weights::Row>(),
        Schema::of::<questions::flow::short_chains::Row>(),
        Schema::of::<questions::flow::stability::Row>(),
        Schema::of::<questions::gibbs::Row>(),
        Schema::of::<questions::gibbs::tempering::Row>(),
        Schema::of::<questions::gibbs::trace::Row>(),
        Schema::of::<questions::infer::critical::Row>(),
        Schema::of::<questions::infer::mismatched::Row>(),
        Schema::of::<questions::infer::mismatched_lines::Row>(),
        Schema::of::<questions::infer::solutions::Row>(),
        Schema::of::<questions::landau::cascade::Row>(),
        Schema::of::<questions::landau::composition::SampleRow>(),
        Schema::of::<questions::landau::composition::UnitRow>(),
        Schema::of::<questions::landau::hysteresis::Row>(),
        Schema::of::<questions::landau::log_z::Row>(),
        Schema::of::<questions::landau::modes::Row>(),
        Schema::of::<questions::landau::profile::Row>(),
        Schema::of::<questions::landau::project::Row>(),
        Schema::of::<questions::landau::symmetry::Row>(),
        Schema::of::<questions::langevin::Row>(),
        Schema::of::<questions::learn::Row>(),
        Schema::of::<questions::linear_response::Row>(),
        Schema::of::<questions::phase::hopfield::Row>(),
        Schema::of::<questions::phase::hopfield_lines::Row>(),
        Schema::of::<questions::phase::patterns::Row>(),
        Schema::of::<questions::phase::rbm::Row>(),
        Schema::of::<questions::phase::rbm_lines::Row>(),
        Schema::of::<questions::phase::rbm_modes::Row>(),
        Schema::of::<questions::score::Row>(),
        Schema::of::<questions::spectrum::EdgesRow>(),
        Schema::of::<questions::spectrum::MachineEdgesRow>(),
        Schema::of::<questions::spectrum::MachineRow>(),
        Schema::of::<questions::spectrum::ProfileRow>(),
        Schema::of::<questions::spectrum::Row>(),
        Schema::of::<questions::threshold::ExplainRow>(),
        Schema::of::<questions::threshold::Row>(),
        Schema::of::<questions::threshold::SamplesRow>(),
        Schema::of::<questions::train::Row>(),
        Schema::of::<questions::train::trajectory::Row>(),
        Schema::of::<Control>(),
        comparisons(),
    ];
    all.extend(questions::joined::schemas());
    all
}

/// The table of all experiments, with a picture of each.
fn comparisons() -> Schema {
    let mut schema = Schema::of::<table::Row>();
    let views = experiments::all().into_iter().map(|experiment| View {
        when: Some(("experiment", experiment.name())),
        ..experiment.view()
    });
    schema.views.splice(0..0, views);
    schema
}

/// The kind of table of a name.
pub fn find(name: &str) -> Option<Schema> {
    all().into_iter().find(|schema| schema.name == name)
}

/// The kind of table that has all of these columns and the fewest others; numbered ones are known without their number.
pub(crate) fn with_columns(names: &[&str]) -> Option<Schema> {
    let has = |schema: &Schema, name: &str| {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let plain = stem.strip_suffix('_').unwrap_or(name);
        let mut columns = schema.columns.iter();
        columns.any(|column| column.name == name || column.name == plain)
    };
    let has_all = |schema: &Schema| names.iter().all(|name| has(schema, name));
    let fitting = all().into_iter().filter(has_all);
    fitting.min_by_key(|schema| schema.columns.len())
}
