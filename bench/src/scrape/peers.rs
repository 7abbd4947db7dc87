//! The two libraries that a Rust program usually keeps its metrics in.

use std::fmt;
use std::io::{self, Write};

use anyhow::Result;
use prometheus::{Encoder, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder};
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family as ClientFamily;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry as ClientRegistry;

use super::series::Family;

/// A library that holds all series and writes them.
pub(super) trait Peer {
    /// What it is called.
    const NAME: &'static str;

    /// Writes them all.
    fn write(&self, out: &mut dyn Write) -> Result<()>;
}

/// The `prometheus` crate.
pub(super) struct RustPrometheus(Registry);

/// The `prometheus-client` crate.
pub(super) struct ClientRust(ClientRegistry);

/// The labels of a series, as `prometheus-client` keys them.
type Labels = Vec<(&'static str, String)>;

/// Fed with series.
pub(super) fn rust_prometheus(series: &[Family]) -> Result<RustPrometheus> {
    let registry = Registry::new();
    for family in series {
        let opts = Opts::new(&family.name, &family.help);
        let labels: Vec<&str> = family.labels.iter().map(String::as_str).collect();
        if family.is_counter {
            let counters = IntCounterVec::new(opts, &labels)?;
            for (values, value) in &family.rows {
                let counter = counters.get_metric_with_label_values(values)?;
                counter.inc_by(u64::try_from(*value)?);
            }
            registry.register(Box::new(counters))?;
        } else {
            let gauges = IntGaugeVec::new(opts, &labels)?;
            for (values, value) in &family.rows {
                gauges.get_metric_with_label_values(values)?.set(*value);
            }
            registry.register(Box::new(gauges))?;
        }
    }
    Ok(RustPrometheus(registry))
}

/// Fed with series.
pub(super) fn client_rust(series: &[Family]) -> Result<ClientRust> {
    let mut registry = ClientRegistry::default();
    for family in series {
        // Names live as long as the program does, as they would in one that is written by hand.
        let names: Vec<&'static str> = family
            .labels
            .iter()
            .map(|label| &*label.clone().leak())
            .collect();
        let labels = |values: &[String]| -> Labels {
            names.iter().copied().zip(values.iter().cloned()).collect()
        };
        // It adds the full stop of a help, and the end of a counter's name, itself.
        let help = family.help.trim_end_matches('.');
        if family.is_counter {
            let counters = ClientFamily::<Labels, Counter>::default();
            for (values, value) in &family.rows {
                let counter = counters.get_or_create(&labels(values));
                counter.inc_by(u64::try_from(*value)?);
            }
            registry.register(family.name.trim_end_matches("_total"), help, counters);
        } else {
            let gauges = ClientFamily::<Labels, Gauge>::default();
            for (values, value) in &family.rows {
                gauges.get_or_create(&labels(values)).set(*value);
            }
            registry.register(&family.name, help, gauges);
        }
    }
    Ok(ClientRust(registry))
}

impl Peer for RustPrometheus {
    const NAME: &'static str = "prometheus 0.14";

    fn write(&self, out: &mut dyn Write) -> Result<()> {
        Ok(TextEncoder::new().encode(&self.0.gather(), &mut { out })?)
    }
}

impl Peer for ClientRust {
    const NAME: &'static str = "prometheus-client 0.26";

    fn write(&self, out: &mut dyn Write) -> Result<()> {
        Ok(encode_registry(&mut Text(out), &self.0)?)
    }
}

/// A writer of text in front of one of bytes.
struct Text<'o>(&'o mut dyn Write);

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let written: io::Result<()> = self.0.write_all(text.as_bytes());
        written.map_err(|_| fmt::Error)
    }
}
