package mappingtest

import (
	"encoding/json"
	"slices"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/syntax"
	"crm2gong/mapping/value"
)

// Difference is one thing that is not as the test says.
type Difference struct {
	// Field is the Gong field; OutcomeField where the row did not become what
	// it should.
	Field string
	Want  json.RawMessage // JSON of the field's kind; null: no value
	Got   json.RawMessage
}

// OutcomeField stands for the field in a difference that is about what became
// of the row: written, filtered or rejected.
const OutcomeField = "outcome"

// judge holds the outcome to the test.
func judge(t *mapping.Test, o *Outcome, fields []gong.Field, zone *time.Location) []Difference {
	want := "written"
	switch {
	case t.Rejected != "":
		if slices.ContainsFunc(o.Rejected, func(r Rejection) bool { return r.Code == t.Rejected }) {
			return nil
		}
		want = "rejected: " + t.Rejected
	case t.Filtered != "":
		if slices.Contains(o.Filtered, t.Filtered) && len(o.Written)+len(o.Rejected) == 0 {
			return nil
		}
		want = "filtered: " + t.Filtered
	case len(o.Written) > 0:
		return nearest(t, o.Written, fields, zone)
	}
	return []Difference{{OutcomeField, quoted(want), quoted(o.String())}}
}

// nearest compares the expectation with the records that the rows became, and
// gives the differences to the one that is nearest.
func nearest(t *mapping.Test, records []Record, fields []gong.Field, zone *time.Location) []Difference {
	var best []Difference
	for i, r := range records {
		d := compare(t, r, fields, zone)
		if len(d) == 0 {
			return nil
		}
		if i == 0 || len(d) < len(best) {
			best = d
		}
	}
	return best
}

func compare(t *mapping.Test, r Record, fields []gong.Field, zone *time.Location) (list []Difference) {
	expected := map[string]bool{}
	for _, x := range t.Expect {
		expected[x.Field] = true
		got := orNull(r[x.Field])
		want := wanted(x.Node, kindOf(fields, x.Field))
		if !same(want, got, kindOf(fields, x.Field), zone) {
			list = append(list, Difference{x.Field, want, got})
		}
	}
	if !t.Exactly {
		return list
	}
	for i := range fields {
		name := fields[i].Name
		if got := orNull(r[name]); !expected[name] && !isNull(got) {
			list = append(list, Difference{name, null, got})
		}
	}
	return list
}

func kindOf(fields []gong.Field, name string) gong.Kind {
	for i := range fields {
		if fields[i].Name == name {
			return fields[i].Kind
		}
	}
	return gong.NoKind
}

var null = json.RawMessage("null")

func orNull(j json.RawMessage) json.RawMessage {
	if j == nil {
		return null
	}
	return j
}

func isNull(j json.RawMessage) bool { return string(j) == "null" }

func quoted(s string) json.RawMessage { return gong.AppendString(nil, s) }

// wanted puts a value of a test into the JSON of a field's kind. An empty text
// is no value, as everywhere.
func wanted(n *syntax.Node, k gong.Kind) json.RawMessage {
	if n.Kind == syntax.List || k == gong.TextList && !isNothing(n) {
		return wantedList(n)
	}
	if isNothing(n) {
		return null
	}
	switch k {
	case gong.Number, gong.Currency, gong.Percent, gong.Integer:
		if v, ok := value.ParseNumber(n.Text); ok {
			return v.AppendNumber(nil)
		}
	case gong.Bool:
		if n.Text == "true" || n.Text == "false" {
			return json.RawMessage(n.Text)
		}
	}
	return quoted(n.Text)
}

// wantedList puts a list into JSON; one text is a list of one.
func wantedList(n *syntax.Node) json.RawMessage {
	items := n.Items
	if n.Kind != syntax.List {
		items = []*syntax.Node{n}
	}
	if len(items) == 0 {
		return null
	}
	b := json.RawMessage{'['}
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = gong.AppendString(b, item.Text)
	}
	return append(b, ']')
}

func isNothing(n *syntax.Node) bool {
	return n.Kind == syntax.Scalar && (n.Tag == "!!null" || n.Text == "")
}

// same compares two values of a field: numbers by value, date-times as
// instants, everything else letter by letter.
func same(want, got json.RawMessage, k gong.Kind, zone *time.Location) bool {
	if string(want) == string(got) {
		return true
	}
	switch k {
	case gong.Number, gong.Currency, gong.Percent, gong.Integer:
		a, okA := value.ParseNumber(string(want))
		b, okB := value.ParseNumber(string(got))
		return okA && okB && value.Equal(a, b)
	case gong.DateTime:
		a, okA := instant(want, zone)
		b, okB := instant(got, zone)
		return okA && okB && value.Equal(a, b)
	}
	return false
}

func instant(j json.RawMessage, zone *time.Location) (value.Value, bool) {
	var s string
	if json.Unmarshal(j, &s) != nil {
		return value.Value{}, false
	}
	return value.ParseISODateTime(s, zone)
}
