package starter

import "fmt"

// near takes a column for what nearly all of its cells are, where a field needs
// just that: a date with a day that is none in one row, or an amount in another
// country's way of writing. What does not fit is left out of the field and said.
func (b *builder) near(s *src, i int, kinds ...Kind) {
	c := s.t.Columns[i]
	if c.Near == nil || c.Kind != Text {
		return
	}
	fits := false
	for _, k := range kinds {
		fits = fits || c.Near.Kind == k
	}
	if !fits {
		return
	}
	n := *c
	n.Kind, n.Formats, n.Either, n.OrderRow, n.DayFirst, n.MixedRow = c.Near.Kind, c.Near.Formats, c.Near.Either, c.Near.OrderRow, c.Near.DayFirst, c.Near.MixedRow
	n.Decimals, n.Group, n.Strip, n.Suffix, n.Unclear, n.Money = c.Near.Decimals, c.Near.Group, c.Near.Strip, c.Near.Suffix, c.Near.Unclear, c.Near.Money
	s.t.Columns[i] = &n
	b.open("%s of %s: %s and can't be read, such as %s%s: mend the export, or say how to read it", oneLine(c.Name), s.t.file(), misfits(&n), shown(c.Miss), inRow(c.MissRow))
}

func inRow(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" in row %d", n)
}

// misfits says how many cells of a column do not fit its type.
func misfits(c *Column) string {
	what := "number"
	if c.Kind == Date || c.Kind == DateTime {
		what = "date"
	}
	verb := "is no " + what
	if c.Misses > 1 {
		verb = "are no " + what + "s"
	}
	return fmt.Sprintf("%s of %s cells %s", thousands(c.Misses), thousands(c.filled()), verb)
}

// misfit gives the columns read by an expression on s that have cells which do
// not fit.
func (s *src) misfit(x string) *Column {
	for _, i := range s.order {
		if c := s.t.Columns[i]; c.Misses > 0 && c.Kind != Text && hasRef(x, s.ref(i, "")) {
			return c
		}
	}
	return nil
}
