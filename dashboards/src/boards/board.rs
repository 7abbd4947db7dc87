//! Gradus / Board: where every assessment stands, and which falls next.

use super::annotation::at_values;
use super::dashboard::Dashboard;
use super::field::{Field, Override};
use super::grid::{lay_out, row};
use super::panel::Panel;
use super::panels::{Shows, bar_gauge, stat, state_timeline, table, text};
use super::series::{
    ASSESSMENT, date, now, stage, stage_history, titled_stage, top_stage, variables,
};
use super::target::{Target, one_per};
use super::transformation::{highest_first, merge, organize};
use super::words::{LADDER, TO_ASSESSMENT_OF_ROW, TO_ASSESSMENT_OF_SERIES, regressed, stages};

/// The dashboard.
pub(super) fn board() -> Dashboard {
    let mut board = Dashboard::new(
        "gradus-board",
        "Gradus / Board",
        "Where every assessment stands, what moved over the last quarter, and which falls next if nobody acts.",
        "now-90d",
        "5m",
    );
    board.templating.list = variables();
    board.annotations.list = vec![stage_changes()];
    board.panels = lay_out([
        row(6, [(24, current_stages())]),
        row(8, [(24, ladder())]),
        row(10, [(24, history())]),
        row(10, [(24, standing())]),
        row(8, [(24, how_to_read())]),
    ]);
    board
}

/// When the committed stage of each chosen assessment last moved, at that very instant.
pub(super) fn stage_changes() -> super::annotation::Annotation {
    at_values(
        "Stage changes",
        date("assessment:gradus_assessment_stage_changed_timestamp_seconds:max"),
        "{{namespace}}/{{assessment}} ({{model}})",
        one_per(ASSESSMENT).only("a stage was committed"),
    )
}

fn current_stages() -> Panel {
    stat(
        "Stage today",
        "Where does each assessment stand today? The proven stage, in which what is unknown counts as not met, and \
         its title in the model. Not assessed: nothing of the model is declared, or it cannot be scored now.",
        Shows::ValueAndName,
        Field::new("none", "no assessment is chosen")
            .mapped(stages())
            .colored(&LADDER)
            .linked(TO_ASSESSMENT_OF_SERIES),
        vec![Target::now(
            titled_stage(),
            "{{namespace}} / {{assessment}} · {{model}} · {{title}}",
            one_per(ASSESSMENT),
        )],
    )
}

fn ladder() -> Panel {
    bar_gauge(
        "On the ladder of $model",
        "How far up the ladder of its model is each assessment? The last bar is the top of the ladder.",
        Field::new("none", "no assessment of this model")
            .from_zero()
            .mapped(stages())
            .colored(&LADDER)
            .linked(TO_ASSESSMENT_OF_SERIES),
        vec![
            Target::now(stage(), "{{namespace}} / {{assessment}}", one_per(ASSESSMENT)),
            Target::now(top_stage(), "top of {{model}}", one_per(&["model"])),
        ],
    )
    .overridden(vec![Override::of_query("B").color("text")])
    .repeated_by("model", 2)
}

fn history() -> Panel {
    state_timeline(
        "Stage over time",
        "When did which stage stand? The lowest stage of each step is shown, so that no short fall is hidden. \
         A gap: nothing was recorded, for Gradus or Prometheus did not run.",
        Field::new("none", "nothing recorded in this time")
            .mapped(stages())
            .colored(&LADDER),
        vec![Target::history(
            stage_history(),
            "{{namespace}} / {{assessment}} · {{model}}",
            one_per(ASSESSMENT),
        )],
    )
}

/// The columns of the table: what a query answers or a label tells, and its title.
const COLUMNS: [(&str, &str); 15] = [
    ("cluster", "Cluster"),
    ("namespace", "Namespace"),
    ("assessment", "Assessment"),
    ("model", "Model"),
    ("Value #A", "Stage"),
    ("Value #B", "Potential"),
    ("Value #C", "Without waivers"),
    ("Value #D", "Mark"),
    ("Value #E", "Target"),
    ("Value #F", "Missing for the next stage"),
    ("Value #G", "Falls on"),
    ("Value #H", "To stage"),
    ("Value #I", "Regressed"),
    ("Value #J", "Score"),
    ("Value #K", "Urgency"),
];

fn standing() -> Panel {
    let fall = "assessment:gradus_assessment_fall_timestamp_seconds:min";
    let column = |expression: String| Target::columns(expression, one_per(ASSESSMENT));
    let some = |expression: String, when: &'static str| {
        Target::columns(expression, one_per(ASSESSMENT).only(when))
    };
    table(
        "Standing, next fall first",
        "Which assessment falls next if nobody acts, and what is it short of? Potential: if everything unknown were \
         met. Without waivers: with neither waivers nor exclusions. Mark: the highest stage ever committed. \
         Regressed: a fall below the mark stands.",
        Field::new("none", "–"),
        vec![
            column(stage()),
            some(now("assessment:gradus_assessment_potential_stage:max"), "the model has stages"),
            some(now("assessment:gradus_assessment_unwaived_stage:max"), "the model has stages"),
            some(now("assessment:gradus_assessment_high_water_stage:max"), "a stage was committed"),
            some(now("assessment:gradus_assessment_target_stage:max"), "a target is declared"),
            some(now("assessment:gradus_assessment_missing_criteria:max"), "it is assessed"),
            some(date(fall), "a fall is forecast"),
            some(now("assessment:gradus_assessment_fall_stage:min"), "a fall is forecast"),
            column(now("assessment:gradus_assessment_regressed:max")),
            some(now("assessment:gradus_assessment_score:max"), "the model is graded"),
            // Nothing is less urgent than a fall that is not forecast, and Grafana sorts that as zero.
            some(format!("1 / ({} - time())", now(fall)), "a fall is forecast"),
        ],
    )
    .transformed(vec![
        merge(),
        highest_first("Value #K"),
        organize(&COLUMNS, &["Time", "Value #K"]),
    ])
    .overridden(vec![
        Override::of("Stage").mapped(&stages()),
        Override::of("Falls on").unit("dateTimeAsIso"),
        Override::of("Regressed").mapped(&regressed()).colored_text(),
        Override::of("Assessment").linked(&TO_ASSESSMENT_OF_ROW),
    ])
}

fn how_to_read() -> Panel {
    text(
        "How to read this board",
        "What do the words mean?",
        "* **Stage**: what is proven. Unknown never counts as met, and is never shown as unmet.\n\
         * **Potential**: the stage if everything unknown turned out to be met. The difference is what nobody has looked at.\n\
         * **Without waivers**: the stage with neither approved exceptions nor exclusions. A waiver ends on a known day.\n\
         * **Mark**: the highest stage ever committed under this model. Below it a regression stands, and an alert was sent.\n\
         * **Falls on**: attestations, waivers and awards end on known days. This is the first that takes a stage with it.\n\
         * **Not assessed**: nothing of the model is declared, or it cannot be scored now. It is neither good nor bad: nobody knows.\n\
         \n\
         An assessment's name leads to why it stands where it stands. Stages of different models cannot be compared.",
    )
}
