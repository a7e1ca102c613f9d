package gongtest

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/lazy"
)

var (
	plainID  = lazy.Regexp(`^[A-Za-z0-9_-]+$`) // Gong's own examples have underscores
	dateTime = lazy.Regexp(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$`)
)

// judge holds one line against the rules of its type. A fault is worded as Gong
// words those that are known.
func (g *Gong) judge(t gong.ObjectType, schema []schemaField, text []byte) (line, string) {
	l := line{text: append(json.RawMessage{}, text...)}
	if !utf8.Valid(text) {
		return l, "The line is not valid UTF-8"
	}
	if json.Unmarshal(text, &l.fields) != nil || l.fields == nil {
		return l, "The line is not a JSON object"
	}
	l.deleted = string(l.fields["isDeleted"]) == "true"
	for i := range t.Fields() {
		f := &t.Fields()[i]
		value, there := l.fields[f.Name]
		if isEmpty(value, there) {
			// A stage's modifiedDate is not in Gong's present table.
			optional := t == gong.BusinessUser && f.Name == "emailAddress" && l.deleted || t == gong.Stage && f.Name == "modifiedDate"
			if f.Mandatory && !optional {
				return l, "Mandatory field [" + f.Name + "] is missing or empty"
			}
			continue
		}
		if fault := judgeKind(f.Name, f.Kind, nil, value); fault != "" {
			return l, fault
		}
	}
	for _, f := range schema {
		value, there := l.fields[f.UniqueName]
		if f.IsDeleted || isEmpty(value, there) {
			continue
		}
		if fault := judgeKind(f.UniqueName, gong.SchemaTypes[f.Type], f.OrderedValueList, value); fault != "" {
			return l, fault
		}
	}
	_ = json.Unmarshal(l.fields["objectId"], &l.id) // judged above
	var date string
	_ = json.Unmarshal(l.fields["modifiedDate"], &date) // judged above
	l.at, _ = time.Parse(time.RFC3339, date)
	return l, ""
}

func isEmpty(v json.RawMessage, there bool) bool {
	return !there || string(v) == "null" || string(v) == `""`
}

func judgeKind(name string, k gong.Kind, values []string, v json.RawMessage) string {
	fault := func(what string) string {
		return fmt.Sprintf("Field [%s] has the value %s, which is no %s", name, shorten(string(v)), what)
	}
	switch k {
	case gong.Bool:
		if s := string(v); s != "true" && s != "false" {
			return fault("boolean")
		}
	case gong.Number, gong.Currency, gong.Percent, gong.Integer:
		var n float64
		if v[0] == '"' || json.Unmarshal(v, &n) != nil {
			return fault("number")
		}
		if k == gong.Percent && (n < 0 || n > 100) {
			return fault("percentage from 0 to 100")
		}
		if k == gong.Integer && (n < 1 || n != float64(int64(n))) {
			return fault("whole number from 1")
		}
	case gong.TextList:
		var list []string
		if json.Unmarshal(v, &list) != nil {
			return fault("array of strings")
		}
	default:
		var s string
		if json.Unmarshal(v, &s) != nil {
			return fault("string")
		}
		if what := judgeText(k, values, s); what != "" {
			return fault(what)
		}
	}
	return ""
}

// judgeText gives what the text should be and is not, "" when it is.
func judgeText(k gong.Kind, values []string, s string) string {
	switch k {
	case gong.ID:
		if utf8.RuneCountInString(s) > gong.MaxObjectID || !plainID().MatchString(s) && !isEmail(s) {
			return "objectId: at most 64 letters, digits and -, or an e-mail address"
		}
	case gong.DateTime:
		if _, err := time.Parse(time.RFC3339, s); err != nil || !dateTime().MatchString(s) {
			return "ISO-8601 date and time without milliseconds"
		}
	case gong.Date:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return "date YYYY-MM-DD"
		}
	case gong.URL:
		if u, err := url.Parse(s); err != nil || u.Host == "" {
			return "URL"
		}
	case gong.Email:
		if !isEmail(s) {
			return "e-mail address"
		}
	case gong.Status:
		if !contains(gong.Statuses, s) {
			return "status: OPEN, WON or LOST"
		}
	case gong.Picklist:
		if !contains(values, s) {
			return "value of the list " + strings.Join(values, ", ")
		}
	}
	return ""
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

func shorten(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}
