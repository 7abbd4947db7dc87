//! The page and the scrape: read only, made from the published snapshot.
//!
//! ```text
//! PublishedState ──▶ snapshot, findings ──▶ page::* ──▶ templates ──▶ HTML that works without scripts, once a version
//!              └───▶ versions ───────────▶ events ───▶ a small script fetches the page again
//!              └───▶ metrics::Scrape ────▶ scrape, for whom readers let
//! ```
//!
//! Nothing is loaded from elsewhere, no script or style stands in the page, and no answer allows
//! another origin to read it. Who connects can neither hold up another nor use up the process: see [`serve`].

mod assets;
mod events;
mod guard;
mod health;
mod link;
mod page;
mod pages;
mod published_state;
mod readers;
mod router;
mod scrape;
mod server;
mod tls;

pub use guard::Hosts;
pub use health::{HealthServer, serve_health};
pub use published_state::PublishedState;
pub use readers::ScrapeAuthorizer;
pub use router::router;
pub use scrape::Scraping;
pub use server::serve;
pub use tls::{TlsError, TlsFiles};
