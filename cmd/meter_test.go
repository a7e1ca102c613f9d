package cmd

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"crm2gong/transform/source"
)

// fakeTerminal is a terminal of one line, as people see it.
type fakeTerminal struct {
	t       *testing.T
	columns int
	row     []rune
	at      int
	sent    strings.Builder
	draws   int
	seen    []string // the line after each drawing
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

func (f *fakeTerminal) Columns() int { return f.columns }

func (f *fakeTerminal) Write(b []byte) (int, error) {
	f.sent.Write(b)
	f.draws++
	for _, r := range colours.ReplaceAllString(string(b), "") {
		switch {
		case r == '\r':
			f.at = 0
		case r == '\n':
			f.row, f.at = nil, 0
		case r < ' ':
			f.t.Errorf("%q is sent to the terminal", r)
		default:
			for range columnsOf(string(r)) {
				for len(f.row) <= f.at {
					f.row = append(f.row, ' ')
				}
				f.row[f.at] = r
				f.at++
				r = 0 // the second half of a wide one
			}
			if f.at >= f.columns && f.columns > 0 {
				f.t.Errorf("the line reaches column %d of %d: %q", f.at, f.columns, string(f.row))
			}
		}
	}
	f.seen = append(f.seen, f.shown())
	return len(b), nil
}

func (f *fakeTerminal) shown() string {
	return strings.TrimRight(strings.ReplaceAll(string(f.row), "\x00", ""), " ")
}

// fakeMeter is a meter on a fake terminal, with a clock that the test moves.
func fakeMeter(t *testing.T, columns int, colour bool) (m *meter, f *fakeTerminal, now *time.Time) {
	now = new(time.Time)
	*now = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	f = &fakeTerminal{t: t, columns: columns}
	return &meter{w: f, columns: f.Columns, colour: colour, clock: func() time.Time { return *now }, totals: map[string]int64{"deals": 27_100_000}}, f, now
}

func TestMeterLine(t *testing.T) {
	for _, c := range []struct {
		name        string
		columns     int
		source      string
		bytes, rows int
		after       time.Duration
		want        string
	}{
		{"all that is known", 120, "deals", 12_195_000, 123_456, 10 * time.Second, "deals   45%  ━━━━━━━━━───────────  12 s left  12.2 MB of 27.1 MB  123,456 rows  12.3k rows/s"},
		{"the end", 120, "deals", 27_100_000, 1_234_567, 3700 * time.Second, "deals  100%  ━━━━━━━━━━━━━━━━━━━━  27.1 MB of 27.1 MB  1,234,567 rows  333 rows/s"},
		{"more text than bytes in the file", 120, "deals", 30_000_000, 10, time.Second, "deals  100%  ━━━━━━━━━━━━━━━━━━━━  30.0 MB of 30.0 MB  10 rows  10 rows/s"},
		{"a long time left", 120, "deals", 2_710_000, 1000, 1000 * time.Second, "deals   10%  ━━──────────────────  2:30:00 left  2.71 MB of 27.1 MB  1,000 rows  1 rows/s"},
		{"too early to tell the time left", 120, "deals", 2_710_000, 1000, 500 * time.Millisecond, "deals   10%  ━━──────────────────  2.71 MB of 27.1 MB  1,000 rows  2.00k rows/s"},
		{"compressed", 120, "accounts", 5_000_000, 40_000, 2 * time.Second, "accounts  5.00 MB  40,000 rows  20.0k rows/s"},
		{"a workbook", 120, "accounts", 0, 1_500_000, time.Second, "accounts  1,500,000 rows  1.50M rows/s"},
		{"narrow", 40, "deals", 12_195_000, 123_456, 10 * time.Second, "deals   45%  ━━━━━━━━━───────────"},
		{"narrower", 20, "deals", 12_195_000, 123_456, 10 * time.Second, "deals   45%"},
		{"narrowest", 4, "deals", 12_195_000, 123_456, 10 * time.Second, "dea"},
		{"a name that would move the cursor", 120, "a\x1b[2J\u202e\nb", 0, 5, time.Second, "a?[2J??b  5 rows  5 rows/s"},
		{"a wide name", 30, strings.Repeat("商談", 20), 0, 5, time.Second, strings.Repeat("商談", 7)},
	} {
		for _, colour := range []bool{false, true} {
			m, f, now := fakeMeter(t, c.columns, colour)
			m.hear(c.source, 0, 0)
			*now = now.Add(c.after)
			m.hear(c.source, c.bytes, c.rows)
			if got := f.shown(); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
			if got := strings.Contains(f.sent.String(), "\x1b["); got != (colour && strings.Contains(c.want, "━")) {
				t.Errorf("%s: colours sent is %v", c.name, got)
			}
			m.close()
			if got := f.shown(); got != "" || f.at != 0 {
				t.Errorf("%s: %q is left", c.name, got)
			}
		}
	}
}

func TestMeterDrawsOver(t *testing.T) {
	m, f, now := fakeMeter(t, 100, true)
	for i := range 3000 { // a call each millisecond
		*now = now.Add(time.Millisecond)
		m.hear([]string{"deals", "a", "deals"}[i/1000], 1000, 10)
	}
	if f.draws > 31 || f.draws < 25 {
		t.Errorf("%d drawings in 3 s", f.draws)
	}
	if got := f.shown(); !strings.HasPrefix(got, "deals    ") {
		t.Errorf("%q", got)
	}
	f.columns = 30 // the window is made narrow
	*now = now.Add(time.Second)
	f.row = nil
	m.hear("deals", 1000, 10)
	m.close()
	if got := f.shown(); got != "" {
		t.Errorf("%q is left", got)
	}
}

func TestMeterBeginsAnew(t *testing.T) {
	m, f, now := fakeMeter(t, 100, false)
	m.hear("deals", 0, 0)
	*now = now.Add(time.Second)
	m.hear("deals", 27_100_000, 100)
	m.hear("deals", 0, 0) // once more
	*now = now.Add(time.Second)
	m.hear("deals", 2_710_000, 7)
	if got := f.shown(); !strings.Contains(got, " 10%") || !strings.Contains(got, " 7 rows") {
		t.Errorf("%q", got)
	}
}

// Nobody watches: no meter, and a nil one does nothing.
func TestNoMeter(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	f := &fakeTerminal{t: t, columns: 80}
	for _, c := range []struct {
		name   string
		stderr io.Writer
		quiet  bool
		want   bool
	}{{"a buffer", &bytes.Buffer{}, false, false}, {"a pipe", w, false, false}, {"a terminal", f, false, true}, {"quiet", f, true, false}} {
		m := (&program{stderr: c.stderr}).newMeter(c.quiet)
		if (m != nil) != c.want {
			t.Errorf("%s: a meter is %v", c.name, m != nil)
		}
		if m == nil {
			m.hear("deals", 1, 1)
			m.close()
			if m.progress(nil, nil) != nil || m.files(nil) != nil {
				t.Errorf("%s: progress is told to nobody", c.name)
			}
		}
	}
	t.Setenv("NO_COLOR", "1")
	if (&program{stderr: f}).newMeter(false).colour {
		t.Error("colours despite NO_COLOR")
	}
}

func TestTextSize(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, n int) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, make([]byte, n), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := source.File{Path: "exports/a.csv", Format: "csv", Encoding: "utf-8", Real: file("a.csv", 100)}
	b := source.File{Path: "b.ldjson", Format: "ldjson", Encoding: "utf-8", Real: file("b.ldjson", 20)}
	for _, c := range []struct {
		name  string
		files []source.File
		want  int64
	}{
		{"none", nil, 0},
		{"two", []source.File{a, b}, 120},
		{"a workbook among them", []source.File{a, {Path: "c.xlsx", Format: "xlsx", Real: file("c.xlsx", 7)}}, 0},
		{"compressed", []source.File{{Path: "a.csv.gz", Format: "csv", Encoding: "utf-8", Real: file("a.csv.gz", 7)}}, 0},
		{"in an archive", []source.File{{Path: "x.zip/a.csv", Format: "csv", Encoding: "utf-8", Real: file("x.zip", 7)}}, 0},
		{"two bytes a character", []source.File{{Path: "d.csv", Format: "csv", Encoding: "utf-16le", Real: file("d.csv", 7)}}, 0},
		{"standard input", []source.File{{Path: "-", Format: "csv", Encoding: "utf-8"}}, 0},
		{"gone", []source.File{{Path: "e.csv", Format: "csv", Encoding: "utf-8", Real: filepath.Join(dir, "e.csv")}}, 0},
	} {
		if got := textSize(c.files); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// slowly is a reader that waits before its first byte.
type slowly struct {
	io.Reader
	wait time.Duration
}

func (s *slowly) Read(b []byte) (int, error) {
	time.Sleep(s.wait)
	s.wait = 0
	return s.Reader.Read(b)
}

// TestProgressOfARun runs the program on a terminal.
func TestProgressOfARun(t *testing.T) {
	dir := t.TempDir()
	mapping := filepath.Join(dir, "mapping.yaml")
	if err := os.WriteFile(mapping, []byte(`version: 1
sources:
  stages: {file: stages.csv, columns: {Order: integer}}
entities:
  STAGE:
    from: stages
    fields: {objectId: Id, name: Name, sortOrder: Order, isActive: "true", modifiedDate: now()}
`), 0o644); err != nil {
		t.Fatal(err)
	}
	const rows = "Id,Name,Order\ns1,First,1\ns2,Second,2\n"
	run := func(stderr, stdout io.Writer, args ...string) {
		t.Helper()
		in := &slowly{strings.NewReader(rows), meterDelay + 50*time.Millisecond}
		args = append([]string{"crm2gong", args[0], mapping, "--source", "stages=-", "--as-of", "2024-01-01"}, args[1:]...)
		if status := Main(context.Background(), args, in, stdout, stderr); status != StatusOK {
			t.Fatalf("%v: status %d", args, status)
		}
	}
	out := filepath.Join(dir, "out")
	var results bytes.Buffer
	f := &fakeTerminal{t: t, columns: 80}
	run(f, &results, "transform", "-o", out)
	if len(f.seen) < 2 || !strings.HasPrefix(f.seen[0], "stages") || f.shown() != "" {
		t.Errorf("seen %q, left %q", f.seen, f.shown())
	}
	if strings.Contains(results.String(), "\r") {
		t.Errorf("progress among the results: %q", results.String())
	}
	for _, c := range []struct {
		name   string
		stdout io.Writer
		args   []string
	}{
		{"quiet", &results, []string{"transform", "-o", out, "--quiet"}},
		{"lines on the same terminal", &fakeTerminal{t: t, columns: 500}, []string{"transform", "--entity", "STAGE", "--json=false"}},
	} {
		f := &fakeTerminal{t: t, columns: 200}
		run(f, c.stdout, c.args...)
		for _, line := range f.seen {
			if strings.HasPrefix(line, "stages") {
				t.Errorf("%s: progress %q", c.name, line)
			}
		}
	}
	var plain bytes.Buffer
	run(&plain, &results, "transform", "-o", out)
	if plain.Len() > 0 {
		t.Errorf("without a terminal standard error has %q", plain.String())
	}
	page, err := os.ReadFile(filepath.Join(out, "report.html"))
	if err != nil || !bytes.Contains(page, []byte("Records by type")) || bytes.Contains(page, []byte(dir)) {
		t.Errorf("report.html: %v, or it names the folder", err)
	}
}
