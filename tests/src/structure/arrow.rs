//! From names to the files that define them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path as FilePath;

use super::module::{Import, Module, Path};

/// One file naming something of another; paths are relative to the crate's `src/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The file whose code names it.
    pub from: String,
    /// The file that defines it.
    pub to: String,
}

/// The modules of a crate by their paths from its root.
#[derive(Debug, Default)]
pub struct Crate {
    modules: BTreeMap<Path, Module>,
}

/// What a path leads to.
enum Target<'a> {
    Module(Path),
    Item(&'a str),
}

/// A `use` may lead to another `use`; more than this many in a row is a circle of re-exports.
const LONGEST_CHAIN: usize = 16;

impl Crate {
    /// Reads a crate from its `src/` folder.
    ///
    /// # Panics
    ///
    /// When a file that a module declares cannot be read.
    pub fn read(src: &FilePath) -> Self {
        let root = ["lib.rs", "main.rs"]
            .into_iter()
            .find(|name| src.join(name).is_file())
            .unwrap_or_else(|| panic!("{} has neither lib.rs nor main.rs", src.display()));
        Self::from_files(root, &|file| fs::read_to_string(src.join(file)).ok())
    }

    /// Reads a crate whose files `text` gives by their paths in `src/`.
    ///
    /// # Panics
    ///
    /// When `text` does not have a file that a module declares.
    pub fn from_files(root: &str, text: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut tree = Self::default();
        let root_text = text(root).unwrap_or_else(|| panic!("no {root}"));
        tree.add(Path::new(), Module::parse(root, &root_text), text);
        tree
    }

    fn add(&mut self, path: Path, mut module: Module, text: &dyn Fn(&str) -> Option<String>) {
        for name in std::mem::take(&mut module.declared) {
            let child = joined(&path, &name);
            let stem = child.join("/");
            let candidates = [format!("{stem}.rs"), format!("{stem}/mod.rs")];
            let (file, text_of) = candidates
                .iter()
                .find_map(|file| Some((file, text(file)?)))
                .unwrap_or_else(|| panic!("{}: no file of `mod {name}`", module.file));
            self.add(child, Module::parse(file, &text_of), text);
        }
        for (name, inline) in std::mem::take(&mut module.inline) {
            self.add(joined(&path, &name), inline, text);
        }
        self.modules.insert(path, module);
    }

    /// All files, by name.
    pub fn files(&self) -> BTreeSet<&str> {
        self.modules.values().map(|module| &*module.file).collect()
    }

    /// Every arrow between two files, once.
    pub fn arrows(&self) -> BTreeSet<Arrow> {
        let mut arrows = BTreeSet::new();
        for (path, module) in &self.modules {
            let globs = module.globs.iter();
            let used = module.imports.values().chain(globs);
            let used = used.filter(|import| !import.passed_on);
            let imported = used.filter_map(|import| self.imported_file(path, import));
            let mentions = module.mentions.iter();
            let mentioned = mentions.filter_map(|mention| self.mentioned_file(path, mention));
            arrows.extend(
                imported
                    .chain(mentioned)
                    .filter(|to| *to != module.file)
                    .map(|to| Arrow {
                        from: module.file.clone(),
                        to: to.to_owned(),
                    }),
            );
        }
        arrows
    }

    /// Of an item; what is taken of an imported module shows where it is mentioned.
    fn imported_file(&self, from: &Path, import: &Import) -> Option<&str> {
        match self.target(from, &import.path, LONGEST_CHAIN)? {
            Target::Item(file) => Some(file),
            Target::Module(_) => None,
        }
    }

    fn mentioned_file(&self, from: &Path, mention: &Path) -> Option<&str> {
        match self.target(from, mention, LONGEST_CHAIN)? {
            Target::Item(file) => Some(file),
            // `pub(in super::scope)`, or the name of a module in an attribute.
            Target::Module(path) => {
                let relative = ["self", "super", "crate"].contains(&&*mention[mention.len() - 1]);
                (!relative && mention.len() > 1).then(|| &*self.modules[&path].file)
            }
        }
    }

    /// Where a path leads that stands in the module `from`; none is another crate or a local name.
    fn target(&self, from: &Path, path: &Path, steps: usize) -> Option<Target<'_>> {
        let mut at = from.clone();
        for (index, segment) in path.iter().enumerate() {
            match segment.as_str() {
                "crate" => at.clear(),
                "self" | "Self" => {}
                "super" => {
                    at.pop()?;
                }
                name => {
                    let last = index + 1 == path.len();
                    match self.named(&at, name, last, steps)? {
                        Target::Module(next) => at = next,
                        // The rest is a variant, a constant or a function of the type.
                        item @ Target::Item(_) => return Some(item),
                    }
                }
            }
        }
        Some(Target::Module(at))
    }

    /// What a name stands for in a module. A function may share its name with a module; the last
    /// segment of a path is then the function.
    fn named(&self, at: &Path, name: &str, last: bool, steps: usize) -> Option<Target<'_>> {
        let steps = steps.checked_sub(1)?;
        let module = self.modules.get(at)?;
        let child = joined(at, name);
        let is_module = self.modules.contains_key(&child);
        if is_module && !last {
            return Some(Target::Module(child));
        }
        if module.items.contains(name) {
            return Some(Target::Item(&module.file));
        }
        if let Some(import) = module.imports.get(name) {
            return self.target(at, &import.path, steps);
        }
        if is_module {
            return Some(Target::Module(child));
        }
        module
            .globs
            .iter()
            .find_map(|glob| match self.target(at, &glob.path, steps)? {
                Target::Module(target) => self.named(&target, name, last, steps),
                item @ Target::Item(_) => Some(item),
            })
    }
}

fn joined(path: &Path, name: &str) -> Path {
    let mut path = path.clone();
    path.push(name.to_owned());
    path
}
