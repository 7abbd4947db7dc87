//! The engine and the oracle, which was written apart from it, say the same of random sites.

mod forecasts;
mod scores;
