package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/value"
	"crm2gong/validate"
)

// sums adds decimals by name, exactly.
type sums map[string]value.Value

func (s sums) add(t *testing.T, name, amount string) {
	t.Helper()
	n, ok := value.ParseNumber(amount)
	if !ok {
		t.Fatalf("%s: %q is no decimal", name, amount)
	}
	if old, ok := s[name]; ok {
		var err error
		if n, err = value.Add(old, n); err != nil {
			t.Fatal(err)
		}
	}
	s[name] = n
}

func (s sums) deal(t *testing.T, d validate.DealSum) {
	t.Helper()
	s.add(t, "amount", string(d.Amount))
	for currency, amount := range d.Before {
		s.add(t, "before "+currency, string(amount))
	}
}

func (s sums) texts() map[string]string {
	out := map[string]string{}
	for name, v := range s {
		if v.Sign() != 0 {
			out[name] = string(v.AppendNumber(nil))
		}
	}
	return out
}

// The control totals of every example tie: sums by status are those by stage;
// before conversion, with what is in no deal, they are the total of the
// currency; and the manifest has what the report has.
func TestControlTotalsTie(t *testing.T) {
	paths, err := filepath.Glob("../examples/*/want/report.json")
	if err != nil || len(paths) < 5 {
		t.Fatalf("%d reports, %v", len(paths), err)
	}
	converted := 0
	for _, path := range paths {
		t.Run(filepath.Base(filepath.Dir(filepath.Dir(path))), func(t *testing.T) {
			var r validate.Report
			var m struct{ Money manifestMoney }
			for file, v := range map[string]any{path: &r, filepath.Join(filepath.Dir(path), "manifest.json"): &m} {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(text, v); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(signOff(&r), m.Money); d != "" {
				t.Errorf("the manifest is not as the report (-report +manifest):\n%s", d)
			}
			byStatus, byStage, total, want := sums{}, sums{}, sums{}, sums{}
			for _, d := range r.Deals.ByStatus {
				byStatus.deal(t, d)
				for currency, amount := range d.Before {
					total.add(t, currency, string(amount))
				}
			}
			byStage.deal(t, r.Deals.OtherStages)
			for _, s := range r.Deals.ByStage {
				byStage.deal(t, s.DealSum)
				within := sums{}
				for _, d := range s.ByStatus {
					within.deal(t, d)
				}
				one := sums{}
				one.deal(t, s.DealSum)
				if d := cmp.Diff(one.texts(), within.texts()); d != "" {
					t.Errorf("stage %s is not the sum of its statuses:\n%s", s.Name, d)
				}
			}
			if d := cmp.Diff(byStatus.texts(), byStage.texts()); d != "" {
				t.Errorf("by status and by stage differ:\n%s", d)
			}
			c := &r.Currency
			converted += len(c.Rates)
			for currency := range c.Rates {
				total.add(t, currency, c.OutsideDeals[currency])
				total.add(t, "converted", c.Converted[currency])
				total.add(t, "rounding", c.Rounding[currency])
				want.add(t, currency, c.SourceTotal[currency])
				if n, _ := value.ParseNumber(c.OutsideDeals[currency]); n.Sign() < 0 {
					t.Errorf("%s: less than nothing is outside of deals: %s", currency, c.OutsideDeals[currency])
				}
			}
			want.add(t, "converted", c.ConvertedTotal)
			want.add(t, "rounding", c.RoundingTotal)
			if d := cmp.Diff(want.texts(), total.texts()); d != "" {
				t.Errorf("the totals do not tie:\n%s", d)
			}
		})
	}
	if converted == 0 {
		t.Error("no example converts anything")
	}
}
