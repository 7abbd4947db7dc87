package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// tag is what the menu finds the dashboards of Gradus by.
const tag = "gradus"

// newDashboard is a dashboard without variables and panels. Its uid is what links, alerts and bookmarks know it by, and
// never changes.
func newDashboard(uid, title, description string) *dashboard.DashboardBuilder {
	return dashboard.NewDashboardBuilder(title).
		Uid(uid).
		Description(description).
		Tags([]string{tag}).
		Readonly().
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Timezone(common.TimeZoneBrowser).
		Link(link(menu))
}

// menu is the list of all dashboards of Gradus at the top of each. What was chosen, and the time, go along.
var menu = dashboard.DashboardLink{
	Type:        dashboard.DashboardLinkTypeDashboards,
	Title:       "Gradus",
	Tooltip:     "The other dashboards of Gradus, with the same choices and time range",
	Icon:        "external link",
	Tags:        []string{tag},
	AsDropdown:  true,
	IncludeVars: true,
	KeepTime:    true,
}

// A literal is a builder of a value that is written out in full.
//
// Why: the SDK's builders of links and annotations set placement to inControlsMenu, which moves them from the top of a
// dashboard into a menu, and cannot unset it.
type literal[T any] func() (T, error)

// Build implements cog.Builder.
func (l literal[T]) Build() (T, error) {
	return l()
}

func link(link dashboard.DashboardLink) literal[dashboard.DashboardLink] {
	return func() (dashboard.DashboardLink, error) { return link, nil }
}

// What matches while nothing is chosen.
const (
	// anyValue also matches series without the label. See D-087.
	anyValue = ".*"
	// present matches every value.
	present = ".+"
)

// dataSource is the choice of the Prometheus that is asked.
func dataSource() *dashboard.DatasourceVariableBuilder {
	return dashboard.NewDatasourceVariableBuilder("datasource").Label("Data source").Type("prometheus")
}

// choice is the choice among the values of a label, which is also the name of the variable.
func choice(name, label, selector, allValue string) *dashboard.QueryVariableBuilder {
	query := fmt.Sprintf("label_values(%s, %s)", selector, name)
	return dashboard.NewQueryVariableBuilder(name).
		Label(label).
		Datasource(chosenSource).
		Query(dashboard.StringOrMap{Map: map[string]any{"query": query, "refId": name}}).
		Definition(query).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc).
		Multi(true).
		IncludeAll(true).
		AllValue(allValue).
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{String: cog.ToPtr("All")},
			Value: dashboard.StringOrArrayOfString{String: cog.ToPtr("$__all")},
		})
}

// choicesOfAssessments are the variables of the dashboards about assessments. Their values come from the series that
// every assessment has. See D-086.
func choicesOfAssessments() []cog.Builder[dashboard.VariableModel] {
	const assessed = "assessment:gradus_assessment_assessed:max"
	return []cog.Builder[dashboard.VariableModel]{
		dataSource(),
		choice("cluster", "Cluster", assessed, anyValue),
		choice("namespace", "Namespace", assessed+`{cluster=~"$cluster"}`, present),
		choice("model", "Model", assessed+`{cluster=~"$cluster", namespace=~"$namespace"}`, present),
		choice("assessment", "Assessment",
			assessed+`{cluster=~"$cluster", namespace=~"$namespace", model=~"$model"}`, present),
	}
}

// stageChanges marks the instant at which the committed stage of a chosen assessment last changed. The query's value is
// that instant: changes() would spread it over a whole step.
func stageChanges() literal[dashboard.AnnotationQuery] {
	date := dateOfEach("assessment:gradus_assessment_stage_changed_timestamp_seconds:max")
	query := overTime(date, "", onePerAssessment.when("a stage was committed"))
	query.RefId("Anno")
	return func() (dashboard.AnnotationQuery, error) {
		target, err := query.Build()
		return dashboard.AnnotationQuery{
			Name:            "Stage changes",
			Datasource:      &chosenSource,
			Enable:          true,
			IconColor:       "purple",
			Target:          target,
			TitleFormat:     cog.ToPtr("{{namespace}}/{{assessment}} ({{model}})"),
			TextFormat:      cog.ToPtr("The committed stage changed"),
			TagKeys:         cog.ToPtr("namespace,assessment,model"),
			UseValueForTime: cog.ToPtr(true),
		}, err
	}
}
