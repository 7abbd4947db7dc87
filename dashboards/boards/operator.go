package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// operator is Gradus / Operator: how Gradus itself does. It asks the metrics of each replica, not recorded series.
func operator() *dashboard.DashboardBuilder {
	return newDashboard(
		"gradus-operator", "Gradus / Operator",
		"Does Gradus itself see everything, keep up, and get its writes through?",
	).
		Time("now-6h", "now").
		Refresh("1m").
		Variables(choicesOfReplicas()).
		WithPanel(leaders().Height(5).Span(6)).
		WithPanel(replicas().Height(5).Span(6)).
		WithPanel(versions().Height(5).Span(12)).
		WithPanel(settleDuration().Height(8).Span(12)).
		WithPanel(pending().Height(8).Span(12)).
		WithPanel(changes().Height(8).Span(12)).
		WithPanel(writes().Height(8).Span(12)).
		WithPanel(silence().Height(8).Span(12)).
		WithPanel(restarts().Height(8).Span(12)).
		WithPanel(memory().Height(8).Span(12)).
		WithPanel(processor().Height(8).Span(12)).
		WithPanel(samples().Height(8).Span(12)).
		WithPanel(scrapeDuration().Height(8).Span(12)).
		WithPanel(unsyncedSources().Height(8).Span(12)).
		WithPanel(invalidObjects().Height(8).Span(12))
}

// chosenReplicas are the replicas chosen at the top of the dashboard, as matchers of a selector.
const chosenReplicas = `cluster=~"$cluster", job=~"$job", instance=~"$instance"`

var (
	onePerJob     = onePer("cluster", "job")
	onePerReplica = onePer("cluster", "job", "instance")
)

func choicesOfReplicas() []cog.Builder[dashboard.VariableModel] {
	const build = "gradus_build_info"
	return []cog.Builder[dashboard.VariableModel]{
		dataSource(),
		choice("cluster", "Cluster", build, anyValue),
		choice("job", "Job", build+`{cluster=~"$cluster"}`, present),
		choice("instance", "Instance", build+`{cluster=~"$cluster", job=~"$job"}`, present),
	}
}

// rate is how much a counter rises a second, for each combination of labels.
func rate(labels, counter string) string {
	return fmt.Sprintf("sum by (%s) (rate(%s{%s}[$__rate_interval]))", labels, counter, chosenReplicas)
}

// ofEachReplica is the value of a metric for each chosen replica.
func ofEachReplica(metric string) string {
	return fmt.Sprintf("max by (cluster, job, instance) (%s{%s})", metric, chosenReplicas)
}

// ofOurTargets is a series that Prometheus itself adds for each target, for the targets that are replicas of Gradus.
func ofOurTargets(metric string) string {
	return fmt.Sprintf(`%s
and on (cluster, job, instance)
  %s`, ofEachReplica(metric), ofEachReplica("gradus_build_info"))
}

func leaders() *stat.PanelBuilder {
	return statPanel(question{
		title: "Leaders",
		about: "Does exactly one replica write? With none, nothing is written. Two can at worst repeat what is there already, " +
			"and more than one for long means a torn lease. Choose all instances to see it.",
		unit:    units.NoUnit,
		nothing: "Gradus is not scraped",
		queries: []query{now(
			fmt.Sprintf("sum by (cluster, job) (gradus_leader{%s})", chosenReplicas), "{{cluster}} {{job}}", onePerJob,
		)},
	}, common.BigValueTextModeAuto).
		Mappings([]dashboard.ValueMapping{mapped(word{"0", "nobody leads", "red"}, word{"1", "1", "green"})}).
		Thresholds(thresholds(from(0, "red"), from(1, "green"), from(2, "red")))
}

func replicas() *stat.PanelBuilder {
	return statPanel(question{
		title:   "Replicas",
		about:   "How many replicas answer?",
		unit:    units.NoUnit,
		nothing: "Gradus is not scraped",
		queries: []query{now(
			fmt.Sprintf("count by (cluster, job) (gradus_build_info{%s})", chosenReplicas), "{{cluster}} {{job}}", onePerJob,
		)},
	}, common.BigValueTextModeAuto)
}

func versions() *stat.PanelBuilder {
	return statPanel(question{
		title:   "Versions",
		about:   "Which version does each replica run? More than one, for long, is a rollout that stands still.",
		unit:    units.NoUnit,
		nothing: "Gradus is not scraped",
		queries: []query{now(
			fmt.Sprintf("max by (cluster, job, instance, version) (gradus_build_info{%s})", chosenReplicas),
			"{{instance}}: {{version}}", onePerReplica,
		)},
	}, common.BigValueTextModeName)
}

func settleDuration() *timeseries.PanelBuilder {
	quantile := func(share, name string) query {
		buckets := rate("cluster, job, instance, le", "gradus_engine_settle_duration_seconds_bucket")
		return overTime(fmt.Sprintf("histogram_quantile(%s, %s)", share, buckets), "{{instance}} "+name,
			onePerReplica.when("something was settled"))
	}
	return lines(question{
		title:   "Settling takes",
		about:   "How long does it take from a change to its scores? The median, nine of ten, and 99 of 100.",
		unit:    units.Seconds,
		nothing: "nothing was settled in this time",
		queries: []query{quantile("0.5", "p50"), quantile("0.9", "p90"), quantile("0.99", "p99")},
	}).Min(0)
}

func pending() *timeseries.PanelBuilder {
	depth := fmt.Sprintf("max by (cluster, job, instance, output) (gradus_output_queue_depth{%s})", chosenReplicas)
	return lines(question{
		title:   "Waiting",
		about:   "Does anything pile up? Changes that wait to be scored, and writes that wait to be sent.",
		unit:    units.Short,
		nothing: "Gradus is not scraped",
		queries: []query{
			overTime(ofEachReplica("gradus_engine_pending_deltas"), "{{instance}} changes", onePerReplica),
			overTime(depth, "{{instance}} {{output}}", onePer("cluster", "job", "instance", "output")),
		},
	}).Min(0)
}

func changes() *timeseries.PanelBuilder {
	return lines(question{
		title:   "Changes taken in",
		about:   "How much changes, and where does it come from?",
		unit:    units.CountsPerSecond,
		nothing: "nothing has changed yet",
		queries: []query{overTime(
			rate("source, operation", "gradus_engine_deltas_total"), "{{source}} {{operation}}", onePer("source", "operation"),
		)},
	}).Min(0)
}

func writes() *timeseries.PanelBuilder {
	return lines(question{
		title: "Writes by outcome",
		about: "Does what is written arrive? Refused and error are what an alert watches; a conflict is read and composed " +
			"again.",
		unit:    units.WritesPerSecond,
		nothing: "nothing has been written yet",
		queries: []query{overTime(
			rate("output, outcome", "gradus_output_writes_total"), "{{output}} {{outcome}}", onePer("output", "outcome"),
		)},
	}).Min(0)
}

func silence() *timeseries.PanelBuilder {
	const expr = "time() - max by (cluster, job, instance, source) (gradus_source_last_event_timestamp_seconds{%s})"
	return lines(question{
		title:   "Seconds since a source spoke",
		about:   "Is any source silent? A quiet source still says that it lives; one that does not is stale.",
		unit:    units.Seconds,
		nothing: "no source is known",
		queries: []query{overTime(
			fmt.Sprintf(expr, chosenReplicas), "{{instance}} {{source}}", onePer("cluster", "job", "instance", "source"),
		)},
	}).Min(0)
}

func restarts() *timeseries.PanelBuilder {
	return lines(question{
		title:   "Sources that began anew",
		about:   "Which source keeps breaking off?",
		unit:    units.CountsPerSecond,
		nothing: "no source has begun anew",
		queries: []query{overTime(
			rate("source", "gradus_source_restarts_total"), "{{source}}", onePer("source").when("a source has begun anew"),
		)},
	}).Min(0)
}

func memory() *timeseries.PanelBuilder {
	return lines(question{
		title:   "Memory",
		about:   "How much memory is resident?",
		unit:    units.BytesIEC,
		nothing: "Gradus is not scraped",
		queries: []query{overTime(ofEachReplica("process_resident_memory_bytes"), "{{instance}}", onePerReplica)},
	}).Min(0)
}

func processor() *timeseries.PanelBuilder {
	return lines(question{
		title:   "Processor",
		about:   "How many processors are busy?",
		unit:    units.Short,
		nothing: "Gradus is not scraped",
		queries: []query{overTime(
			rate("cluster, job, instance", "process_cpu_seconds_total"), "{{instance}}", onePerReplica,
		)},
	}).Min(0)
}

func samples() *timeseries.PanelBuilder {
	return lines(question{
		title: "Samples a scrape",
		about: "How many series does a scrape bring? It grows with assessments, and with capabilities where their tier is on.",
		unit:  units.Short, nothing: "Gradus is not scraped",
		queries: []query{overTime(ofOurTargets("scrape_samples_scraped"), "{{instance}}", onePerReplica)},
	}).Min(0)
}

func scrapeDuration() *timeseries.PanelBuilder {
	return lines(question{
		title:   "A scrape takes",
		about:   "How long does a scrape take?",
		unit:    units.Seconds,
		nothing: "Gradus is not scraped",
		queries: []query{overTime(ofOurTargets("scrape_duration_seconds"), "{{instance}}", onePerReplica)},
	}).Min(0)
}

func unsyncedSources() *table.PanelBuilder {
	const expr = "max by (cluster, job, instance, source) (gradus_source_synced{%s}) == 0"
	return tablePanel(question{
		title:   "Sources that were never read",
		about:   "What could not be read as a whole since the start? What rests on it is not scored.",
		unit:    units.NoUnit,
		nothing: "every source was read",
		queries: []query{columns(
			fmt.Sprintf(expr, chosenReplicas),
			onePer("cluster", "job", "instance", "source").when("a source cannot be read"),
		)},
	}).
		WithTransformation(organized([]column{
			{"cluster", "Cluster"},
			{"job", "Job"},
			{"instance", "Instance"},
			{"source", "Source"},
		}, "Time", "Value"))
}

func invalidObjects() *table.PanelBuilder {
	const expr = `max by (cluster, job, instance, kind) (gradus_objects{%s, state="invalid"}) > 0`
	return tablePanel(question{
		title:   "Objects that cannot be used",
		about:   "What is written so that it cannot be used, or counts only as it was before? The status of each says why.",
		unit:    units.NoUnit,
		nothing: "every object can be used",
		queries: []query{columns(
			fmt.Sprintf(expr, chosenReplicas),
			onePer("cluster", "job", "instance", "kind").when("an object cannot be used"),
		)},
	}).
		WithTransformation(organized([]column{
			{"cluster", "Cluster"},
			{"job", "Job"},
			{"instance", "Instance"},
			{"kind", "Kind"},
			{"Value", "Objects"},
		}, "Time"))
}
