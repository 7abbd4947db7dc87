//! Where a command writes its data.

use std::path::PathBuf;
use std::str::FromStr;

/// `FORMAT` or `FORMAT=FILE`: how to write, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destination<F> {
    /// The format.
    pub(crate) format: F,
    /// The file; stdout when none.
    pub(crate) file: Option<PathBuf>,
}

impl<F: clap::ValueEnum> FromStr for Destination<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        if file
            .as_ref()
            .is_some_and(|file| file.as_os_str().is_empty())
        {
            return Err(format!("{text} does not name a file; write {format}=FILE"));
        }
        let format = F::from_str(format, false).map_err(|_| {
            let known: Vec<String> = F::value_variants()
                .iter()
                .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
                .collect();
            format!("use one of {}, alone or as FORMAT=FILE", known.join(", "))
        })?;
        Ok(Self { format, file })
    }
}
