//! The one sentence that says how an assessment stands and what moved it last.

use gradus_engine::ledger::{Entry, Fall};
use gradus_engine::object::EngagementState;
use gradus_engine::verdict::{Suspension, Transition};
use gradus_engine::view::AssessmentView;

use super::calendar::day;
use super::cause;

/// How an assessment stands and what moved it last, in one or two sentences for a person.
pub fn sentence(view: &AssessmentView) -> String {
    if let Some(problem) = &view.problem {
        return not_scored(view, &problem.message);
    }
    match view.suspended() {
        Some(Suspension::Paused) => format!("{} {}", pause(view), computed(view)),
        Some(Suspension::NotEngaged) => format!("Not engaged{}. {}", because(view), computed(view)),
        Some(Suspension::Withdrawn) => format!("Withdrawn{}. {}", because(view), computed(view)),
        Some(Suspension::Descriptive) | None if !view.assessed => {
            "Not assessed: nothing that this model asks for is declared.".to_owned()
        }
        Some(Suspension::Descriptive) => {
            format!("{} Descriptive: its falls are not raised.", described(view))
        }
        None => moved(view),
    }
}

fn not_scored(view: &AssessmentView, problem: &str) -> String {
    let problem = problem.trim_end_matches('.');
    match view.shown_stage() {
        Some(stage) => format!("Cannot be scored now: {problem}. The last stage, {stage}, stays."),
        None => format!("Cannot be scored now: {problem}."),
    }
}

fn pause(view: &AssessmentView) -> String {
    let engagement = &view.spec.engagement;
    let since = engagement
        .since
        .map(|date| format!(" since {}", date.strftime("%-d %b %Y")))
        .unwrap_or_default();
    let until = engagement
        .until
        .map(|date| format!(" until {}", date.strftime("%-d %b %Y")))
        .unwrap_or_default();
    let promised = if engagement.state == EngagementState::Paused {
        until
    } else {
        String::new()
    };
    format!("Paused{since}{promised}{}.", because(view))
}

fn because(view: &AssessmentView) -> String {
    match &view.spec.engagement.reason {
        Some(reason) => format!(": {}", reason.trim_end_matches('.')),
        None => String::new(),
    }
}

/// What is computed though nothing of it is committed.
fn computed(view: &AssessmentView) -> String {
    match (view.assessed, view.stage) {
        (false, _) => "Nothing that this model asks for is declared.".to_owned(),
        (true, Some(stage)) => format!("Computed and not committed: stage {stage}."),
        (true, None) => no_overall(view),
    }
}

fn described(view: &AssessmentView) -> String {
    view.stage
        .map_or_else(|| no_overall(view), |stage| format!("Stage {stage}."))
}

fn moved(view: &AssessmentView) -> String {
    match (
        view.ledger.standing.first(),
        view.ledger.history.last(),
        view.stage,
    ) {
        (Some(fall), _, _) => fell(view, fall),
        (None, _, Some(stage)) if view.ledger.stage.is_some_and(|committed| committed > stage) => {
            below(view, stage)
        }
        (None, Some(entry), Some(stage)) if entry.domain.is_none() => since(view, entry, stage),
        (None, ..) => described(view),
    }
}

fn fell(view: &AssessmentView, fall: &Fall) -> String {
    let why = cause(
        fall.cause,
        fall.capability.as_deref(),
        fall.evidence.as_deref(),
    );
    let (whose, of) = match &fall.domain {
        Some(domain) => (
            format!("{} fell", domain_title(view, domain)),
            String::new(),
        ),
        None => (
            "Fell".to_owned(),
            match view.stage {
                Some(stage) if stage > fall.to => {
                    format!(" At stage {stage} since, still below the mark.")
                }
                _ => String::new(),
            },
        ),
    };
    format!(
        "{whose} from stage {} to stage {} on {}: {why}.{of}",
        fall.from,
        fall.to,
        day(fall.since)
    )
}

fn domain_title<'a>(view: &'a AssessmentView, name: &'a str) -> &'a str {
    let domain = view
        .domains
        .iter()
        .find(|domain| domain.name.as_ref() == name);
    domain.map_or(name, |domain| domain.title.as_str())
}

/// Below the committed stage and not yet a fall: `holdFor` runs.
fn below(view: &AssessmentView, stage: u32) -> String {
    let since = view
        .ledger
        .below_since
        .map(|at| format!(" since {}", day(at)))
        .unwrap_or_default();
    let mark = view.ledger.stage.unwrap_or(stage);
    format!("At stage {stage}{since}, below stage {mark}: a fall if it stays there.")
}

/// Since when the stage holds is known from the first rise or fall on, not from the first measurement.
fn since(view: &AssessmentView, entry: &Entry, stage: u32) -> String {
    let at = day(view.ledger.stage_changed_at.unwrap_or(entry.at));
    let before = view
        .ledger
        .history
        .iter()
        .rev()
        .nth(1)
        .and_then(|before| before.from);
    let measured = day(entry.at);
    match entry.from {
        _ if entry.to == stage && entry.transition == Transition::NewMark => {
            format!("Stage {stage}, measured anew on {measured}.")
        }
        None if entry.to == stage && entry.transition == Transition::Rise => {
            format!("Stage {stage}, first measured on {measured}.")
        }
        Some(from)
            if from < stage && entry.to == stage && before.is_some_and(|before| before > from) =>
        {
            format!("Back at stage {stage} since {at}, after a fall to stage {from}.")
        }
        Some(from) if from < stage && entry.to == stage => {
            format!("Rose from stage {from} to stage {stage} on {at}.")
        }
        _ => format!("Stage {stage} since {at}."),
    }
}

/// Models without an overall stage speak in points, or in domains.
fn no_overall(view: &AssessmentView) -> String {
    match &view.score {
        Some(score) if score.known < score.of => {
            format!(
                "{} points, from {} of {} answers.",
                score.shown, score.known, score.of
            )
        }
        Some(score) => format!("{} points.", score.shown),
        None => format!(
            "No overall stage: {} domains stand on their own.",
            view.domains.len()
        ),
    }
}
