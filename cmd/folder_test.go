package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
)

const ours = `{"tool": "crm2gong"}`

// lay makes files in a new folder: names with a slash at the end are folders.
func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			must(t, os.MkdirAll(path, 0o700))
			continue
		}
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listing gives the files below a folder as NAME=TEXT, sorted.
func listing(t *testing.T, dir string) (all []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, err := os.ReadFile(path)
			must(t, err)
			name, _ := filepath.Rel(dir, path)
			all = append(all, filepath.ToSlash(name)+"="+string(text))
		}
		return err
	}))
	sort.Strings(all)
	return all
}

// write makes an output of one file.
func write(t *testing.T, f *folder, name, text string) {
	t.Helper()
	must(t, f.put(name, []byte(text)))
}

func TestFolderTakesThePlaceOfTheOld(t *testing.T) {
	for name, before := range map[string]map[string]string{
		"nothing before":    {},
		"an empty folder":   {"out/": ""},
		"an older output":   {"out/manifest.json": ours, "out/DEAL.ldjson": "old", "out/rejects/deals.csv": "old"},
		"folders above":     {"deep/": ""},
		"neighbours remain": {"out.txt": "mine", ".out.crm2gong-notes": "mine"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := lay(t, before)
			f, err := newFolder(filepath.Join(dir, "out"), nil)
			must(t, err)
			write(t, f, "DEAL.ldjson", "new")
			write(t, f, "manifest.json", ours)
			must(t, f.commit())
			want := []string{"out/DEAL.ldjson=new", "out/manifest.json=" + ours}
			for name, text := range before {
				if !strings.HasPrefix(name, "out/") && !strings.HasSuffix(name, "/") {
					want = append(want, name+"="+text)
				}
			}
			sort.Strings(want)
			if d := cmp.Diff(want, listing(t, dir)); d != "" {
				t.Errorf("files (-want +got):\n%s", d)
			}
		})
	}
}

func TestFolderBehindALink(t *testing.T) {
	dir := lay(t, map[string]string{"disk/out/manifest.json": ours, "disk/out/a": "old"})
	must(t, os.Symlink(filepath.Join(dir, "disk", "out"), filepath.Join(dir, "out")))
	f, err := newFolder(filepath.Join(dir, "out"), nil)
	must(t, err)
	write(t, f, "manifest.json", ours)
	must(t, f.commit())
	if st, err := os.Lstat(filepath.Join(dir, "out")); err != nil || st.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	if d := cmp.Diff([]string{"manifest.json=" + ours}, listing(t, filepath.Join(dir, "disk", "out"))); d != "" {
		t.Errorf("files (-want +got):\n%s", d)
	}
}

func TestFolderAbandonedLeavesAllAsItWas(t *testing.T) {
	dir := lay(t, map[string]string{"out/manifest.json": ours, "out/DEAL.ldjson": "old"})
	was := listing(t, dir)
	f, err := newFolder(filepath.Join(dir, "out"), nil)
	must(t, err)
	w, err := f.Create("history/DEAL.0001.ldjson")
	must(t, err)
	_, err = w.Write([]byte("half a li"))
	must(t, err)
	f.abandon()
	if d := cmp.Diff(was, listing(t, dir)); d != "" {
		t.Errorf("files (-was +is):\n%s", d)
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("%d entries remain, want out alone", len(entries))
	}
}

func TestFolderSums(t *testing.T) {
	f, err := newFolder(filepath.Join(t.TempDir(), "out"), nil)
	must(t, err)
	defer f.abandon()
	write(t, f, "b", "one\ntwo\n")
	write(t, f, "a", "")
	var got []outFile
	for _, o := range f.outputs() {
		got = append(got, outFile{Path: o.Path, Bytes: o.Bytes, Lines: o.Lines, SHA256: o.SHA256})
	}
	want := []outFile{ // sums by sha256sum
		{Path: "a", SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{Path: "b", Bytes: 8, Lines: 2, SHA256: "c3f9c8c283a2b1f2f1896f27a01cbe3cddc0c9d93f752e4639035a0f5b36f6e8"},
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestFolderRefusals(t *testing.T) {
	for _, test := range []struct {
		name   string
		before map[string]string
		out    string
		inputs []string
		want   string
	}{
		{"files of others", map[string]string{"out/thesis.txt": "x"}, "out", nil, "was not written by crm2gong"},
		{"a manifest of another program", map[string]string{"out/manifest.json": `{"tool": "webpack"}`}, "out", nil, "was not written by crm2gong"},
		{"a file", map[string]string{"out": "x"}, "out", nil, "is a file, not a folder"},
		{"an input in it", map[string]string{"out/manifest.json": ours, "out/in.csv": "x"}, "out", []string{"out/in.csv"}, "holds the input"},
		{"an input deep in it", map[string]string{"out/manifest.json": ours, "out/rejects/deals.csv": "x"}, "out", []string{"out/rejects/deals.csv"}, "holds the input"},
		{"the mapping's folder", map[string]string{"manifest.json": ours, "m.yaml": "x"}, ".", []string{"m.yaml"}, "holds the input"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := lay(t, test.before)
			was := listing(t, dir)
			var inputs []string
			for _, in := range test.inputs {
				inputs = append(inputs, filepath.Join(dir, in))
			}
			_, err := newFolder(filepath.Join(dir, test.out), inputs)
			var e *exit
			if !errors.As(err, &e) || e.status != StatusFailed || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want status 3 and %q", err, test.want)
			}
			if d := cmp.Diff(was, listing(t, dir)); d != "" {
				t.Errorf("files (-was +is):\n%s", d)
			}
		})
	}
	t.Run("an input reached by a link", func(t *testing.T) {
		dir := lay(t, map[string]string{"out/manifest.json": ours, "out/in.csv": "x"})
		must(t, os.Symlink(filepath.Join(dir, "out", "in.csv"), filepath.Join(dir, "link.csv")))
		if _, err := newFolder(filepath.Join(dir, "out"), []string{filepath.Join(dir, "link.csv")}); err == nil {
			t.Error("it would be replaced")
		}
	})
	t.Run("the working folder", func(t *testing.T) {
		dir := lay(t, map[string]string{"out/in/": ""})
		for here, out := range map[string]string{"out": ".", "out/in": ".."} {
			t.Chdir(filepath.Join(dir, here))
			if _, err := newFolder(out, nil); err == nil || !strings.Contains(err.Error(), "the working folder") {
				t.Errorf("%s in %s: %v", out, here, err)
			}
		}
	})
	t.Run("a folder whose name begins alike", func(t *testing.T) {
		dir := lay(t, map[string]string{"out/manifest.json": ours, "outside/in.csv": "x"})
		f, err := newFolder(filepath.Join(dir, "out"), []string{filepath.Join(dir, "outside", "in.csv")})
		must(t, err)
		f.abandon()
	})
}

// TestRecovery prepares what a kill at each moment of a swap leaves, and starts
// the next run, which abandons: what stands in out then is what the next
// program sees.
func TestRecovery(t *testing.T) {
	const temp = ".out.crm2gong-"
	for _, test := range []struct {
		name   string
		before map[string]string
		want   []string
	}{
		{"killed while it wrote, nothing before",
			map[string]string{temp + "new-1/DEAL.ldjson": "half", temp + "new-1.lock": ""}, nil},
		{"killed while it wrote",
			map[string]string{"out/manifest.json": ours, "out/a": "old", temp + "new-1/DEAL.ldjson": "half", temp + "new-1.lock": ""},
			[]string{"out/a=old", "out/manifest.json=" + ours}},
		{"killed after the old one was moved aside: the new one is whole and takes its place",
			map[string]string{temp + "old-1/manifest.json": ours, temp + "old-1/a": "old", temp + "new-1/manifest.json": ours, temp + "new-1/a": "new", temp + "new-1.lock": ""},
			[]string{"out/a=new", "out/manifest.json=" + ours}},
		{"likewise, but the new one is not whole: the old one comes back",
			map[string]string{temp + "old-1/manifest.json": ours, temp + "old-1/a": "old", temp + "new-1/a": "half"},
			[]string{"out/a=old", "out/manifest.json=" + ours}},
		{"killed before the old one was removed",
			map[string]string{"out/manifest.json": ours, "out/a": "new", temp + "old-1/manifest.json": ours, temp + "old-1/a": "old"},
			[]string{"out/a=new", "out/manifest.json=" + ours}},
		{"killed after an exchange, before the old one was removed",
			map[string]string{"out/manifest.json": ours, "out/a": "new", temp + "new-1/manifest.json": ours, temp + "new-1/a": "old", temp + "new-1.lock": ""},
			[]string{"out/a=new", "out/manifest.json=" + ours}},
		{"whole and not yet in its place, nothing before: it was not finished",
			map[string]string{temp + "new-1/manifest.json": ours, temp + "new-1/a": "new", temp + "new-1.lock": ""}, nil},
		{"files of others with such a name remain",
			map[string]string{temp + "new-1": "a file"}, []string{temp + "new-1=a file"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := lay(t, test.before)
			f, err := newFolder(filepath.Join(dir, "out"), nil)
			must(t, err)
			f.abandon()
			if d := cmp.Diff(test.want, listing(t, dir)); d != "" {
				t.Errorf("files (-want +got):\n%s", d)
			}
		})
	}
}

func TestRecoveryLeavesRunningProgramsAlone(t *testing.T) {
	dir := lay(t, map[string]string{".out.crm2gong-new-1/DEAL.ldjson": "half", ".out.crm2gong-new-1.lock": ""})
	l := flock.New(filepath.Join(dir, ".out.crm2gong-new-1.lock"))
	if ok, err := l.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	defer l.Unlock()
	f, err := newFolder(filepath.Join(dir, "out"), nil)
	must(t, err)
	f.abandon()
	want := []string{".out.crm2gong-new-1.lock=", ".out.crm2gong-new-1/DEAL.ldjson=half"}
	if d := cmp.Diff(want, listing(t, dir)); d != "" {
		t.Errorf("files (-want +got):\n%s", d)
	}
}

func TestTwoRunsAtOnce(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	a, err := newFolder(out, nil)
	must(t, err)
	b, err := newFolder(out, nil)
	must(t, err)
	write(t, a, "manifest.json", ours)
	write(t, a, "who", "a")
	write(t, b, "manifest.json", ours)
	write(t, b, "who", "b")
	must(t, a.commit())
	must(t, b.commit())
	if d := cmp.Diff([]string{"out/manifest.json=" + ours, "out/who=b"}, listing(t, dir)); d != "" {
		t.Errorf("files (-want +got):\n%s", d)
	}
}
