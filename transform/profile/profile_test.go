package profile

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crm2gong/transform/source"
)

// read profiles a table that is written in the test.
func read(t testing.TB, text string, workers int) *Profile {
	t.Helper()
	name := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return readFile(t, name, workers)
}

func readFile(t testing.TB, name string, workers int) *Profile {
	t.Helper()
	table, err := source.Open(source.Spec{Files: []string{filepath.ToSlash(name)}, Header: 1}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	p, err := Read(context.Background(), table, workers)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// quotedTable makes a CSV file of rows with 24 quoted cells and 385 bytes each.
func quotedTable(t testing.TB, rows int) string {
	name := filepath.Join(t.TempDir(), "quoted.csv")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 24 {
		fmt.Fprintf(f, `"Column_%d__c"%s`, i, map[bool]string{true: "\n", false: ","}[i == 23])
	}
	for i := range rows {
		fmt.Fprintf(f, `"006Ec%012dIAM","false","001Ec%012dIAG","Big Deal %d, renewal","","Closed Won","%d.50","100","2024-03-%02d","New Business","","Web","true","true","Closed","Closed","","false","01sEc000000XyZ","EUR","005Ec000000AbCdIAK","2024-03-15T10:00:00.000Z","005Ec000000AbCdIAK","2024-05-%02dT10:%02d:00.000Z"`+"\n",
			i, i%1000, i, i%99991, i%28+1, i%28+1, i%60)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func BenchmarkRead(b *testing.B) {
	name := quotedTable(b, 100_000)
	info, _ := os.Stat(name)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				if p := readFile(b, name, workers); p.Rows != 100_000 {
					b.Fatal(p.Rows)
				}
			}
		})
	}
}

// TestTooManyColumns: a table that no spreadsheet could hold is refused by name.
func TestTooManyColumns(t *testing.T) {
	for _, n := range []int{MaxColumns, MaxColumns + 1} {
		name := filepath.Join(t.TempDir(), "wide.csv")
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "c%d,", i)
		}
		text := strings.TrimSuffix(b.String(), ",") + "\n" + strings.Repeat("1,", n-1) + "1\n"
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		table, err := source.Open(source.Spec{Name: "wide", Files: []string{name}, Header: 1}, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = Read(t.Context(), table, 1)
		table.Close()
		if refused := err != nil; refused != (n > MaxColumns) || refused && !strings.Contains(err.Error(), "16385 columns, more than the 16384") {
			t.Errorf("%d columns: %v", n, err)
		}
	}
}
