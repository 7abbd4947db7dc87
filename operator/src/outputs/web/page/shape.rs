//! Numbers of drawings: lengths are texts that SVG attributes take, so that no style is inline.

/// A share as a percentage with one digit, cut: `37.5%`. Nothing of nothing is nothing.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let permille = permille(part, whole);
    format!("{}.{}%", permille / 10, permille % 10)
}

/// A share in thousandths, cut; at most 1000.
pub(super) fn permille(part: u64, whole: u64) -> u64 {
    part.min(whole)
        .saturating_mul(1000)
        .checked_div(whole)
        .unwrap_or_default()
}

/// One part of a bar that adds up to a whole.
pub(super) struct Segment {
    pub(super) class: &'static str,
    pub(super) x: String,
    pub(super) width: String,
}

/// A bar of parts, one behind the other; empty parts are left out.
pub(super) fn bar(parts: &[(&'static str, u64)], whole: u64) -> Vec<Segment> {
    let mut before = 0;
    let mut segments = Vec::new();
    for &(class, part) in parts {
        if part > 0 {
            segments.push(Segment {
                class,
                x: percent(before, whole),
                width: percent(part, whole),
            });
        }
        before = part.saturating_add(before);
    }
    segments
}
