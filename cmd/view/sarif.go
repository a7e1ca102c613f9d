package view

import (
	"net/url"
	"slices"

	"crm2gong/mapping/diag"
)

// The shapes of SARIF 2.1.0 that diagnostics need.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
)

// sarif gives diagnostics as a log that code scanners take.
func sarif(list diag.List) sarifLog {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "crm2gong", Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for i := range list {
		d := &list[i]
		if !slices.Contains(run.Tool.Driver.Rules, sarifRule{d.Code}) {
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{d.Code})
		}
		r := sarifResult{RuleID: d.Code, Level: "note", Message: sarifText{d.Message}, Locations: []sarifLocation{}}
		switch d.Severity {
		case diag.Error:
			r.Level = "error"
		case diag.Warning:
			r.Level = "warning"
		}
		if d.Hint != "" {
			r.Message.Text += " (" + d.Hint + ")"
		}
		if !d.Span.IsZero() {
			line, column, endLine, endColumn := d.Span.Position()
			r.Locations = append(r.Locations, sarifLocation{sarifPhysical{
				sarifArtifact{(&url.URL{Path: d.Span.File.Name}).String()}, sarifRegion{line, column, endLine, endColumn},
			}})
		}
		run.Results = append(run.Results, r)
	}
	return sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}
