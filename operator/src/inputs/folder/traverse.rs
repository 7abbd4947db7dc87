//! Which files of a folder are read: YAML and JSON, in sub-folders too, ignore files honoured,
//! nothing hidden.

use gradus_manifests::finding::Finding;

use super::descent::Descent;
use super::root::{FoundFile, Root, Stamp, Traversal, reason, unreadable};

impl Root {
    /// Looks at everything below, and reads no document. What a link shows of another of the `roots` is left to that
    /// one.
    pub fn walk(&self, roots: &[Self]) -> Traversal {
        let mut walk = Traversal::default();
        match self.path.metadata() {
            Ok(metadata) if metadata.is_dir() => {
                walk = Descent::new(self, roots).walk();
            }
            Ok(metadata) => walk.files.push(FoundFile {
                name: self.name(&self.path),
                path: self.path.clone(),
                stamp: Stamp::of(&metadata),
            }),
            Err(error) => walk.unreadable.push(Finding::of_file(
                &self.name(&self.path),
                unreadable(&reason(&error)),
            )),
        }
        walk.files.sort_by(|one, other| one.name.cmp(&other.name));
        walk
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn names(root: &Path) -> Vec<String> {
        Root::relative(root)
            .walk(&[])
            .files
            .iter()
            .map(|file| file.name.to_string())
            .collect()
    }

    #[test]
    fn yaml_and_json_are_met_in_sub_folders_and_nothing_hidden_or_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for directory in ["sites/north", ".gradus/v1", "vendor"] {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        for file in [
            "b.yaml",
            "a.YML",
            "sites/north/c.json",
            "readme.md",
            ".hidden.yaml",
            ".gradus/v1/x.yaml",
            "vendor/v.yaml",
            "ignored.yaml",
            "b.yaml~",
        ] {
            fs::write(root.join(file), "").unwrap();
        }
        fs::write(root.join(".gitignore"), "vendor/\n").unwrap();
        fs::write(root.join(".ignore"), "ignored.yaml\n").unwrap();
        assert_eq!(names(root), ["a.YML", "b.yaml", "sites/north/c.json"]);
    }

    #[test]
    fn ignore_files_count_within_the_folder_alone_and_what_they_leave_out_is_said() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = home.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(".gitignore", "*\n");
        write(".ignore", "caps*\n");
        write("site/.git/info/exclude", "caps.yaml\n");
        write("site/caps.yaml", "");
        write("site/old-1.yaml", "");
        write("site/old-2.yaml", "");
        write("site/notes.txt", "");
        write("site/build/out.yaml", "");
        write("site/build/kept/in.yaml", "");
        write("site/.gitignore", "# ours\nold-*\nbuild/\n*.txt\n");
        write("site/other/.git/HEAD", "");
        write("site/other/old-3.yaml", "");
        let site = home.path().join("site");
        assert_eq!(
            names(&site),
            ["caps.yaml", "other/old-3.yaml"],
            "the .gitignore of another repository does not count"
        );
        let notes = Root::relative(&site).walk(&[]).notes;
        let said: Vec<String> = notes.iter().map(ToString::to_string).collect();
        assert_eq!(notes.len(), 2, "{said:?}");
        assert!(
            said[0].starts_with(".gitignore:3:1: `build/` leaves out 1 folder"),
            "{said:?}"
        );
        assert!(
            said[1].starts_with(".gitignore:2:1: `old-*` leaves out 2 files"),
            "{said:?}"
        );
        write("site/.ignore", "!old-2.yaml\n!build/\n");
        assert_eq!(
            names(&site),
            [
                "build/kept/in.yaml",
                "build/out.yaml",
                "caps.yaml",
                "old-2.yaml",
                "other/old-3.yaml"
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_within_the_folder_are_followed_once_and_others_are_said() {
        use std::os::unix::fs::symlink;
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("site");
        fs::create_dir_all(root.join("..2026/deep")).unwrap();
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::create_dir_all(home.path().join("site-of-others")).unwrap();
        fs::write(root.join("..2026/a.yaml"), "").unwrap();
        fs::write(root.join("..2026/deep/c.yaml"), "").unwrap();
        fs::write(root.join("sub/b.yaml"), "").unwrap();
        fs::write(home.path().join("secret.yaml"), "").unwrap();
        for (target, link) in [
            ("..2026", "..data"),
            ("..data/a.yaml", "a.yaml"),
            ("..data/deep", "deep"),
            ("sub/b.yaml", "a-second-name.yaml"),
            (".", "loop"),
            ("nowhere.yaml", "gone.yaml"),
            ("nowhere", ".#lock"),
            ("../secret.yaml", "secret.yaml"),
            ("../site-of-others", "others"),
            ("/", "all"),
            ("../secret.yaml", "notes.txt"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        assert_eq!(names(&root), ["a.yaml", "deep/c.yaml", "sub/b.yaml"]);
        let walk = Root::relative(&root).walk(&[]);
        let mut said: Vec<_> = walk
            .unreadable
            .iter()
            .map(|it| (&*it.file, it.diagnostic.code))
            .collect();
        said.sort_unstable();
        assert_eq!(
            said,
            [
                ("all", "LinkLeavesFolder"),
                ("gone.yaml", "Unreadable"),
                ("others", "LinkLeavesFolder"),
                ("secret.yaml", "LinkLeavesFolder"),
            ]
        );
        let link = home.path().join("current");
        symlink("site", &link).unwrap();
        assert_eq!(names(&link), ["a.yaml", "deep/c.yaml", "sub/b.yaml"]);
        let roots = [
            Root::as_given(&root),
            Root::as_given(home.path().join("secret.yaml")),
        ];
        let codes = roots[0].walk(&roots).unreadable;
        assert!(
            !codes.iter().any(|it| it.file.ends_with("secret.yaml")),
            "{codes:?}"
        );
    }

    #[test]
    fn what_is_rendered_by_other_tools_is_noted_and_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |name: &str, text: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("chart/Chart.yaml", "");
        write("chart/values.yaml", "");
        write("chart/templates/deep/web.yaml", "{{ if }}");
        write("templates/plain.yaml", "");
        write("base/kustomization.yaml", "resources: [site.yaml]\n");
        write("base/site.yaml", "");
        write(
            "north/kustomization.yml",
            "resources: [../base, extra.yaml]\npatches: [{path: ./fail.yaml}, {path: more/ops.yaml}]\n",
        );
        write("north/fail.yaml", "");
        write("north/extra.yaml", "");
        write("north/more/ops.yaml", "");
        write(
            "south/Kustomization",
            "patchesStrategicMerge: [drop.yaml]\n",
        );
        write("south/drop.yaml", "");
        assert_eq!(
            names(root),
            [
                "base/kustomization.yaml",
                "base/site.yaml",
                "chart/Chart.yaml",
                "chart/values.yaml",
                "north/extra.yaml",
                "templates/plain.yaml"
            ]
        );
        let notes = Root::relative(root).walk(&[]).notes;
        let mut said: Vec<_> = notes
            .iter()
            .map(|it| (&*it.file, it.diagnostic.code))
            .collect();
        said.sort_unstable();
        assert_eq!(
            said,
            [
                ("chart/templates", "HelmChart"),
                ("north/kustomization.yml", "Kustomization"),
                ("south/Kustomization", "Kustomization")
            ]
        );
    }

    #[test]
    fn a_file_given_by_itself_is_met_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("site.txt");
        fs::write(&file, "").unwrap();
        assert_eq!(Root::as_given(&file).walk(&[]).files.len(), 1);
    }

    #[test]
    fn a_folder_that_is_not_there_is_unreadable() {
        assert_eq!(
            Root::as_given("/nowhere/at/all").walk(&[]).unreadable.len(),
            1
        );
    }

    #[test]
    fn name_of_a_file_is_one_line_and_two_files_have_two_names() {
        let root = Root::relative("/x");
        let name = |file: &str| root.name(&Path::new("/x").join(file)).to_string();
        assert_eq!(name("a\nerror: b.yaml"), "a\\nerror: b.yaml");
        assert_eq!(name("\u{9b}31m\u{202e}.yaml"), "\\u{9b}31m\\u{202e}.yaml");
        assert_ne!(name("a\u{1}.yaml"), name("a\u{2}.yaml"));
    }

    #[test]
    fn names_are_as_a_person_reaches_them() {
        assert_eq!(
            &*Root::as_given("./sites/").name(Path::new("./sites/a.yaml")),
            "sites/a.yaml"
        );
        assert_eq!(&*Root::as_given(".").name(Path::new("./a.yaml")), "a.yaml");
        assert_eq!(
            &*Root::relative("/x").name(Path::new("/x/y/a.yaml")),
            "y/a.yaml"
        );
    }
}
