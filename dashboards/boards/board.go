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

// board is Gradus / Board: the stage of every assessment, and which one falls next.
func board() *dashboard.DashboardBuilder {
	return newDashboard(
		"gradus-board", "Gradus / Board",
		"The stage of every assessment, its changes over the last quarter, and which one falls next if nobody acts.",
	).
		Time("now-90d", "now").
		Refresh("5m").
		Variables(choicesOfAssessments()).
		Annotation(stageChanges()).
		WithPanel(stagesToday().Height(6).Span(24)).
		WithPanel(stagesOfModel().Height(8).Span(24)).
		WithPanel(stagesOverTime().Height(10).Span(24)).
		WithPanel(assessments().Height(10).Span(24)).
		WithPanel(howToRead().Height(8).Span(24))
}

func stagesToday() *stat.PanelBuilder {
	return stagePanel(question{
		title: "Stage today",
		about: "At which stage is each assessment today? The proven stage, for which unknown counts as not met, and its title " +
			"in the model. Not assessed: nothing of the model is declared, or it cannot be scored now.",
		unit:    units.NoUnit,
		nothing: "no assessment is chosen",
		queries: []query{
			now(titledStage(), "{{namespace}} / {{assessment}} · {{model}} · {{title}}", onePerAssessment),
		},
	}, common.BigValueTextModeValueAndName).
		DataLinks(dataLinks(linkFromSeries))
}

func stagesOfModel() *bargauge.PanelBuilder {
	return barPanel(question{
		title:   "Stages of $model",
		about:   "How far is each assessment in its model? The last bar is the highest stage of the model.",
		unit:    units.NoUnit,
		nothing: "no assessment of this model",
		queries: []query{
			now(stage(), "{{namespace}} / {{assessment}}", onePerAssessment),
			now(topStage(), "highest stage of {{model}}", onePer("model")),
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
		about: "When was each assessment at which stage? Each step shows its lowest stage, so that no short fall is hidden. " +
			"A gap: nothing was recorded, because Gradus or Prometheus did not run.",
		unit:    units.NoUnit,
		nothing: "nothing recorded in this time",
		queries: []query{
			overTime(stageOverTime(), "{{namespace}} / {{assessment}} · {{model}}", onePerAssessment),
		},
	})
}

func assessments() *table.PanelBuilder {
	const fall = "assessment:gradus_assessment_fall_timestamp_seconds:min"
	each := func(metric, when string) query {
		return columns(ofEach("assessment:gradus_assessment_"+metric), onePerAssessment.when(when))
	}
	return tablePanel(question{
		title: "Assessments, next fall first",
		about: "Which assessment falls next if nobody acts, and what does it lack? Potential: if everything unknown were met. " +
			"Without waivers: without waivers and notApplicable. Mark: the highest stage ever committed. Regressed: the stage is " +
			"below the mark.",
		unit:    units.NoUnit,
		nothing: "–",
		queries: []query{
			columns(stage(), onePerAssessment),
			each("potential_stage:max", "the model has stages"),
			each("stage_without_waivers:max", "the model has stages"),
			each("high_water_stage:max", "a stage was committed"),
			each("target_stage:max", "a target is declared"),
			each("missing_criteria:max", "it is assessed"),
			columns(dateOfEach(fall), onePerAssessment.when("a fall is forecast")),
			each("fall_stage:min", "a fall is forecast"),
			each("regressed:max", ""),
			each("score:max", "the model is graded"),
			// Why: Grafana sorts a missing value as zero, and no forecast has to be the least urgent. See D-092.
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
* **Potential**: the stage if everything unknown were met. The difference is what nobody has checked.
* **Without waivers**: the stage without waivers and notApplicable. A waiver ends on a known day.
* **Mark**: the highest stage ever committed under this model. While the stage is below it, the fall stays open.
* **Falls on**: attestations, waivers and awards end on known days. This is the first day on which the stage falls.
* **Not assessed**: nothing of the model is declared, or it cannot be scored now. This is neither good nor bad: the stage is unknown.

The name of an assessment links to the reasons for its stage. Stages of different models cannot be compared.`)
}
