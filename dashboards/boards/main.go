// Command boards writes the Grafana dashboards of Gradus.
//
//	boards DIR     writes each dashboard as JSON into DIR, and answers.json: what each query must answer
//	boards check   reads a dashboard from standard input and prints what Grafana's types refuse in it
//
// The classic dashboard JSON is written, not the newer resource kind: every Grafana since 9 reads it from a file.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: boards DIR | boards check"))
	}
	if os.Args[1] == "check" {
		raw, err := io.ReadAll(os.Stdin)
		fail(err)
		for _, refused := range check(raw) {
			fmt.Println(refused)
		}
		return
	}
	fail(write(os.Args[1]))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "boards:", err)
		os.Exit(1)
	}
}

// write writes every dashboard and answers.json into a folder.
func write(folder string) error {
	answers := map[string]map[string][]answer{}
	for _, builder := range []*dashboard.DashboardBuilder{board(), assessment(), operator()} {
		built, err := builder.Build()
		if err != nil {
			return err
		}
		numberPanels(&built)
		answers[*built.Uid] = answersOf(built)
		if err := writeJSON(filepath.Join(folder, *built.Uid+".json"), built); err != nil {
			return err
		}
	}
	return writeJSON(filepath.Join(folder, "answers.json"), answers)
}

// numberPanels numbers the panels from 1. Grafana needs a number that is unique in its dashboard.
func numberPanels(built *dashboard.Dashboard) {
	for index := range built.Panels {
		id := uint32(index + 1)
		built.Panels[index].Panel.Id = &id
	}
}

// writeJSON writes indented JSON with sorted keys.
//
// Why: the types of the SDK escape <, > and & inside their own MarshalJSON, which no encoder outside can turn off.
// Decoding and encoding again leaves queries readable.
func writeJSON(path string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var plain any
	if err := json.Unmarshal(raw, &plain); err != nil {
		return err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(plain); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o644)
}
