//! What the `prometheus` crate counts, written like everything else: the crate's own writer knows the
//! classic format only.

use std::fmt::Write;
use std::io;

use prometheus::proto::{LabelPair, Metric, MetricFamily, MetricType};

use super::catalogue::Type;
use super::format::Format;
use super::labels::append_pairs;
use super::text::Exposition;

/// Writes gathered families.
pub(super) fn write(families: &[MetricFamily], page: &mut Exposition<'_>) -> io::Result<()> {
    for family in families {
        let kind = match family.get_field_type() {
            MetricType::COUNTER => Type::Counter,
            MetricType::HISTOGRAM => Type::Histogram,
            _ => Type::Gauge,
        };
        page.header(family.name(), kind, family.help());
        for metric in family.get_metric() {
            match kind {
                Type::Histogram => write_histogram(family.name(), metric, page)?,
                Type::Counter => {
                    let value = metric.get_counter().get_value();
                    write_sample(family.name(), metric.get_label(), None, value, page)?;
                }
                Type::Gauge => {
                    let value = metric.get_gauge().get_value();
                    write_sample(family.name(), metric.get_label(), None, value, page)?;
                }
            }
        }
    }
    Ok(())
}

fn write_histogram(name: &str, metric: &Metric, page: &mut Exposition<'_>) -> io::Result<()> {
    let (histogram, labels) = (metric.get_histogram(), metric.get_label());
    let bucket = format!("{name}_bucket");
    for bound in histogram.get_bucket() {
        // OpenMetrics writes bounds as decimals.
        let upper = match page.format() {
            Format::OpenMetrics => format!("{:?}", bound.upper_bound()),
            Format::Classic => bound.upper_bound().to_string(),
        };
        let count = bound.cumulative_count();
        write_sample(&bucket, labels, Some(&upper), count, page)?;
    }
    let count = histogram.get_sample_count();
    write_sample(&bucket, labels, Some("+Inf"), count, page)?;
    let sum = histogram.get_sample_sum();
    write_sample(&format!("{name}_sum"), labels, None, sum, page)?;
    write_sample(&format!("{name}_count"), labels, None, count, page)
}

fn write_sample(
    name: &str,
    labels: &[LabelPair],
    upper: Option<&str>,
    value: impl std::fmt::Display,
    page: &mut Exposition<'_>,
) -> io::Result<()> {
    let pairs: Vec<(&str, &str)> = labels
        .iter()
        .map(|label| (label.name(), label.value()))
        .chain(upper.map(|upper| ("le", upper)))
        .collect();
    let mut line = name.to_owned();
    if !pairs.is_empty() {
        line.push('{');
        append_pairs(&mut line, &pairs);
        line.push('}');
    }
    // Writing to a string cannot fail.
    let _ = writeln!(line, " {value}");
    page.line(line.as_bytes())
}
