//! `gradus rules`: the rule file, whole or not at all, and what is wrong with settings.

use std::fs;

use crate::support::{err, folder, out, root, run, run_on, text};

#[test]
fn rules_without_settings_are_the_committed_ones() {
    let output = run(&["rules"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let committed = fs::read_to_string(root().join("dashboards/rules/gradus.yaml")).unwrap();
    assert_eq!(out(&output), committed);
}

#[test]
fn settings_are_read_from_a_file_or_stdin() {
    let settings = "alerts: {GradusAbsent: {enabled: false}, GradusNoLeader: {severity: page}}\n";
    let site = folder(&[("settings.yaml", settings)]);
    let file = site.path().join("settings.yaml");
    let of_file = run(&["rules", "--settings", text(&file)]);
    assert_eq!(of_file.status.code(), Some(0), "{}", err(&of_file));
    let rules = out(&of_file);
    assert!(!rules.contains("alert: GradusAbsent"));
    assert!(rules.contains("severity: page"));
    let of_stdin = run_on(&["rules", "--settings", "-"], settings);
    assert_eq!(out(&of_stdin), rules);
}

#[test]
fn invalid_setting_names_file_line_field_and_correction_and_keeps_the_old_rules() {
    let site = folder(&[
        (
            "settings.yaml",
            "interval: 30s\nalerts:\n  GradusNoLeader:\n    for: 5min\n",
        ),
        ("gradus.yaml", "groups: []\n"),
    ]);
    let settings = site.path().join("settings.yaml");
    let rules = site.path().join("gradus.yaml");
    let arguments = [
        "rules",
        "--settings",
        text(&settings),
        "--output",
        text(&rules),
    ];
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(2));
    let said = err(&output);
    assert!(
        said.contains(
            "settings.yaml:4: alerts.GradusNoLeader.for: \"5min\" is not a duration; write 30s, 5m or 1h30m"
        ),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&rules).unwrap(), "groups: []\n");
    assert!(out(&output).is_empty());
}

#[test]
fn missing_settings_file_is_named() {
    let output = run(&["rules", "--settings", "nowhere.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        err(&output).contains("cannot read the settings in nowhere.yaml"),
        "{}",
        err(&output)
    );
}

#[test]
fn output_file_is_replaced_atomically() {
    let site = folder(&[("rules/gradus.yaml", "groups: []\n")]);
    let file = site.path().join("rules/gradus.yaml");
    let output = run(&["rules", "-o", text(&file)]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).is_empty());
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        gradus_dashboards::rules::file(&gradus_dashboards::rules::Settings::default())
    );
    let left = fs::read_dir(site.path().join("rules")).unwrap().count();
    assert_eq!(left, 1);
}

#[test]
fn output_may_be_a_bare_file_name() {
    let site = folder(&[]);
    let output = crate::support::gradus(&["rules", "-o", "gradus.yaml"])
        .current_dir(site.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(site.path().join("gradus.yaml").exists());
}

#[test]
fn output_through_a_link_keeps_the_link() {
    use std::os::unix::fs::symlink;
    let site = folder(&[("rules/old.yaml", "groups: []\n")]);
    let path = |name: &str| site.path().join(name);
    symlink("rules/old.yaml", path("one.yaml")).unwrap();
    symlink(path("one.yaml"), path("two.yaml")).unwrap();
    symlink("rules/new.yaml", path("three.yaml")).unwrap();
    for (link, target) in [
        ("two.yaml", "rules/old.yaml"),
        ("three.yaml", "rules/new.yaml"),
    ] {
        let output = run(&["rules", "-o", text(&path(link))]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(
            path(link).is_symlink() && path("one.yaml").is_symlink(),
            "{link}"
        );
        assert!(
            fs::read_to_string(path(target))
                .unwrap()
                .contains("groups:"),
            "{link}"
        );
    }
    symlink("loop.yaml", path("loop.yaml")).unwrap();
    let output = run(&["rules", "-o", text(&path("loop.yaml"))]);
    assert_eq!(output.status.code(), Some(2));
    let to_pipe = run(&["rules", "-o", "/dev/stdout"]);
    assert_eq!(to_pipe.status.code(), Some(0), "{}", err(&to_pipe));
    assert_eq!(out(&to_pipe), out(&run(&["rules"])));
}
