// Package examples_test runs every example: its check, its tests, and its
// transform, whose output must be the folder want/ byte for byte.
package examples_test

import (
	"bytes"
	"context"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crm2gong/cmd"
)

// asOf is the instant that the READMEs of the examples give.
const asOf = "2024-07-01T06:00:00Z"

var update = flag.Bool("update", false, "write what the program gives to the folders want/")

func TestExamples(t *testing.T) {
	mappings, err := filepath.Glob("*/mapping.yaml")
	if err != nil || len(mappings) == 0 {
		t.Fatalf("no examples found: %v", err)
	}
	for _, mapping := range mappings {
		t.Run(filepath.Dir(mapping), func(t *testing.T) {
			if text, status := run(t, "check", mapping); status != 0 || !strings.HasSuffix(text, "nothing wrong\n") {
				t.Errorf("check: status %d\n%s", status, text)
			}
			if text, status := run(t, "test", mapping); status != 0 {
				t.Errorf("test: status %d\n%s", status, text)
			}
			out := filepath.Join(t.TempDir(), "out")
			if text, status := run(t, "transform", mapping, "--as-of", asOf, "-o", out); status > 1 {
				t.Fatalf("transform: status %d\n%s", status, text)
			}
			compare(t, filepath.Join(filepath.Dir(mapping), "want"), read(t, out))
		})
	}
}

// run runs the program and gives both of its streams and its exit status.
func run(t *testing.T, args ...string) (text string, status int) {
	t.Helper()
	var out bytes.Buffer
	status = cmd.Main(context.Background(), append([]string{"crm2gong"}, args...), strings.NewReader(""), &out, &out)
	return out.String(), status
}

// compare holds a run's files against those of the folder want/.
func compare(t *testing.T, dir string, got map[string][]byte) {
	t.Helper()
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		for name, text := range got {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := read(t, dir)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		text, ok := got[name]
		switch {
		case !ok:
			t.Errorf("%s is in %s, and the run does not write it", name, dir)
		case !bytes.Equal(text, want[name]):
			line, a, b := difference(want[name], text)
			t.Errorf("%s line %d:\n want %s\n  got %s", name, line, a, b)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			t.Errorf("the run writes %s, which %s lacks", name, dir)
		}
	}
}

// difference gives the first line in which two texts differ.
func difference(want, got []byte) (line int, a, b string) {
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range max(len(w), len(g)) {
		a, b = "nothing", "nothing"
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return i + 1, a, b
		}
	}
	return 0, "", ""
}

// read reads a folder. The report as a page is left out, and the manifest's
// entry of it: their looks are the business of other tests.
func read(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if name = filepath.ToSlash(name); name != page {
			files[name], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("%s is empty", dir)
	}
	if text, ok := files["manifest.json"]; ok {
		files["manifest.json"] = pageEntry.ReplaceAll(text, nil)
	}
	return files
}

const page = "report.html"

var pageEntry = regexp.MustCompile(`    \{\n      "path": "report\.html",[^}]*\},?\n`)
