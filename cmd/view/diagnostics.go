// Package view puts what the program found into words: diagnostics of
// mappings and reports of runs, as text for people and as documents for
// programs. It writes to what it is given and decides nothing.
package view

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"crm2gong/mapping/diag"
)

// Formats names the formats of diagnostics.
const Formats = "text, json, sarif or github"

// IsFormat tells whether diagnostics have such a format.
func IsFormat(name string) bool {
	switch name {
	case "text", "json", "sarif", "github":
		return true
	}
	return false
}

// Diagnostics writes a sorted list of diagnostics in one of the formats.
func Diagnostics(w io.Writer, list diag.List, format string) error {
	switch format {
	case "json":
		return writeJSON(w, diagnosticsJSON(list))
	case "sarif":
		return writeJSON(w, sarif(list))
	case "github":
		return github(w, list)
	}
	w = Terminal(w)
	for i := range list {
		if _, err := fmt.Fprintln(w, list[i].String()); err != nil {
			return err
		}
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// diagnosticJSON is one diagnostic of the document that --format json prints.
type diagnosticJSON struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Severity  string `json:"severity"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	Hint      string `json:"hint"`
}

func diagnosticsJSON(list diag.List) any {
	doc := struct {
		FormatVersion int              `json:"format_version"`
		Diagnostics   []diagnosticJSON `json:"diagnostics"`
	}{1, []diagnosticJSON{}}
	for i := range list {
		d := &list[i]
		x := diagnosticJSON{Severity: d.Severity.String(), Code: d.Code, Message: d.Message, Hint: d.Hint}
		if !d.Span.IsZero() {
			x.File = d.Span.File.Name
			x.Line, x.Column, x.EndLine, x.EndColumn = d.Span.Position()
		}
		doc.Diagnostics = append(doc.Diagnostics, x)
	}
	return doc
}

// github writes workflow commands, which GitHub shows beside the lines.
func github(w io.Writer, list diag.List) error {
	for i := range list {
		d := &list[i]
		command := "notice"
		switch d.Severity {
		case diag.Error:
			command = "error"
		case diag.Warning:
			command = "warning"
		}
		var props []string
		if !d.Span.IsZero() {
			line, column, endLine, endColumn := d.Span.Position()
			props = append(props, "file="+property(d.Span.File.Name), fmt.Sprintf("line=%d", line), fmt.Sprintf("endLine=%d", endLine),
				fmt.Sprintf("col=%d", column), fmt.Sprintf("endColumn=%d", endColumn))
		}
		props = append(props, "title="+property(d.Code))
		text := d.Message
		if d.Hint != "" {
			text += "\nhint: " + d.Hint
		}
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", command, strings.Join(props, ","), message(text)); err != nil {
			return err
		}
	}
	return nil
}

// message and property escape what workflow commands give a meaning to.
func message(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
