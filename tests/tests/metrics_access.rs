//! Who may read the metrics, asked of a real API server: the operator has the rights of the chart's account and
//! no others, and whoever scrapes has a token of their own.

use anyhow::{Result, ensure};
use gradus_tests::chart::permissions;
use gradus_tests::checks::audit::unused;
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::deployed::{Deployed, NAMESPACE};
use gradus_tests::running::http;
use serde_json::json;

const MONITORING: &str = "monitoring";

/// Somebody with a token, and maybe with the right to read the metrics.
fn somebody(control_plane: &ControlPlane, name: &str, may_read: bool) -> Result<String> {
    let account = json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": MONITORING},
    });
    control_plane.apply(&account.to_string())?;
    if may_read {
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": format!("{name}-reads-metrics")},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "gradus-metrics-reader",
            },
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": MONITORING}],
        });
        control_plane.apply(&binding.to_string())?;
    }
    control_plane.service_account_token(MONITORING, name)
}

#[test]
fn metrics_are_served_only_to_allowed_accounts() -> Result<()> {
    let control_plane = ControlPlane::start()?;
    let authentication = ["--set", "metrics.authentication.enabled=true"];
    let deployed = Deployed::install(&control_plane, &authentication)?;
    let reviews = ("create", "authentication.k8s.io", "tokenreviews");
    let account = format!("system:serviceaccount:{NAMESPACE}:gradus");
    control_plane.until_allowed(&account, reviews, "")?;
    let namespace =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": MONITORING}});
    control_plane.apply(&namespace.to_string())?;
    let operator = deployed.operate(&["--metrics-authentication=true"])?;
    let url = format!("{}/metrics", operator.url());

    let allowed = somebody(&control_plane, "prometheus", true)?;
    let denied = somebody(&control_plane, "curious", false)?;
    let bearer = |token: &str| format!("Bearer {token}");
    let refused = |authorization: &str, status: u16| -> Result<()> {
        let reply = http::get_with(&url, &[("Authorization", authorization)])?;
        ensure!(reply.status == status, "{status}: {reply:?}");
        ensure!(!reply.body.contains("gradus_"), "{reply:?}");
        ensure!(reply.body.lines().count() == 1, "one sentence: {reply:?}");
        Ok(())
    };
    let reply = http::get(&url)?;
    ensure!(reply.status == 401, "{reply:?}");
    ensure!(
        reply
            .headers
            .to_lowercase()
            .contains("www-authenticate: bearer"),
        "{reply:?}"
    );
    refused("Bearer nonsense", 401)?;
    refused("Basic Z3JhZHVzOmdyYWR1cw==", 401)?;
    refused(&bearer(&denied), 403)?;
    // A token that was cut is nobody's.
    refused(&bearer(allowed.split_at(allowed.len() - 2).0), 401)?;

    // Rights are in force a moment after they are given.
    let mut reply = http::get_with(&url, &[("Authorization", &bearer(&allowed))])?;
    for _ in 0..300 {
        if reply.status == 200 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        reply = http::get_with(&url, &[("Authorization", &bearer(&allowed))])?;
    }
    ensure!(reply.status == 200, "{reply:?}");
    ensure!(reply.body.contains("gradus_leader 1\n"), "{}", reply.body);
    // A yes is believed for a while: ten scrapes are one question.
    let asked = || -> Result<usize> {
        let entries = control_plane.audit()?;
        let reviews = entries
            .iter()
            .filter(|entry| entry.user == account && entry.resource == "tokenreviews");
        Ok(reviews.count())
    };
    let before = asked()?;
    for _ in 0..10 {
        let again = http::get_with(&url, &[("Authorization", &bearer(&allowed))])?;
        ensure!(again.status == 200, "{again:?}");
    }
    ensure!(asked()? <= before + 1, "asked {} times", asked()? - before);
    // The page and the health answers are as they were.
    for path in ["/", "/healthz", "/readyz"] {
        let reply = http::get(&format!("{}{path}", operator.url()))?;
        ensure!(reply.status == 200, "{path}: {reply:?}");
    }
    uses_what_authentication_grants(&control_plane)
}

/// What authentication adds to the rights of the chart's account is what it uses.
fn uses_what_authentication_grants(control_plane: &ControlPlane) -> Result<()> {
    let without = permissions(&[])?;
    let mut added = permissions(&["metrics.authentication.enabled=true"])?;
    added.rules.retain(|rule| !without.rules.contains(rule));
    ensure!(!added.rules.is_empty(), "authentication grants nothing");
    let unused = unused(&added, &control_plane.audit()?);
    ensure!(unused.is_empty(), "never used: {unused:#?}");
    Ok(())
}
