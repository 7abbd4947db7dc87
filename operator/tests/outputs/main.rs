//! What leaves the process, from a published world: the scrape, the page, the sentence.

mod metrics;
mod sentence;
mod support;
mod web;
