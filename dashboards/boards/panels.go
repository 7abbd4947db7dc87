package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/text"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// A question is what every panel with data has.
type question struct {
	title string
	// about begins with the question that the panel answers, and says how to read the answer.
	about string
	unit  string
	// nothing is shown where no query returns anything, and says what that means.
	nothing string
	queries []query
}

// oneMinuteRules is the shortest step of graphs of recorded series. Rules are evaluated at least once a minute, so each
// such step has a value.
const oneMinuteRules = "2m"

// lastValue makes one value of each series.
func lastValue() *common.ReduceDataOptionsBuilder {
	return common.NewReduceDataOptionsBuilder().Values(false).Calcs([]string{"lastNotNull"}).Fields("")
}

func legend(shown bool) *common.VizLegendOptionsBuilder {
	return common.NewVizLegendOptionsBuilder().
		DisplayMode(common.LegendDisplayModeList).
		Placement(common.LegendPlacementBottom).
		ShowLegend(shown)
}

func tooltip(mode common.TooltipDisplayMode, sort common.SortOrder) *common.VizTooltipOptionsBuilder {
	return common.NewVizTooltipOptionsBuilder().Mode(mode).Sort(sort)
}

// statPanel shows one value, or name, of each series.
func statPanel(q question, shows common.BigValueTextMode) *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Title(q.title).Description(q.about).Unit(q.unit).NoValue(q.nothing).
		Datasource(chosenSource).Targets(lettered(q.queries)).
		ColorScheme(colored(dashboard.FieldColorModeIdThresholds)).
		Thresholds(thresholds()).
		GraphMode(common.BigValueGraphModeNone).
		ColorMode(common.BigValueColorModeValue).
		JustifyMode(common.BigValueJustifyModeAuto).
		TextMode(shows).
		Orientation(common.VizOrientationAuto).
		ReduceOptions(lastValue())
}

// stagePanel shows a stage of each series.
func stagePanel(q question, shows common.BigValueTextMode) *stat.PanelBuilder {
	return statPanel(q, shows).Mappings(stageTexts).Thresholds(stageColors())
}

// barPanel shows a stage of each series as a horizontal bar, with its name and value.
func barPanel(q question) *bargauge.PanelBuilder {
	return bargauge.NewPanelBuilder().
		Title(q.title).Description(q.about).Unit(q.unit).NoValue(q.nothing).
		Datasource(chosenSource).Targets(lettered(q.queries)).
		ColorScheme(colored(dashboard.FieldColorModeIdThresholds)).
		Mappings(stageTexts).
		Thresholds(stageColors()).
		Min(0).
		DisplayMode(common.BarGaugeDisplayModeBasic).
		ValueMode(common.BarGaugeValueModeText).
		NamePlacement(common.BarGaugeNamePlacementLeft).
		MaxVizHeight(40).
		Orientation(common.VizOrientationHorizontal).
		Legend(legend(false)).
		ReduceOptions(lastValue())
}

// stateTimeline shows stages over time, one row a series, with the value written into each block.
func stateTimeline(q question) *statetimeline.PanelBuilder {
	return statetimeline.NewPanelBuilder().
		Title(q.title).Description(q.about).Unit(q.unit).NoValue(q.nothing).
		Datasource(chosenSource).Targets(lettered(q.queries)).
		ColorScheme(colored(dashboard.FieldColorModeIdThresholds)).
		Mappings(stageTexts).
		Thresholds(stageColors()).
		Interval(oneMinuteRules).
		ShowValue(common.VisibilityModeAlways).
		MergeValues(true).
		AlignValue(common.TimelineValueAlignmentLeft).
		RowHeight(0.9).
		PerPage(20).
		FillOpacity(70).
		LineWidth(1).
		Legend(legend(false)).
		Tooltip(tooltip(common.TooltipDisplayModeSingle, common.SortOrderNone))
}

// tablePanel shows rows and columns. Every column can be filtered.
func tablePanel(q question) *table.PanelBuilder {
	return table.NewPanelBuilder().
		Title(q.title).Description(q.about).Unit(q.unit).NoValue(q.nothing).
		Datasource(chosenSource).Targets(lettered(q.queries)).
		ColorScheme(colored(dashboard.FieldColorModeIdThresholds)).
		Thresholds(thresholds()).
		CellHeight(common.TableCellHeightSm).
		// Why: the default footer of a table lacks the list of reducers that the SDK itself requires.
		Footer(common.NewTableFooterOptionsBuilder()).
		Filterable(true)
}

// lines shows lines over time, each from zero.
func lines(q question) *timeseries.PanelBuilder {
	return timeseries.NewPanelBuilder().
		Title(q.title).Description(q.about).Unit(q.unit).NoValue(q.nothing).
		Datasource(chosenSource).Targets(lettered(q.queries)).
		ColorScheme(colored(dashboard.FieldColorModeIdPaletteClassicByName)).
		Thresholds(thresholds()).
		DrawStyle(common.GraphDrawStyleLine).
		LineWidth(1).
		FillOpacity(10).
		ShowPoints(common.VisibilityModeNever).
		SpanNulls(common.BoolOrFloat64{Bool: new(bool)}).
		Stacking(stacking(common.StackingModeNone)).
		Legend(legend(true)).
		Tooltip(tooltip(common.TooltipDisplayModeMulti, common.SortOrderDescending))
}

// stackedLines shows lines upon each other, filled, so that the height is their sum. Words name and colour them.
func stackedLines(q question, words []word) *timeseries.PanelBuilder {
	panel := lines(q).
		Interval(oneMinuteRules).
		Decimals(0).
		FillOpacity(60).
		Stacking(stacking(common.StackingModeNormal))
	for _, word := range words {
		panel.OverrideByName(word.value, properties{displayName(word.text), fixedColor(word.color)})
	}
	return panel
}

func stacking(mode common.StackingMode) *common.StackingConfigBuilder {
	return common.NewStackingConfigBuilder().Mode(mode).Group("A")
}

// markdown shows a text.
func markdown(title, about, content string) *text.PanelBuilder {
	return text.NewPanelBuilder().Title(title).Description(about).Mode(text.TextModeMarkdown).Content(content)
}
