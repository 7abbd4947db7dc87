package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/text"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// board is Gradus / Board: where every assessment stands, and which falls next.
func board() *dashboard.DashboardBuilder {
	return newDashboard(
		"gradus-board", "Gradus / Board",
		"Where every assessment stands, what moved over the last quarter, and which falls next if nobody acts.",
	).
		Time("now-90d", "now").
		Refresh("5m").
		Variables(choicesOfAssessments()).
		Annotation(stageChanges()).
		WithPanel(stagesToday().Height(6).Span(24)).
		WithPanel(ladder().Height(8).Span(24)).
		WithPanel(stagesOverTime().Height(10).Span(24)).
		WithPanel(standing().Height(10).Span(24)).
		WithPanel(howToRead().Height(8).Span(24))
}

func stagesToday() *stat.PanelBuilder {
	return stagePanel(question{
		title: "Stage today",
		about: "Where does each assessment stand today? The proven stage, in which what is unknown counts as not met, and " +
			"its title in the model. Not assessed: nothing of the model is declared, or it cannot be scored now.",
		unit:    units.NoUnit,
		nothing: "no assessment is chosen",
		queries: []query{
			now(titledStage(), "{{namespace}} / {{assessment}} · {{model}} · {{title}}", onePerAssessment),
		},
	}, common.BigValueTextModeValueAndName).
		DataLinks(dataLinks(linkFromSeries))
}

func ladder() *bargauge.PanelBuilder {
	return barPanel(question{
		title:   "On the ladder of $model",
		about:   "How far up the ladder of its model is each assessment? The last bar is the top of the ladder.",
		unit:    units.NoUnit,
		nothing: "no assessment of this model",
		queries: []query{
			now(stage(), "{{namespace}} / {{assessment}}", onePerAssessment),
			now(topStage(), "top of {{model}}", onePer("model")),
		},
	}).
		DataLinks(dataLinks(linkFromSeries)).
		OverrideByQuery("B", properties{fixedColor(neutral)}).
		Repeat("model").
		RepeatDirection(dashboard.PanelRepeatDirectionH).
		MaxPerRow(2)
}

func stagesOverTime() *statetimeline.PanelBuilder {
	return stateTimeline(question{
		title: "Stage over time",
		about: "When did which stage stand? The lowest stage of each step is shown, so that no short fall is hidden. " +
			"A gap: nothing was recorded, for Gradus or Prometheus did not run.",
		unit:    units.NoUnit,
		nothing: "nothing recorded in this time",
		queries: []query{
			overTime(stageOverTime(), "{{namespace}} / {{assessment}} · {{model}}", onePerAssessment),
		},
	})
}

func standing() *table.PanelBuilder {
	const fall = "assessment:gradus_assessment_fall_timestamp_seconds:min"
	each := func(metric, when string) query {
		return columns(ofEach("assessment:gradus_assessment_"+metric), onePerAssessment.when(when))
	}
	return tablePanel(question{
		title: "Standing, next fall first",
		about: "Which assessment falls next if nobody acts, and what is it short of? Potential: if everything unknown were " +
			"met. Without waivers: with neither waivers nor exclusions. Mark: the highest stage ever committed. " +
			"Regressed: a fall below the mark stands.",
		unit:    units.NoUnit,
		nothing: "–",
		queries: []query{
			columns(stage(), onePerAssessment),
			each("potential_stage:max", "the model has stages"),
			each("unwaived_stage:max", "the model has stages"),
			each("high_water_stage:max", "a stage was committed"),
			each("target_stage:max", "a target is declared"),
			each("missing_criteria:max", "it is assessed"),
			columns(dateOfEach(fall), onePerAssessment.when("a fall is forecast")),
			each("fall_stage:min", "a fall is forecast"),
			each("regressed:max", ""),
			each("score:max", "the model is graded"),
			// Why: Grafana sorts a missing value as zero, and no forecast has to be the least urgent.
			columns(fmt.Sprintf("1 / (%s - time())", ofEach(fall)), onePerAssessment.when("a fall is forecast")),
		},
	}).
		WithTransformation(merged()).
		WithTransformation(highestFirst("Value #K")).
		WithTransformation(organized([]column{
			{"cluster", "Cluster"},
			{"namespace", "Namespace"},
			{"assessment", "Assessment"},
			{"model", "Model"},
			{"Value #A", "Stage"},
			{"Value #B", "Potential"},
			{"Value #C", "Without waivers"},
			{"Value #D", "Mark"},
			{"Value #E", "Target"},
			{"Value #F", "Missing for the next stage"},
			{"Value #G", "Falls on"},
			{"Value #H", "To stage"},
			{"Value #I", "Regressed"},
			{"Value #J", "Score"},
			{"Value #K", "Urgency"},
		}, "Time", "Value #K")).
		OverrideByName("Stage", properties{mappings(stageTexts...)}).
		OverrideByName("Falls on", properties{unit(units.DatetimeISO)}).
		OverrideByName("Regressed", properties{
			mappings(mapped(word{"0", "no", "green"}, word{"1", "regressed", "red"})), coloredText(),
		}).
		OverrideByName("Assessment", properties{links(linkFromRow)})
}

func howToRead() *text.PanelBuilder {
	return markdown("How to read this board", "What do the words mean?",
		`* **Stage**: what is proven. Unknown never counts as met, and is never shown as unmet.
* **Potential**: the stage if everything unknown turned out to be met. The difference is what nobody has looked at.
* **Without waivers**: the stage with neither approved exceptions nor exclusions. A waiver ends on a known day.
* **Mark**: the highest stage ever committed under this model. Below it a regression stands, and an alert was sent.
* **Falls on**: attestations, waivers and awards end on known days. This is the first that takes a stage with it.
* **Not assessed**: nothing of the model is declared, or it cannot be scored now. It is neither good nor bad: nobody knows.

An assessment's name leads to why it stands where it stands. Stages of different models cannot be compared.`)
}
