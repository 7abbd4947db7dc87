package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// chosenSource is the Prometheus chosen at the top of a dashboard. A fixed one would be right in one Grafana only.
var chosenSource = common.DataSourceRef{Type: cog.ToPtr("prometheus"), Uid: cog.ToPtr("${datasource}")}

// An answer says what a query must return. It is no part of a dashboard: the tests and the reference read it.
type answer struct {
	// OnePer are the labels that tell its series apart: no two series have the same values of them. Empty means that
	// there is one series.
	OnePer []string `json:"onePer,omitempty"`
	// When is the condition under which there are series at all. Empty means always.
	When string `json:"when,omitempty"`
}

// onePer is an answer that is always there, with one series for each combination of these labels.
func onePer(labels ...string) answer {
	return answer{OnePer: labels}
}

// when is the same answer, there only under a condition.
func (a answer) when(condition string) answer {
	a.When = condition
	return a
}

// A query builds a query of a panel that carries its answer.
type query struct {
	*prometheus.DataqueryBuilder
	answer answer
}

// An answered query is one that was built. As JSON it is the query alone.
type answered struct {
	prometheus.Dataquery
	answer answer
}

// Build implements cog.Builder.
func (q query) Build() (variants.Dataquery, error) {
	built, err := q.DataqueryBuilder.Build()
	if err != nil {
		return nil, err
	}
	return answered{built.(prometheus.Dataquery), q.answer}, nil
}

func promQL(expr string, format prometheus.PromQueryFormat, answer answer) query {
	builder := prometheus.NewDataqueryBuilder().
		Datasource(chosenSource).
		EditorMode(prometheus.QueryEditorModeCode).
		Expr(expr).
		Format(format)
	return query{builder, answer}
}

// overTime asks for the time range that is shown. The legend names each series.
func overTime(expr, legend string, answer answer) query {
	asked := promQL(expr, prometheus.PromQueryFormatTimeSeries, answer)
	asked.LegendFormat(legend).Range()
	return asked
}

// now asks for the last instant. The legend names each series.
func now(expr, legend string, answer answer) query {
	asked := promQL(expr, prometheus.PromQueryFormatTimeSeries, answer)
	asked.LegendFormat(legend).Instant()
	return asked
}

// columns asks for the last instant, and each label becomes a column of a table.
func columns(expr string, answer answer) query {
	asked := promQL(expr, prometheus.PromQueryFormatTable, answer)
	asked.Instant()
	return asked
}

// lettered names the queries of a panel A, B, C and so on.
func lettered(queries []query) []cog.Builder[variants.Dataquery] {
	var named []cog.Builder[variants.Dataquery]
	for index, query := range queries {
		query.RefId(string(rune('A' + index)))
		named = append(named, query)
	}
	return named
}

// answersOf lists what the queries of a dashboard must answer, by the title of their panel or the name of their
// annotation.
func answersOf(built dashboard.Dashboard) map[string][]answer {
	answers := map[string][]answer{}
	for _, panel := range built.Panels {
		for _, target := range panel.Panel.Targets {
			answers[*panel.Panel.Title] = append(answers[*panel.Panel.Title], target.(answered).answer)
		}
	}
	for _, annotation := range built.Annotations.List {
		answers[annotation.Name] = append(answers[annotation.Name], annotation.Target.(answered).answer)
	}
	return answers
}
