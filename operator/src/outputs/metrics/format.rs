//! The two texts in which a scrape is written, and which of them somebody asks for.

/// How a scrape is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The Prometheus text format 0.0.4, which everybody reads.
    Classic,
    /// OpenMetrics 1.0.0, which says where it ends.
    OpenMetrics,
}

/// One media range of an `Accept` header. The quality is in thousandths, so that integers decide.
#[derive(Debug, Clone, Copy)]
struct Offer<'a> {
    what: &'a str,
    version: Option<&'a str>,
    quality: u16,
}

impl Format {
    /// The media type of an answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Classic => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// The format that an `Accept` header asks for: OpenMetrics if its quality is not below that of plain text. Without
    /// a known media type: the classic format.
    pub fn asked_for(accept: &str) -> Self {
        let open = |offer: &Offer<'_>| match offer.what {
            "application/openmetrics-text" => Some(1),
            _ => None,
        };
        let classic = |offer: &Offer<'_>| match offer.what {
            "text/plain" => Some(2),
            "text/*" => Some(1),
            "*/*" => Some(0),
            _ => None,
        };
        let open = best(accept, "1.0.0", open);
        if open > 0 && open >= best(accept, "0.0.4", classic) {
            Format::OpenMetrics
        } else {
            Format::Classic
        }
    }
}

/// Whether an `Accept-Encoding` header asks for gzip.
pub fn asks_for_gzip(accept: &str) -> bool {
    let gzip = |offer: &Offer<'_>| match offer.what {
        "gzip" => Some(1),
        "*" => Some(0),
        _ => None,
    };
    best(accept, "", gzip) > 0
}

/// The quality of the most specific media range that matches.
fn best(header: &str, version: &str, closeness: impl Fn(&Offer<'_>) -> Option<u8>) -> u16 {
    let offers = header.split(',').map(Offer::read);
    let fitting = offers.filter(|offer| offer.version.is_none_or(|asked| asked == version));
    let ranked = fitting.filter_map(|offer| Some((closeness(&offer)?, offer.quality)));
    ranked.max().map_or(0, |(_, quality)| quality)
}

impl<'a> Offer<'a> {
    fn read(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let mut offer = Self {
            what: parts.next().unwrap_or_default(),
            version: None,
            quality: 1000,
        };
        for part in parts {
            match part.split_once('=') {
                Some(("q", quality)) => offer.quality = thousandths(quality),
                Some(("version", version)) => offer.version = Some(version.trim_matches('"')),
                _ => {}
            }
        }
        offer
    }
}

/// A quality of at most three decimals; what cannot be read is not wanted.
fn thousandths(quality: &str) -> u16 {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    let Ok(thousandths) = format!("{decimals:0<3.3}").parse::<u16>() else {
        return 0;
    };
    match whole {
        "0" => thousandths,
        "1" => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Prometheus 2.42 asks.
    const PROMETHEUS_2: &str = "application/openmetrics-text;version=1.0.0,\
         application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    /// As Prometheus 3 asks.
    const PROMETHEUS_3: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
         application/openmetrics-text;version=0.0.1;q=0.4,\
         text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

    #[test]
    fn both_generations_of_prometheus_get_open_metrics() {
        for accept in [PROMETHEUS_2, PROMETHEUS_3] {
            assert_eq!(Format::asked_for(accept), Format::OpenMetrics, "{accept}");
        }
    }

    #[test]
    fn everybody_else_gets_the_classic_text() {
        for accept in [
            "",
            "*/*",
            "text/html,application/xhtml+xml,*/*;q=0.8",
            "text/plain;version=0.0.4",
            "application/openmetrics-text;version=0.0.1,text/plain;q=0.1",
            "application/openmetrics-text;version=1.0.0;q=0",
            "application/openmetrics-text;q=0.3,text/plain;q=0.4",
            "application/openmetrics-text;q=x",
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
        ] {
            assert_eq!(Format::asked_for(accept), Format::Classic, "{accept}");
        }
    }

    #[test]
    fn the_closest_offer_says_how_gladly() {
        let accept = "*/*;q=1,text/plain;q=0.2,application/openmetrics-text;q=0.3";
        assert_eq!(Format::asked_for(accept), Format::OpenMetrics);
        assert_eq!(
            Format::asked_for(
                "application/openmetrics-text; version=\"1.0.0\"; q=0.30, text/*;q=0.3"
            ),
            Format::OpenMetrics,
        );
    }

    #[test]
    fn gzip_is_sent_to_whoever_takes_it() {
        assert!(asks_for_gzip("gzip"));
        assert!(asks_for_gzip("deflate, gzip;q=0.5, br"));
        assert!(asks_for_gzip("*"));
        assert!(!asks_for_gzip(""));
        assert!(!asks_for_gzip("identity"));
        assert!(!asks_for_gzip("gzip;q=0"));
        assert!(!asks_for_gzip("*;q=1, gzip;q=0.000"));
    }
}
