package diag

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

const (
	snippetCells = 120  // a longer line is clipped around the caret
	leadCells    = 40   // cells kept before the caret of a clipped line
	snippetBytes = 1024 // bytes looked at on each side of the caret
	ellipsis     = "…"
	maskText     = "***"
)

// cell is one thing shown in a snippet and the bytes it stands for.
type cell struct {
	text     string
	width    int
	from, to int
}

// Snippet shows where the diagnostic points: the source line and below it `^~~~`
// under the span, two lines without a line break at the end. Tabs are kept in
// both, wide characters count as two cells, masked text shows as ***, control
// and direction characters as U+FFFD, and a long line is clipped around the
// caret. Of a span over several lines the first is shown. It is "" for a
// diagnostic without a place.
func (d *Diagnostic) Snippet() string {
	f := d.Span.File
	if f == nil {
		return ""
	}
	line, _ := f.Position(d.Span.Start)
	from, to := f.Line(line)
	start := min(max(d.Span.Start, from), to)
	end := min(max(d.Span.End, start), to)
	cells, cutLeft, cutRight := f.cells(from, to, start)
	first, last := covered(cells, start, end)
	cells, first, last, cutLeft, cutRight = clip(cells, first, last, cutLeft, cutRight)

	var source, caret strings.Builder
	if cutLeft {
		source.WriteString(ellipsis)
		caret.WriteByte(' ')
	}
	for i, c := range cells {
		source.WriteString(c.text)
		switch {
		case i < first && c.text == "\t":
			caret.WriteByte('\t')
		case i < first:
			caret.WriteString(strings.Repeat(" ", c.width))
		}
	}
	caret.WriteByte('^')
	if cutRight {
		source.WriteString(ellipsis)
	}
	underline(&caret, cells, first, last)
	return source.String() + "\n" + caret.String()
}

// underline draws the rest of a span after its caret.
func underline(b *strings.Builder, cells []cell, first, last int) {
	tildes := 0
	for i := first; i < last; i++ {
		if cells[i].text == "\t" {
			// How far a tab reaches is not known here, so the line ends before it.
			break
		}
		tildes += cells[i].width
	}
	if tildes > 1 {
		b.WriteString(strings.Repeat("~", tildes-1))
	}
}

// cells cuts the neighbourhood of an offset in the line [from, to) into cells
// and tells whether text was left out on either side.
func (f *File) cells(from, to, around int) (cells []cell, cutLeft, cutRight bool) {
	left, right := max(from, around-snippetBytes), min(to, around+snippetBytes)
	for left > from && !utf8.RuneStart(f.Text[left]) {
		left--
	}
	for right < to && !utf8.RuneStart(f.Text[right]) {
		right++
	}
	m := f.maskAfter(left)
	for i := left; i < right; {
		if m < len(f.masks) && i >= f.masks[m].from {
			end := min(f.masks[m].to, right)
			cells = append(cells, cell{maskText, len(maskText), i, end})
			i, m = end, m+1
			continue
		}
		r, size := utf8.DecodeRune(f.Text[i:right])
		text := string(f.Text[i : i+size])
		if unsafeRune(r) || r == utf8.RuneError {
			text = string(utf8.RuneError)
		}
		cells = append(cells, cell{text, runeWidth(r), i, i + size})
		i += size
	}
	return cells, left > from, right < to
}

// covered gives the half-open range of cells that a byte range touches; an empty
// byte range gives an empty one at its place.
func covered(cells []cell, start, end int) (first, last int) {
	for first < len(cells) && cells[first].to <= start {
		first++
	}
	last = first
	for last < len(cells) && cells[last].from < end {
		last++
	}
	return first, last
}

// clip cuts a line that is too wide to a window in which the caret stands.
func clip(cells []cell, first, last int, cutLeft, cutRight bool) ([]cell, int, int, bool, bool) {
	total := 0
	for _, c := range cells {
		total += c.width
	}
	if total <= snippetCells {
		return cells, first, last, cutLeft, cutRight
	}
	before, from := 0, first
	for from > 0 && before+cells[from-1].width <= leadCells {
		from--
		before += cells[from].width
	}
	used, to := 0, from
	for to < len(cells) && used+cells[to].width <= snippetCells {
		used += cells[to].width
		to++
	}
	// Near the end of the line there is room left for more of what comes before.
	for from > 0 && used+cells[from-1].width <= snippetCells {
		from--
		used += cells[from].width
	}
	cutLeft, cutRight = cutLeft || from > 0, cutRight || to < len(cells)
	return cells[from:to], first - from, min(last, to) - from, cutLeft, cutRight
}

// runeWidth counts the terminal cells of a character.
func runeWidth(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) || unicode.Is(unicode.Cf, r) && !unsafeRune(r) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// unsafeRune tells of a character that moves the cursor or the reading
// direction of a terminal.
func unsafeRune(r rune) bool {
	return r != '\t' && unicode.IsControl(r) || IsBidi(r) || r == 0x2028 || r == 0x2029
}

// IsBidi tells of the characters that override the direction of the text around
// them (U+202A to U+202E, U+2066 to U+2069), so that it does not read as it works.
func IsBidi(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}
