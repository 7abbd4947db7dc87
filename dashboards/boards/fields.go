package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// neutral is the colour of text. It says nothing.
const neutral = "text"

// A word is a value of a label, the text that people read for it, and its colour.
type word struct{ value, text, color string }

// mapped shows texts, each with its colour, in place of values.
func mapped(words ...word) dashboard.ValueMapping {
	results := map[string]dashboard.ValueMappingResult{}
	for index, word := range words {
		results[word.value] = dashboard.ValueMappingResult{
			Text: &word.text, Color: &word.color, Index: cog.ToPtr(int32(index)),
		}
	}
	return dashboard.ValueMapping{
		ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: results},
	}
}

// stageTexts are the texts for values that are not a stage. A gap in their place would look as if nothing was wrong.
// See D-084.
var stageTexts = []dashboard.ValueMapping{
	mapped(word{"-1", "not assessed", neutral}),
	{SpecialValueMap: &dashboard.SpecialValueMap{
		Type: dashboard.MappingTypeSpecialValue,
		Options: dashboard.DashboardSpecialValueMapOptions{
			Match:  dashboard.SpecialValueMatchNull,
			Result: dashboard.ValueMappingResult{Text: cog.ToPtr("nothing recorded"), Color: cog.ToPtr(neutral)},
		},
	}},
}

// from is a colour from a value on.
func from(value float64, color string) dashboard.Threshold {
	return dashboard.Threshold{Value: &value, Color: color}
}

// thresholds are colours by value. What is below the first has the colour of text.
func thresholds(steps ...dashboard.Threshold) *dashboard.ThresholdsConfigBuilder {
	return dashboard.NewThresholdsConfigBuilder().
		Mode(dashboard.ThresholdsModeAbsolute).
		Steps(append([]dashboard.Threshold{{Color: neutral}}, steps...))
}

// stageColors go from light to dark. None is red: how high is good enough depends on the model and the target.
// See D-088.
func stageColors() *dashboard.ThresholdsConfigBuilder {
	return thresholds(
		from(0, "super-light-blue"), from(1, "light-blue"), from(3, "blue"), from(5, "semi-dark-blue"), from(7, "dark-blue"),
	)
}

// colored chooses how a colour is found.
func colored(mode dashboard.FieldColorModeId) *dashboard.FieldColorBuilder {
	return dashboard.NewFieldColorBuilder().Mode(mode)
}

// What an override sets for a column or a series.
type properties = []dashboard.DynamicConfigValue

// fixedColor is one colour. The name beside it says what it stands for.
func fixedColor(color string) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "color", Value: dashboard.FieldColor{
		Mode: dashboard.FieldColorModeIdFixed, FixedColor: &color,
	}}
}

func displayName(name string) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "displayName", Value: name}
}

func unit(unit string) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "unit", Value: unit}
}

func mappings(mappings ...dashboard.ValueMapping) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "mappings", Value: mappings}
}

// coloredText gives the text of a cell the colour of its mapping.
func coloredText() dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "custom.cellOptions", Value: common.TableColorTextCellOptions{
		Type: common.TableCellDisplayModeColorText,
	}}
}

// Links to the dashboard of one assessment: from a series, by its labels, and from a row of a table, by its columns.
var (
	linkFromSeries = linkToAssessment("${__field.labels.namespace}", "${__field.labels.model}", "${__field.labels.assessment}")
	linkFromRow    = linkToAssessment("${__data.fields.Namespace}", "${__data.fields.Model}", "${__data.fields.Assessment}")
)

func linkToAssessment(namespace, model, assessment string) dashboard.DashboardLink {
	url := "/d/gradus-assessment?var-datasource=${datasource}&var-namespace=" + namespace + "&var-model=" + model +
		"&var-assessment=" + assessment
	return dashboard.DashboardLink{
		Type: dashboard.DashboardLinkTypeLink, Title: "Show this assessment", Url: &url, Tags: []string{},
	}
}

// dataLinks are links on the values of a panel.
func dataLinks(links ...dashboard.DashboardLink) []cog.Builder[dashboard.DashboardLink] {
	var built []cog.Builder[dashboard.DashboardLink]
	for _, each := range links {
		built = append(built, link(each))
	}
	return built
}

// links are links on the values of a column.
func links(links ...dashboard.DashboardLink) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "links", Value: links}
}
