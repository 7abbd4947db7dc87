//! Folders whose files are the input of a tool that renders them: Helm charts and kustomizations.

use std::path::{Component, Path, PathBuf};

use gradus_engine::diagnostic::Diagnostic;
use gradus_manifests::encoding::LARGEST_FILE;
use gradus_manifests::finding::Finding;
use gradus_manifests::tree::{Content, NodeId, Tree};

use super::root::Root;

/// What makes a folder a chart.
pub(super) const CHART: &str = "Chart.yaml";
/// The folder of a chart with what is no YAML before it is rendered.
pub(super) const TEMPLATES: &str = "templates";
/// What makes a folder a kustomization.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// Fields that leave the resources as they stand in their files.
const PLAIN: [&str; 4] = ["apiVersion", "kind", "metadata", "resources"];

/// A note that says how to read the templates of a chart.
pub(super) fn chart(root: &Root, templates: &Path) -> Finding {
    let chart = templates.parent().unwrap_or(templates);
    let diagnostic = Diagnostic::note("HelmChart", "", "templates of a Helm chart are not read")
        .with_help(format!(
            "render them: helm template {} | gradus lint -",
            chart.display()
        ));
    Finding::of_file(&root.name(templates), diagnostic)
}

/// A `kustomization.yaml`, as far as it says which files are no resources.
#[derive(Debug)]
pub(super) struct Kustomization {
    file: PathBuf,
    /// Files that change resources of other files.
    patches: Vec<PathBuf>,
    /// Whether what it renders is something else than the files that it names.
    changes: bool,
}

impl Kustomization {
    /// The one of a folder, if it has one that can be read.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let file = KUSTOMIZATIONS
            .map(|name| folder.join(name))
            .into_iter()
            .find(|file| file.is_file())?;
        if file.metadata().ok()?.len() > LARGEST_FILE {
            return None;
        }
        let text = std::fs::read_to_string(&file).ok()?;
        let tree = Tree::parse(&text).ok()??;
        let Content::Mapping(fields) = &tree.node(tree.root())?.content else {
            return None;
        };
        let mut names = fields.iter().filter_map(|(name, _)| tree.text(*name));
        let outside =
            paths(&tree, "resources").any(|path| path.starts_with("..") || path.contains("://"));
        let changes = outside || names.any(|name| !PLAIN.contains(&name));
        let patches = ["patches", "patchesStrategicMerge", "patchesJson6902"];
        let patches = patches.into_iter().flat_map(|field| paths(&tree, field));
        let patches = patches.map(|path| normal(&folder.join(path))).collect();
        Some(Self {
            file,
            patches,
            changes,
        })
    }

    /// Its files that are no resources.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let own = self.changes.then_some(self.file.as_path());
        own.into_iter()
            .chain(self.patches.iter().map(PathBuf::as_path))
    }

    /// A note that says how to read what it renders.
    pub(super) fn note(&self, root: &Root) -> Option<Finding> {
        let folder = self.file.parent().filter(|_| self.changes)?;
        let message = "this folder is rendered by kustomize; its resources are read as they stand, without patches";
        let diagnostic = Diagnostic::note("Kustomization", "", message).with_help(format!(
            "render it: kustomize build {} | gradus score -f -",
            folder.display()
        ));
        Some(Finding::of_file(&root.name(&self.file), diagnostic))
    }
}

/// The paths of a list: its texts, or the `path` of each of its mappings.
fn paths<'a>(tree: &'a Tree<'_>, field: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let list = tree
        .get(tree.root(), field)
        .and_then(|(_, list)| tree.node(list));
    let items: &[NodeId] = match list.map(|list| &list.content) {
        Some(Content::Sequence(items)) => items,
        _ => &[],
    };
    items.iter().filter_map(|item| {
        tree.text(*item)
            .or_else(|| tree.text(tree.get(*item, "path")?.1))
    })
}

/// A path without `.` and `..`.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some() => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}
