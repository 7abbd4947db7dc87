//! A scene in words, for somebody who looks into a difference.

use std::fmt::Write;

use gradus_engine::object::Object;

use crate::scene::Scene;

/// A scene in a line for each of its parts, with what is left out left out.
pub fn described(scene: &Scene) -> String {
    let mut text = String::new();
    for (key, placed) in &scene.objects {
        let _ = match &placed.object {
            Object::Model(model) => {
                let _ = writeln!(text, "{key}: {:?}", model.scoring);
                for stage in &model.stages {
                    let _ = write!(text, "  stage {} {:?}", stage.rank, stage.gate);
                }
                let _ = writeln!(text);
                for domain in &model.domains {
                    let _ = writeln!(
                        text,
                        "  {} below {:?}, weight {}",
                        domain.name, domain.parent, domain.weight
                    );
                }
                for one in &model.criteria {
                    let _ = writeln!(
                        text,
                        "  {} {:?} stage {:?} domain {:?} weight {} scored {} at least {} external {} waivable {}\n    \
                         successors {:?} depends {:?} negates {:?} applies {:?}\n    {:?}",
                        one.name,
                        one.kind,
                        one.stage,
                        one.domain,
                        one.weight,
                        one.scored,
                        one.at_least,
                        one.external,
                        one.waivable,
                        one.superseded_by,
                        one.depends_on,
                        one.negates,
                        one.applies_to,
                        one.requires
                    );
                }
                Ok(())
            }
            Object::Assessment(assessment) => writeln!(
                text,
                "{key}: of {} selects {:?} attributes {:?} not applicable {:?}",
                assessment.model,
                assessment.capabilities,
                assessment.attributes,
                assessment.not_applicable
            ),
            other => writeln!(
                text,
                "{key} ({}): {other:?} {:?}",
                placed.life.uid, placed.standing
            ),
        };
    }
    for ((uid, item), look) in &scene.looks {
        let _ = writeln!(text, "{uid} {item}: {look:?}");
    }
    for (uid, ledger) in &scene.ledgers {
        let _ = writeln!(text, "{uid}: {:?}", ledger.high_water);
    }
    text
}
