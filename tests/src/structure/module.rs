//! One module of a crate: what it defines, imports and mentions.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::Visit;
use syn::{Attribute, Item, ItemUse, UseTree, Visibility};

use super::mention::Mentions;

/// Segments of a path as written: `["super", "key", "Name"]`.
pub(super) type Path = Vec<String>;

/// A module, in a file of its own or inline.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) file: String,
    /// Names of the items that are defined here, modules excepted.
    pub(super) items: BTreeSet<String>,
    /// The name in this module, and what it stands for.
    pub(super) imports: BTreeMap<String, Import>,
    pub(super) globs: Vec<Import>,
    /// Every path that the code of this module mentions, `use` declarations excepted.
    pub(super) mentions: BTreeSet<Path>,
    /// Modules that are declared here and have a file of their own.
    pub(super) declared: Vec<String>,
    /// Modules that are written here.
    pub(super) inline: Vec<(String, Module)>,
}

/// The target of a `use`.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) path: Path,
    /// Passed on to others, so no use of its own.
    pub(super) passed_on: bool,
}

impl Module {
    /// Reads the text of a file.
    ///
    /// # Panics
    ///
    /// When it is not Rust.
    pub(super) fn parse(file: &str, text: &str) -> Self {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        Self::of(file, &parsed.items)
    }

    fn of(file: &str, items: &[Item]) -> Self {
        let mut module = Self {
            file: file.to_owned(),
            ..Self::default()
        };
        for item in items {
            module.add(item);
        }
        module
    }

    fn add(&mut self, item: &Item) {
        if is_for_tests(attributes(item)) || is_of_another_crate(attributes(item)) {
            return;
        }
        match item {
            Item::Use(declaration) => self.import(declaration),
            Item::Mod(child) => match &child.content {
                None => self.declared.push(child.ident.to_string()),
                Some((_, items)) => {
                    let module = Self::of(&self.file, items);
                    self.inline.push((child.ident.to_string(), module));
                }
            },
            other => {
                self.items.extend(name(other));
                let mut mentions = Mentions::default();
                mentions.visit_item(other);
                self.mentions.append(&mut mentions.paths);
            }
        }
    }

    fn import(&mut self, declaration: &ItemUse) {
        let passed_on = !matches!(declaration.vis, Visibility::Inherited);
        for (path, name) in leaves(&declaration.tree) {
            let import = Import { path, passed_on };
            match name {
                Some(name) => {
                    self.imports.insert(name, import);
                }
                None => self.globs.push(import),
            }
        }
    }
}

/// The paths of a `use`, each with the name that it gets; none is a glob.
fn leaves(tree: &UseTree) -> Vec<(Path, Option<String>)> {
    let mut leaves = Vec::new();
    collect(tree, &mut Path::new(), &mut leaves);
    leaves
}

fn collect(tree: &UseTree, prefix: &mut Path, leaves: &mut Vec<(Path, Option<String>)>) {
    match tree {
        UseTree::Path(step) => {
            prefix.push(step.ident.to_string());
            collect(&step.tree, prefix, leaves);
            prefix.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                collect(tree, prefix, leaves);
            }
        }
        UseTree::Glob(_) => leaves.push((prefix.clone(), None)),
        UseTree::Name(leaf) => add_leaf(&leaf.ident.to_string(), None, prefix, leaves),
        UseTree::Rename(leaf) => {
            let name = leaf.rename.to_string();
            add_leaf(&leaf.ident.to_string(), Some(name), prefix, leaves);
        }
    }
}

fn add_leaf(
    last: &str,
    name: Option<String>,
    prefix: &Path,
    leaves: &mut Vec<(Path, Option<String>)>,
) {
    let mut path = prefix.clone();
    if last != "self" || path.is_empty() {
        path.push(last.to_owned());
    }
    // `_` is a name that may be given several times.
    let name = name.map(|name| if name == "_" { path.join("::") } else { name });
    let name = name.or_else(|| path.last().cloned());
    leaves.push((path, name));
}

/// Whether only tests see it.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let condition = attribute.path().is_ident("cfg");
        condition
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|ident| ident == "test")
    })
}

/// Whether it says by itself where its file is: benchmarks borrow what tests are made of.
fn is_of_another_crate(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("path"))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}
