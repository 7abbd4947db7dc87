package main

import "fmt"

// What was chosen at the top of a dashboard, as matchers of a selector.
const (
	chosen               = `cluster=~"$cluster", namespace=~"$namespace", model=~"$model", assessment=~"$assessment"`
	chosenOfAnyModel     = `cluster=~"$cluster", namespace=~"$namespace", assessment=~"$assessment"`
	chosenNamespaces     = `cluster=~"$cluster", namespace=~"$namespace"`
	chosenModelOfCluster = `cluster=~"$cluster", model=~"$model"`
)

// The labels that name an assessment in every cluster: in an expression, and one by one.
const byAssessment = "cluster, namespace, assessment, model"

var onePerAssessment = onePer("cluster", "namespace", "assessment", "model")

// ofEach is the value of a recorded series for each chosen assessment, whatever other labels a ruler or a store adds.
func ofEach(metric string) string {
	return fmt.Sprintf("max by (%s) (%s{%s})", byAssessment, metric, chosen)
}

// dateOfEach is an instant for each chosen assessment, in milliseconds, which is what Grafana counts in.
func dateOfEach(metric string) string {
	return fmt.Sprintf("min by (%s) (%s{%s}) * 1000", byAssessment, metric, chosen)
}

// lowestOfEach is the lowest value within each step of a graph, so that a short fall is not skipped. See D-085.
func lowestOfEach(metric string) string {
	return fmt.Sprintf("min by (%s) (min_over_time(%s{%s}[$__interval]))", byAssessment, metric, chosen)
}

// stage is the stage of each assessment, and -1 where it is not assessed or cannot be scored: the last stage is then
// out of date.
func stage() string {
	return fmt.Sprintf("(%s == 0) - 1\nor\n%s",
		ofEach("assessment:gradus_assessment_assessed:max"),
		ofEach("assessment:gradus_assessment_stage:max"))
}

// stageOverTime is the lowest stage of each step, and -1 for a step in which it was not assessed at any time.
func stageOverTime() string {
	return fmt.Sprintf("(%s == 0) - 1\nor\n%s",
		lowestOfEach("assessment:gradus_assessment_assessed:max"),
		lowestOfEach("assessment:gradus_assessment_stage:max"))
}

// titledStage is the stage with its title as a label. count_values turns the stage into a label, by which the title is
// found. See D-090.
func titledStage() string {
	const expr = `(%[2]s == 0) - 1
or on (%[1]s)
  %[3]s
  * on (%[1]s) group_right ()
  (
    count_values by (%[1]s) ("stage", %[3]s)
    * on (cluster, model, stage) group_left (title)
    topk by (cluster, model, stage) (1, model:gradus_model_stage_info:max{%[4]s})
  )
or on (%[1]s)
  %[3]s`
	return fmt.Sprintf(expr, byAssessment,
		ofEach("assessment:gradus_assessment_assessed:max"),
		ofEach("assessment:gradus_assessment_stage:max"),
		chosenModelOfCluster)
}

// topStage is the highest rank of each model. Ranks are labels, and only a histogram turns a label into a value: with
// all of its observations above the last finite bucket, its quantile is that bucket's bound. See D-089.
func topStage() string {
	const expr = `histogram_quantile(1,
  max by (model, le) (label_replace(%[1]s, "le", "$1", "stage", "(.+)"))
  or
  label_replace(max by (model) (%[1]s) + 1, "le", "+Inf", "", "")
)`
	stages := fmt.Sprintf("max by (model, stage) (model:gradus_model_stage_info:max{%s})", chosenModelOfCluster)
	return fmt.Sprintf(expr, stages)
}
