"""High-precision reference values, computed without any code of the Rust crates."""
