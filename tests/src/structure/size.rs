//! How long files are, and which lints are switched off where.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Attribute, Meta, MetaList, Token};

/// Files of a folder, and below, that have more than `limit` lines, longest first.
pub fn long_files(folder: &Path, limit: usize) -> Vec<(usize, PathBuf)> {
    let mut long: Vec<(usize, PathBuf)> = rust_files(folder)
        .into_iter()
        .map(|(file, text)| (text.lines().count(), file))
        .filter(|(lines, _)| *lines > limit)
        .collect();
    long.sort_unstable_by(|one, other| other.cmp(one));
    long
}

/// How often each lint is switched off by `#[allow]` or `#[expect]`, also within `cfg_attr`.
pub type LintExceptions = BTreeMap<String, usize>;

/// The lint exceptions of all Rust files of a folder, and below.
///
/// # Panics
///
/// When a file is not Rust.
pub fn lint_exceptions(folder: &Path) -> LintExceptions {
    let mut found = Exceptions::default();
    for (file, text) in rust_files(folder) {
        let parsed = syn::parse_file(&text);
        found.visit_file(&parsed.unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    }
    found.0
}

#[derive(Default)]
struct Exceptions(LintExceptions);

impl<'ast> Visit<'ast> for Exceptions {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        self.add(&attribute.meta);
    }
}

impl Exceptions {
    fn add(&mut self, attribute: &Meta) {
        let Meta::List(list) = attribute else {
            return;
        };
        let switches_off = list.path.is_ident("allow") || list.path.is_ident("expect");
        for argument in arguments(list) {
            match argument {
                Meta::Path(lint) if switches_off => {
                    *self.0.entry(written(&lint)).or_default() += 1;
                }
                inner if list.path.is_ident("cfg_attr") => self.add(&inner),
                _ => {}
            }
        }
    }
}

fn arguments(list: &MetaList) -> impl Iterator<Item = Meta> {
    let arguments = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    arguments.into_iter().flatten()
}

fn written(path: &syn::Path) -> String {
    let segments = path.segments.iter();
    let segments: Vec<String> = segments.map(|segment| segment.ident.to_string()).collect();
    segments.join("::")
}

fn rust_files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap_or_default();
                files.push((path, text));
            }
        }
    }
    files
}
