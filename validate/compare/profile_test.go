package compare_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/gong"
	"crm2gong/validate"
	"crm2gong/validate/compare"
)

// snapshot makes the snapshot of n deals, of which each field has a value in
// the first so many.
func snapshot(n int, id string, filled map[string]int) *compare.Snapshot {
	p := compare.NewProfile()
	for i := range n {
		line := fmt.Sprintf(`{"objectId":"`+id+`"`, i)
		for name, k := range filled {
			if i < k {
				line += `,"` + name + `":1`
			} else {
				line += `,"` + name + `":null`
			}
		}
		fmt.Fprintln(p, line+"}")
	}
	p.Close()
	return &compare.Snapshot{Profiles: compare.Profiles{gong.Deal: p}, Report: &validate.Report{}}
}

func TestDrift(t *testing.T) {
	like := func(edit func(s *compare.Snapshot)) *compare.Snapshot {
		s := snapshot(100, "006%012d", map[string]int{"amount": 90})
		s.Headers = map[string][]string{"deals": {"Id", "Amount", ""}}
		s.Report.Enums = map[string]validate.EnumUse{"status": {Used: map[string]int{"Won": 1}, Defaulted: map[string]int{"Foo": 1}}}
		s.Report.Lookups = map[string]validate.LookupUse{"stage": {Missing: map[string]int{"x": 1}}}
		if edit != nil {
			edit(s)
		}
		return s
	}
	for _, c := range []struct {
		name string
		new  *compare.Snapshot
		want []string
	}{
		{"the same", like(nil), []string{}},
		{"columns", like(func(s *compare.Snapshot) { s.Headers["deals"] = []string{"Id", "Value", "Value"} }), []string{
			`source deals has a new column "Value"`, `source deals lacks the column "Amount" that it had`}},
		{"a source that is not there", like(func(s *compare.Snapshot) { s.Headers = nil }), []string{}},
		{"values of enums", like(func(s *compare.Snapshot) {
			s.Report.Enums["status"] = validate.EnumUse{Used: map[string]int{"Won": 1, "Lost": 2}, Defaulted: map[string]int{"Bar": 3}, Unmapped: map[string]int{"Foo": 1, "Baz": 4}}
		}), []string{
			`enum status meets "Bar" for the first time (3 times); the default stands for it`,
			`enum status meets "Baz" for the first time (4 times); it has no entry`,
			`enum status meets "Lost" for the first time (2 times); it has an entry`}},
		{"keys that a lookup misses", like(func(s *compare.Snapshot) {
			s.Report.Lookups["stage"] = validate.LookupUse{Missing: map[string]int{"x": 5, "y": 2}}
		}), []string{`lookup stage has no row for "y" (2 times), which it was not asked for before`}},
		{"within the bounds", like(func(s *compare.Snapshot) {
			s.Profiles = snapshot(120, "006%012d", map[string]int{"amount": 97}).Profiles
		}), []string{}},
		{"counts beyond them", like(func(s *compare.Snapshot) {
			s.Profiles = snapshot(121, "006%012d", map[string]int{"amount": 109}).Profiles
		}), []string{"DEAL: 100 records before, 121 now"}},
		{"fields beyond them", like(func(s *compare.Snapshot) {
			s.Profiles = snapshot(100, "006%012d", map[string]int{"amount": 79, "stage": 1}).Profiles
		}), []string{"DEAL.amount: 90.0% of the records had a value, now 79.0%", "DEAL.stage: 0.0% of the records had a value, now 1.0%"}},
		{"ids of another shape", like(func(s *compare.Snapshot) {
			s.Profiles = snapshot(100, "x-006%012d", map[string]int{"amount": 90}).Profiles
		}), []string{"DEAL.objectId: ids were 15 digits, now 100 of 100 are 17 letters+digits+signs"}},
		{"nothing left", like(func(s *compare.Snapshot) { s.Profiles = snapshot(0, "", nil).Profiles }), []string{"DEAL: 100 records before, 0 now"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := []string{}
			for _, d := range compare.Drift(like(nil), c.new) {
				got = append(got, d.Message)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// Among few records only what is far off is told, and among very few nothing
// but a field that all lack.
func TestDriftOfFew(t *testing.T) {
	for _, c := range []struct {
		name     string
		was, is  int
		had, has int
		want     []string
	}{
		{"a third of them gone, and half of the owners", 23, 13, 22, 7, []string{"DEAL: 23 records before, 13 now", "DEAL.owner: 95.7% of the records had a value, now 53.8%"}},
		{"a few gone", 18, 15, 18, 11, []string{}},
		{"fewer than five", 4, 3, 4, 1, []string{}},
		{"all owners gone", 4, 4, 4, 0, []string{"DEAL.owner: 100.0% of the records had a value, now 0.0%"}},
	} {
		got := []string{}
		for _, d := range compare.Drift(snapshot(c.was, "006%012d", map[string]int{"owner": c.had}), snapshot(c.is, "006%012d", map[string]int{"owner": c.has})) {
			got = append(got, d.Message)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", c.name, d)
		}
	}
}

// A profile does not depend on how its lines are cut into writes.
func TestProfileOfCutLines(t *testing.T) {
	text := strings.Repeat(`{"objectId":"1","name":"a"}`+"\n", 3) + `{"objectId":"2"}`
	for size := 1; size <= len(text); size++ {
		p := compare.NewProfile()
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			if k, err := p.Write([]byte(rest[:n])); k != n || err != nil {
				t.Fatal(k, err)
			}
			rest = rest[n:]
		}
		p.Close()
		if p.Records != 4 || p.Filled["name"] != 3 || p.Filled["objectId"] != 4 {
			t.Fatalf("cut at %d: %d records, %v", size, p.Records, p.Filled)
		}
	}
	all, err := compare.ProfileFiles(context.Background(), input(map[string]string{"DEAL.ldjson": text + "\n\n"}), compare.Options{})
	if err != nil || all[gong.Deal].Records != 4 {
		t.Errorf("%v, %v", all[gong.Deal], err)
	}
}
