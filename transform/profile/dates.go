package profile

import "crm2gong/mapping/value"

// maxForms is how many ways to write dates one column may mix.
const maxForms = 6

// dates says which ways to write dates fit all cells.
type dates struct {
	dead      bool
	seen      bool
	forms     []dateForm
	clock     bool // a form has a time other than midnight, or an offset
	styled    bool // date cells of a workbook
	plainDays bool // date cells without a time
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
	if len(s) > 10 {
		d.clock = true
	} else {
		d.plainDays = true
	}
}

// test tries a text.
func (d *dates) test(s string, row int) {
	d.seen = true
	f, ok := formOf(s)
	if !ok {
		d.dead = true
		return
	}
	x := d.find(f)
	if x == nil {
		d.dead = true
		return
	}
	switch f.kind {
	case isoDate:
		_, ok = value.ParseISODate(s)
	case isoTime:
		if !d.clock {
			_, midnight := value.ParseISODate(s)
			d.clock = !midnight
		}
	default:
		ok = d.read(x, s, row)
	}
	if !ok {
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

func (d *dates) read(x *dateForm, s string, row int) bool {
	l := d.compiled(x.form)
	if l == nil {
		return false
	}
	v, day := l.day.ParseDate(s)
	if x.kind == compact {
		y, _, _ := v.Civil()
		return day && y >= 1900 && y <= 2100
	}
	if x.kind != numbered {
		return day
	}
	_, month := l.month.ParseDate(s)
	switch {
	case day && !month:
		if x.dayRow == 0 {
			x.dayRow = row
		}
		x.monthFirst = false
	case month && !day:
		if x.monthRow == 0 {
			x.monthRow = row
		}
		x.dayFirst = false
	}
	return day || month
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

// settle gives the column its date type; false where it has none.
func (d *dates) settle(c *Column) bool {
	if d.dead || !d.seen {
		return false
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
