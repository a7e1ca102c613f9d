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
	plan, in := bound(t, dir, nil)
	out := &memory{}
	trail := map[string][]gong.Origin{}
	var told []string
	_, err := transform.Run(context.Background(), plan, in, transform.Options{
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
	header, cells, err := in.Rows(context.Background(), plan.Sources[0], time.Unix(0, 0), places)
	if err != nil || strings.Join(header, ",") != "Id,At,Name,Amount,Keep" {
		t.Fatal(header, err)
	}
	for i, row := range cells {
		if len(row) != 5 || row[2] != names[i] {
			t.Fatalf("%+v is %q, want %q", places[i], row, names[i])
		}
	}
	places[0].Row = 40_000
	if _, _, err := in.Rows(context.Background(), plan.Sources[0], time.Unix(0, 0), places); err == nil {
		t.Error("a row that is not there was found")
	}
}

// A row that is read again has the values of the rows above where its source
// fills them down, as a rejected row has: alone it would lose them.
func TestRowsAgainAreFilledDown(t *testing.T) {
	for _, tt := range []struct{ name, where, second string }{
		{"filled", "", "north"},
		{"rows that are no data pass nothing on", `where: Id != "Id", `, "north"},
		{"a where that asks a table can not be judged again, so nothing is filled", "where: known(Id) == \"yes\", ", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			text := "Region,Id\nnorth,d1\n" + strings.Repeat(",x\n", 100_000)
			if tt.where != "" {
				text += "Region,Id\n"
			}
			for name, text := range map[string]string{
				"mapping.yaml": "version: 1\nsources: {deals: {file: deals.csv, " + tt.where + "fillDown: [Region]}}\nenums: {known: {values: {Id: header}, default: \"yes\"}}\n" +
					"entities: {DEAL: {from: deals, fields: {objectId: Id, modifiedDate: now(), name: Region, status: '\"OPEN\"'}}}\n",
				"deals.csv": text + ",d2\n",
			} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			plan, in := bound(t, dir, nil)
			last := strings.Count(text, "\n") + 1
			_, cells, err := in.Rows(context.Background(), plan.Sources[0], time.Unix(0, 0), []gong.Origin{{File: "deals.csv", Row: last}, {File: "deals.csv", Row: 2}})
			want := [][]string{{tt.second, "d2"}, {"north", "d1"}}
			if err != nil || !slices.EqualFunc(cells, want, slices.Equal) {
				t.Errorf("%v %q, want %q", err, cells, want)
			}
		})
	}
}
