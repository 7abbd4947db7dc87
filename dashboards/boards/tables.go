package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// merged makes one row of what has the same labels, whichever query returned it.
func merged() dashboard.DataTransformerConfig {
	return dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}
}

// highestFirst sorts rows by a column. Grafana takes a missing value for zero.
func highestFirst(column string) dashboard.DataTransformerConfig {
	return sorted(column, true)
}

// lowestFirst sorts rows by a column.
func lowestFirst(column string) dashboard.DataTransformerConfig {
	return sorted(column, false)
}

func sorted(column string, descending bool) dashboard.DataTransformerConfig {
	return dashboard.DataTransformerConfig{Id: "sortBy", Options: map[string]any{
		"sort": []map[string]any{{"field": column, "desc": descending}},
	}}
}

// A column of a table: what a query returns it as, and its title.
type column struct{ name, title string }

// organized puts columns into this order, with their titles, and leaves out hidden ones.
func organized(columns []column, hidden ...string) dashboard.DataTransformerConfig {
	order, titles, excluded := map[string]int{}, map[string]string{}, map[string]bool{}
	for index, column := range columns {
		order[column.name] = index
		titles[column.name] = column.title
	}
	for _, name := range hidden {
		excluded[name] = true
	}
	return dashboard.DataTransformerConfig{Id: "organize", Options: map[string]any{
		"indexByName": order, "renameByName": titles, "excludeByName": excluded,
	}}
}
