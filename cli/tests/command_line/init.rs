//! `gradus init`: what it writes for each model of the library.

use std::fs;
use std::path::Path;

use crate::support::{err, folder, out, run, text};

const MODELS: [&str; 4] = ["infram-2018", "emram-2018", "nimm-2011", "core-io"];

/// A folder with the files of a model in `my-site`.
fn begun(model: &str) -> tempfile::TempDir {
    let here = folder(&[]);
    let site = here.path().join("my-site");
    let output = run(&["init", "--model", model, text(&site)]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    here
}

/// The names of the files in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn init_writes_a_clean_folder_and_never_overwrites_it() {
    for entry in MODELS {
        let here = folder(&[]);
        let site = here.path().join("my-site");
        let begin = ["init", "--model", entry, "--namespace", "here", text(&site)];
        let begun = run(&begin);
        assert_eq!(begun.status.code(), Some(0), "{}", err(&begun));
        let checked = run(&["lint", text(&site)]);
        assert_eq!(checked.status.code(), Some(0), "{}", out(&checked));
        let scored = run(&["score", "-f", text(&site)]);
        assert_eq!(scored.status.code(), Some(0), "{}", err(&scored));
        let before = fs::read_to_string(site.join("assessment.yaml")).unwrap();
        fs::remove_dir_all(site.join("capabilities")).unwrap();
        let again = run(&begin);
        assert_eq!(again.status.code(), Some(2));
        assert!(
            err(&again).contains("assessment.yaml already exists"),
            "{}",
            err(&again)
        );
        assert!(!site.join("capabilities").exists(), "all or nothing");
        assert_eq!(
            fs::read_to_string(site.join("assessment.yaml")).unwrap(),
            before
        );
    }
}

#[test]
fn init_writes_one_file_for_each_top_level_domain() {
    let here = begun("nimm-2011");
    assert_eq!(
        names(&here.path().join("my-site/capabilities")),
        [
            "business-alignment.yaml",
            "common-applications-services.yaml",
            "infrastructure-governance.yaml",
            "infrastructure-hardware-platforms.yaml",
            "infrastructure-patterns-practices.yaml",
            "it-security-information-governance.yaml",
            "network-devices-services.yaml",
            "operating-systems.yaml",
        ]
    );
}

#[test]
fn init_comments_below_spec_are_valid_when_uncommented() {
    for model in MODELS {
        let here = begun(model);
        let site = here.path().join("my-site");
        let capabilities = site.join("capabilities");
        let files = names(&capabilities);
        let files = files.iter().map(|name| capabilities.join(name));
        for file in files.chain([site.join("assessment.yaml")]) {
            let template = fs::read_to_string(&file).unwrap();
            let uncommented: String = template
                .lines()
                .map(|line| match line.strip_prefix("  # ") {
                    Some(yaml) => format!("  {yaml}\n"),
                    None => format!("{line}\n"),
                })
                .collect();
            assert_ne!(uncommented, template, "{}", file.display());
            fs::write(&file, uncommented).unwrap();
        }
        let checked = run(&["lint", text(&site)]);
        assert_eq!(checked.status.code(), Some(0), "{model}: {}", out(&checked));
    }
}

#[test]
fn init_template_has_titles_guidance_conditions_and_facts() {
    let read = |model: &str, file: &str| {
        let path = format!("my-site/capabilities/{file}.yaml");
        fs::read_to_string(begun(model).path().join(path)).unwrap()
    };
    insta::assert_snapshot!(
        "init_infram_collaboration",
        read("infram-2018", "collaboration")
    );
    insta::assert_snapshot!(
        "init_nimm_business_alignment",
        read("nimm-2011", "business-alignment")
    );
    insta::assert_snapshot!(
        "init_emram_exchange",
        read("emram-2018", "exchange-continuity")
    );
}
