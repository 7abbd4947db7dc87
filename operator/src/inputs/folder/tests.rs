//! Files come, go, break and mend; work follows what changed.

use std::fs;

use tempfile::TempDir;

use super::*;

mod events;

fn capability(name: &str, kind: &str) -> String {
    format!(
        "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {{name: {name}}}\nspec: {{type: {kind}}}\n"
    )
}

struct Fixture {
    directory: TempDir,
    folder: Folder,
}

impl Fixture {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let folder = Folder::new(vec![Root::relative(directory.path())], Keep::Text);
        let fixture = Self { directory, folder };
        for (name, text) in files {
            fixture.write(name, text);
        }
        fixture
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.directory.path().join(name)).unwrap();
    }

    fn look(&mut self) -> Vec<String> {
        said(self.folder.look(&ScanScope::Everything))
    }

    fn look_at(&mut self, name: &str) -> Vec<String> {
        said(self.folder.look(&ScanScope::Files([name.into()].into())))
    }

    fn codes(&self) -> Vec<&'static str> {
        self.folder
            .findings()
            .iter()
            .map(|finding| finding.diagnostic.code)
            .collect()
    }
}

fn said(looked: ScanResult) -> Vec<String> {
    let say = |change: Change| match change {
        Change::Upsert(document) => {
            let Some(gradus_engine::object::Object::Capability(it)) = &document.object else {
                return format!("{} from {}", document.key.name, document.origin.file);
            };
            format!(
                "{}={} from {}",
                document.key.name, it.kind, document.origin.file
            )
        }
        Change::Remove(key) => format!("{} gone", key.name),
        Change::Stale(key, file) => format!("{} stale in {file}", key.name),
        Change::Unavailable(key, file) => format!("{} unavailable in {file}", key.name),
    };
    looked.changes.into_iter().map(say).collect()
}

#[test]
fn a_folder_is_read_whole_once_and_then_only_what_changed() {
    let mut it = Fixture::new(&[
        ("a.yaml", &capability("a", "one")),
        ("sub/b.yaml", &capability("b", "two")),
    ]);
    assert_eq!(it.look(), ["a=one from a.yaml", "b=two from sub/b.yaml"]);
    assert_eq!(it.look(), Vec::<String>::new());
    it.write("a.yaml", &capability("a", "other"));
    assert_eq!(it.look_at("a.yaml"), ["a=other from a.yaml"]);
    it.remove("a.yaml");
    assert_eq!(it.look(), ["a gone"]);
}

#[test]
fn one_edited_file_is_one_read_whatever_the_size_of_the_folder() {
    let reads_of_one_edit = |size: usize| {
        let mut it = Fixture::new(&[]);
        for index in 0..size {
            it.write(
                &format!("{index}.yaml"),
                &capability(&format!("c{index}"), "one"),
            );
        }
        it.look();
        let before = it.folder.reads();
        it.write("3.yaml", &capability("c3", "two"));
        assert_eq!(it.look_at("3.yaml").len(), 1);
        it.folder.reads() - before
    };
    assert_eq!((reads_of_one_edit(10), reads_of_one_edit(300)), (1, 1));
}

#[test]
fn a_file_written_anew_with_the_same_bytes_changes_nothing() {
    let mut it = Fixture::new(&[("a.yaml", &capability("a", "one"))]);
    it.look();
    it.write("a.yaml", &capability("a", "one"));
    assert_eq!(it.look_at("a.yaml"), Vec::<String>::new());
    it.write(
        "a.yaml",
        &format!("# a comment\n---\n{}", capability("a", "one")),
    );
    assert_eq!(it.look_at("a.yaml"), Vec::<String>::new());
}

#[test]
fn a_broken_document_leaves_its_object_stale_and_its_neighbours_live() {
    let two = |second: &str| format!("{}---\n{second}", capability("a", "one"));
    let mut it = Fixture::new(&[("a.yaml", &two(&capability("b", "two")))]);
    it.look();
    it.write(
        "a.yaml",
        &two("apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: b"),
    );
    assert_eq!(it.look(), ["b stale in a.yaml"]);
    assert_eq!(it.codes(), ["InvalidSyntax"]);
    it.write("a.yaml", &two(&capability("b", "yes")));
    assert_eq!(it.look(), Vec::<String>::new());
    assert_eq!(it.codes(), ["AmbiguousScalar"]);
    it.write("a.yaml", &two(&capability("b", "two")));
    assert_eq!(it.look(), ["b=two from a.yaml"]);
    assert!(it.codes().is_empty());
}

#[test]
fn a_broken_document_that_names_another_object_does_not_keep_the_one_it_replaced() {
    let mut it = Fixture::new(&[("a.yaml", &capability("a", "one"))]);
    it.look();
    it.write("a.yaml", &capability("other", "no"));
    assert_eq!(it.look(), ["a gone", "other stale in a.yaml"]);
}

#[test]
fn of_duplicates_the_first_path_is_kept_and_both_are_errors() {
    let mut it = Fixture::new(&[("b.yaml", &capability("x", "second"))]);
    assert_eq!(it.look(), ["x=second from b.yaml"]);
    it.write("a.yaml", &capability("x", "first"));
    assert_eq!(it.look(), ["x=first from a.yaml"]);
    let findings = it.folder.findings();
    let places: Vec<_> = findings
        .iter()
        .map(|finding| (&*finding.file, finding.line))
        .collect();
    assert_eq!(places, [("a.yaml", 1), ("b.yaml", 1)]);
    assert!(
        findings[0]
            .diagnostic
            .message
            .contains("also in b.yaml:1; this one is used")
    );
    it.remove("a.yaml");
    assert_eq!(it.look(), ["x=second from b.yaml"]);
    assert!(it.codes().is_empty());
}

#[test]
fn duplicates_within_one_file_are_errors_too() {
    let twice = format!(
        "{}---\n{}",
        capability("x", "first"),
        capability("x", "second")
    );
    let mut it = Fixture::new(&[("a.yaml", &twice)]);
    assert_eq!(it.look(), ["x=first from a.yaml"]);
    assert_eq!(it.codes(), ["DuplicateObject", "DuplicateObject"]);
}

#[test]
fn an_object_that_moves_to_another_file_never_goes() {
    let mut it = Fixture::new(&[("a.yaml", &capability("x", "one"))]);
    it.look();
    it.remove("a.yaml");
    it.write("z.yaml", &capability("x", "one"));
    assert_eq!(it.look(), ["x=one from z.yaml"]);
}

#[test]
fn a_good_copy_elsewhere_stands_in_for_a_broken_one() {
    let mut it = Fixture::new(&[
        ("a.yaml", &capability("x", "one")),
        ("b.yaml", &capability("x", "two")),
    ]);
    it.look();
    it.write("a.yaml", &capability("x", "on"));
    assert_eq!(it.look(), ["x=two from b.yaml"]);
}

#[cfg(unix)]
#[test]
fn what_a_folder_held_stays_while_the_folder_cannot_be_read() {
    let mut it = Fixture::new(&[("sub/a.yaml", &capability("a", "one"))]);
    it.look();
    assert!(it.folder.is_complete());
    let sub = it.directory.path().join("sub");
    let away = it.directory.path().join(".away");
    fs::rename(&sub, &away).unwrap();
    std::os::unix::fs::symlink(&sub, &sub).unwrap();
    assert_eq!(it.look(), ["a unavailable in sub/a.yaml"]);
    assert!(!it.folder.is_complete());
    fs::remove_file(&sub).unwrap();
    fs::rename(&away, &sub).unwrap();
    assert_eq!(it.look(), ["a=one from sub/a.yaml"]);
    assert!(it.folder.is_complete());
}

#[test]
fn a_folder_that_vanishes_takes_nothing_with_it() {
    let mut it = Fixture::new(&[("a.yaml", &capability("a", "one"))]);
    it.look();
    let path = it.directory.path().to_owned();
    let away = tempfile::tempdir().unwrap();
    fs::rename(&path, away.path().join("x")).unwrap();
    assert_eq!(it.look(), ["a unavailable in a.yaml"]);
    assert!(!it.folder.is_complete());
    fs::rename(away.path().join("x"), &path).unwrap();
    assert_eq!(it.look(), ["a=one from a.yaml"]);
}

#[test]
fn what_an_earlier_process_knew_is_stale_or_gone_by_what_the_files_say_now() {
    let mut it = Fixture::new(&[
        ("broken.yaml", "a: [1"),
        ("good.yaml", &capability("good", "one")),
    ]);
    for (file, name) in [
        ("broken.yaml", "lost"),
        ("good.yaml", "good"),
        ("removed.yaml", "removed"),
        ("good.yaml", "dropped"),
    ] {
        let key = ObjectKey::new(gradus_engine::key::Kind::Capability, "default", name);
        it.folder.remember(&file.into(), &key);
    }
    assert_eq!(
        it.look(),
        [
            "dropped gone",
            "good=one from good.yaml",
            "lost stale in broken.yaml",
            "removed gone"
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_swapped_link_is_another_file() {
    let mut it = Fixture::new(&[
        ("..one/a.yaml", &capability("a", "one")),
        ("..two/a.yaml", &capability("a", "two")),
    ]);
    let root = it.directory.path().to_owned();
    std::os::unix::fs::symlink("..one", root.join("..data")).unwrap();
    std::os::unix::fs::symlink("..data/a.yaml", root.join("a.yaml")).unwrap();
    assert_eq!(it.look(), ["a=one from a.yaml"]);
    std::os::unix::fs::symlink("..two", root.join("..new")).unwrap();
    fs::rename(root.join("..new"), root.join("..data")).unwrap();
    assert_eq!(it.look(), ["a=two from a.yaml"]);
}

#[test]
fn a_sparse_file_of_a_hundred_megabytes_is_refused_unread() {
    let mut it = Fixture::new(&[("a.yaml", &capability("a", "one"))]);
    let huge = fs::File::create(it.directory.path().join("huge.yaml")).unwrap();
    huge.set_len(100 << 20).unwrap();
    assert_eq!(it.look(), ["a=one from a.yaml"]);
    assert_eq!(it.codes(), ["TooLarge"]);
}

#[test]
fn standard_input_is_read_as_a_file() {
    let text = capability("a", "one");
    let reading = scan(&["-".into()], &mut text.as_bytes());
    assert_eq!(reading.documents.len(), 1);
    let broken = scan(&["-".into()], &mut "a: [1".as_bytes());
    assert_eq!(&*broken.findings[0].file, "-");
}

#[test]
fn file_of_others_is_a_note_until_it_holds_an_object() {
    let mut it = Fixture::new(&[("a.yaml", "{{- if .Values.web }}\nkind: Deployment\n")]);
    it.look();
    assert!(it.codes().is_empty());
    assert_eq!(it.folder.notes().len(), 1);
    it.write("a.yaml", &capability("a", "one"));
    assert_eq!(it.look(), ["a=one from a.yaml"]);
    it.write("a.yaml", "{{- if .Values.web }}\nkind: Deployment\n");
    assert_eq!(it.look(), ["a stale in a.yaml"]);
    assert_eq!(it.codes(), ["InvalidSyntax"]);
}

#[cfg(unix)]
#[test]
fn known_file_that_becomes_a_link_out_of_the_folder_is_not_read() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("x.yaml"), "token: !vault secret").unwrap();
    let mut it = Fixture::new(&[("a.yaml", &capability("a", "one"))]);
    it.look();
    let path = it.directory.path().join("a.yaml");
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(outside.path().join("x.yaml"), &path).unwrap();
    let mut touched = watch::PendingScan::default();
    touched.add(&it.folder, &watch::FileEvent::Touched(path));
    assert_eq!(touched.take(), Some(ScanScope::Everything));
    assert_eq!(it.look(), ["a unavailable in a.yaml"]);
    let findings = it.folder.findings();
    assert_eq!(findings[0].diagnostic.code, "LinkLeavesFolder");
    assert!(!it.folder.is_complete());
}

#[cfg(unix)]
#[test]
fn file_that_a_link_leads_to_is_watched_where_it_stands() {
    let mut it = Fixture::new(&[(".store/a.yaml", &capability("a", "one"))]);
    let root = it.directory.path().to_owned();
    std::os::unix::fs::symlink(".store/a.yaml", root.join("a.yaml")).unwrap();
    let looked = it.folder.look(&ScanScope::Everything);
    let store = root.join(".store").canonicalize().unwrap();
    assert!(looked.directories.unwrap().contains(&store));
    let mut touched = watch::PendingScan::default();
    touched.add(&it.folder, &watch::FileEvent::Touched(store.join("a.yaml")));
    assert_eq!(touched.take(), Some(ScanScope::Everything));
}

#[cfg(unix)]
#[test]
fn pipe_is_read_where_it_is_named_and_refused_within_a_folder() {
    let site = tempfile::tempdir().unwrap();
    let pipe = site.path().join("pipe.yaml");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let writer = pipe.clone();
    let writing = std::thread::spawn(move || fs::write(writer, capability("a", "one")).unwrap());
    let reading = scan(std::slice::from_ref(&pipe), &mut std::io::empty());
    writing.join().unwrap();
    assert_eq!(reading.documents.len(), 1);
    assert_eq!(reading.streams.len(), 1);
    let whole = scan(&[site.path().to_owned()], &mut std::io::empty());
    assert_eq!(whole.findings[0].diagnostic.code, "Unreadable");
}

#[test]
fn named_folder_without_a_file_to_read_is_said() {
    let site = tempfile::tempdir().unwrap();
    fs::create_dir_all(site.path().join("full")).unwrap();
    fs::create_dir_all(site.path().join("empty")).unwrap();
    fs::write(site.path().join("full/a.yaml"), capability("a", "one")).unwrap();
    fs::write(site.path().join("empty/readme.md"), "").unwrap();
    let paths = ["full", "empty"].map(|name| site.path().join(name));
    let reading = scan(&paths, &mut std::io::empty());
    let codes: Vec<_> = reading
        .findings
        .iter()
        .map(|it| it.diagnostic.code)
        .collect();
    assert_eq!(codes, ["NothingToRead"]);
}

#[test]
fn several_paths_are_one_set_of_objects() {
    let directory = tempfile::tempdir().unwrap();
    let (one, two) = (
        directory.path().join("one.yaml"),
        directory.path().join("two.yaml"),
    );
    fs::write(&one, capability("x", "one")).unwrap();
    fs::write(&two, capability("x", "two")).unwrap();
    let reading = scan(&[one, two], &mut std::io::empty());
    assert_eq!(reading.documents.len(), 1);
    assert_eq!(reading.findings.len(), 2);
}
