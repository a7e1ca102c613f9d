package transform

// Counts is what became of the rows of one object type. Always
// Read + Extra = Written + Filtered + Rejected + Merged.
type Counts struct {
	Read     int // rows
	Extra    int // entities that forEach made of a row beyond its first
	Written  int // entities
	Filtered int // rows left out by where, or by an empty forEach
	Rejected int // entities, or rows refused before they became any
	Merged   int // entities left out for a later or earlier one of the same id
	Filters  []FilterCount
}

// FilterCount is how many rows a named filter left out.
type FilterCount struct {
	Name string
	Rows int
}

// Holds tells whether nothing was lost.
func (c *Counts) Holds() bool {
	return c.Read+c.Extra == c.Written+c.Filtered+c.Rejected+c.Merged
}

func (c *Counts) filter(name string, rows int) {
	c.Filtered += rows
	c.name(name, rows)
}

func (c *Counts) name(name string, rows int) {
	for i := range c.Filters {
		if c.Filters[i].Name == name {
			c.Filters[i].Rows += rows
			return
		}
	}
	c.Filters = append(c.Filters, FilterCount{name, rows})
}

func (c *Counts) add(o *Counts) {
	c.Read += o.Read
	c.Extra += o.Extra
	c.Written += o.Written
	c.Filtered += o.Filtered
	c.Rejected += o.Rejected
	c.Merged += o.Merged
	for _, f := range o.Filters {
		c.name(f.Name, f.Rows)
	}
}

func (c *Counts) reset() { *c = Counts{Filters: c.Filters[:0]} }
