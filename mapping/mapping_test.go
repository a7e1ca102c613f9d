package mapping

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/diag"
)

var update = flag.Bool("update", false, "write the expected messages anew")

// glob lists test files and refuses to find none.
func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files match %s: %v", pattern, err)
	}
	return files
}

// checkFile loads and checks a mapping. The header of a source that a comment
// "# header SOURCE: A,B" of the file gives is known.
func checkFile(t *testing.T, path string) diag.List {
	t.Helper()
	m, list, err := Load(path, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	headers := map[string][]string{}
	for _, line := range strings.Split(string(m.Text), "\n") {
		if rest, ok := strings.CutPrefix(line, "# header "); ok {
			name, cells, _ := strings.Cut(rest, ": ")
			headers[name] = strings.Split(cells, ",")
		}
	}
	return append(list, m.Check(headers)...).Sorted()
}

func render(list diag.List) string {
	var b strings.Builder
	for i := range list {
		b.WriteString(list[i].String() + "\n")
	}
	return b.String()
}

func TestGoodMappingsAreSilent(t *testing.T) {
	for _, path := range glob(t, "testdata/ok/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if got := render(checkFile(t, path)); got != "" {
				t.Errorf("want silence, got\n%s", got)
			}
		})
	}
}

func TestBadMappings(t *testing.T) {
	wanted := map[string]bool{}
	for _, path := range glob(t, "testdata/err/*.yaml") {
		out := strings.TrimSuffix(path, ".yaml") + ".out"
		wanted[out] = true
		t.Run(filepath.Base(path), func(t *testing.T) {
			got := render(checkFile(t, path))
			if got == "" {
				t.Fatal("nothing is reported")
			}
			if *update {
				if err := os.WriteFile(out, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("messages differ (-want +got):\n%s", d)
			}
		})
	}
	for _, out := range glob(t, "testdata/err/*.out") {
		if !wanted[out] {
			t.Errorf("%s has no mapping", out)
		}
	}
}
