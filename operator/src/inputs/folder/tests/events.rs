//! What the file system reports, and what is scanned for it.

use super::*;

#[test]
fn a_file_is_being_written_until_whoever_does_it_is_done() {
    let mut it = Fixture::new(&[("a.yaml", &capability("a", "one"))]);
    it.look();
    let path = |name: &str| it.directory.path().join(name);
    let mut touched = watch::PendingScan::default();
    let mut is_being_written_after = |event| {
        touched.add(&it.folder, &event);
        touched.is_being_written()
    };
    assert!(!is_being_written_after(watch::FileEvent::Writing(path(
        "notes.txt"
    ))));
    assert!(is_being_written_after(watch::FileEvent::Writing(path(
        "a.yaml"
    ))));
    assert!(is_being_written_after(watch::FileEvent::Touched(path(
        "b.yaml"
    ))));
    assert!(!is_being_written_after(watch::FileEvent::Touched(path(
        "a.yaml"
    ))));
    assert!(is_being_written_after(watch::FileEvent::Writing(path(
        "a.yaml"
    ))));
    assert!(
        !is_being_written_after(watch::FileEvent::Unspecified),
        "the event may be lost"
    );
}

#[test]
fn what_the_system_tells_leads_to_one_file_or_to_a_look_at_everything() {
    let mut it = Fixture::new(&[
        ("a.yaml", &capability("a", "one")),
        ("sub/b.yaml", &capability("b", "one")),
    ]);
    it.look();
    let root = it.directory.path().to_owned();
    fs::write(root.join("new.yaml"), "").unwrap();
    fs::write(root.join("4913"), "").unwrap();
    let look_after = |name: &str| {
        let mut touched = watch::PendingScan::default();
        touched.add(&it.folder, &watch::FileEvent::Touched(root.join(name)));
        touched.take()
    };
    assert_eq!(
        look_after("a.yaml"),
        Some(ScanScope::Files(["a.yaml".into()].into()))
    );
    for everything in ["new.yaml", "sub", ".gitignore", "..data", ""] {
        assert_eq!(
            look_after(everything),
            Some(ScanScope::Everything),
            "{everything}"
        );
    }
    for nothing in [
        "4913",
        ".a.yaml.swp",
        ".gradus/v1/x.yaml",
        "a.yaml~",
        "gone.txt",
    ] {
        assert_eq!(look_after(nothing), None, "{nothing}");
    }
}
