package profile

import (
	"strings"

	"crm2gong/mapping/value"
)

// maxForms is how many ways to write dates one column may mix.
const maxForms = 6

// dates says which ways to write dates fit all cells.
type dates struct {
	dead      bool
	seen      bool
	forms     []dateForm
	clock     bool    // a form has a time other than midnight, or an offset
	styled    bool    // date cells of a workbook
	plainDays bool    // date cells without a time
	tested    int     // different texts of the block
	lost      int     // those of them that are no dates
	bad       badText // the first of them
	missed    int     // cells that are no dates, over all blocks
	layouts   []layouts
}

// dateForm is one way to write dates, as it was met.
type dateForm struct {
	form
	dayFirst, monthFirst bool // not disproved
	dayRow, monthRow     int  // the first row that proves the order, from 1; 0: none
}

// layouts are the compiled formats of a form; a worker keeps them.
type layouts struct {
	form
	day, month *value.Layout
}

func (d *dates) reset(g *dates) {
	*d = dates{dead: g.dead, forms: d.forms[:0], layouts: d.layouts}
}

// cell takes a date cell of a workbook.
func (d *dates) cell(s string, row int) {
	d.seen, d.styled = true, true
	d.tested++
	if len(s) > 10 {
		d.clock = true
	} else {
		d.plainDays = true
	}
}

// test tries a text; false where it is no date.
func (d *dates) test(s string, row int) bool {
	d.tested++
	f, ok := formOf(s)
	switch {
	case !ok:
	case f.kind == isoDate:
		_, ok = value.ParseISODate(s)
		ok = ok && d.find(f) != nil
	case f.kind == isoTime:
		if ok = d.find(f) != nil; ok && !d.clock {
			_, midnight := value.ParseISODate(s)
			d.clock = !midnight
		}
	default:
		ok = d.read(f, s, row)
	}
	d.seen = d.seen || ok
	if !ok {
		d.miss(s, row)
	}
	return ok
}

// miss notes a text that is no date, and gives up when there are too many.
func (d *dates) miss(s string, row int) {
	if d.bad.row == 0 {
		d.bad = badText{s, row}
	}
	if d.lost++; d.lost > maxLost && lostPart*d.lost > d.tested {
		d.dead = true
	}
}

// find gives the state of a form, nil where the column mixes too many.
func (d *dates) find(f form) *dateForm {
	for i := range d.forms {
		if d.forms[i].form == f {
			return &d.forms[i]
		}
	}
	if len(d.forms) == maxForms {
		return nil
	}
	d.forms = append(d.forms, dateForm{form: f, dayFirst: true, monthFirst: f.kind == numbered})
	if f.time != 0 {
		d.clock = true
	}
	return &d.forms[len(d.forms)-1]
}

// read tries a text of a form that is not ISO.
func (d *dates) read(f form, s string, row int) bool {
	l := d.compiled(f)
	if l == nil {
		return false
	}
	v, day := l.day.ParseDate(s)
	if f.kind == compact {
		y, _, _ := v.Civil()
		day = day && y >= 1900 && y <= 2100
	}
	month := false
	if f.kind == numbered {
		_, month = l.month.ParseDate(s)
	}
	if !day && !month {
		return false
	}
	x := d.find(f)
	switch {
	case x == nil:
		return false
	case f.kind != numbered:
	case !month:
		if x.dayRow == 0 {
			x.dayRow = row
		}
		x.monthFirst = false
	case !day:
		if x.monthRow == 0 {
			x.monthRow = row
		}
		x.dayFirst = false
	}
	return true
}

func (d *dates) compiled(f form) *layouts {
	for i := range d.layouts {
		if d.layouts[i].form == f {
			return &d.layouts[i]
		}
	}
	day, err := value.CompileLayout(f.format(false))
	if err != nil {
		return nil
	}
	l := layouts{form: f, day: day}
	if f.kind == numbered {
		l.month, _ = value.CompileLayout(f.format(true))
	}
	if len(d.layouts) >= 2*maxForms {
		d.layouts = d.layouts[:0]
	}
	d.layouts = append(d.layouts, l)
	return &d.layouts[len(d.layouts)-1]
}

// add joins what a later block knows; before is the number of rows before it.
func (d *dates) add(l *dates, before int) {
	d.dead = d.dead || l.dead
	d.seen = d.seen || l.seen
	d.clock = d.clock || l.clock
	d.styled = d.styled || l.styled
	d.plainDays = d.plainDays || l.plainDays
	if d.dead {
		return
	}
	if d.bad.row == 0 && l.bad.row > 0 {
		d.bad = badText{strings.Clone(l.bad.text), before + l.bad.row}
	}
	for i := range l.forms {
		n := l.forms[i]
		known := len(d.forms)
		x := d.find(n.form)
		if x == nil {
			d.dead = true
			return
		}
		if known < len(d.forms) {
			x.dayFirst, x.monthFirst = n.dayFirst, n.monthFirst
		}
		x.dayFirst = x.dayFirst && n.dayFirst
		x.monthFirst = x.monthFirst && n.monthFirst
		if x.dayRow == 0 && n.dayRow > 0 {
			x.dayRow = before + n.dayRow
		}
		if x.monthRow == 0 && n.monthRow > 0 {
			x.monthRow = before + n.monthRow
		}
	}
}

// settle gives the column its date type, of filled cells; false where it has
// none. Misses of the column counts the cells that are no dates.
func (d *dates) settle(c *Column, filled int) bool {
	if d.dead || !d.seen || !enough(d.missed, filled) {
		return false
	}
	if c.Misses = d.missed; c.Misses > 0 {
		c.Miss, c.MissRow = shortened(d.bad.text), d.bad.row
	}
	first := func(a, b int) int {
		if a == 0 || b != 0 && b < a {
			return b
		}
		return a
	}
	dayRow, monthRow, numberedForms := 0, 0, false
	for i := range d.forms {
		x := &d.forms[i]
		if x.kind == numbered {
			numberedForms = true
			dayRow, monthRow = first(dayRow, x.dayRow), first(monthRow, x.monthRow)
		}
	}
	switch {
	case dayRow > 0 && monthRow > 0:
		c.Order, c.OrderRow, c.OtherRow = Mixed, dayRow, monthRow
		return false
	case dayRow > 0:
		c.Order, c.OrderRow = DayFirst, dayRow
	case monthRow > 0:
		c.Order, c.OrderRow = MonthFirst, monthRow
	case numberedForms:
		c.Order = Ambiguous
	}
	c.Kind = Date
	if d.clock {
		c.Kind = DateTime
	}
	c.Formats = d.formats(c.Kind, c.Order == MonthFirst)
	if c.Order == Ambiguous {
		c.Either = d.formats(c.Kind, true)
	}
	return true
}

// formats lists what the column's key format needs; nil where ISO alone does.
func (d *dates) formats(k Kind, monthFirst bool) []string {
	iso, days, others := false, false, false
	var list []string
	for i := range d.forms {
		switch d.forms[i].kind {
		case isoDate:
			days = true
		case isoTime:
			iso = true
		default:
			others = true
		}
	}
	if !others && (k == Date || !days) {
		return nil
	}
	for i := range d.forms {
		f := &d.forms[i]
		if f.kind == isoDate && k == Date && iso {
			continue // the word iso reads both
		}
		list = append(list, f.format(monthFirst))
	}
	return list
}
