package cmd

import (
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
	"golang.org/x/text/width"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform"
	"crm2gong/transform/source"
	"crm2gong/validate"
)

// meter shows on a terminal how far long work is: one line, which is drawn
// over, and erased at the end. All methods of a nil meter do nothing. Its
// methods are called by one goroutine at a time.
type meter struct {
	w       io.Writer
	columns func() int // width of the terminal
	colour  bool
	clock   func() time.Time
	totals  map[string]int64 // bytes by what is read, where they are known

	name        string // what is read
	bytes, rows int64  // of it so far
	begun       time.Time
	drawn       time.Time
	shown       int // columns of the line on the terminal
}

// When the line is drawn.
const (
	meterDelay = 400 * time.Millisecond // work that ends sooner shows none
	meterPause = 100 * time.Millisecond // between two drawings
)

// terminal is a stream that people watch.
type terminal interface {
	io.Writer
	Columns() int // how wide it is; 0 where that is not known
}

// onTerminal gives the stream as a terminal; ok is false where it is none, or
// cannot draw over a line.
func onTerminal(w io.Writer) (t terminal, ok bool) {
	if t, ok := w.(terminal); ok {
		return t, true
	}
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil, false
	}
	return screen{f}, true
}

// screen is a terminal of the system.
type screen struct{ *os.File }

// Columns asks the system.
func (s screen) Columns() int {
	columns, _, err := term.GetSize(int(s.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// newMeter makes a meter on standard error; nil where nobody watches that or
// quiet is set.
func (p *program) newMeter(quiet bool) *meter {
	t, ok := onTerminal(p.stderr)
	if quiet || !ok {
		return nil
	}
	m := &meter{
		w: t, columns: t.Columns, clock: time.Now, totals: map[string]int64{},
		colour: os.Getenv("NO_COLOR") == "" && runtime.GOOS != "windows",
	}
	m.drawn = m.clock().Add(meterDelay - meterPause)
	return m
}

// progress gives what a run tells its progress to; nil without a meter.
func (m *meter) progress(in *transform.Inputs, names []string) transform.Progress {
	if m == nil {
		return nil
	}
	for _, name := range names {
		if n := textSize(in.Files(name)); n > 0 {
			m.totals[name] = n
		}
	}
	return m.hear
}

// files gives what the judging of LDJSON tells its progress to; nil without a
// meter.
func (m *meter) files(in *validate.Input) func(file string, bytes, lines int) {
	if m == nil {
		return nil
	}
	for _, t := range gong.Types {
		for _, f := range append(slices.Clone(in.Files[t]), in.History[t]...) {
			m.totals[f.Name] = f.Size
		}
	}
	return m.hear
}

// textSize is how many bytes the files of a source have, 0 where that does not
// tell how much text there is: in workbooks, archives, compressed files, and
// encodings of two or four bytes.
func textSize(files []source.File) (n int64) {
	for _, f := range files {
		switch ext := strings.ToLower(path.Ext(f.Path)); {
		case f.Format == "xlsx", ext == ".gz", ext == ".zst", strings.HasPrefix(f.Encoding, "utf-16"), strings.HasPrefix(f.Encoding, "utf-32"):
			return 0
		}
		st, err := os.Stat(f.Real)
		if err != nil || !st.Mode().IsRegular() || !strings.HasSuffix(f.Path, st.Name()) {
			return 0
		}
		n += st.Size()
	}
	return n
}

// hear adds to what was read. Nothing read, or another name, is a new
// beginning.
func (m *meter) hear(name string, bytes, rows int) {
	if m == nil {
		return
	}
	now := m.clock()
	if name != m.name || bytes == 0 && rows == 0 {
		m.name, m.bytes, m.rows, m.begun = name, 0, 0, now
	}
	m.bytes += int64(bytes)
	m.rows += int64(rows)
	if now.Sub(m.drawn) >= meterPause {
		m.draw(now)
	}
}

// draw puts the line on the terminal, over the one before. The last column
// stays free: some terminals begin a new line there.
func (m *meter) draw(now time.Time) {
	m.drawn = now
	columns := m.columns()
	if columns <= 0 {
		columns = 80
	}
	line, wide := m.line(now, columns-1)
	fmt.Fprintf(m.w, "\r%s%s", line, strings.Repeat(" ", max(0, min(m.shown, columns-1)-wide)))
	m.shown = wide
}

// close erases the line.
func (m *meter) close() {
	if m == nil || m.shown == 0 {
		return
	}
	n := m.shown
	if columns := m.columns(); columns > 0 {
		n = min(n, columns-1)
	}
	fmt.Fprintf(m.w, "\r%s\r", strings.Repeat(" ", n))
	m.shown = 0
}

// line is what stands on the terminal, and how many columns it takes, at most
// so many: what does not fit is left out from the end.
func (m *meter) line(now time.Time, most int) (line string, columns int) {
	line = fitted(m.name, max(min(most, 30), 0))
	columns = columnsOf(line)
	add := func(s string) bool {
		n := columnsOf(s) + 2
		if columns+n > most {
			return false
		}
		line, columns = line+"  "+s, columns+n
		return true
	}
	seconds := now.Sub(m.begun).Seconds()
	total := m.totals[m.name]
	if total <= 0 || m.bytes == 0 {
		ok := m.bytes == 0 || add(inBytes(m.bytes))
		if ok && add(inRows(m.rows)) && seconds > 0 {
			add(rate(m.rows, seconds))
		}
		return line, columns
	}
	part := min(float64(m.bytes)/float64(total), 1)
	left := ""
	if seconds > 1 && part < 1 {
		left = inTime(seconds*(1-part)/part) + " left"
	}
	ok := add(fmt.Sprintf("%3d%%", int(part*100)))
	if done, rest := m.bar(part); ok && columns+2+meterBar <= most {
		if m.colour {
			done = "\x1b[32m" + done + "\x1b[0m"
		}
		line, columns = line+"  "+done+rest, columns+2+meterBar
	}
	for _, s := range []string{left, inBytes(m.bytes) + " of " + inBytes(max(total, m.bytes)), inRows(m.rows), rate(m.rows, seconds)} {
		if s != "" && !add(s) {
			break
		}
	}
	return line, columns
}

// meterBar is how many columns the bar takes.
const meterBar = 20

func (m *meter) bar(part float64) (done, rest string) {
	n := int(part * meterBar)
	return strings.Repeat("━", n), strings.Repeat("─", meterBar-n)
}

// fitted cuts a name to so many columns and leaves out what no terminal should
// be sent.
func fitted(s string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if !strconv.IsPrint(r) {
			r = '?'
		}
		if n += columnsOf(string(r)); n > most {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// columnsOf is how many columns of a terminal a text takes.
func columnsOf(s string) (n int) {
	for _, r := range s {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}

func inRows(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return value.Thousands(strconv.FormatInt(n, 10)) + " rows"
}

func inBytes(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	return shortened(float64(n), []string{" kB", " MB", " GB", " TB"})
}

func rate(n int64, seconds float64) string {
	if n == 0 || seconds <= 0 {
		return ""
	}
	r := float64(n) / seconds
	if r < 1000 {
		return strconv.Itoa(int(r)) + " rows/s"
	}
	return shortened(r, []string{"k", "M", "G", "T"}) + " rows/s"
}

// shortened writes a number of at least a thousand with three digits.
func shortened(f float64, units []string) string {
	i := -1
	for f >= 999.5 && i < len(units)-1 {
		f /= 1000
		i++
	}
	digits := 0
	switch {
	case f < 9.995:
		digits = 2
	case f < 99.95:
		digits = 1
	}
	return strconv.FormatFloat(f, 'f', digits, 64) + units[max(i, 0)]
}

func inTime(seconds float64) string {
	s := int(seconds + 0.5)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
