//! Pure scoring of maturity models: no input or output, no clock, no threads, no global state. Time
//! is an argument.
//!
//! ```text
//! Delta ──▶ World::apply ──▶ World::settle(now) ──▶ World::snapshot ──▶ views
//!                                      │
//!                                      └──▶ World::fold_input, after every settle ──▶ FoldInput
//!                                                                                        │
//!                             Ledger ◀── commit ◀── fold(ledger, FoldInput, now) ◀───────┘
//! ```
//!
//! The score is a function of the final set of objects, evidence and time, never of the order in
//! which they arrived. The ledger is folded from it, apart, and enters only from acknowledged
//! commits.
//!
//! | Word | What it is |
//! |---|---|
//! | [`Delta`] | One change of the inputs: an object, its source, an observation, a committed ledger |
//! | [`World`] | Everything known, and what follows from it: the incremental state |
//! | [`Program`](program::Program) | A model checked and compiled: names are ids, `where` texts predicates |
//! | `Lane` | One reading of an assessment: every criterion's own requirement, whether it is met, its verdict, and counters |
//! | [`Verdict`] | What is said of a criterion; every other closed list stands beside it, in [`verdict`] |
//! | [`Snapshot`] | The views of every object at one instant: all that outputs read |
//! | [`query`] | What if, impact, roadmap and explanation: free functions over `&World` |
//! | [`FoldInput`] | What the fold reads of a settled assessment, with the cause of every loss |
//! | [`Ledger`] | What an assessment remembers: high-water marks, falls, history |
//!
//! # Example
//!
//! A model of one stage that asks for a backup and a second site, and a hospital that has both:
//!
//! ```
//! use gradus_engine::key::{Kind, ObjectKey};
//! use gradus_engine::model::{Criterion, Model};
//! use gradus_engine::object::{Assessment, Capability, Life, Object};
//! use gradus_engine::{Delta, World};
//!
//! # use gradus_engine::model::*;
//! # use gradus_engine::object::*;
//! # use gradus_engine::verdict::EvidenceClass;
//! # fn criterion(name: &str, stage: u32) -> Criterion {
//! #     Criterion {
//! #         name: name.into(), stage: Some(stage), domain: None, also_in: Vec::new(),
//! #         facets: Default::default(), title: name.to_owned(), guidance: None,
//! #         outcomes: Vec::new(), kind: CriterionKind::Standard, superseded_by: Vec::new(),
//! #         negates: None, depends_on: Vec::new(), weight: 1, scored: true, effort_days: None,
//! #         importance: None, at_least: EvidenceClass::Declared, external: false, waivable: true,
//! #         applies_to: Default::default(),
//! #         requires: Requires::Leaf(Leaf::Capability {
//! #             capability: name.into(), quantifier: Quantifier::Any, combine: Combine::Min,
//! #             test: Test::Exists,
//! #         }),
//! #     }
//! # }
//! # fn model(name: &str, criteria: Vec<Criterion>) -> Model {
//! #     let stage = |rank| Stage {
//! #         rank, name: None, summary: None, gate: None, unlocks: Vec::new(),
//! #     };
//! #     let walk = Walk { numerator: 1, denominator: 1, empty_stage: EmptyStage::Skip };
//! #     Model {
//! #         name: name.into(), title: name.to_owned(), version: "1".to_owned(),
//! #         digest: name.into(), source: Source::default(), stages: vec![stage(0), stage(1)],
//! #         domains: Vec::new(), scales: Vec::new(), criteria,
//! #         scoring: Scoring {
//! #             walk, leaf: Aggregate::Walk, inner: Aggregate::None, over: Over::Criteria,
//! #             by: Aggregate::Walk, unknown: UnknownPoints::Lowest, digits: 1,
//! #             levels: Vec::new(),
//! #         },
//! #     }
//! # }
//! # fn assessment(model: &str) -> Assessment {
//! #     Assessment {
//! #         model: model.into(), owner: Owner::default(), scope: None, organisation: None,
//! #         attributes: Default::default(), capabilities: None, rolls_up: false,
//! #         not_applicable: Vec::new(), target: None, mode: Mode::Prescriptive,
//! #         engagement: Engagement {
//! #             state: EngagementState::Active, reason: None, since: None, until: None,
//! #             resume_when: None,
//! #         },
//! #         regression: Regression {
//! #             hold_for: Default::default(), on_model_change: OnModelChange::NewMark,
//! #             acknowledge: None,
//! #         },
//! #     }
//! # }
//! # fn capability(kind: &str) -> Capability {
//! #     Capability {
//! #         kind: kind.into(), labels: Labels::new(), claim: Claim::Present,
//! #         owner: Owner::default(), facts: Default::default(), units: None,
//! #         depends_on: Vec::new(), evidence: Vec::new(),
//! #     }
//! # }
//! let upsert = |kind, name: &str, object| Delta::Upsert {
//!     key: ObjectKey::new(kind, "harbour", name),
//!     life: Life { uid: name.into(), generation: 1 },
//!     object,
//! };
//! let safe = model("safe", vec![criterion("backup", 1), criterion("second-site", 1)]);
//!
//! let mut world = World::new();
//! world.apply(upsert(Kind::MaturityModel, "safe", Object::Model(safe.into())));
//! world.apply(upsert(Kind::Assessment, "hospital", Object::Assessment(assessment("safe").into())));
//! for name in ["backup", "second-site"] {
//!     world.apply(upsert(Kind::Capability, name, Object::Capability(capability(name))));
//! }
//! let settled = world.settle("2026-06-01T12:00:00Z".parse()?, usize::MAX);
//! assert_eq!(settled.remaining, 0);
//!
//! let snapshot = world.snapshot();
//! let hospital = ObjectKey::new(Kind::Assessment, "harbour", "hospital");
//! assert_eq!(snapshot.assessments[&hospital].stage, Some(1));
//! # Ok::<(), jiff::Error>(())
//! ```

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice
    )
)]

mod arena;
mod capability;
pub mod delta;
pub mod diagnostic;
pub mod digest;
pub mod fact;
pub mod fold;
pub mod interner;
pub mod key;
pub mod ledger;
pub mod model;
pub mod object;
pub mod predicate;
pub mod program;
pub mod query;
pub mod question;
mod score;
mod snapshot;
pub mod time;
pub mod verdict;
pub mod view;
pub mod world;

pub use self::arena::CapabilityId;
pub use self::delta::{Delta, Settled};
pub use self::fold::{FoldInput, fold};
pub use self::ledger::Ledger;
pub use self::verdict::Verdict;
pub use self::view::Snapshot;
pub use self::world::World;
