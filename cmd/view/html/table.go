package html

import "strings"

// table is what stands before the rows of a table.
type table struct {
	Caption string
	Quiet   bool   // the caption is for screen readers alone
	Dense   bool   // there are many columns
	Filter  string // what the field that filters the rows calls them, "" for none
	Heads   []head
}

// head is the head of a column.
type head struct {
	Sign, Text, Unit string
	Class            string // n: numbers, chart: bars
	Chart            bool
}

// newTable makes a table from its columns' heads. What a column holds stands
// before its head: # numbers, = a bar, ~ a short bar. /quiet, /dense and
// /filter are options of the table; "" is no column.
func newTable(caption string, columns ...string) table {
	t := table{Caption: caption}
	for _, c := range columns {
		option, isOption := strings.CutPrefix(c, "/")
		switch {
		case c == "":
		case !isOption:
			t.Heads = append(t.Heads, newHead(c))
		case option == "quiet":
			t.Quiet = true
		case option == "dense":
			t.Dense = true
		default:
			t.Filter = strings.TrimPrefix(option, "filter ")
		}
	}
	return t
}

func newHead(c string) head {
	h := head{Text: c[1:]}
	switch c[0] {
	case '#':
		h.Class = "n"
	case '=':
		h.Class, h.Chart = "chart", true
	case '~':
		h.Class, h.Chart = "chart short", true
	default:
		h.Text = c
	}
	h.Text, h.Unit, _ = strings.Cut(h.Text, "\x00")
	if sign, text, ok := strings.Cut(h.Text, " "); ok && (sign == "+" || sign == "=") {
		h.Sign, h.Text = sign, text
	}
	return h
}

// unit adds a currency, where it is known, to the head of a column.
func unit(column, currency string) string {
	if currency == "" {
		return column
	}
	return column + "\x00" + currency
}
