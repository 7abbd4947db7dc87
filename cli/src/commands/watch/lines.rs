//! One line per piece of news, for logs and pipes.

use super::news::News;
use crate::output::text::{Line, Tone};
use crate::stdio::Medium;

/// `2026-11-23T07:30:00Z larkmere-general/infram: fell from stage 5 to stage 3: …`.
pub(super) fn line(news: &News) -> String {
    let at = news.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Line::plain(at)
        .and(Tone::Plain, " ")
        .and(Tone::Plain, &news.about)
        .and(Tone::Plain, ": ")
        .and(Tone::Plain, &news.text)
        .paint(Medium::FILE)
}
