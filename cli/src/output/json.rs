//! JSON, for people and tools.

use std::io::Write;

use serde::Serialize;

/// Writes a value with indentation and a final line break.
pub(crate) fn write(value: &impl Serialize, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "{}", serde_json::to_string_pretty(value)?)?;
    Ok(())
}
