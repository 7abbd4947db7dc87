//! What holds of everything that a test sees: pure checks over objects, events and requests.
//!
//! A check takes plain values and gives complaints, a sentence each: none means that it holds.
//! [`promises`] is what holds of every object: [`conventions`] is what the design promises of every
//! status; [`kstatus`], [`argo_cd`] and [`flux`] are what the tools around us make of an object;
//! [`history`] is what an assessment may remember over its life; [`audit`] compares what was asked of
//! the server with what may be.

pub mod argo_cd;
pub mod audit;
pub mod conventions;
pub mod flux;
pub mod history;
pub mod kstatus;
mod object;
pub mod promises;
