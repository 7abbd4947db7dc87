//! Where the objects of a command come from: documents, or a cluster.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use gradus_crds::Resource;
use gradus_crds::status::{Previous, StatusContext, assessment_status};
use gradus_engine::diagnostic::Severity;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::{AssessmentView, Snapshot};
use gradus_engine::world::World;
use gradus_operator::connection::{Connection, Target, connect};
use gradus_operator::modes::cluster::once;
use gradus_operator::modes::folder::world_of;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::edge::Edge;
use crate::finish::Finish;
use crate::{input, names};

/// A pass that looks from so near the present should see what the operator sees.
const PRESENT: SignedDuration = SignedDuration::from_mins(1);

/// Documents, or the part of a cluster.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Source {
    /// Folder or file of documents, or - for the standard input; repeatable. The cluster when left out
    #[arg(short = 'f', long = "from", value_name = "PATH")]
    from: Vec<PathBuf>,
    /// The kubeconfig; KUBECONFIG or the usual place, then the pod's account, when left out
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig; the current one when left out
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    context: Option<String>,
    /// Only this namespace of the cluster; that of the context when left out
    #[arg(short, long, value_name = "NAME", conflicts_with_all = ["from", "all_namespaces"])]
    namespace: Option<String>,
    /// All namespaces of the cluster
    #[arg(short = 'A', long, conflicts_with = "from")]
    all_namespaces: bool,
}

/// What was read, scored as of an instant.
pub(crate) struct Scored {
    /// All of it.
    pub(crate) world: World,
    /// What follows.
    pub(crate) snapshot: Snapshot,
    at: Timestamp,
    place: Place,
}

/// Where it was read, and its assessments as they are stated there.
enum Place {
    Documents(BTreeMap<ObjectKey, Arc<Resource>>),
    Cluster {
        stated: once::Stated,
        server: String,
        namespace: Option<String>,
    },
}

impl Source {
    /// The source of one assessment: of a cluster, only the namespace that its name begins with.
    pub(crate) fn of_assessment(&self, name: &str) -> anyhow::Result<Self> {
        let mut source = self.clone();
        if let Some((namespace, _)) = name.split_once('/').filter(|_| self.from.is_empty()) {
            if let Some(other) = self.namespace.as_ref().filter(|other| *other != namespace) {
                bail!("{name} is in namespace {namespace}, and -n says {other}");
            }
            source.namespace = Some(namespace.to_owned());
            source.all_namespaces = false;
        }
        Ok(source)
    }

    /// Reads everything, says on stderr what is wrong with it, and scores it as of an instant.
    pub(crate) fn score(
        &self,
        at: Timestamp,
        edge: &mut Edge<'_>,
    ) -> anyhow::Result<(Scored, Finish)> {
        if self.from.is_empty() {
            self.score_cluster(at, edge)
        } else {
            score_documents(&self.from, at, edge)
        }
    }

    fn score_cluster(
        &self,
        at: Timestamp,
        edge: &mut Edge<'_>,
    ) -> anyhow::Result<(Scored, Finish)> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (connection, namespace, reading) = runtime.block_on(self.read_cluster())?;
        let once::Scored {
            world,
            snapshot,
            findings,
            models_denied,
            stated,
        } = reading.scored(at);
        if models_denied {
            writeln!(
                edge.err,
                "note: this account may not list maturitymodels of gradus.dev (the cluster role gradus-models-view \
                 gives that), so only the models of the library are known"
            )?;
        }
        let mut finish = Finish::default();
        for finding in &findings {
            finish.bad_input |= finding.is_error();
            let severity = match finding.diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            writeln!(edge.err, "{severity}: {finding}")?;
        }
        let scored = Scored {
            world,
            snapshot,
            at,
            place: Place::Cluster {
                stated,
                server: connection.server,
                namespace,
            },
        };
        Ok((scored, finish))
    }

    async fn read_cluster(&self) -> anyhow::Result<(Connection, Option<String>, once::Reading)> {
        let connection = connect(&Target {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
        })
        .await?;
        let own = || connection.namespace.clone();
        let namespace = (!self.all_namespaces).then(|| self.namespace.clone().unwrap_or_else(own));
        let reading = once::read(&connection, namespace.as_deref()).await?;
        Ok((connection, namespace, reading))
    }
}

fn score_documents(
    from: &[PathBuf],
    at: Timestamp,
    edge: &mut Edge<'_>,
) -> anyhow::Result<(Scored, Finish)> {
    let reading = input::read(from, edge)?;
    let finish = input::report(&reading, edge)?;
    let assessments = reading
        .documents
        .iter()
        .filter(|(key, _)| key.kind == Kind::Assessment);
    let stated = assessments
        .filter_map(|(key, document)| Some((key.clone(), Arc::clone(document.resource.as_ref()?))))
        .collect();
    let mut world = world_of(reading, at);
    let scored = Scored {
        snapshot: world.snapshot(),
        world,
        at,
        place: Place::Documents(stated),
    };
    Ok((scored, finish))
}

impl Scored {
    /// An assessment with its status, as a cluster would hold it.
    pub(crate) fn document(&self, view: &AssessmentView) -> Option<Value> {
        match &self.place {
            Place::Documents(stated) => {
                let status =
                    assessment_status(view, StatusContext::of(view), Previous::none(view.at));
                Some(stated.get(&view.key)?.document_with(&status))
            }
            Place::Cluster { stated, .. } => stated.document(&view.key, &self.snapshot),
        }
    }

    /// Says on stderr which statuses of the cluster show another stage than this pass.
    pub(crate) fn compare<'a>(
        &self,
        views: impl IntoIterator<Item = &'a AssessmentView>,
        edge: &mut Edge<'_>,
    ) -> anyhow::Result<()> {
        let Place::Cluster { stated, .. } = &self.place else {
            return Ok(());
        };
        if Timestamp::now().duration_since(self.at).abs() > PRESENT {
            return Ok(());
        }
        let others: Vec<String> = views
            .into_iter()
            .filter_map(|view| {
                let stored = stated.stored_stage(&view.key);
                (stored != view.shown_stage()).then(|| match stored {
                    Some(stage) => format!("stage {stage} of {}", names::of(&view.key)),
                    None => format!("no stage of {}", names::of(&view.key)),
                })
            })
            .collect();
        if !others.is_empty() {
            writeln!(
                edge.err,
                "the cluster's status says {}; is the operator running?",
                names::listed(&others)
            )?;
        }
        Ok(())
    }

    /// That there is no assessment, and where to look for one.
    pub(crate) fn nothing(&self) -> String {
        match &self.place {
            Place::Documents(_) => {
                "there is no Assessment here; `gradus init --model infram-2018 DIR` writes one"
                    .to_owned()
            }
            Place::Cluster {
                server,
                namespace: Some(namespace),
                ..
            } => format!(
                "there is no Assessment in namespace {namespace} of {server}; -n NAMESPACE looks in another, -A in \
                 all, -f DIR in a folder"
            ),
            Place::Cluster { server, .. } => {
                format!("there is no Assessment in {server}; -f DIR looks in a folder")
            }
        }
    }
}
