package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// assessment is Gradus / Assessment: why an assessment is at its stage, and what ends next.
func assessment() *dashboard.DashboardBuilder {
	return newDashboard(
		"gradus-assessment", "Gradus / Assessment",
		"Why an assessment is at its stage, what is unknown or missing, and what ends next. Choose one at the top.",
	).
		Time("now-30d", "now").
		Refresh("5m").
		Variables(choicesOfAssessments()).
		Annotation(stageChanges()).
		WithPanel(stageToday().Height(5).Span(6)).
		WithPanel(potential().Height(5).Span(4)).
		WithPanel(withoutWaivers().Height(5).Span(4)).
		WithPanel(mark().Height(5).Span(3)).
		WithPanel(target().Height(5).Span(3)).
		WithPanel(nextFall().Height(5).Span(4)).
		WithPanel(causeOfFall().Height(6).Span(24)).
		WithPanel(domainsToday().Height(9).Span(8)).
		WithPanel(domainsOverTime().Height(9).Span(16)).
		WithPanel(criteriaByVerdict().Height(9).Span(12)).
		WithPanel(criteriaByEvidence().Height(9).Span(12)).
		WithPanel(missingCapabilities().Height(10).Span(12)).
		WithPanel(endingSoon().Height(10).Span(12))
}

func stageToday() *stat.PanelBuilder {
	return stagePanel(question{
		title: "Stage",
		about: "At which stage is it today? Unknown counts as not met. Not assessed: nothing of the model is declared, or it " +
			"cannot be scored now.",
		unit:    units.NoUnit,
		nothing: "no assessment is chosen",
		queries: []query{now(titledStage(), "{{assessment}} · {{model}} · {{title}}", onePerAssessment)},
	}, common.BigValueTextModeValueAndName)
}

// oneStage shows one of the other stages of an assessment.
func oneStage(title, about, metric, when string) *stat.PanelBuilder {
	return stagePanel(question{
		title:   title,
		about:   about,
		unit:    units.NoUnit,
		nothing: "none",
		queries: []query{now(ofEach(metric), "{{assessment}}", onePerAssessment.when(when))},
	}, common.BigValueTextModeAuto)
}

func potential() *stat.PanelBuilder {
	return oneStage("Potential", "What would the stage be if everything unknown were met?",
		"assessment:gradus_assessment_potential_stage:max", "it is assessed and the model has stages")
}

func withoutWaivers() *stat.PanelBuilder {
	return oneStage("Without waivers", "What would the stage be without waivers and without what the assessment lists as notApplicable?",
		"assessment:gradus_assessment_stage_without_waivers:max", "it is assessed and the model has stages")
}

func mark() *stat.PanelBuilder {
	return oneStage("Mark", "What is the highest stage ever committed? While the stage is below it, the fall stays open.",
		"assessment:gradus_assessment_high_water_stage:max", "a stage was committed")
}

func target() *stat.PanelBuilder {
	return oneStage("Target", "Which stage is the target? None: no target is declared.",
		"assessment:gradus_assessment_target_stage:max", "a target is declared")
}

func nextFall() *stat.PanelBuilder {
	return statPanel(question{
		title:   "Next fall",
		about:   "When does the stage fall if nobody acts? For several chosen assessments, the first fall.",
		unit:    units.DateTimeFromNow,
		nothing: "none is forecast",
		queries: []query{now(
			fmt.Sprintf("min(assessment:gradus_assessment_fall_timestamp_seconds:min{%s}) * 1000", chosen),
			"next fall", onePer().when("a fall is forecast"),
		)},
	}, common.BigValueTextModeAuto)
}

// causes are why a stage fell.
var causes = []word{
	{"capability_lost", "capability lost", "red"},
	{"dependency_lost", "dependency lost", "red"},
	{"evidence_lost", "evidence lost", "orange"},
	{"attestation_expired", "attestation expired", "orange"},
	{"attestation_withdrawn", "attestation withdrawn", "orange"},
	{"waiver_ended", "waiver ended", "purple"},
	{"award_ended", "award ended", "purple"},
	{"model_changed", "model changed", "blue"},
	{"scope_changed", "scope changed", "blue"},
}

func causeOfFall() *table.PanelBuilder {
	expr := fmt.Sprintf("max by (%s, cause, capability, evidence) (assessment:gradus_assessment_regression_info:max{%s})",
		byAssessment, chosen)
	return tablePanel(question{
		title: "Cause of the fall",
		about: "Why is the stage below its mark, and which capability and evidence caused it? Of several open falls, the worst.",
		unit:  units.NoUnit, nothing: "no fall is open",
		queries: []query{columns(expr, onePerAssessment.when("it is regressed"))},
	}).
		WithTransformation(organized([]column{
			{"cluster", "Cluster"},
			{"namespace", "Namespace"},
			{"assessment", "Assessment"},
			{"model", "Model"},
			{"cause", "Cause"},
			{"capability", "Capability"},
			{"evidence", "Evidence"},
		}, "Time", "Value")).
		OverrideByName("Cause", properties{mappings(mapped(causes...)), coloredText()})
}

const domainStage = "assessment:gradus_assessment_domain_stage:max"

var onePerDomain = onePer("cluster", "namespace", "assessment", "model", "domain").
	when("it is assessed and the model reports domains")

func domainsToday() *bargauge.PanelBuilder {
	return barPanel(question{
		title:   "Domains today",
		about:   "Which domain is at the lowest stage? The last bar is the highest stage of the model.",
		unit:    units.NoUnit,
		nothing: "the model reports no domains",
		queries: []query{
			now(fmt.Sprintf("max by (%s, domain) (%s{%s})", byAssessment, domainStage, chosen), "{{domain}}", onePerDomain),
			now(topStage(), "highest stage of {{model}}", onePer("model")),
		},
	}).
		OverrideByQuery("B", properties{fixedColor(neutral)})
}

// stagesOfDomains is the lowest stage of each domain within each step. A domain has a stage only while its assessment is
// assessed. While it is not, -1 stands for every domain that had a stage within the last day.
func stagesOfDomains() string {
	const expr = `-1 + 0 * max by (%[1]s, domain) (last_over_time(%[2]s{%[3]s}[1d]))
and on (%[1]s)
  %[4]s == 0
or
min by (%[1]s, domain) (min_over_time(%[2]s{%[3]s}[$__interval]))`
	return fmt.Sprintf(expr, byAssessment, domainStage, chosen, lowestOfEach("assessment:gradus_assessment_assessed:max"))
}

func domainsOverTime() *statetimeline.PanelBuilder {
	return stateTimeline(question{
		title:   "Domains over time",
		about:   "When did which domain change? Each step shows its lowest stage. A gap: nothing was recorded.",
		unit:    units.NoUnit,
		nothing: "nothing recorded in this time",
		queries: []query{overTime(stagesOfDomains(), "{{assessment}} · {{domain}}", onePerDomain)},
	})
}

// counted is the mean number of criteria over each step, for each value of a label. Means add up to all criteria, and
// even a short change shows in them.
func counted(label, metric string) query {
	expr := fmt.Sprintf("sum by (%s) (avg_over_time(%s{%s}[$__interval]))", label, metric, chosen)
	return overTime(expr, "{{"+label+"}}", onePer(label))
}

// verdicts are those of criteria, best first.
var verdicts = []word{
	{"met", "met", "green"},
	{"held", "held", "semi-dark-green"},
	{"waived", "waived", "purple"},
	{"not_applicable", "not applicable", "light-blue"},
	{"unknown", "unknown", "yellow"},
	{"unmet", "unmet", "red"},
}

func criteriaByVerdict() *timeseries.PanelBuilder {
	return stackedLines(question{
		title: "Criteria by verdict",
		about: "How many criteria are met, and how many are unknown? Held: a lesser state still counts, because a better one is " +
			"claimed. Waived: it counts by an approved exception. Nothing is drawn while it cannot be scored.",
		unit:    units.NoUnit,
		nothing: "it cannot be scored",
		queries: []query{counted("verdict", "assessment:gradus_assessment_criteria:max")},
	}, verdicts)
}

// evidenceClasses are what criteria rest on, strongest first.
var evidenceClasses = []word{
	{"probed", "probed", "dark-green"},
	{"attested", "attested", "green"},
	{"declared", "declared", "light-green"},
	{"held", "held", "light-blue"},
	{"waived", "waived", "purple"},
	{"unknown", "unknown", "yellow"},
}

func criteriaByEvidence() *timeseries.PanelBuilder {
	return stackedLines(question{
		title: "Criteria by evidence",
		about: "What are the criteria based on? Probed: checked by a machine. Attested: confirmed by a named person. Declared: " +
			"only written down.",
		unit:    units.NoUnit,
		nothing: "it cannot be scored",
		queries: []query{counted("class", "assessment:gradus_assessment_evidence_criteria:max")},
	}, evidenceClasses)
}

// capabilityStates are what is believed of a capability, best first.
var capabilityStates = []word{
	{"proven", "proven", "green"},
	{"declared", "declared", "light-green"},
	{"unknown", "unknown", "yellow"},
	{"degraded", "degraded", "orange"},
	{"refuted", "refuted", "red"},
	{"absent", "absent", "dark-red"},
}

// impact is the number of criteria that would be lost with a capability, for each assessment that needs it.
const impact = "capability:gradus_capability_impact_criteria:max"

// missing are the capabilities that are neither proven nor declared.
const missing = `max by (cluster, namespace, capability, state) (capability:gradus_capability_state:max{` +
	chosenNamespaces + `, state!~"proven|declared"}) == 1`

func missingCapabilities() *table.PanelBuilder {
	onePerMissing := onePer("cluster", "namespace", "capability").when("a capability is missing")
	needed := fmt.Sprintf(`%s
and on (cluster, namespace, capability)
  max by (cluster, namespace, capability) (%s{%s})`, missing, impact, chosenOfAnyModel)
	atStake := func(order string) query {
		expr := fmt.Sprintf(`sum by (cluster, namespace, capability) (%s{%s, order="%s"})
and on (cluster, namespace, capability)
  %s`, impact, chosenOfAnyModel, order, missing)
		return columns(expr, onePerMissing)
	}
	return tablePanel(question{
		title: "Missing capabilities",
		about: "Which capability is unknown, refuted, degraded or absent, and how many criteria need it? Most criteria first.",
		unit:  units.NoUnit, nothing: "no needed capability is missing",
		queries: []query{columns(needed, onePerMissing), atStake("primary"), atStake("secondary")},
	}).
		WithTransformation(merged()).
		WithTransformation(highestFirst("Value #B")).
		WithTransformation(organized([]column{
			{"cluster", "Cluster"},
			{"namespace", "Namespace"},
			{"capability", "Capability"},
			{"state", "State"},
			{"Value #B", "Criteria"},
			{"Value #C", "Criteria of its dependants"},
		}, "Time", "Value #A")).
		OverrideByName("State", properties{mappings(mapped(capabilityStates...)), coloredText()})
}

// endsSoon are the attestations of needed capabilities and the waivers that end within 90 days. Probes are left out:
// they renew their evidence themselves. See D-091.
func endsSoon() string {
	const expr = `(
  min by (cluster, namespace, kind, evidence, capability) (evidence:gradus_evidence_expiry_timestamp_seconds:min{%[1]s, kind="attestation"})
  and on (cluster, namespace, capability)
    max by (cluster, namespace, capability) (%[2]s{%[3]s})
  or
  min by (cluster, namespace, kind, evidence, assessment) (label_replace(label_replace(waiver:gradus_waiver_expiry_timestamp_seconds:min{%[3]s}, "evidence", "$1", "waiver", "(.+)"), "kind", "waiver", "", ""))
) < time() + 90 * 86400`
	return fmt.Sprintf(expr, chosenNamespaces, impact, chosenOfAnyModel)
}

func endingSoon() *table.PanelBuilder {
	return tablePanel(question{
		title: "Ending within 90 days",
		about: "Which attestation or waiver ends next? One that has ended stays here until it is renewed or removed.",
		unit:  units.NoUnit, nothing: "nothing ends within 90 days",
		queries: []query{columns(
			endsSoon()+" * 1000",
			onePer("cluster", "namespace", "kind", "evidence", "capability", "assessment").
				when("an attestation or a waiver ends within 90 days"),
		)},
	}).
		WithTransformation(lowestFirst("Value")).
		WithTransformation(organized([]column{
			{"cluster", "Cluster"},
			{"namespace", "Namespace"},
			{"kind", "Kind"},
			{"evidence", "Name"},
			{"capability", "Capability"},
			{"assessment", "Assessment"},
			{"Value", "Ends"},
		}, "Time")).
		OverrideByName("Ends", properties{unit(units.DatetimeISO)})
}
