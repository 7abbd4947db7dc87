//! Stories in a cluster with the chart and two replicas.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::deployed::{Deployed, NAMESPACE, RELEASE};
use gradus_tests::monitoring::{Admission, Scraped, Settings, definitions, shortened};
use gradus_tests::running::http;
use gradus_tests::running::operator::Operator;
use gradus_tests::running::server::free_port;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::environment::{Environment, Gone};

pub(crate) struct Cluster {
    deployed: Deployed<'static>,
    replicas: Vec<Replica>,
    folder: TempDir,
}

struct Replica {
    pod: &'static str,
    address: String,
    operator: Option<Operator>,
}

impl Replica {
    fn new(pod: &'static str) -> Result<Self> {
        Ok(Self {
            pod,
            address: format!("127.0.0.1:{}", free_port()?),
            operator: None,
        })
    }

    /// As service discovery finds it.
    fn scraped(&self) -> Scraped {
        let labels = [
            ("namespace", NAMESPACE),
            ("service", RELEASE),
            ("endpoint", "http"),
            ("container", "gradus"),
            ("pod", self.pod),
        ];
        Scraped::new(&format!("http://{}", self.address), &labels)
    }

    fn leads(&self) -> bool {
        let metrics = http::get(&format!("http://{}/metrics", self.address));
        metrics.is_ok_and(|reply| http::series(&reply.body, "gradus_leader", &[]) == Some(1.0))
    }
}

impl Cluster {
    /// Installs the chart beside prometheus-operator's definitions, its durations shortened, and operates two
    /// replicas on some objects.
    pub(crate) fn operated(objects: &[Value]) -> Result<Self> {
        let control_plane = ControlPlane::shared()?;
        for definition in fs::read_dir(definitions()?)? {
            control_plane.apply(&fs::read_to_string(definition?.path())?)?;
        }
        let folder = tempfile::tempdir()?;
        let values = folder.path().join("values.json");
        let shortened = json!({"prometheus": {"rules": shortened()?}});
        fs::write(&values, shortened.to_string())?;
        let file = values.to_str().context("a path")?;
        let deployed = Deployed::install(control_plane, &["--values", file])?;
        let mut cluster = Self {
            deployed,
            replicas: vec![Replica::new("gradus-a")?, Replica::new("gradus-b")?],
            folder,
        };
        cluster.settle(objects)?;
        cluster.revive()?;
        Ok(cluster)
    }

    /// Makes the namespaces of objects, and the objects in them.
    fn settle(&self, objects: &[Value]) -> Result<()> {
        let namespace =
            |object: &Value| object["metadata"]["namespace"].as_str().map(str::to_owned);
        let namespaces: BTreeSet<String> = objects.iter().filter_map(namespace).collect();
        let namespaces = namespaces.iter().map(
            |name| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}),
        );
        self.change(&namespaces.collect::<Vec<_>>(), &[])?;
        self.change(objects, &[])
    }

    fn object(&self, resource: &str) -> Result<Value> {
        let resource = format!("{resource}.monitoring.coreos.com");
        self.deployed
            .control_plane
            .object(&resource, NAMESPACE, RELEASE)
    }
}

impl Environment for Cluster {
    fn change(&self, changed: &[Value], gone: &[Value]) -> Result<()> {
        let list = |items: &[Value]| {
            json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
        };
        if !changed.is_empty() {
            self.deployed.control_plane.apply(&list(changed))?;
        }
        if !gone.is_empty() {
            let delete = ["delete", "-f", "-"];
            self.deployed
                .control_plane
                .kubectl_with(&delete, &list(gone))?;
        }
        Ok(())
    }

    fn settings(&self) -> Result<Settings> {
        let rule = self.object("prometheusrules")?;
        Admission::start()?.admit(&rule)?;
        let rules = self.folder.path().join("rules.json");
        fs::write(&rules, rule["spec"].to_string())?;
        let monitor = self.object("servicemonitors")?;
        Ok(Settings {
            scraped: self.replicas.iter().map(Replica::scraped).collect(),
            honor_labels: monitor["spec"]["endpoints"][0]["honorLabels"] == true,
            rules: vec![rules],
            ..Settings::default()
        })
    }

    fn kill(&mut self, whom: Gone) -> Result<()> {
        let leaders: Vec<bool> = self.replicas.iter().map(Replica::leads).collect();
        for (replica, leads) in self.replicas.iter_mut().zip(leaders) {
            if leads || whom == Gone::Operator {
                replica.operator.take().context("it runs")?.kill();
            }
        }
        Ok(())
    }

    fn revive(&mut self) -> Result<()> {
        for replica in &mut self.replicas {
            if replica.operator.is_none() {
                replica.operator = Some(self.deployed.operate_at(&replica.address, &[])?);
            }
        }
        Ok(())
    }
}
