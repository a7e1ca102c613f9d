package validate

import (
	"fmt"
	"testing"

	"crm2gong/mapping/gong"
)

// The first thousand keys that are no fields have findings of their own, by
// their order in the file; the records of the others count once, whatever the
// number of workers.
func TestKeysOfTheirOwn(t *testing.T) {
	const n = 12_000
	var rows []string
	for i := range n {
		rows = append(rows, but(account, "a1", fmt.Sprint("a", i), "acme.com", fmt.Sprintf("d%d.com", i),
			`"name"`, fmt.Sprintf(`"k%d":{},"j%d":[],"u%d":1,"v%d":2,"common":0,"name"`, i, i, i, i)))
	}
	rows = append(rows, but(account, `"name"`, `"common":{},"late":{},"name"`)) // a duplicate as well
	in := lines{gong.Account: rows}.input()
	in.Schemas[gong.Account] = &CustomSchema{}
	p, _ := alike(t, in, 1, 5)
	// In each line stand k, j, u, v and, in the first, common.
	for _, c := range []struct {
		code, named, unnamed string
		count                int
	}{
		{"value-invalid", "j249", "j250", n + 1 - 250},
		{"field-not-in-schema", "u249", "v249", n - 249},
	} {
		list := find(p, c.code)
		if len(list) > 502 {
			t.Errorf("%s: %d findings", c.code, len(list))
		}
		counts := map[string]int{}
		for _, f := range list {
			counts[f.Field] += f.Count
			if f.Field == "" && (f.Cause != otherKeys || len(f.Examples) != 3 || f.Examples[0].Column == "") {
				t.Errorf("%s: %+v", c.code, f)
			}
		}
		if counts[c.named] != 1 || counts[c.unnamed] != 0 || counts[""] != c.count {
			t.Errorf("%s: %s %d, %s %d, others %d, want 1, 0, %d", c.code, c.named, counts[c.named], c.unnamed, counts[c.unnamed], counts[""], c.count)
		}
		if c.code == "field-not-in-schema" && counts["common"] != n {
			t.Errorf("common %d", counts["common"])
		}
	}
}
