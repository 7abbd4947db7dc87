//! The engine and the oracle, which was written apart from it, say the same of everything: scores,
//! forecasts, roadmaps and causes, over random sites and random stories.

mod causes;
mod edge_cases;
mod forecasts;
mod planted;
mod roadmaps;
mod scores;
