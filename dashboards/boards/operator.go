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

// operator is Gradus / Operator: whether Gradus itself works. It queries the metrics of each replica, not recorded
// series.
func operator() *dashboard.DashboardBuilder {
	return newDashboard(
		"gradus-operator", "Gradus / Operator",
		"Does Gradus itself read everything, keep up with changes, and write its results?",
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
		WithPanel(cpu().Height(8).Span(12)).
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
		about: "Does exactly one replica write? Without a leader nothing is written. Two leaders at worst repeat identical " +
			"writes, but more than one for long means that there are two leases. Choose all instances to see it.",
		unit:    units.NoUnit,
		nothing: "Gradus is not scraped",
		queries: []query{now(
			fmt.Sprintf("sum by (cluster, job) (gradus_leader{%s})", chosenReplicas), "{{cluster}} {{job}}", onePerJob,
		)},
	}, common.BigValueTextModeAuto).
		Mappings([]dashboard.ValueMapping{mapped(word{"0", "no leader", "red"}, word{"1", "1", "green"})}).
		Thresholds(thresholds(from(0, "red"), from(1, "green"), from(2, "red")))
}

func replicas() *stat.PanelBuilder {
	return statPanel(question{
		title:   "Replicas",
		about:   "How many replicas are scraped?",
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
		about:   "Which version does each replica run? More than one for long means that a rollout is stuck.",
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
		title:   "Settle duration",
		about:   "How long does it take to score changes? The median, and the limits of 90 % and 99 %.",
		unit:    units.Seconds,
		nothing: "nothing was settled in this time",
		queries: []query{quantile("0.5", "p50"), quantile("0.9", "p90"), quantile("0.99", "p99")},
	}).Min(0)
}

func pending() *timeseries.PanelBuilder {
	depth := fmt.Sprintf("max by (cluster, job, instance, output) (gradus_output_queue_depth{%s})", chosenReplicas)
	return lines(question{
		title:   "Queues",
		about:   "Is a queue growing? Changes that wait to be scored, and writes that wait to be sent.",
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
		title:   "Changes by source",
		about:   "How many changes arrive, and from which source?",
		unit:    units.CountsPerSecond,
		nothing: "nothing has changed yet",
		queries: []query{overTime(
			rate("source, operation", "gradus_engine_deltas_total"), "{{source}} {{operation}}", onePer("source", "operation"),
		)},
	}).Min(0)
}

func writes() *timeseries.PanelBuilder {
	return lines(question{
		title:   "Writes by outcome",
		about:   "Do writes succeed? An alert watches refused and error. After a conflict the write is prepared again.",
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
		title:   "Time since the last event of a source",
		about:   "Is a source silent? A source without changes still reports that it is alive; one that does not is stale.",
		unit:    units.Seconds,
		nothing: "no source is known",
		queries: []query{overTime(
			fmt.Sprintf(expr, chosenReplicas), "{{instance}} {{source}}", onePer("cluster", "job", "instance", "source"),
		)},
	}).Min(0)
}

func restarts() *timeseries.PanelBuilder {
	return lines(question{
		title:   "Restarts of sources",
		about:   "Which source keeps restarting?",
		unit:    units.CountsPerSecond,
		nothing: "no source has restarted",
		queries: []query{overTime(
			rate("source", "gradus_source_restarts_total"), "{{source}}", onePer("source").when("a source has restarted"),
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

func cpu() *timeseries.PanelBuilder {
	return lines(question{
		title:   "CPU",
		about:   "How many CPUs are busy?",
		unit:    units.Short,
		nothing: "Gradus is not scraped",
		queries: []query{overTime(
			rate("cluster, job, instance", "process_cpu_seconds_total"), "{{instance}}", onePerReplica,
		)},
	}).Min(0)
}

func samples() *timeseries.PanelBuilder {
	return lines(question{
		title: "Samples per scrape",
		about: "How many samples does a scrape return? More for each assessment, and for each capability if their tier is on.",
		unit:  units.Short, nothing: "Gradus is not scraped",
		queries: []query{overTime(ofOurTargets("scrape_samples_scraped"), "{{instance}}", onePerReplica)},
	}).Min(0)
}

func scrapeDuration() *timeseries.PanelBuilder {
	return lines(question{
		title:   "Scrape duration",
		about:   "How long does a scrape take?",
		unit:    units.Seconds,
		nothing: "Gradus is not scraped",
		queries: []query{overTime(ofOurTargets("scrape_duration_seconds"), "{{instance}}", onePerReplica)},
	}).Min(0)
}

func unsyncedSources() *table.PanelBuilder {
	const expr = "max by (cluster, job, instance, source) (gradus_source_synced{%s}) == 0"
	return tablePanel(question{
		title:   "Sources not read",
		about:   "Which source has not been read completely since the start? Whatever depends on it is not scored.",
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
		title:   "Invalid objects",
		about:   "Which objects are invalid, or count only in their last valid version? The status of each says why.",
		unit:    units.NoUnit,
		nothing: "every object is valid",
		queries: []query{columns(
			fmt.Sprintf(expr, chosenReplicas),
			onePer("cluster", "job", "instance", "kind").when("an object is invalid"),
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
