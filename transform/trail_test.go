package transform_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/gong"
	"crm2gong/transform"
)

const trailMapping = `
version: 1
sources:
  deals: {file: "deals*.csv", columns: {Amount: decimal, At: {type: datetime, format: "%Y-%m-%dT%H:%M:%SZ"}}}
entities:
  DEAL:
    from: deals
    where: {kept: Keep == "y"}
    duplicates: first
    fields: {objectId: Id, modifiedDate: At, name: Name, amount: Amount}
history:
  DEAL:
    from: deals
    where: {kept: Keep == "y"}
    duplicates: last
    fields: {objectId: Id, modifiedDate: At, name: Name}
`

// Every line leads back to the row whose place its name holds, in present
// records and in past versions, with blocks, several files, merged, filtered
// and refused rows; and the rows lead back to the cells.
func TestTrailLeadsToTheRow(t *testing.T) {
	dir := t.TempDir()
	var refused []string
	for file := 1; file <= 2; file++ {
		var b strings.Builder
		b.WriteString("Id,At,Name,Amount,Keep\n")
		for row := 2; row < 30_000; row++ {
			keep, amount := "y", "1.5"
			if row%7 == 0 {
				keep = "n"
			}
			id := fmt.Sprintf("d%d", row%900)
			if keep == "y" && file == 1 && row < 850 && row%50 == 3 {
				amount = "much"
				refused = append(refused, id)
			}
			fmt.Fprintf(&b, "%s,2024-01-%02dT00:00:00Z,\"%s\n%d %d\",%s,%s\n", id, row/900%28+1, strings.Repeat("x", 30), file, row, amount, keep)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("deals%d.csv", file)), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "mapping.yaml")
	if err := os.WriteFile(path, []byte(trailMapping), 0o600); err != nil {
		t.Fatal(err)
	}
	m, diags, err := mapping.Load(path, mapping.LoadOptions{})
	if err != nil || diags.HasErrors() {
		t.Fatal(err, diags)
	}
	in, err := transform.OpenInputs(m, m.NeededSources(), transform.InputOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	plan, diags := m.Bind(in.Headers())
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	out := &memory{}
	trail := map[string][]gong.Origin{}
	var told []string
	_, err = transform.Run(context.Background(), plan, in, transform.Options{
		Rules: &lenient{}, Output: out, Now: time.Unix(0, 0), Workers: 4,
		Trail: func(file string, lines []gong.Origin) { trail[file] = append(trail[file], lines...) },
		Refused: func(typ gong.ObjectType, id string) {
			if typ != gong.Deal {
				t.Errorf("refused %s", typ)
			}
			told = append(told, id)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told, refused) {
		t.Errorf("refused %v, want %v", told, refused)
	}
	if len(trail) < 20 || len(trail["DEAL.ldjson"]) == 0 {
		t.Fatalf("the trail leads to %d files", len(trail))
	}
	var places []gong.Origin
	var names []string
	for name := range out.files {
		if !strings.HasSuffix(name, ".ldjson") {
			continue
		}
		lines := out.lines(t, name)
		if len(lines) != len(trail[name]) {
			t.Fatalf("%s has %d lines and a trail of %d", name, len(lines), len(trail[name]))
		}
		for i, line := range lines {
			var e struct{ Name string }
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			o := trail[name][i]
			_, place, _ := strings.Cut(e.Name, "\n")
			if got := fmt.Sprintf("%s %d", strings.TrimSuffix(strings.TrimPrefix(o.File, "deals"), ".csv"), o.Row); got != place || o.Source != "deals" {
				t.Fatalf("%s line %d of row %s leads to %+v", name, i+1, place, o)
			}
			if i%100 == 0 {
				places, names = append(places, o), append(names, e.Name)
			}
		}
	}
	header, cells, err := in.Rows(context.Background(), "deals", places)
	if err != nil || strings.Join(header, ",") != "Id,At,Name,Amount,Keep" {
		t.Fatal(header, err)
	}
	for i, row := range cells {
		if len(row) != 5 || row[2] != names[i] {
			t.Fatalf("%+v is %q, want %q", places[i], row, names[i])
		}
	}
	places[0].Row = 40_000
	if _, _, err := in.Rows(context.Background(), "deals", places); err == nil {
		t.Error("a row that is not there was found")
	}
}
