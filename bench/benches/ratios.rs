//! `cargo bench -p gradus-bench [-- NAME]`: every experiment, or those whose name contains NAME.

use std::path::Path;
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let filter = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let ratios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench/ratios.json");
    let holds = gradus_bench::run(
        &filter.unwrap_or_default(),
        &mut std::io::stdout().lock(),
        &ratios,
    )?;
    Ok(if holds {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
