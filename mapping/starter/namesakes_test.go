package starter

import "testing"

// TestNamesakes: which names of a table stand in several rows.
func TestNamesakes(t *testing.T) {
	for _, c := range []struct {
		name  string
		names []string // of records with ids of their own
		fold  bool
		n     int
		one   bool
		says  string
	}{
		{"none", []string{"Acme", "Bolt"}, false, 0, false, ""},
		{"one", []string{"Acme", "Bolt", "Acme", "Acme"}, false, 1, false, "1 name stands"},
		{"two", []string{"Acme", "Bolt", "Acme", "Bolt"}, false, 2, false, "2 names stand"},
		{"they differ in case", []string{"Acme", "ACME", "Bolt"}, false, 0, false, ""},
		{"without regard to case", []string{"Acme", "ACME", "Bolt"}, true, 1, false, "1 name stands"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := [][]string{{"Id", "Name"}}
			for i, name := range c.names {
				rows = append(rows, []string{string(rune('a' + i)), name})
			}
			s := newSrc(textTable("accounts", rows...), accounts)
			s.idCol = 0
			b := &builder{}
			b.opt.Tuples = func(*Table, []int, int) (list []Tuple, ok bool) {
				for i, name := range c.names {
					list = append(list, Tuple{Texts: []string{name, string(rune('a' + i))}, Count: 1})
				}
				return list, true
			}
			n := b.namesakes(s, []int{1}, nil, c.fold)
			if n == nil {
				if c.n > 0 {
					t.Fatal("none are found")
				}
				return
			}
			if len(n.texts) != c.n || n.one != c.one || n.stand("name") != c.says {
				t.Errorf("%d texts, one %v, %q; want %d, %v, %q", len(n.texts), n.one, n.stand("name"), c.n, c.one, c.says)
			}
		})
	}
	c := &Column{Level: 2, Keys: []Key{{"Acme", 3, 1}, {"Bolt", 2, 1}}}
	s := &src{t: &Table{Columns: []*Column{c}}, idCol: -1}
	if n := (&builder{}).namesakes(s, []int{0}, nil, false); n.stand("address") != "about 8 addresses stand" || n.one {
		t.Errorf("a quarter of the names: %+v, %q", n, n.stand("address"))
	}
}
