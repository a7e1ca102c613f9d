package mappingtest

import (
	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/transform"
)

// watch makes the programs of a plan tell which ways they go. The plan must be
// used for one run alone.
func (c *Coverage) watch(plan *mapping.Plan) {
	cover := func(list ...**expression.Program) {
		for _, p := range list {
			if *p != nil {
				*p = (*p).Covered(c.way)
			}
		}
	}
	for _, s := range plan.Sources {
		cover(&s.Where)
		for i := range s.Layout {
			cover(&s.Layout[i].Value)
		}
	}
	for _, l := range plan.Lookups {
		for i := range l.Keys {
			cover(&l.Keys[i])
		}
		cover(&l.Value, &l.Where)
	}
	if m := plan.Money; m != nil {
		cover(&m.Code, &m.Date, &m.Rate)
	}
	for _, e := range plan.Entities {
		for i := range e.Where {
			cover(&e.Where[i].Program)
		}
		cover(&e.ForEach, &e.Deleted, &e.Converted)
		for i := range e.Fields {
			cover(&e.Fields[i].Program, &e.Fields[i].Instead)
		}
	}
	for _, k := range plan.Checks {
		for e, p := range k.Programs {
			if p != nil {
				k.Programs[e] = p.Covered(c.way)
			}
		}
	}
}

func (c *Coverage) way(w expression.Way) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reached[key{way: w}] = true
}

// count notes what a run's summary says of the tables and of what was left out.
func (c *Coverage) count(t gong.ObjectType, sum *transform.Summary) {
	c.mu.Lock()
	defer c.mu.Unlock()
	reach := func(times int, name string) {
		if times > 0 {
			c.reached[key{name: name}] = true
		}
	}
	for _, e := range sum.Enums {
		for k, n := range e.Used {
			reach(n, entryName(e.Name, k))
		}
		reach(len(e.Defaulted)+e.Empty, "default "+e.Name)
	}
	for _, l := range sum.Lookups {
		reach(l.Hits, "hit "+l.Name)
		reach(l.Misses, "miss "+l.Name)
	}
	for _, g := range sum.Log.Groups() {
		if g.Entity == t && g.Code == "value-invalid" && g.Lowered {
			reach(1, omitted(t, g.Field))
		}
	}
}

func entryName(enum, entry string) string { return "entry " + enum + "\x00" + entry }
