//! What the tests of the whole are made of.
//!
//! [`scene`] is a set of inputs as plain maps, [`oracle`] judges it from first principles and
//! shares no code with the engine beyond the words of its inputs, and [`random`] makes scenes and
//! changes from a seed. The engine and the oracle must agree on every scene. [`running`] starts
//! the real binary and a real browser, and [`control_plane`] a real API server with its etcd.
//! [`fault_proxy`] stands between the two and injects faults; [`crash`] kills the operator at every
//! request that it makes; [`checks`] is what holds of everything that a cluster shows; [`agreement`] is
//! what an API server and our own validation say of the same object. [`chart`] renders the Helm chart, and
//! [`page`] is a page of the documentation as its reader follows it. [`monitoring`] is a real Prometheus and a real
//! Alertmanager. [`structure`] reads which file of a crate names something of which other.

pub mod agreement;
pub mod chart;
pub mod checks;
pub mod compare;
pub mod control_plane;
pub mod crash;
pub mod deployed;
pub mod fault_proxy;
pub mod ladder;
pub mod monitoring;
pub mod oracle;
pub mod page;
pub mod published;
pub mod random;
pub mod running;
pub mod scene;
pub mod site;
pub mod story;
pub mod structure;
