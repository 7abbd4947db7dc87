//! The points of a workload at which the operator is killed, learned from the requests of one run.

use std::collections::BTreeMap;
use std::fmt;

use super::workload::NAMESPACE;
use crate::fault_proxy::{Call, Matcher, Moment, Request, Verb};
use crate::random::Rng;

/// How often the same request is a point of its own, where it comes by the clock.
const BY_THE_CLOCK: usize = 2;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A status is written.
    Status,
    /// An Event is told.
    Event,
    /// The lease is looked at, made, or kept.
    Lease,
    /// Something is read.
    Read,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Status, Self::Event, Self::Lease, Self::Read];

    fn of(call: &Call) -> Self {
        match call.resource.as_str() {
            "leases" => Self::Lease,
            "events" => Self::Event,
            _ if call.subresource == "status" => Self::Status,
            _ => Self::Read,
        }
    }
}

/// One request of a run: the n-th of its like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What it asks, with [`NAMESPACE`] for the namespace.
    call: Call,
    /// Which one of its like, counted from 1.
    n: usize,
}

/// Where a run is killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Which workload.
    pub workload: usize,
    /// At which request.
    pub target: Target,
    /// When in the life of the request.
    pub moment: Moment,
}

impl Target {
    /// The requests of a run in a namespace, each a place to be killed at. Left out are those about
    /// what is somebody else's, and repetitions of what comes by the clock.
    pub fn learn(requests: &[Request], namespace: &str) -> Vec<Self> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut learned = Vec::new();
        for request in requests {
            let call = anonymous(&request.call, namespace);
            let is_own = call.namespace == NAMESPACE || call.name.contains(NAMESPACE);
            let kind = Kind::of(&call);
            if !is_own && kind != Kind::Read {
                continue;
            }
            let count = counts.entry(format!("{call:?}")).or_default();
            *count += 1;
            let n = *count;
            if matches!(kind, Kind::Lease | Kind::Read) && n > BY_THE_CLOCK {
                continue;
            }
            learned.push(Self { call, n });
        }
        learned
    }

    /// What it is for.
    pub fn kind(&self) -> Kind {
        Kind::of(&self.call)
    }

    /// What fits it in another namespace, and which one of those that fit it is.
    pub fn matcher(&self, namespace: &str) -> (Matcher, usize) {
        let of = |text: &str| text.replace(NAMESPACE, namespace);
        let call = &self.call;
        let matcher = Matcher::any()
            .verb(call.verb)
            .group(&call.group)
            .resource(&call.resource)
            .subresource(&call.subresource)
            .namespace(&of(&call.namespace))
            .name(&of(&call.name));
        (matcher, self.n)
    }
}

fn anonymous(call: &Call, namespace: &str) -> Call {
    let of = |text: &str| text.replace(namespace, NAMESPACE);
    Call {
        namespace: of(&call.namespace),
        name: of(&call.name),
        ..call.clone()
    }
}

impl Point {
    /// Every moment of every request of the workloads.
    pub fn all(learned: &[Vec<Target>]) -> Vec<Self> {
        let workloads = learned.iter().enumerate();
        workloads
            .flat_map(|(workload, targets)| {
                targets.iter().flat_map(move |target| {
                    MOMENTS.map(|moment| Self {
                        workload,
                        target: target.clone(),
                        moment,
                    })
                })
            })
            .collect()
    }
}

/// The moments of a request's life.
pub(super) const MOMENTS: [Moment; 3] =
    [Moment::BeforeSend, Moment::SentUnanswered, Moment::Answered];

/// The points in an order in which any beginning is spread over the workloads, what requests are for,
/// and the moments: the same for the same seed.
pub fn spread(points: Vec<Point>, seed: u64) -> Vec<Point> {
    let mut rng = Rng::new(seed);
    let mut points = points;
    rng.shuffle(&mut points);
    let mut of_a_group: BTreeMap<(usize, Kind, usize), usize> = BTreeMap::new();
    let mut rounds: Vec<(usize, Point)> = points
        .into_iter()
        .map(|point| {
            let moment = MOMENTS.iter().position(|moment| *moment == point.moment);
            let group = (
                point.workload,
                point.target.kind(),
                moment.unwrap_or_default(),
            );
            let round = of_a_group.entry(group).or_default();
            *round += 1;
            (*round, point)
        })
        .collect();
    // It is stable: within a round the shuffled order stays.
    rounds.sort_by_key(|(round, _)| *round);
    rounds.into_iter().map(|(_, point)| point).collect()
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.call.verb {
            Verb::Get => "get",
            Verb::List => "list",
            Verb::Watch => "watch",
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::Patch => "patch",
            Verb::Delete => "delete",
        };
        let call = &self.call;
        let parts = [&call.resource, &call.name, &call.subresource];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        write!(formatter, "{verb} {} {}", parts.join("/"), self.n)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} of {}", self.moment, self.target)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use http::Method;

    use super::*;

    fn request(method: &Method, path: &str) -> Request {
        Request {
            number: 1,
            at: Instant::now(),
            method: method.to_string(),
            path: path.to_owned(),
            query: String::new(),
            content_type: String::new(),
            call: Call::of(method, path, ""),
            status: Some(200),
        }
    }

    fn status(name: &str) -> Request {
        let path =
            format!("/apis/gradus.dev/v1alpha1/namespaces/crash-a/assessments/{name}/status");
        request(&Method::PATCH, &path)
    }

    fn learned() -> Vec<Target> {
        let lease = "/apis/coordination.k8s.io/v1/namespaces/crash-a/leases/crash-a";
        let models = "/apis/gradus.dev/v1alpha1/maturitymodels";
        let mut requests = vec![
            request(&Method::GET, models),
            request(&Method::PATCH, &format!("{models}/edition-crash-a/status")),
            request(&Method::PATCH, &format!("{models}/edition-crash-b/status")),
            status("site"),
            status("other"),
            status("site"),
        ];
        requests.extend((0..9).map(|_| request(&Method::PUT, lease)));
        Target::learn(&requests, "crash-a")
    }

    #[test]
    fn requests_are_known_by_how_often_they_came_and_somebody_elses_are_left_out() {
        let said: Vec<String> = learned().iter().map(Target::to_string).collect();
        assert_eq!(
            said,
            [
                "list maturitymodels 1",
                "patch maturitymodels/edition-NAMESPACE/status 1",
                "patch assessments/site/status 1",
                "patch assessments/other/status 1",
                "patch assessments/site/status 2",
                "update leases/NAMESPACE 1",
                "update leases/NAMESPACE 2",
            ]
        );
    }

    #[test]
    fn a_request_is_found_again_in_another_namespace() {
        let (matcher, n) = learned()[4].matcher("crash-c");
        assert_eq!(n, 2);
        assert!(!matcher.fits(&status("site").call));
        let path = "/apis/gradus.dev/v1alpha1/namespaces/crash-c/assessments/site/status";
        assert!(matcher.fits(&Call::of(&Method::PATCH, path, "")));
    }

    #[test]
    fn a_beginning_of_the_points_has_every_workload_kind_and_moment() {
        let all = Point::all(&[learned(), learned()]);
        assert_eq!(all.len(), 2 * 7 * 3);
        let ordered = spread(all.clone(), 7);
        assert_eq!(ordered.len(), all.len());
        let groups = 2 * 3 * 3;
        for workload in 0..2 {
            for kind in [Kind::Status, Kind::Lease, Kind::Read] {
                for moment in MOMENTS {
                    assert!(
                        ordered[..groups]
                            .iter()
                            .any(|point| point.workload == workload
                                && point.target.kind() == kind
                                && point.moment == moment)
                    );
                }
            }
        }
        assert_eq!(ordered, spread(all.clone(), 7));
        assert_ne!(ordered, spread(all, 8));
    }
}
