package profile

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/transform/source"
)

func tuplesOf(t testing.TB, name string, columns []int, limit, workers int) ([]Tuple, bool) {
	t.Helper()
	table, err := source.Open(source.Spec{Files: []string{filepath.ToSlash(name)}, Header: 1}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	list, ok, err := Tuples(context.Background(), table, columns, limit, workers)
	if err != nil {
		t.Fatal(err)
	}
	return list, ok
}

// TestTuples counts combinations over many blocks in the order of their first
// rows, whatever the number of workers.
func TestTuples(t *testing.T) {
	const rows, pad = 200_000, 40 // some blocks
	name := filepath.Join(t.TempDir(), "t.csv")
	var b strings.Builder
	b.WriteString("pad,stage,pipeline\n")
	var want []Tuple
	at := map[string]int{}
	for i := range rows {
		stage, pipeline := fmt.Sprint("s", (i/7)%11+i/50_000), fmt.Sprint("p", i%3)
		if i%5 == 0 {
			stage = ""
		}
		fmt.Fprintf(&b, "%s, %s ,%s\n", strings.Repeat("x", pad), stage, pipeline)
		k, ok := at[stage+"/"+pipeline]
		if !ok {
			k = len(want)
			at[stage+"/"+pipeline] = k
			want = append(want, Tuple{Texts: []string{pipeline, stage}})
		}
		want[k].Count++
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{1, 2, 5} {
		got, ok := tuplesOf(t, name, []int{2, 1}, len(want), workers)
		if d := cmp.Diff(want, got); d != "" || !ok {
			t.Errorf("%d workers: ok %v\n%.2000s", workers, ok, d)
		}
		if got, ok := tuplesOf(t, name, []int{2, 1}, len(want)-1, workers); ok || got != nil {
			t.Errorf("%d workers: %d combinations above the limit are given", workers, len(got))
		}
	}
}

func TestTuplesErrors(t *testing.T) {
	open := func(text string) *source.Table {
		name := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		table, err := source.Open(source.Spec{Files: []string{filepath.ToSlash(name)}, Header: 1}, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { table.Close() })
		return table
	}
	if _, ok, err := Tuples(context.Background(), open("a,b\n1,2\n3,\xff\n"), []int{0}, 10, 2); err == nil || ok {
		t.Errorf("bytes that are no text: ok %v, error %v", ok, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, ok, err := Tuples(ctx, open("a,b\n1,2\n"), []int{0}, 10, 2); err == nil || ok {
		t.Errorf("cancelled: ok %v, error %v", ok, err)
	}
}

func BenchmarkTuples(b *testing.B) {
	name := quotedTable(b, 100_000)
	info, _ := os.Stat(name)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				if list, ok := tuplesOf(b, name, []int{5, 10}, 500, workers); !ok || len(list) != 1 {
					b.Fatal(len(list), ok)
				}
			}
		})
	}
}
