package fit

import (
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// Check tells whether values of a static type can fit a field. Types that are
// not known before a row is read, and texts where a text can be read, do; a
// type whose every value is nil does too. Where it is not ok the hint says how
// to write it.
func Check(t value.Type, f *gong.Field) (hint string, ok bool) {
	if takes(t, f.Kind) {
		return "", true
	}
	return advice(t, f), false
}

// takes tells whether a field's kind takes a static type.
func takes(t value.Type, k gong.Kind) bool {
	switch t.Kind {
	case value.Any, value.Nil, value.Text:
		return true
	case value.Record, value.Err:
		return false
	case value.List:
		return k == gong.TextList && (t.Elem == nil || isItem(t.Elem.Kind))
	}
	switch k {
	case gong.DateTime:
		return t.Kind == value.DateTime
	case gong.Date:
		return t.Kind == value.Date || t.Kind == value.DateTime
	case gong.Bool:
		return t.Kind == value.Bool
	case gong.URL, gong.Email, gong.Status:
		return false
	}
	return t.Kind == value.Number // numbers fit number fields, and text fields as their digits
}

// isItem tells whether the items of a list can become texts.
func isItem(k value.Kind) bool {
	switch k {
	case value.Text, value.Number, value.Any, value.Nil:
		return true
	}
	return false
}

// advice says how to make a field's value from a type that does not fit.
func advice(t value.Type, f *gong.Field) string {
	switch t.Kind {
	case value.List:
		if f.Kind == gong.TextList {
			return "make texts of the items, such as map(list, string(#))"
		}
		return `write join(x, "; ") for one text of all items, first(x) for the first`
	case value.Record:
		return "name a field of the record, such as x.name"
	case value.Err:
		return ""
	}
	switch f.Kind {
	case gong.DateTime:
		if t.Kind == value.Date {
			return "write datetime(x) for midnight in the mapping's timezone"
		}
		return "use a column of type: datetime, or datetime(x)"
	case gong.Date:
		return "use a column of type: date, or date(x)"
	case gong.Bool:
		if t.Kind == value.Number {
			return "compare: x == 1"
		}
		return "compare, such as x == \"Y\""
	case gong.Number, gong.Currency, gong.Percent, gong.Integer:
		if t.Kind == value.Bool {
			return "write x ? 1 : 0"
		}
		return "use a column of type: decimal, or number(x)"
	case gong.Status:
		if t.Kind == value.Bool {
			return `write x ? "WON" : "OPEN"`
		}
		return "map the CRM's words to OPEN, WON and LOST with an enum"
	case gong.URL:
		return `write "https://…" + x, or url(x)`
	case gong.Email:
		return "write email(x)"
	}
	switch t.Kind {
	case value.Date, value.DateTime:
		return `write formatDate(x, "%Y-%m-%d")`
	case value.Bool:
		return `write x ? "yes" : "no"`
	}
	return ""
}
