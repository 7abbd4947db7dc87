//! The page and the scrape: read only, made from the published snapshot at every request.
//!
//! ```text
//! PublishedState ──▶ snapshot, findings ──▶ page::* ──▶ templates ──▶ HTML that works without scripts
//!              └───▶ versions ───────────▶ events ───▶ a small script fetches the page again
//!              └───▶ metrics::Scrape ────▶ scrape, for whom readers let
//! ```
//!
//! Nothing is loaded from elsewhere, no script or style stands in the page, and no answer allows
//! another origin to read it.

mod assets;
mod events;
mod link;
mod page;
mod published_state;
mod readers;
mod router;
mod scrape;
mod server;
mod tls;

pub use published_state::PublishedState;
pub use readers::Readers;
pub use router::router;
pub use scrape::Scraping;
pub use server::serve;
pub use tls::{TlsError, TlsFiles};
