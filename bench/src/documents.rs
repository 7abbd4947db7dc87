//! Documents beside the YAML crate alone, and one edit beside the same edit in a smaller folder.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, anyhow, ensure};
use gradus_crds::capability::CapabilitySpec;
use gradus_crds::{Document, library};
use gradus_engine::delta::Delta;
use gradus_engine::fact::FactValue;
use gradus_engine::interner::Interner;
use gradus_engine::key::Name;
use gradus_engine::object::{Claim, Object};
use gradus_engine::program::Program;
use gradus_operator::inputs::folder::scan;
use gradus_operator::modes::folder::{FolderOperator, FolderOptions, score_once};
use gradus_operator::outputs::web::PublishedState;
use rayon::prelude::*;
use tempfile::TempDir;

use crate::estate::{Estate, noon};
use crate::measure::{race, timed};
use crate::report::{Bound, Report};

/// Capabilities of a site; each site is a file of so many documents.
const KINDS: usize = 75;
/// Sites of the folder that is scored: 110,025 documents.
const SITES: usize = 1_467;
/// Files of the folders that are watched, one document each.
const WATCHED: [usize; 2] = [20_000, 1_000];
/// How long an edit may take before it counts as lost.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The most files that one edit may have read, whatever the folder's size: the file, and the same
/// file again while its time may still hide another write.
const READS: u64 = 4;
const MODEL: &str = "infram-2018";

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let types = types()?;
    let folder = tempfile::tempdir()?;
    let files = estate(folder.path(), &types)?;
    let paths = [folder.path().to_path_buf()];

    let reading = scan(&paths, &mut std::io::empty());
    ensure!(
        reading.findings.is_empty(),
        "{:?}",
        reading.findings.first()
    );
    ensure!(
        reading.documents.len() == SITES * (KINDS + 1),
        "{} objects",
        reading.documents.len()
    );
    let snapshot = score_once(reading, noon());
    ensure!(snapshot.assessments.size() == SITES, "every site is scored");
    drop(snapshot);
    ensure!(
        decode(&files)? == SITES * KINDS,
        "the peer reads every capability"
    );

    let against = race(
        |_| timed(|| score_once(scan(&paths, &mut std::io::empty()), noon())),
        |_| timed(|| decode(&files).unwrap_or_default()),
    );
    report.add(
        &format!("reading and scoring {} YAML documents", SITES * KINDS),
        "serde-saphyr 2.1 decoding them, all cores",
        &against,
        Bound::AtMost(1.5),
    );
    watch(report, &types)
}

/// Types that the model asks for, and more until there are enough.
fn types() -> Result<Vec<Name>> {
    let model = library::find(MODEL).context("a model of the library")?;
    let mut names = Interner::default();
    let program =
        Program::compile_with(model, &mut names).map_err(|findings| anyhow!("{findings:?}"))?;
    let more = (0..KINDS).map(|number| format!("type-{number}").into());
    Ok(program
        .types(&names)
        .into_iter()
        .chain(more)
        .take(KINDS)
        .collect())
}

/// The peer: every document decoded into the same types, and nothing else.
fn decode(files: &[PathBuf]) -> Result<usize> {
    files
        .par_iter()
        .map(|file| {
            let text = std::fs::read_to_string(file)?;
            let documents: Vec<Document<CapabilitySpec>> = serde_saphyr::from_multiple(&text)?;
            Ok(std::hint::black_box(documents).len())
        })
        .sum()
}

/// A file for every site, and one with every assessment; returns those of the sites.
fn estate(folder: &Path, types: &[Name]) -> Result<Vec<PathBuf>> {
    let mut assessments = String::new();
    let mut files = Vec::with_capacity(SITES);
    for site in 0..SITES {
        let documents: String = (0..KINDS)
            .map(|kind| capability(site, kind, types, 0))
            .collect::<Result<_>>()?;
        let file = folder.join(format!("{}.yaml", Estate::site(site)));
        std::fs::write(&file, documents)?;
        files.push(file);
        assessments.push_str(&assessment(&Estate::site(site)));
    }
    std::fs::write(folder.join("assessments.yaml"), assessments)?;
    Ok(files)
}

fn assessment(site: &str) -> String {
    format!(
        "---\napiVersion: gradus.dev/v1alpha1\nkind: Assessment\nmetadata:\n  name: infram\n  \
         namespace: {site}\nspec:\n  model: {{name: {MODEL}}}\n"
    )
}

fn capability(site: usize, kind: usize, types: &[Name], turn: usize) -> Result<String> {
    let Delta::Upsert {
        key,
        object: Object::Capability(capability),
        ..
    } = Estate::change(site, kind, turn)
    else {
        return Err(anyhow!("the estate makes capabilities"));
    };
    let kind = types
        .get(kind % types.len())
        .context("a type for every capability")?;
    let claim = if capability.claim == Claim::Present {
        "Present"
    } else {
        "Absent"
    };
    let team = capability.owner.team.unwrap_or_default();
    let mut text = format!(
        "---\napiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata:\n  name: {}\n  \
         namespace: {}\nspec:\n  type: {kind}\n  claim: {claim}\n  owner:\n    team: {team}\n    \
         contact: {team}@hospital.example\n  facts:\n",
        key.name, key.namespace,
    );
    for (name, value) in &capability.facts {
        match value {
            FactValue::Boolean(holds) => writeln!(text, "    {name}: {holds}")?,
            FactValue::Integer(number) => writeln!(text, "    {name}: {number}")?,
            FactValue::Text(word) => writeln!(text, "    {name}: \"{word}\"")?,
        }
    }
    Ok(text)
}

/// One file edited under watch, in a large folder and in a small one.
fn watch(report: &mut Report, types: &[Name]) -> Result<()> {
    let [large, small] = WATCHED.map(|files| Watched::start(files, types));
    let (mut large, mut small) = (large?, small?);
    let trouble = Cell::new(None);
    let noted = |edited: Result<Duration>| {
        edited.unwrap_or_else(|error| {
            trouble.set(Some(error));
            Duration::ZERO
        })
    };
    let against = race(
        |round| noted(large.edit(round, types)),
        |round| noted(small.edit(round, types)),
    );
    if let Some(error) = trouble.take() {
        return Err(error);
    }
    let [many, few] = WATCHED;
    report.add(
        &format!("one file edited under watch, of {many} files, until it is published"),
        &format!("the same, of {few} files"),
        &against,
        Bound::AtMost(1.5),
    );
    Ok(())
}

/// A folder that is scored as it changes.
struct Watched {
    folder: TempDir,
    beside: TempDir,
    operator: FolderOperator,
}

impl Watched {
    fn start(files: usize, types: &[Name]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for file in 0..files {
            let path = Self::file(folder.path(), file);
            std::fs::create_dir_all(path.parent().context("a folder")?)?;
            let old = std::fs::File::create(path)?;
            (&old).write_all(capability(file / KINDS, file % KINDS, types, 0)?.as_bytes())?;
            // Files just written are read twice, since their times may hide another write.
            old.set_modified(SystemTime::now() - Duration::from_hours(1))?;
        }
        let sites = (0..files.div_ceil(KINDS)).map(Estate::site);
        let assessments: String = sites.map(|site| assessment(&site)).collect();
        std::fs::write(folder.path().join("assessments.yaml"), assessments)?;
        let operator = FolderOperator::start(&FolderOptions {
            state: Some(folder.path().join(".gradus")),
            ..FolderOptions::new(folder.path())
        })?;
        let watched = Self {
            folder,
            beside: tempfile::tempdir()?,
            operator,
        };
        watched.rest(Duration::from_secs(4));
        Ok(watched)
    }

    fn file(folder: &Path, file: usize) -> PathBuf {
        folder.join(format!("{:03}/{:05}.yaml", file / KINDS, file))
    }

    /// Waits until nothing was published for a while: all is read, scored and kept.
    fn rest(&self, quiet: Duration) {
        let feed = self.operator.feed();
        let mut seen = 0;
        let mut since = Instant::now();
        while seen == 0 || since.elapsed() < quiet {
            std::thread::sleep(Duration::from_millis(50));
            let version = *feed.changed().borrow();
            if version != seen || !feed.shows_state() {
                (seen, since) = (version, Instant::now());
            }
        }
    }

    /// Edits one file, and says how long it took until the change was published.
    fn edit(&mut self, round: usize, types: &[Name]) -> Result<Duration> {
        let feed = self.operator.feed();
        let reads = feed.published().work.reads;
        let text = capability(3, 4, types, round + 1)?;
        // Put in place at once, so that there is one event and never half a file.
        let new = self.beside.path().join("new.yaml");
        std::fs::write(&new, text)?;
        let start = Instant::now();
        std::fs::rename(new, Self::file(self.folder.path(), 3 * KINDS + 4))?;
        while feed.published().work.reads == reads {
            ensure!(start.elapsed() < TIMEOUT, "an edit is never seen");
            std::thread::sleep(Duration::from_micros(20));
        }
        let time = start.elapsed();
        self.rest(Duration::from_millis(1_500));
        let read = feed.published().work.reads - reads;
        ensure!(read <= READS, "{read} files are read for one edit");
        Ok(time)
    }
}
