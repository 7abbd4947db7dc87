//! Whose document it is: one of ours, a list of them, or somebody else's.

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Kind, ObjectKey};

use crate::tree::{Content, NodeId, Tree};

/// The API group of every resource of ours.
const GROUP: &str = "gradus.dev";
/// The namespace of a document that names none.
const DEFAULT_NAMESPACE: &str = "default";

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
}

/// Reads whose document stands below a node.
pub fn read(tree: &Tree<'_>, root: NodeId) -> Header {
    let Some(node) = tree.node(root) else {
        return Header::Nothing;
    };
    match &node.content {
        Content::Plain(text) if text.is_empty() || text == "~" || text == "null" => Header::Nothing,
        Content::Mapping(entries) if entries.is_empty() => Header::Nothing,
        Content::Mapping(_) => mapping(tree, root),
        _ => Header::Foreign(note("the document is no resource: it is not a mapping")),
    }
}

fn mapping(tree: &Tree<'_>, root: NodeId) -> Header {
    let api_version = scalar(tree, root, "apiVersion");
    let kind = scalar(tree, root, "kind");
    let own_kind = kind.and_then(|kind| Kind::ALL.into_iter().find(|own| own.as_str() == kind));
    let group = api_version.map(|version| version.split_once('/').map_or("", |(group, _)| group));
    if kind == Some("List")
        || (group == Some(GROUP) && kind.is_some_and(|kind| kind.ends_with("List")))
    {
        return Header::List(items(tree, root));
    }
    let ours = match group {
        Some(group) => {
            group == GROUP || api_version == Some(GROUP) || (own_kind.is_some() && is_typo(group))
        }
        None => own_kind.is_some() || names_our_group(tree, root),
    };
    if ours {
        return Header::Ours(own_kind.and_then(|kind| identity(tree, root, kind)));
    }
    Header::Foreign(match (api_version, kind) {
        (Some(version), Some(kind)) => note(format!("{kind} of {version} is not read by Gradus")),
        _ => note("the document is no resource: it has no apiVersion and kind"),
    })
}

fn note(message: impl Into<String>) -> Diagnostic {
    Diagnostic::note("ForeignDocument", "", message)
}

fn scalar<'a>(tree: &'a Tree<'_>, root: NodeId, key: &str) -> Option<&'a str> {
    tree.get(root, key).and_then(|(_, value)| tree.text(value))
}

fn items(tree: &Tree<'_>, root: NodeId) -> Vec<NodeId> {
    let items = tree
        .get(root, "items")
        .and_then(|(_, items)| tree.node(items));
    match items.map(|items| &items.content) {
        Some(Content::Sequence(items)) => items.clone(),
        _ => Vec::new(),
    }
}

/// `gradus.dv` and the like: a slip, not another vendor.
fn is_typo(group: &str) -> bool {
    strsim::levenshtein(group, GROUP) <= 2
}

/// A misspelt `apiVersion` key still has our group beside it.
fn names_our_group(tree: &Tree<'_>, root: NodeId) -> bool {
    match tree.node(root).map(|node| &node.content) {
        Some(Content::Mapping(entries)) => entries.iter().any(|(_, value)| {
            tree.text(*value).is_some_and(|text| {
                text.strip_prefix(GROUP)
                    .is_some_and(|version| version.starts_with('/'))
            })
        }),
        _ => false,
    }
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

    #[test]
    fn an_empty_document_is_nobodys() {
        assert!(matches!(header("---\n"), Header::Nothing));
        assert!(matches!(header("{}\n"), Header::Nothing));
    }
}
