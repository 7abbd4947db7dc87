//! The page and the scrape: read only, made from the published snapshot at every request.
//!
//! ```text
//! Source ──▶ snapshot, findings ──▶ page::* ──▶ templates ──▶ HTML that works without scripts
//!        └─▶ versions ───────────▶ events ───▶ a small script fetches the page again
//!        └─▶ metrics::write ─────▶ scrape
//! ```
//!
//! Nothing is loaded from elsewhere, no script or style stands in the page, and no answer allows
//! another origin to read it.

mod assets;
mod events;
mod link;
mod page;
mod router;
mod scrape;
mod source;

pub use router::router;
pub use source::Source;
