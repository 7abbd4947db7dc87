//! Whose document it is: one of ours, a list of them, or somebody else's.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Kind, ObjectKey};

use crate::tree::{Content, NodeId, Tree};

/// The API group of every resource of ours.
const GROUP: &str = "gradus.dev";
/// The namespace of a document that names none.
const DEFAULT_NAMESPACE: &str = "default";
/// What every document of ours has once.
const FIELDS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// Whose document it is.
#[derive(Debug)]
pub enum Header {
    /// Nobody's: it is empty.
    Nothing,
    /// Ours, good or bad, and the identity it states, as far as it can be read.
    Ours(Option<ObjectKey>),
    /// Several documents in one.
    List(Vec<NodeId>),
    /// Somebody else's, and a note that says so.
    Foreign(Diagnostic),
    /// Ours, in a form that states no objects: what is wrong, and the node with it.
    Refused(NodeId, Diagnostic),
}

/// Reads whose document stands below a node.
pub fn read(tree: &Tree<'_>, root: NodeId) -> Header {
    let Some(node) = tree.node(root) else {
        return Header::Nothing;
    };
    match &node.content {
        Content::Plain(text) if text.is_empty() || text == "~" || text == "null" => Header::Nothing,
        Content::Mapping(entries) if entries.is_empty() => Header::Nothing,
        Content::Mapping(entries) => mapping(tree, root, entries),
        Content::Sequence(items) if items.iter().any(|item| is_ours(tree, *item)) => {
            Header::Refused(root, unwrapped())
        }
        _ => Header::Foreign(note(
            "the document is not a Kubernetes object: it is not a mapping",
        )),
    }
}

fn mapping(tree: &Tree<'_>, root: NodeId, entries: &[(NodeId, NodeId)]) -> Header {
    if let Some(second) = second_document(tree, entries) {
        return Header::Refused(second, joined());
    }
    let api_version = scalar(tree, root, "apiVersion");
    let kind = scalar(tree, root, "kind");
    let own_kind = kind.and_then(|kind| Kind::ALL.into_iter().find(|own| own.as_str() == kind));
    let group = api_version.map(|version| version.split_once('/').map_or("", |(group, _)| group));
    let items = tree.get(root, "items");
    if kind == Some("List")
        || (group == Some(GROUP) && kind.is_some_and(|kind| kind.ends_with("List")))
    {
        return list(tree, items);
    }
    let ours = match group {
        Some(group) => {
            group == GROUP || api_version == Some(GROUP) || (own_kind.is_some() && is_typo(group))
        }
        None => own_kind.is_some() || names_our_group(tree, entries),
    };
    if ours {
        return match tree.get(root, "sops") {
            Some((sops, _)) => Header::Refused(sops, encrypted()),
            None => Header::Ours(own_kind.and_then(|kind| identity(tree, root, kind))),
        };
    }
    if let (None, Some((key, items))) = (kind, items)
        && holds_ours(tree, items)
    {
        return Header::Refused(key, unwrapped());
    }
    Header::Foreign(match (api_version, kind) {
        (Some(version), Some(kind)) => note(format!("{kind} of {version} is not read by Gradus")),
        _ => note("the document is not a Kubernetes object: apiVersion or kind is missing"),
    })
}

/// The documents of a list.
fn list(tree: &Tree<'_>, items: Option<(NodeId, NodeId)>) -> Header {
    let Some((key, items)) = items else {
        return Header::List(Vec::new());
    };
    match tree.node(items).map(|items| &items.content) {
        Some(Content::Sequence(items)) => Header::List(items.clone()),
        Some(Content::Plain(text)) if text.is_empty() || text == "~" || text == "null" => {
            Header::List(Vec::new())
        }
        _ => Header::Refused(
            key,
            Diagnostic::error("InvalidType", "items", "items of a List must be a list")
                .with_help("write each document after a dash: `- apiVersion: …`"),
        ),
    }
}

/// Where a second document begins, when two stand after each other without a line between them: two of these fields
/// are there again.
fn second_document(tree: &Tree<'_>, entries: &[(NodeId, NodeId)]) -> Option<NodeId> {
    let names = entries.iter().map(|(key, _)| (*key, tree.text(*key)));
    let mut seen: Vec<&str> = Vec::new();
    let mut again: Vec<NodeId> = Vec::new();
    for (key, name) in names {
        let Some(name) = name.filter(|name| FIELDS.contains(name)) else {
            continue;
        };
        if seen.contains(&name) {
            again.push(key);
        } else {
            seen.push(name);
        }
    }
    let ours = names_our_group(tree, entries)
        || entries.iter().any(|(_, value)| is_own_kind(tree, *value));
    (again.len() > 1 && ours).then(|| again.first().copied())?
}

fn is_own_kind(tree: &Tree<'_>, value: NodeId) -> bool {
    tree.text(value)
        .is_some_and(|text| Kind::ALL.iter().any(|own| own.as_str() == text))
}

/// Whether a list holds one of our documents.
fn holds_ours(tree: &Tree<'_>, list: NodeId) -> bool {
    match tree.node(list).map(|list| &list.content) {
        Some(Content::Sequence(items)) => items.iter().any(|item| is_ours(tree, *item)),
        _ => false,
    }
}

/// Whether a node is one of our documents, or a list of them.
fn is_ours(tree: &Tree<'_>, node: NodeId) -> bool {
    match tree.node(node).map(|node| &node.content) {
        Some(Content::Mapping(entries)) => names_our_group(tree, entries),
        Some(Content::Sequence(items)) => items.iter().any(|item| is_ours(tree, *item)),
        _ => false,
    }
}

fn joined() -> Diagnostic {
    Diagnostic::error(
        "MissingSeparator",
        "",
        "a second document begins here, and no line of `---` is before it",
    )
    .with_help("put a line of `---` before it, at the beginning of the line")
}

fn unwrapped() -> Diagnostic {
    Diagnostic::error("UnwrappedList", "", "the documents are in a list that is not a Kubernetes object")
        .with_help("wrap it: `{apiVersion: v1, kind: List, items: […]}`, or write the documents one by one, with a line of `---` between them")
}

fn encrypted() -> Diagnostic {
    Diagnostic::error("Encrypted", "sops", "the document is encrypted with SOPS")
        .with_help("decrypt it first: sops -d FILE | gradus lint -")
}

fn note(message: impl Into<String>) -> Diagnostic {
    Diagnostic::note("ForeignDocument", "", message)
}

fn scalar<'a>(tree: &'a Tree<'_>, root: NodeId, key: &str) -> Option<&'a str> {
    tree.get(root, key).and_then(|(_, value)| tree.text(value))
}

/// `gradus.dv` and the like: a slip, not another vendor.
fn is_typo(group: &str) -> bool {
    strsim::levenshtein(group, GROUP) <= 2
}

/// Our group as a value, also under a misspelt `apiVersion` and in what is merged in.
fn names_our_group(tree: &Tree<'_>, entries: &[(NodeId, NodeId)]) -> bool {
    let is_group = |value: NodeId| {
        tree.text(value).is_some_and(|text| {
            text.strip_prefix(GROUP)
                .is_some_and(|version| version.starts_with('/'))
        })
    };
    let is_merged = |key: NodeId, value: NodeId| {
        tree.text(key) == Some("<<")
            && match tree.node(value).map(|value| &value.content) {
                Some(Content::Mapping(merged)) => merged.iter().any(|(_, value)| is_group(*value)),
                Some(Content::Sequence(merged)) => merged.iter().any(|one| {
                    scalar(tree, *one, "apiVersion").is_some_and(|text| text.starts_with(GROUP))
                }),
                _ => false,
            }
    };
    entries
        .iter()
        .any(|(key, value)| is_group(*value) || is_merged(*key, *value))
}

/// A capability of which nothing is said counts as present.
pub(crate) fn empty_claim(tree: &Tree<'_>, root: NodeId) -> Option<Diagnostic> {
    let spec = tree.get(root, "spec").and_then(|(_, spec)| tree.node(spec));
    let is_empty = match spec.map(|spec| &spec.content) {
        Some(Content::Mapping(fields)) => fields.is_empty(),
        Some(Content::Plain(text)) => text.is_empty() || text == "~" || text == "null",
        _ => false,
    };
    let is_capability = scalar(tree, root, "kind") == Some(Kind::Capability.as_str());
    (is_capability && is_empty).then(|| {
        Diagnostic::note(
            "EmptySpec",
            "spec",
            "nothing is said of this capability, so it counts as present",
        )
        .with_help("write claim: Present, Absent or Unknown")
    })
}

fn identity(tree: &Tree<'_>, root: NodeId, kind: Kind) -> Option<ObjectKey> {
    let (_, metadata) = tree.get(root, "metadata")?;
    let name = scalar(tree, metadata, "name").filter(|name| !name.is_empty())?;
    let namespace = scalar(tree, metadata, "namespace").filter(|namespace| !namespace.is_empty());
    Some(ObjectKey::new(
        kind,
        namespace.unwrap_or(DEFAULT_NAMESPACE),
        name,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Header {
        let tree = Tree::parse(text).unwrap().unwrap();
        read(&tree, tree.root())
    }

    #[test]
    fn our_documents_are_known_by_their_group() {
        let text = "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: vpn}\n";
        let Header::Ours(Some(key)) = header(text) else {
            panic!("ours")
        };
        assert_eq!(key, ObjectKey::new(Kind::Capability, "default", "vpn"));
    }

    #[test]
    fn a_slip_in_the_header_does_not_make_a_document_foreign() {
        for text in [
            "apiVersion: gradus.dv/v1alpha1\nkind: Capability\n",
            "apiVersion: gradus.dev/v7\nkind: Capability\n",
            "apiVersion: gradus.dev\nkind: Capability\n",
            "kind: Capability\n",
            "apiVerson: gradus.dev/v1alpha1\nkind: Capabilty\n",
        ] {
            assert!(matches!(header(text), Header::Ours(_)), "{text}");
        }
    }

    #[test]
    fn documents_of_others_are_noted() {
        for text in [
            "apiVersion: apps/v1\nkind: Deployment\n",
            "apiVersion: policies.example.com/v1\nkind: Profile\n",
            "a: 1\n",
            "[1]\n",
            "just text\n",
        ] {
            assert!(matches!(header(text), Header::Foreign(_)), "{text}");
        }
    }

    #[test]
    fn lists_are_unpacked() {
        let Header::List(items) = header("apiVersion: v1\nkind: List\nitems: [{a: 1}, {b: 2}]\n")
        else {
            panic!("a list")
        };
        assert_eq!(items.len(), 2);
        assert!(matches!(
            header("apiVersion: gradus.dev/v1alpha1\nkind: CapabilityList\n"),
            Header::List(_)
        ));
    }

    fn refused(text: &str) -> (&'static str, u32) {
        let tree = Tree::parse(text).unwrap().unwrap();
        let Header::Refused(node, diagnostic) = read(&tree, tree.root()) else {
            panic!("refused: {text}")
        };
        let line = crate::lines::Lines::of(text).line(tree.span(node).start);
        (diagnostic.code, line)
    }

    const OWN: &str =
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: vpn}\nspec: {}\n";

    #[test]
    fn lists_that_are_no_resource_are_refused_and_those_of_others_noted() {
        for text in [
            "- apiVersion: gradus.dev/v1alpha1\n  kind: Capability\n",
            "[[{\"apiVersion\": \"gradus.dev/v1alpha1\"}]]",
            "items:\n- apiVersion: gradus.dev/v1alpha1\n  kind: Waiver\n",
        ] {
            assert_eq!(refused(text), ("UnwrappedList", 1), "{text}");
        }
        for text in ["- hosts: all\n", "items:\n- {name: a}\n"] {
            assert!(matches!(header(text), Header::Foreign(_)), "{text}");
        }
        assert_eq!(refused("kind: List\nitems: {a: 1}\n"), ("InvalidType", 2));
        assert!(matches!(header("kind: List\nitems:\n"), Header::List(items) if items.is_empty()));
    }

    #[test]
    fn documents_without_a_line_between_them_are_one_mistake() {
        assert_eq!(refused(&OWN.repeat(3)), ("MissingSeparator", 5));
        let turned =
            "kind: Waiver\nmetadata: {name: a}\napiVersion: gradus.dev/v1alpha1\n".repeat(2);
        assert_eq!(refused(&turned), ("MissingSeparator", 4));
        let foreign = format!("apiVersion: v1\nkind: Secret\nmetadata: {{}}\n{OWN}");
        assert_eq!(refused(&foreign), ("MissingSeparator", 4));
        assert!(matches!(
            header(&format!("{OWN}kind: Waiver\n")),
            Header::Ours(_)
        ));
    }

    #[test]
    fn encrypted_documents_are_refused_and_merged_ones_are_ours() {
        assert_eq!(
            refused(&format!("{OWN}sops: {{mac: x}}\n")),
            ("Encrypted", 5)
        );
        for text in [
            "<<: {apiVersion: gradus.dev/v1alpha1, kind: Capability}\nmetadata: {name: a}\n",
            "<<: [{apiVersion: gradus.dev/v1alpha1}]\nmetadata: {name: a}\n",
        ] {
            assert!(matches!(header(text), Header::Ours(_)), "{text}");
        }
    }

    #[test]
    fn an_empty_document_is_nobodys() {
        assert!(matches!(header("---\n"), Header::Nothing));
        assert!(matches!(header("{}\n"), Header::Nothing));
    }
}
