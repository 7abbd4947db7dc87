//! Gradus / Assessment: why one assessment stands where it stands, and what ends next.

use super::board::stage_changes;
use super::dashboard::Dashboard;
use super::field::{Field, Override, texts};
use super::grid::{lay_out, row};
use super::panel::Panel;
use super::panels::{Lines, Shows, bar_gauge, stat, state_timeline, table, time_series};
use super::series::{
    ASSESSMENT, BY_ASSESSMENT, CHOSEN, CHOSEN_NAMESPACES, CHOSEN_OF_ANY_MODEL, now, titled_stage,
    top_stage, variables,
};
use super::target::{Target, one_per};
use super::transformation::{highest_first, lowest_first, merge, organize};
use super::words::{CAUSES, CLASSES, LADDER, STATES, VERDICTS, Word, stages};

/// What names a domain in every cluster.
const DOMAIN: &[&str] = &["cluster", "namespace", "assessment", "model", "domain"];
/// What names a capability in every cluster.
const CAPABILITY: &[&str] = &["cluster", "namespace", "capability"];
/// Which capabilities the chosen assessments rest on.
const AT_STAKE: &str = "capability:gradus_capability_impact_criteria:max";

/// The dashboard.
pub(super) fn assessment() -> Dashboard {
    let mut board = Dashboard::new(
        "gradus-assessment",
        "Gradus / Assessment",
        "Why an assessment stands where it stands, what is unknown or missing, and what ends next. Choose one at the top.",
        "now-30d",
        "5m",
    );
    board.templating.list = variables();
    board.annotations.list = vec![stage_changes()];
    board.panels = lay_out([
        row(
            5,
            [
                (6, stage_today()),
                (4, potential()),
                (4, without_waivers()),
                (3, mark()),
                (3, target()),
                (4, next_fall()),
            ],
        ),
        row(6, [(24, why_it_fell())]),
        row(9, [(8, domains()), (16, domains_over_time())]),
        row(9, [(12, criteria()), (12, evidence_classes())]),
        row(10, [(12, what_is_missing()), (12, what_ends())]),
    ]);
    board
}

fn stage_stat(title: &'static str, description: &'static str, target: Target) -> Panel {
    let field = Field::new("none", "none").mapped(stages()).colored(&LADDER);
    stat(title, description, Shows::Auto, field, vec![target])
}

fn stage_today() -> Panel {
    let target = Target::now(
        titled_stage(),
        "{{assessment}} · {{model}} · {{title}}",
        one_per(ASSESSMENT),
    );
    stat(
        "Stage",
        "Where does it stand today? What is unknown counts as not met. Not assessed: nothing of the model is declared, \
         or it cannot be scored now.",
        Shows::ValueAndName,
        Field::new("none", "no assessment is chosen")
            .mapped(stages())
            .colored(&LADDER),
        vec![target],
    )
}

fn potential() -> Panel {
    stage_stat(
        "Potential",
        "Where would it stand if everything unknown were met?",
        Target::now(
            now("assessment:gradus_assessment_potential_stage:max"),
            "{{assessment}}",
            one_per(ASSESSMENT).only("it is assessed and the model has stages"),
        ),
    )
}

fn without_waivers() -> Panel {
    stage_stat(
        "Without waivers",
        "Where would it stand with neither approved exceptions nor exclusions?",
        Target::now(
            now("assessment:gradus_assessment_unwaived_stage:max"),
            "{{assessment}}",
            one_per(ASSESSMENT).only("it is assessed and the model has stages"),
        ),
    )
}

fn mark() -> Panel {
    stage_stat(
        "Mark",
        "What is the highest stage that was ever committed? Below it, a regression stands.",
        Target::now(
            now("assessment:gradus_assessment_high_water_stage:max"),
            "{{assessment}}",
            one_per(ASSESSMENT).only("a stage was committed"),
        ),
    )
}

fn target() -> Panel {
    stage_stat(
        "Target",
        "Which stage is aimed at? None: no target is declared.",
        Target::now(
            now("assessment:gradus_assessment_target_stage:max"),
            "{{assessment}}",
            one_per(ASSESSMENT).only("a target is declared"),
        ),
    )
}

fn next_fall() -> Panel {
    let fall =
        format!("min(assessment:gradus_assessment_fall_timestamp_seconds:min{{{CHOSEN}}}) * 1000");
    stat(
        "Next fall",
        "When does the stage fall if nobody acts? Of several chosen assessments, the first.",
        Shows::Auto,
        Field::new("dateTimeFromNow", "none is forecast"),
        vec![Target::now(
            fall,
            "next fall",
            one_per(&[]).only("a fall is forecast"),
        )],
    )
}

fn why_it_fell() -> Panel {
    let info = "assessment:gradus_assessment_regression_info:max";
    let labels = format!("{BY_ASSESSMENT}, cause, capability, evidence");
    let columns = [
        ("cluster", "Cluster"),
        ("namespace", "Namespace"),
        ("assessment", "Assessment"),
        ("model", "Model"),
        ("cause", "Cause"),
        ("capability", "Capability"),
        ("evidence", "Evidence"),
    ];
    table(
        "Why it fell",
        "Why is it below its mark, and which capability and evidence decided? Of several falls that stand, the worst.",
        Field::new("none", "no fall stands"),
        vec![Target::columns(
            format!("max by ({labels}) ({info}{{{CHOSEN}}})"),
            one_per(ASSESSMENT).only("it is regressed"),
        )],
    )
    .transformed(vec![organize(&columns, &["Time", "Value"])])
    .overridden(vec![Override::of("Cause").mapped(&[texts(&CAUSES)]).colored_text()])
}

fn domains() -> Panel {
    let stage = format!(
        "max by ({BY_ASSESSMENT}, domain) (assessment:gradus_assessment_domain_stage:max{{{CHOSEN}}})"
    );
    bar_gauge(
        "Domains today",
        "Which domain is furthest behind? The last bar is the top of the ladder.",
        Field::new("none", "the model reports no domains")
            .from_zero()
            .mapped(stages())
            .colored(&LADDER),
        vec![
            Target::now(
                stage,
                "{{domain}}",
                one_per(DOMAIN).only("it is assessed and the model reports domains"),
            ),
            Target::now(top_stage(), "top of {{model}}", one_per(&["model"])),
        ],
    )
    .overridden(vec![Override::of_query("B").color("text")])
}

/// A domain has a stage only while the whole is assessed. While it is not, -1 stands for every domain that had
/// one within the last day.
fn domain_history() -> String {
    let domain = "assessment:gradus_assessment_domain_stage:max";
    let by = format!("{BY_ASSESSMENT}, domain");
    format!(
        "-1 + 0 * max by ({by}) (last_over_time({domain}{{{CHOSEN}}}[1d]))\n\
         and on ({BY_ASSESSMENT})\n  \
           min by ({BY_ASSESSMENT}) (min_over_time(assessment:gradus_assessment_assessed:max{{{CHOSEN}}}[$__interval])) == 0\n\
         or\n\
         min by ({by}) (min_over_time({domain}{{{CHOSEN}}}[$__interval]))"
    )
}

fn domains_over_time() -> Panel {
    state_timeline(
        "Domains over time",
        "Which domain moved when? The lowest stage of each step is shown. A gap: nothing was recorded.",
        Field::new("none", "nothing recorded in this time")
            .mapped(stages())
            .colored(&LADDER),
        vec![Target::history(
            domain_history(),
            "{{assessment}} · {{domain}}",
            one_per(DOMAIN).only("it is assessed and the model reports domains"),
        )],
    )
}

/// The mean over a step: it adds up to all criteria, and no short moment leaves it untouched.
fn counted(label: &str, metric: &str) -> String {
    format!("sum by ({label}) (avg_over_time({metric}{{{CHOSEN}}}[$__interval]))")
}

fn by_word(words: &[Word]) -> Vec<Override> {
    let by_word = words
        .iter()
        .map(|(label, text, color)| Override::of(label).named(text).color(color));
    by_word.collect()
}

fn criteria() -> Panel {
    time_series(
        "Criteria by verdict",
        "How much is met, and how much does nobody know? Held: a lesser state stands, because the better one is claimed. \
         Waived: it counts by an approved exception. Nothing is drawn while it cannot be scored.",
        Lines::Stacked,
        Field::new("none", "it cannot be scored").whole().color_per_series(),
        vec![Target::history(
            counted("verdict", "assessment:gradus_assessment_criteria:max"),
            "{{verdict}}",
            one_per(&["verdict"]),
        )],
    )
    .step_of_at_least("2m")
    .overridden(by_word(&VERDICTS))
}

fn evidence_classes() -> Panel {
    time_series(
        "Criteria by evidence",
        "How much of it is real? Probed: a machine looked. Attested: a named person answers for it. Declared: somebody \
         wrote it down.",
        Lines::Stacked,
        Field::new("none", "it cannot be scored").whole().color_per_series(),
        vec![Target::history(
            counted("class", "assessment:gradus_assessment_evidence_criteria:max"),
            "{{class}}",
            one_per(&["class"]),
        )],
    )
    .step_of_at_least("2m")
    .overridden(by_word(&CLASSES))
}

/// Criteria that would be lost with each capability that is not there, in one order of impact.
fn stake(order: &str) -> String {
    let missing = missing();
    format!(
        "sum by (cluster, namespace, capability) ({AT_STAKE}{{{CHOSEN_OF_ANY_MODEL}, order=\"{order}\"}})\n\
         and on (cluster, namespace, capability)\n  {missing}"
    )
}

fn missing() -> String {
    format!(
        "max by (cluster, namespace, capability, state) (capability:gradus_capability_state:max{{{CHOSEN_NAMESPACES}, \
         state!~\"proven|declared\"}}) == 1"
    )
}

fn what_is_missing() -> Panel {
    let rested_on = format!(
        "{missing}\nand on (cluster, namespace, capability)\n  \
           max by (cluster, namespace, capability) ({AT_STAKE}{{{CHOSEN_OF_ANY_MODEL}}})",
        missing = missing(),
    );
    let columns = [
        ("cluster", "Cluster"),
        ("namespace", "Namespace"),
        ("capability", "Capability"),
        ("state", "State"),
        ("Value #B", "Criteria"),
        ("Value #C", "Through what depends on it"),
    ];
    let some = |expression: String| {
        Target::columns(
            expression,
            one_per(CAPABILITY).only("a capability is not there"),
        )
    };
    table(
        "Capabilities that are not there",
        "Which capability is unknown, refuted, degraded or absent, and how many criteria are at stake? Most first.",
        Field::new("none", "every capability that it rests on is there"),
        vec![some(rested_on), some(stake("primary")), some(stake("secondary"))],
    )
    .transformed(vec![
        merge(),
        highest_first("Value #B"),
        organize(&columns, &["Time", "Value #A"]),
    ])
    .overridden(vec![Override::of("State").mapped(&[texts(&STATES)]).colored_text()])
}

/// Attestations of what the chosen assessments rest on, and their waivers, that end within 90 days. A probe looks
/// again by itself and has no place here.
fn ending() -> String {
    format!(
        "(\n  \
           min by (cluster, namespace, kind, evidence, capability) (evidence:gradus_evidence_expiry_timestamp_seconds:min\
             {{{CHOSEN_NAMESPACES}, kind=\"attestation\"}})\n  \
           and on (cluster, namespace, capability)\n    \
             max by (cluster, namespace, capability) ({AT_STAKE}{{{CHOSEN_OF_ANY_MODEL}}})\n  \
           or\n  \
           min by (cluster, namespace, kind, evidence, assessment) (label_replace(label_replace(\
             waiver:gradus_waiver_expiry_timestamp_seconds:min{{{CHOSEN_OF_ANY_MODEL}}}, \
             \"evidence\", \"$1\", \"waiver\", \"(.+)\"), \"kind\", \"waiver\", \"\", \"\"))\n\
         ) < time() + 90 * 86400"
    )
}

fn what_ends() -> Panel {
    let columns = [
        ("cluster", "Cluster"),
        ("namespace", "Namespace"),
        ("kind", "Kind"),
        ("evidence", "Name"),
        ("capability", "Capability"),
        ("assessment", "Assessment"),
        ("Value", "Ends"),
    ];
    let ends = one_per(&[
        "cluster",
        "namespace",
        "kind",
        "evidence",
        "capability",
        "assessment",
    ]);
    table(
        "What ends within 90 days",
        "Which attestation or waiver ends next? What has ended already stays here until it is renewed or removed.",
        Field::new("none", "nothing ends within 90 days"),
        vec![Target::columns(
            format!("{} * 1000", ending()),
            ends.only("an attestation or a waiver ends within 90 days"),
        )],
    )
    .transformed(vec![lowest_first("Value"), organize(&columns, &["Time"])])
    .overridden(vec![Override::of("Ends").unit("dateTimeAsIso")])
}
