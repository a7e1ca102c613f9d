package starter

import (
	"fmt"
	"strings"
	"testing"
)

// TestChoices: which columns of few texts become picklists.
func TestChoices(t *testing.T) {
	for _, c := range []struct {
		header string
		cells  string // between bars, again and again
		nulls  string
		want   string
	}{
		{"Industry", "Food|Steel", "", "type: PICKLIST, values: auto, value: Industry}"},
		{"Industry", "Food|Steel|-None-", "-None-", "type: PICKLIST, values: auto, value: Industry}"},
		{"Region", "EMEA|NA", "NA", "type: PICKLIST, values: auto, value: Region}"},
		{"Size", "1-50|51-200", "", "type: PICKLIST, values: auto, value: Size}"},
		{"Revenue", "€ 1.250.000,00|£3,100,000.00|n/a", "n/a", "type: STRING, value: Revenue}"},
		{"Creator", "Xu Li|Jo Fox", "", "type: STRING, value: Creator}"},
		{"Seller", "Ann Lee|Bob Ray", "", "type: STRING, value: Seller}"},
		{"Reseller", "Acme 1|Acme 2", "", "type: STRING, value: Reseller}"},
		{"Parent Account", "Acme 1|Acme 2", "", "type: REFERENCE, referenceTo: ACCOUNT, value: 'accountByName(row[\"Parent Account\"])'}"},
	} {
		t.Run(c.header+" "+c.cells, func(t *testing.T) {
			rows := [][]string{{"Id", "Name", "Website", c.header}}
			cells := strings.Split(c.cells, "|")
			for i := range 24 {
				rows = append(rows, []string{fmt.Sprint("A", i), fmt.Sprint("Acme ", i), "", cells[i%len(cells)]})
			}
			table := textTable("accounts", rows...)
			if n := len(cells); c.nulls != "" {
				table.Columns[3].Nulls = []Count{{c.nulls, 24 / n}}
			}
			users := textTable("users", []string{"User Id", "Full Name", "Email"}, []string{"u1", "Ann Lee", "a@x.io"}, []string{"u2", "Bob Ray", "b@x.io"})
			r := Make([]*Table{table, users}, Options{})
			mustCheck(t, r)
			if !strings.Contains(r.Text, c.want) {
				t.Errorf("want %s in\n%s", c.want, r.Text)
			}
			if empty := strings.Contains(r.Text, "empty: ["); empty != (c.nulls == "-None-") {
				t.Errorf("%q is taken for empty: %v", c.nulls, empty)
			}
		})
	}
}
