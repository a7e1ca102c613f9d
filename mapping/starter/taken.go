package starter

import (
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

// refused counts the column's cells that a function of one text does not take,
// so that a column is judged by what a run makes of it. Of many different texts
// a part is known, and what it says of the whole is given.
func (c *Column) refused(name string) (cells int) {
	f := funcs.Find(name)
	for _, k := range c.Keys {
		if _, err := f.Call(&funcs.Env{}, []value.Value{value.OfText(k.Text)}); err != nil {
			cells += k.Count
		}
	}
	return min(cells<<c.Level, c.filled())
}
