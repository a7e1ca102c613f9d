package mapping

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/htmlindex"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

func sourceKeys() []key[*Source] {
	return []key[*Source]{
		{"file", aTextOrList("exports/Opportunity.csv"), "Path, glob or a list of them, relative to the mapping's folder; .gz and .zst are decompressed, dump.zip/Account*.csv reads inside a zip. ${NAME} is a parameter.", false, readFiles},
		{"rows", shape{what: "a list of rows", kinds: list, example: "[{id: won, label: Closed Won}]", schema: `{"$ref": "#/$defs/rows"}`}, "The table itself, a list of maps from column to cell; cells are the text as written.", false,
			func(e entry, s *Source) { s.Rows = e.inline() }},
		{"format", aWord("csv", "csv", "tsv", "xlsx", "ldjson"), "The file's format; by its extension unless set.", false,
			func(e entry, s *Source) { s.Format = e.word() }},
		{"encoding", aText("windows-1252"), "The file's encoding by a name that browsers know, or utf-32le, utf-32be; the byte order mark's, else utf-8 unless set.", false, readEncoding},
		{"delimiter", aText(`";"`), "The character between cells; found from the header among comma, semicolon, tab and pipe unless set.", false, readDelimiter},
		{"sheet", aText("Monthly"), "XLSX: the sheet's name or its number from 1, hidden sheets counted; the first visible sheet unless set.", false,
			func(e entry, s *Source) { s.Sheet, _ = e.filled() }},
		{"header", shape{what: "a row number or none", kinds: scalar, example: "3", schema: `{"oneOf": [{"type": "integer", "minimum": 1}, {"const": "none"}]}`}, "The row of the header from 1, above which all is skipped; none: there is no header, and columns are A, B, C ….", false, readHeader},
		{"footer", shape{what: "a number of rows or blank", kinds: scalar, example: "2", schema: `{"oneOf": [{"type": "integer", "minimum": 0}, {"const": "blank"}]}`}, "How many rows to drop at the end, such as totals; blank: stop at the first blank row.", false, readFooter},
		{"where", anExpr(`'Type != "Total"'`), "An expression on the raw row; rows for which it is false are no data, such as repeated headers and subtotals.", false,
			func(e entry, s *Source) { s.Where = e.expr() }},
		{"fillDown", aTextList("[Region]"), "Columns whose empty cells take the value above, for merged cells and grouped exports.", false,
			func(e entry, s *Source) { s.FillDown, s.fillNodes = e.texts(), e.node.Items }},
		{"trim", aBool("false"), "Whether blanks around cells and headers are dropped; true unless set.", false,
			func(e entry, s *Source) { s.NoTrim = !e.boolean() }},
		{"empty", aTextOrList(`["-", "N/A"]`), "Texts that mean an empty cell.", false,
			func(e entry, s *Source) { s.Empty = e.texts() }},
		{"timezone", aText("Europe/Berlin"), "The time zone of this source's date-times that have no offset; the mapping's unless set.", false,
			func(e entry, s *Source) { s.Zone = e.zone() }},
		{"apostrophe", aWord("strip", "keep", "strip"), "What becomes of one apostrophe that a spreadsheet export puts before = + - @; keep unless set.", false,
			func(e entry, s *Source) { s.KeepApostrophe = e.word() != "strip" }},
		{"columns", aNamedMap("a map from columns to types", "{Amount: decimal}", "column"), "Types and other names of columns; columns that are not named here are text.", false, readColumns},
	}
}

// isSourceName tells whether a source may be called s: its rejects are written
// to a file of that name.
func isSourceName(s string) bool {
	return isPlainName(s, "_", ". -") && !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, " ")
}

func readSources(e entry, m *Mapping) {
	folded := map[string]*syntax.Node{}
	for _, n := range e.node.Entries {
		if n.Key.Broken {
			continue
		}
		if !isSourceName(n.Key.Text) {
			e.errorf(n.Key, "wrong-name", "use letters, digits, _ and -", "a source can not be called %s", diag.Quote(n.Key.Text))
		} else if first := folded[strings.ToLower(n.Key.Text)]; first != nil {
			e.errorf(n.Key, "duplicate-name", "files are named after sources, and some disks take the two for one; give it another name",
				"the name of source %s differs from that at %s in case alone", diag.Quote(n.Key.Text), placeOf(first, n.Key))
		}
		folded[strings.ToLower(n.Key.Text)] = n.Key
		s := &Source{Name: n.Key.Text, Node: n.Key, Header: 1, KeepApostrophe: true}
		m.Sources = append(m.Sources, s)
		if n.Value.Broken {
			continue
		}
		if decode(e.loader, n.Key, n.Value, "a source", sourceKeys(), s) {
			e.agreeSource(n.Value, s)
		}
		e.compileColumns(s)
	}
	if len(e.node.Entries) == 0 {
		e.errorf(e.node, "wrong-value", e.such(), "there are no sources")
	}
}

// agreeSource refuses keys of a source that do not go together.
func (l *loader) agreeSource(n *syntax.Node, s *Source) {
	rows, file := n.Get("rows"), n.Get("file")
	switch {
	case rows == nil && file == nil:
		l.errorf(s.Node, "missing-key", "add `file: exports/Opportunity.csv`, or `rows:` with the table itself", "source %s has neither file nor rows", diag.Quote(s.Name))
	case rows != nil && file != nil:
		l.errorf(keyNode(n, "rows"), "conflict", "remove one of the two", "source %s has both file and rows", diag.Quote(s.Name))
	case rows != nil:
		for _, name := range []string{"format", "encoding", "delimiter", "sheet", "header", "footer", "apostrophe"} {
			if n.Get(name) != nil {
				l.errorf(keyNode(n, name), "conflict", "remove it", "%s is for files, and source %s has rows", diag.Quote(name), diag.Quote(s.Name))
			}
		}
	}
	for _, c := range []struct{ name, format string }{
		{"sheet", "csv tsv ldjson"}, {"delimiter", "xlsx ldjson"}, {"encoding", "xlsx"}, {"header", "ldjson"}, {"footer", "ldjson"},
	} {
		if s.Format != "" && n.Get(c.name) != nil && contains(strings.Fields(c.format), s.Format) {
			l.errorf(keyNode(n, c.name), "conflict", "remove it, or correct the format", "%s is not for %s files", diag.Quote(c.name), s.Format)
		}
	}
}

func readFiles(e entry, s *Source) {
	e.someTexts()
	for _, n := range e.items() {
		if n.Kind != syntax.Scalar || isNull(n) {
			continue
		}
		if name := e.fileName(n); name != "" {
			s.Files = append(s.Files, name)
		}
	}
}

func readEncoding(e entry, s *Source) {
	name, ok := e.filled()
	if !ok {
		return
	}
	switch strings.ToLower(name) {
	case "utf-32le", "utf-32be":
	default:
		if _, err := htmlindex.Get(name); err != nil {
			known := []string{"utf-8", "utf-16le", "utf-16be", "utf-32le", "utf-32be", "windows-1250", "windows-1251", "windows-1252", "iso-8859-1", "iso-8859-2", "iso-8859-15", "macintosh", "shift_jis", "gbk", "big5", "euc-kr"}
			e.errorf(e.node, "wrong-value", diag.Suggest(name, known), "there is no encoding %s", diag.Quote(name))
			return
		}
	}
	s.Encoding = name
}

func readDelimiter(e entry, s *Source) {
	switch r := e.char(); {
	case r == '"' || r == '\n' || r == '\r' || r == unicode.ReplacementChar || r != 0 && r < ' ' && r != '\t':
		e.errorf(e.node, "wrong-value", "such as `delimiter: \";\"`", "%s can not stand between cells", diag.Quote(e.node.Text))
	default:
		s.Delimiter = r
	}
}

const maxRow = 1 << 20 // rows of a workbook's sheet

func readHeader(e entry, s *Source) {
	if s.Header = 0; e.node.Text != "none" {
		s.Header = e.whole(1, maxRow)
	}
}

func readFooter(e entry, s *Source) {
	if s.FooterBlank = e.node.Text == "blank"; !s.FooterBlank {
		s.Footer = e.whole(0, maxRow)
	}
}

// inline reads a table that is written in the mapping.
func (e entry) inline() *Inline {
	t := &Inline{}
	for _, n := range e.node.Items {
		e.addRow(t, n)
	}
	return t
}

// addRow adds a map from column to cell to a table. Cells are the text as
// written; nothing, null and ~ are empty.
func (e entry) addRow(t *Inline, n *syntax.Node) {
	if n.Kind != syntax.Map {
		e.errorf(n, "wrong-kind", "such as {id: won, label: Closed Won}", "a row is a map from column to cell, not %s", describe(n))
		return
	}
	row := make([]string, len(t.Header))
	for _, c := range pairs(n) {
		if c.Value.Kind != syntax.Scalar {
			e.errorf(c.Value, "wrong-kind", "write it as the text that the file would have", "a cell is a text, not %s", describe(c.Value))
			continue
		}
		i, ok := t.at[c.Key.Text]
		if !ok {
			if t.at == nil {
				t.at = map[string]int{}
			}
			i = len(t.Header)
			t.at[c.Key.Text] = i
			t.Header, row, t.nodes = append(t.Header, c.Key.Text), append(row, ""), append(t.nodes, c.Key)
		}
		if !isNull(c.Value) {
			row[i] = c.Value.Text
		}
	}
	for i := range t.Rows {
		for len(t.Rows[i]) < len(t.Header) {
			t.Rows[i] = append(t.Rows[i], "")
		}
	}
	t.Rows = append(t.Rows, row)
}

// columnLetters reads the place of a column: letters as spreadsheets count, or
// a number from 1. It gives 0 for anything else.
func columnLetters(s string) int {
	if v, err := strconv.Atoi(s); err == nil {
		if v < 1 || v > 1<<14 {
			return 0
		}
		return v
	}
	v := 0
	for _, r := range strings.ToUpper(s) {
		if r < 'A' || r > 'Z' || v > 1<<14 {
			return 0
		}
		v = v*26 + int(r-'A') + 1
	}
	if v > 1<<14 {
		return 0
	}
	return v
}

// letters is the name of column i, counted from 1: A, B … Z, AA ….
func letters(i int) string {
	var b []byte
	for ; i > 0; i = (i - 1) / 26 {
		b = append([]byte{byte('A' + (i-1)%26)}, b...)
	}
	return string(b)
}
