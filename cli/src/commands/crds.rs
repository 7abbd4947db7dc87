//! `gradus crds`: the schemas of the resources, for clusters and editors.

use anyhow::anyhow;
use clap::ValueEnum;
use gradus_crds::schema::{generated, plural};
use gradus_engine::key::Kind;

use crate::exit::Exit;
use crate::names;
use crate::stdio::Stdio;

/// Which schemas to print.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus crds | kubectl apply --server-side -f -
  gradus crds --kind Capability
  gradus crds --format json-schema > gradus.schema.json")]
pub(crate) struct Arguments {
    /// Custom resource definitions, or a JSON Schema for editors
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    format: Format,
    /// Only this kind
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<Kind>,
}

/// What to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Yaml,
    JsonSchema,
}

/// Parses a kind, in upper or lower case.
fn kind(text: &str) -> anyhow::Result<Kind> {
    let kinds = Kind::ALL.into_iter();
    let same = |kind: &Kind| kind.as_str().eq_ignore_ascii_case(text);
    kinds
        .clone()
        .find(same)
        .ok_or_else(|| names::unknown("kind", text, kinds.map(Kind::as_str)))
        .map_err(|error| anyhow!("{error}"))
}

/// Prints the committed files that are generated from the types, byte for byte.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let wanted = match (arguments.format, arguments.kind) {
        (Format::Yaml, None) => "crds/generated/".to_owned(),
        (Format::Yaml, Some(kind)) => format!("crds/generated/gradus.dev_{}.yaml", plural(kind)),
        (Format::JsonSchema, None) => "crds/schemas/gradus.json".to_owned(),
        (Format::JsonSchema, Some(kind)) => {
            format!("crds/schemas/{}.json", kind.as_str().to_lowercase())
        }
    };
    let texts: Vec<String> = generated()
        .into_iter()
        .filter(|(path, _)| path.starts_with(&wanted))
        .map(|(_, text)| text)
        .collect();
    stdio.out.write_all(texts.join("---\n").as_bytes())?;
    Ok(Exit::default())
}
