//! What `score` and `explain` read: documents, or a cluster.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use gradus_crds::Resource;
use gradus_crds::status::{Previous, StatusContext, assessment_status};
use gradus_engine::diagnostic::Severity;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::view::{AssessmentView, Snapshot};
use gradus_engine::world::World;
use gradus_operator::connection::{Connection, ConnectionError, KubeContext, connect};
use gradus_operator::modes::cluster::once;
use gradus_operator::modes::folder::world_of;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::exit::Exit;
use crate::stdio::Stdio;
use crate::{documents, names};

/// Within this time of now, a score should equal the status that the operator writes.
const PRESENT: SignedDuration = SignedDuration::from_mins(1);

/// The arguments of [`ClusterInput`].
pub(crate) const CLUSTER: [&str; 4] = ["kubeconfig", "context", "namespace", "all_namespaces"];

/// Documents, or a part of a cluster.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ScoreInput {
    /// The same as --from
    #[arg(value_name = "PATH", conflicts_with_all = CLUSTER)]
    paths: Vec<PathBuf>,
    /// Folder or file of documents, or - for the standard input; repeatable. The cluster when left out
    #[arg(short = 'f', long = "from", value_name = "PATH", conflicts_with_all = CLUSTER)]
    from: Vec<PathBuf>,
    /// The part of a cluster.
    #[command(flatten)]
    cluster: ClusterInput,
}

/// A part of a cluster.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ClusterInput {
    /// The kubeconfig; KUBECONFIG or the usual place, then the pod's account, when left out
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig; the current one when left out
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Only this namespace of the cluster; that of the context when left out
    #[arg(short, long, value_name = "NAME", conflicts_with = "all_namespaces")]
    namespace: Option<String>,
    /// All namespaces of the cluster
    #[arg(short = 'A', long)]
    all_namespaces: bool,
}

/// What was read, scored as of an instant.
pub(crate) struct Scored {
    /// The objects and the results.
    pub(crate) world: World,
    /// The results.
    pub(crate) snapshot: Snapshot,
    at: Timestamp,
    origin: Origin,
}

/// Where the objects come from, with the assessments as they are written there.
enum Origin {
    Documents(BTreeMap<ObjectKey, Arc<Resource>>),
    Cluster {
        stated: once::Stated,
        server: String,
        namespace: Option<String>,
    },
}

impl ScoreInput {
    /// All documents that are named; empty for a cluster.
    fn documents(&self) -> Vec<PathBuf> {
        self.paths.iter().chain(&self.from).cloned().collect()
    }

    /// The input for one assessment. Of a cluster, that is only the namespace in the name of the assessment.
    pub(crate) fn of_assessment(&self, name: &str) -> anyhow::Result<Self> {
        let mut input = self.clone();
        let of_cluster = self.documents().is_empty();
        if let Some((namespace, _)) = name.split_once('/').filter(|_| of_cluster) {
            if let Some(other) = self
                .cluster
                .namespace
                .as_ref()
                .filter(|other| *other != namespace)
            {
                bail!("{name} names namespace {namespace}, and -n names {other}; use one of them");
            }
            input.cluster.namespace = Some(namespace.to_owned());
            input.cluster.all_namespaces = false;
        }
        Ok(input)
    }

    /// Reads everything, writes what is wrong with it to stderr, and scores it as of an instant.
    pub(crate) fn score(
        &self,
        at: Timestamp,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<(Scored, Exit)> {
        let documents = self.documents();
        if documents.is_empty() {
            self.cluster.score(at, stdio)
        } else {
            score_documents(&documents, at, stdio)
        }
    }
}

impl ClusterInput {
    /// Reads the cluster, writes what is wrong with it to stderr, and scores it as of an instant.
    pub(crate) fn score(
        &self,
        at: Timestamp,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<(Scored, Exit)> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (connection, namespace, reading) = runtime.block_on(self.read())?;
        let once::Scored {
            world,
            snapshot,
            findings,
            models_denied,
            stated,
        } = reading.scored(at);
        if models_denied {
            writeln!(
                stdio.err,
                "note: this account may not list maturitymodels.gradus.dev, so only built-in models are known; the \
                 cluster role gradus-models-view allows it"
            )?;
        }
        let mut exit = Exit::default();
        for finding in &findings {
            exit.bad_input |= finding.is_error();
            let severity = match finding.diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            writeln!(stdio.err, "{severity}: {finding}")?;
        }
        let scored = Scored {
            world,
            snapshot,
            at,
            origin: Origin::Cluster {
                stated,
                server: connection.server,
                namespace,
            },
        };
        Ok((scored, exit))
    }

    async fn read(&self) -> anyhow::Result<(Connection, Option<String>, once::Reading)> {
        let target = KubeContext {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
        };
        let connection = connect(&target).await.map_err(|error| match error {
            ConnectionError::NoCluster => anyhow!("{error}; to score a folder, name it"),
            error => error.into(),
        })?;
        let own = || connection.namespace.clone();
        let namespace = (!self.all_namespaces).then(|| self.namespace.clone().unwrap_or_else(own));
        let reading = once::read(&connection, namespace.as_deref()).await?;
        Ok((connection, namespace, reading))
    }
}

fn score_documents(
    from: &[PathBuf],
    at: Timestamp,
    stdio: &mut Stdio<'_>,
) -> anyhow::Result<(Scored, Exit)> {
    let reading = documents::read(from, stdio)?;
    let exit = documents::report(&reading, stdio)?;
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
        origin: Origin::Documents(stated),
    };
    Ok((scored, exit))
}

impl Scored {
    /// An assessment with its status, as a cluster would hold it.
    pub(crate) fn document(&self, view: &AssessmentView) -> Option<Value> {
        match &self.origin {
            Origin::Documents(stated) => {
                let status =
                    assessment_status(view, StatusContext::of(view), Previous::none(view.at));
                Some(stated.get(&view.key)?.document_with(&status))
            }
            Origin::Cluster { stated, .. } => stated.document(&view.key, &self.snapshot),
        }
    }

    /// Writes to stderr which statuses of the cluster have another stage than this score.
    pub(crate) fn compare<'a>(
        &self,
        views: impl IntoIterator<Item = &'a AssessmentView>,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<()> {
        let Origin::Cluster { stated, .. } = &self.origin else {
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
                    Some(stage) => format!("stage {stage} for {}", names::of(&view.key)),
                    None => format!("no stage for {}", names::of(&view.key)),
                })
            })
            .collect();
        if !others.is_empty() {
            writeln!(
                stdio.err,
                "the status in the cluster has {}; is the operator running?",
                names::listed(&others)
            )?;
        }
        Ok(())
    }

    /// That there is no assessment, and where to look for one.
    pub(crate) fn no_assessment(&self) -> String {
        match &self.origin {
            Origin::Documents(_) => {
                "there is no Assessment in these documents; `gradus init --model infram-2018 DIR` creates one"
                    .to_owned()
            }
            Origin::Cluster {
                server,
                namespace: Some(namespace),
                ..
            } => format!(
                "there is no Assessment in namespace {namespace} of {server}; use -n NAMESPACE for another \
                 namespace, -A for all, or name a folder"
            ),
            Origin::Cluster { server, .. } => {
                format!("there is no Assessment in {server}; to score a folder, name it")
            }
        }
    }
}
