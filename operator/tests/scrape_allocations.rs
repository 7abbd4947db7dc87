//! A scrape forms no label that was formed before, and takes no more memory the more there is to say.

#[path = "../../engine/tests/growth_support/mod.rs"]
mod estate;

use std::io::{self, Write};

use allocation_counter::measure;
use estate::hospital_group;
use flate2::Compression;
use flate2::write::GzEncoder;
use gradus_operator::outputs::metrics::catalogue::Tier;
use gradus_operator::outputs::metrics::{Format, Labelled, OperatorMetrics, Scrape};

/// The most that the text of a scrape may take on its way, in bytes: it is written in pieces.
const TEXT: u64 = 96 * 1024;
/// The same, with what compresses it.
const COMPRESSED: u64 = 512 * 1024;

fn scrape(shown: &Labelled, operator: &OperatorMetrics, out: &mut dyn Write) -> io::Result<()> {
    let scrape = Scrape {
        snapshot: &shown.snapshot,
        labels: &shown.labels,
        findings: &[],
        operator,
        tiers: &[Tier::Core, Tier::Capability],
    };
    scrape.write(Format::Classic, out)
}

/// Allocations and the most bytes held at once, of a plain and of a compressed scrape.
fn taken(sites: usize) -> [(u64, u64); 2] {
    let shown = Labelled::of(hospital_group(sites).world().snapshot());
    let operator = OperatorMetrics::new().unwrap();
    scrape(&shown, &operator, &mut io::sink()).unwrap();
    let plain = measure(|| scrape(&shown, &operator, &mut io::sink()).unwrap());
    let compressed = measure(|| {
        let mut gzip = GzEncoder::new(io::sink(), Compression::fast());
        scrape(&shown, &operator, &mut gzip).unwrap();
        gzip.finish().unwrap();
    });
    [plain, compressed].map(|taken| (taken.count_total, taken.bytes_max))
}

#[test]
fn a_later_scrape_forms_nothing_and_holds_no_more_the_more_there_is() {
    let (few, many) = (taken(4), taken(32));
    for (few, many) in few.iter().zip(&many) {
        assert_eq!(
            few.0, many.0,
            "allocations of a scrape, by the size of the world"
        );
    }
    let [(_, plain), (_, compressed)] = many;
    assert!(plain <= TEXT, "{plain} bytes");
    assert!(compressed <= COMPRESSED, "{compressed} bytes");
    // The list of assessments is all that grows.
    let grown = plain.saturating_sub(few[0].1);
    assert!(grown <= 28 * 5 * 40, "{grown} bytes more");
}
