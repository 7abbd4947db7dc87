//! A request as the API server classifies it: verb, group, resource, subresource, namespace, name.

use http::Method;

/// What a request wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// One object, or something that is no resource, such as `/readyz`.
    Get,
    /// All objects of a kind, or a page of them.
    List,
    /// The changes of a kind from a moment on.
    Watch,
    /// A new object.
    Create,
    /// An object replaced.
    Update,
    /// An object changed in part; server-side apply is one.
    Patch,
    /// An object removed, or with no name, all of them.
    Delete,
}

/// What a request is about. A part that it does not name is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    /// What it wants done.
    pub verb: Verb,
    /// The API group; empty for the core group.
    pub group: String,
    /// The resource, in the plural; empty for what is no resource.
    pub resource: String,
    /// `status`, `token` and the like.
    pub subresource: String,
    /// The namespace; empty for all of them and for what has none.
    pub namespace: String,
    /// The object's name.
    pub name: String,
}

impl Call {
    /// What a method on a path with a query asks for.
    pub fn of(method: &Method, path: &str, query: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (group, rest) = match parts.as_slice() {
            ["api", _version, rest @ ..] => ("", rest),
            ["apis", group, _version, rest @ ..] => (*group, rest),
            _ => ("", &[][..]),
        };
        let (namespace, rest) = match rest {
            // A namespace is a resource itself, and has subresources of its own.
            ["namespaces", _] | ["namespaces", _, "status" | "finalize"] => (rest[1], rest),
            ["namespaces", namespace, rest @ ..] => (*namespace, rest),
            rest => ("", rest),
        };
        let part = |index: usize| rest.get(index).copied().unwrap_or_default();
        let name = if part(1).is_empty() {
            only_name(query).unwrap_or_default()
        } else {
            part(1)
        };
        Self {
            verb: verb(method, query, !part(0).is_empty() && part(1).is_empty()),
            group: group.to_owned(),
            resource: part(0).to_owned(),
            subresource: part(2).to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }

    /// The resource as the API server names it in its messages: `capabilities.gradus.dev`.
    pub fn qualified_resource(&self) -> String {
        if self.group.is_empty() {
            self.resource.clone()
        } else {
            format!("{}.{}", self.resource, self.group)
        }
    }
}

fn verb(method: &Method, query: &str, whole_kind: bool) -> Verb {
    match *method {
        Method::POST => Verb::Create,
        Method::PUT => Verb::Update,
        Method::PATCH => Verb::Patch,
        Method::DELETE => Verb::Delete,
        _ if matches!(parameter(query, "watch"), Some("true" | "1")) => Verb::Watch,
        _ if whole_kind => Verb::List,
        _ => Verb::Get,
    }
}

/// The value of a query's parameter, as it was sent.
pub(super) fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    })
}

/// A list or watch of one name is a call on that name: RBAC sees it so too.
fn only_name(query: &str) -> Option<&str> {
    let selector = parameter(query, "fieldSelector")?;
    let name = selector
        .strip_prefix("metadata.name%3D")
        .or_else(|| selector.strip_prefix("metadata.name="))?;
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
        .then_some(name)
}

/// What happened to an object, in the words of a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Change {
    /// It is there, or newly so.
    Added,
    /// It changed.
    Modified,
    /// It went.
    Deleted,
    /// Nothing happened up to here.
    Bookmark,
    /// The watch cannot go on.
    Error,
}

/// Which requests, or which events of a watch, something is about. What is not said fits anything.
#[derive(Debug, Clone, Default)]
pub struct Matcher {
    verbs: Vec<Verb>,
    group: Option<String>,
    resource: Option<String>,
    subresource: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
    changes: Vec<Change>,
}

impl Matcher {
    /// Fits everything.
    pub fn any() -> Self {
        Self::default()
    }

    /// Fits what changes something.
    pub fn writes() -> Self {
        [Verb::Create, Verb::Update, Verb::Patch, Verb::Delete]
            .into_iter()
            .fold(Self::any(), Self::verb)
    }

    /// Only this verb; named more than once, any of those.
    #[must_use]
    pub fn verb(mut self, verb: Verb) -> Self {
        self.verbs.push(verb);
        self
    }

    /// Only this API group; empty is the core group.
    #[must_use]
    pub fn group(mut self, group: &str) -> Self {
        self.group = Some(group.to_owned());
        self
    }

    /// Only this resource, in the plural.
    #[must_use]
    pub fn resource(mut self, resource: &str) -> Self {
        self.resource = Some(resource.to_owned());
        self
    }

    /// Only this subresource; empty is the object itself.
    #[must_use]
    pub fn subresource(mut self, subresource: &str) -> Self {
        self.subresource = Some(subresource.to_owned());
        self
    }

    /// Only this namespace; of events, that of the object.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// Only this name; of events, that of the object.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Only events of this change; named more than once, any of those.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Whether a request fits.
    pub fn fits(&self, call: &Call) -> bool {
        self.fits_stream(call)
            && fits(self.namespace.as_ref(), &call.namespace)
            && fits(self.name.as_ref(), &call.name)
    }

    /// Whether events of this watch may fit, whichever their objects are.
    pub(super) fn fits_stream(&self, call: &Call) -> bool {
        (self.verbs.is_empty() || self.verbs.contains(&call.verb))
            && fits(self.group.as_ref(), &call.group)
            && fits(self.resource.as_ref(), &call.resource)
            && fits(self.subresource.as_ref(), &call.subresource)
    }

    /// Whether an event of a watch that may fit does: its change, its object's namespace and name.
    pub(super) fn fits_event(&self, change: Change, namespace: &str, name: &str) -> bool {
        // Who names no change means the changes of objects: a bookmark and an error are none.
        let fits_change = if self.changes.is_empty() {
            matches!(change, Change::Added | Change::Modified | Change::Deleted)
        } else {
            self.changes.contains(&change)
        };
        fits_change && fits(self.namespace.as_ref(), namespace) && fits(self.name.as_ref(), name)
    }
}

fn fits(wanted: Option<&String>, is: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == is)
}
