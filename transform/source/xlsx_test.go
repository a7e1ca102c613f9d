package source

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"crm2gong/mapping/value"
)

// workbook makes a workbook of one sheet from the XML of its rows; parts
// replaces or, with "", removes whole parts.
func workbook(t testing.TB, rows string, parts map[string]string) string {
	t.Helper()
	const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	const rel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	all := map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<?xml version="1.0" encoding="UTF-8"?><workbook ` + ns + `><sheets><sheet name="Secret" sheetId="9" state="hidden" r:id="rId9"/><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId9" Type="` + rel + `worksheet" Target="/xl/worksheets/sheet9.xml"/><Relationship Id="rId2" Type="` + rel + `styles" Target="styles.xml"/><Relationship Id="rId3" Type="` + rel + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml": `<styleSheet ` + ns + `><numFmts count="4"><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="[$-409]d\-mmm\-yyyy;@"/><numFmt numFmtId="166" formatCode="[hh]:mm"/><numFmt numFmtId="167" formatCode="#,##0.00\ &quot;day&quot;"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml":     `<sst ` + ns + ` count="9" uniqueCount="4"><si><t>name</t></si><si><t xml:space="preserve"> a &amp; b_x000D_&#10;</t></si><si><r><rPr><b/></rPr><t>rich </t></r><r><t>text</t></r><rPh sb="0" eb="1"><t>phonetic</t></rPh></si><si><t/></si></sst>`,
		"xl/worksheets/sheet1.xml": `<?xml version="1.0"?>` + "\n" + `<worksheet ` + ns + `><dimension ref="A1:XFD1048576"/><sheetData>` + rows + `</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>`,
		"xl/worksheets/sheet9.xml": `<worksheet ` + ns + `><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>hidden</t></is></c></row></sheetData></worksheet>`,
	}
	for name, text := range parts {
		all[name] = text
	}
	var members []string
	for name, text := range all {
		if text != "" {
			members = append(members, name, text)
		}
	}
	return zipped(t, members...)
}

const nameHeader = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>`

// xlsxRow is a row with the kinds of its cells.
type xlsxRow struct {
	Row   int
	Cells []value.Cell
}

func readXLSX(spec Spec, opt Options, block int) (*Table, []xlsxRow, error) {
	t, err := open(spec, opt, block)
	if err != nil {
		return nil, nil, err
	}
	defer t.Close()
	var rows []xlsxRow
	var b Block
	var r Rows
	for {
		ok, err := t.Next(&b)
		if err != nil || !ok {
			return t, rows, err
		}
		for t.Rows(&b, &r); r.Next(); {
			row := xlsxRow{Row: r.Row}
			for _, c := range r.Cells {
				row.Cells = append(row.Cells, value.Cell{Text: strings.Clone(c.Text), Kind: c.Kind})
			}
			rows = append(rows, row)
		}
		if r.Err() != nil {
			return t, rows, r.Err()
		}
	}
}

func TestCells(t *testing.T) {
	tests := []struct {
		name, cell string // at B2
		want       value.Cell
	}{
		{"shared text", `<c r="B2" t="s"><v>1</v></c>`, value.Cell{Text: " a & b\r\n"}},
		{"rich text", `<c r="B2" t="s"><v>2</v></c>`, value.Cell{Text: "rich text"}},
		{"empty shared text", `<c r="B2" t="s"><v>3</v></c>`, value.Cell{}},
		{"inline text", `<c r="B2" t="inlineStr"><is><r><t>x</t></r><r><t> &#x41;</t></r></is></c>`, value.Cell{Text: "x A"}},
		{"inline CDATA", `<c r="B2" t="inlineStr"><is><t><![CDATA[a <b> & </row></c>]]></t></is></c>`, value.Cell{Text: "a <b> & </row></c>"}},
		{"formula's text", `<c r="B2" t="str"><f>A1&amp;"x"</f><v>1 &lt; 2</v></c>`, value.Cell{Text: "1 < 2"}},
		{"formula's CDATA", `<c r="B2" t="str"><f><![CDATA[A1<2]]></f><v>x<!-- no --><![CDATA[<&]]>y</v></c>`, value.Cell{Text: "x<&y"}},
		{"formula's number", `<c r="B2"><f t="shared" ref="B2:B9" si="0"/><v>3</v></c>`, value.Cell{Text: "3", Kind: value.NumberCell}},
		{"formula without value", `<c r="B2"><f>1+1</f></c>`, value.Cell{}},
		{"formula with an empty text", `<c r="B2" t="str"><f>""</f><v></v></c>`, value.Cell{}},
		{"number", `<c r="B2"><v>1.1000000000000001</v></c>`, value.Cell{Text: "1.1", Kind: value.NumberCell}},
		{"number with blanks", `<c r='B2' t='n' ><v xml:space="preserve"> 5 </v></c >`, value.Cell{Text: "5", Kind: value.NumberCell}},
		{"fraction", `<c r="B2"><v>33.299999999999997</v></c>`, value.Cell{Text: "33.3", Kind: value.NumberCell}},
		{"small", `<c r="B2"><v>1.0000000000000002E-3</v></c>`, value.Cell{Text: "0.001", Kind: value.NumberCell}},
		{"minus zero", `<c r="B2"><v>-0.0</v></c>`, value.Cell{Text: "0", Kind: value.NumberCell}},
		{"float for a whole number", `<c r="B2"><v>17.0</v></c>`, value.Cell{Text: "17", Kind: value.NumberCell}},
		{"sixteen digits below 2^53", `<c r="B2"><v>1234567890123456</v></c>`, value.Cell{Text: "1234567890123456", Kind: value.NumberCell}},
		{"2^53", `<c r="B2"><v>9007199254740992</v></c>`, value.Cell{Text: "9007199254740992", Kind: value.NumberCell}},
		{"damaged id", `<c r="B2"><v>5.8050280000439E+18</v></c>`, value.Cell{Text: "5805028000043900000", Kind: value.DamagedCell}},
		{"zeros kept", `<c r="B2" s="3"><v>421</v></c>`, value.Cell{Text: "00421", Kind: value.NumberCell}},
		{"zeros kept below zero", `<c r="B2" s="3"><v>-42</v></c>`, value.Cell{Text: "-00042", Kind: value.NumberCell}},
		{"longer than its zeros", `<c r="B2" s="3"><v>1234567</v></c>`, value.Cell{Text: "1234567", Kind: value.NumberCell}},
		{"a literal that looks like a date", `<c r="B2" s="6"><v>1.5</v></c>`, value.Cell{Text: "1.5", Kind: value.NumberCell}},
		{"date", `<c r="B2" s="1"><v>45366</v></c>`, value.Cell{Text: "2024-03-15", Kind: value.DateCell}},
		{"date by a format of its own", `<c r="B2" s="4"><v>45366</v></c>`, value.Cell{Text: "2024-03-15", Kind: value.DateCell}},
		{"date-time", `<c r="B2" s="2"><v>45366.416666666664</v></c>`, value.Cell{Text: "2024-03-15T10:00:00", Kind: value.DateCell}},
		{"rounded to the next day", `<c r="B2" s="2"><v>45366.999999999</v></c>`, value.Cell{Text: "2024-03-16", Kind: value.DateCell}},
		{"first day", `<c r="B2" s="1"><v>1</v></c>`, value.Cell{Text: "1900-01-01", Kind: value.DateCell}},
		{"28 February 1900", `<c r="B2" s="1"><v>59</v></c>`, value.Cell{Text: "1900-02-28", Kind: value.DateCell}},
		{"29 February 1900", `<c r="B2" s="1"><v>60</v></c>`, value.Cell{Text: "#NUM!", Kind: value.ErrorCell}},
		{"1 March 1900", `<c r="B2" s="1"><v>61</v></c>`, value.Cell{Text: "1900-03-01", Kind: value.DateCell}},
		{"last day", `<c r="B2" s="1"><v>2958465</v></c>`, value.Cell{Text: "9999-12-31", Kind: value.DateCell}},
		{"beyond the last day", `<c r="B2" s="1"><v>2958466</v></c>`, value.Cell{Text: "#NUM!", Kind: value.ErrorCell}},
		{"before the first day", `<c r="B2" s="1"><v>-1</v></c>`, value.Cell{Text: "#NUM!", Kind: value.ErrorCell}},
		{"duration", `<c r="B2" s="5"><v>1.5</v></c>`, value.Cell{Text: "36:00:00", Kind: value.DurationCell}},
		{"time of day", `<c r="B2" s="7"><v>0.25</v></c>`, value.Cell{Text: "6:00:00", Kind: value.DurationCell}},
		{"date shown as time", `<c r="B2" s="7"><v>45366.25</v></c>`, value.Cell{Text: "2024-03-15T06:00:00", Kind: value.DateCell}},
		{"true", `<c r="B2" t="b"><v>1</v></c>`, value.Cell{Text: "true", Kind: value.BoolCell}},
		{"false", `<c r="B2" t="b"><v>0</v></c>`, value.Cell{Text: "false", Kind: value.BoolCell}},
		{"error", `<c r="B2" t="e"><v>#N/A</v></c>`, value.Cell{Text: "#N/A", Kind: value.ErrorCell}},
		{"ISO date", `<c r="B2" t="d"><v>2024-03-15T00:00:00.000Z</v></c>`, value.Cell{Text: "2024-03-15", Kind: value.DateCell}},
		{"ISO date-time", `<c r="B2" t="d"><v>2024-03-15T10:00:00</v></c>`, value.Cell{Text: "2024-03-15T10:00:00", Kind: value.DateCell}},
		{"guarded formula", `<c r="B2" t="inlineStr"><is><t>'+41</t></is></c>`, value.Cell{Text: "+41"}},
		{"no reference", `<c><v>9</v></c><c><v>5</v></c>`, value.Cell{Text: "5", Kind: value.NumberCell}},
		{"out of order", `<c r="D2"><v>1</v></c><c r="B2"><v>5</v></c>`, value.Cell{Text: "5", Kind: value.NumberCell}},
		{"small letters", `<c r="b2"><v>5</v></c>`, value.Cell{Text: "5", Kind: value.NumberCell}},
		{"an extension", `<c r="B2"><v>5</v><extLst><ext uri="x"><v>1</v></ext></extLst></c>`, value.Cell{Text: "5", Kind: value.NumberCell}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := write(t, "x.xlsx", workbook(t, nameHeader+`<row r="2" spans="1:2">`+tt.cell+`</row><row><c t="inlineStr"><is><t>end</t></is></c></row>`, nil))
			_, rows, err := readXLSX(Spec{Files: []string{file}, Header: 1}, Options{}, 64)
			if err != nil {
				t.Fatal(err)
			}
			last := rows[len(rows)-1]
			if last.Row != 3 || last.Cells[0].Text != "end" {
				t.Errorf("the last row is %v", last)
			}
			got := value.Cell{}
			if len(rows) == 2 {
				got = rows[0].Cells[1]
			}
			if got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestSheets(t *testing.T) {
	const two = nameHeader + `<row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>`
	texts := func(rows []xlsxRow) string {
		var s []string
		for _, r := range rows {
			var c []string
			for _, cell := range r.Cells {
				c = append(c, cell.Text)
			}
			s = append(s, fmt.Sprintf("%d:%s", r.Row, strings.Join(c, "|")))
		}
		return strings.Join(s, " ")
	}
	prefixed := strings.NewReplacer("<row", "<x:row", "</row", "</x:row", "<c ", "<x:c ", "</c>", "</x:c>", "<v>", "<x:v>", "</v>", "</x:v>", "<is>", "<x:is>", "</is>", "</x:is>", "<t>", "<x:t>", "</t>", "</x:t>").Replace(two)
	tests := []struct {
		name, rows   string
		parts        map[string]string
		spec         Spec
		header, want string
	}{
		{"first visible sheet", two, nil, Spec{Header: 1}, "name|b", "2:1| 3:2|"},
		{"by name", two, nil, Spec{Header: 1, Sheet: "Secret"}, "hidden", ""},
		{"by number, hidden ones counted", two, nil, Spec{Header: 1, Sheet: "2"}, "name|b", "2:1| 3:2|"},
		{"header further down", `<row r="1"><c r="C1"><v>9</v></c></row><row r="3"><c r="B3" t="s"><v>0</v></c></row><row r="7"><c r="B7"><v>5</v></c></row>`, nil, Spec{Header: 3}, "|name", "7:|5"},
		{"no header", two, nil, Spec{}, "A|B", "1:name|b 2:1| 3:2|"},
		{"columns beyond the header by place", nameHeader + `<row r="2"><c r="D2"><v>7</v></c></row>`, nil, Spec{Header: 1, Width: 4}, "name|b||", "2:|||7"},
		{"notes beside the table are no rows", nameHeader + `<row r="2"><c r="D2"><v>7</v></c></row>`, nil, Spec{Header: 1}, "name|b", ""},
		{"footer", two + `<row r="5"><c r="A5"><v>3</v></c></row><row r="9" s="1"/>`, nil, Spec{Header: 1, Footer: 2}, "name|b", "2:1| 3:2|"},
		{"stop at a blank row", two + `<row r="5"><c r="A5"><v>3</v></c></row>`, nil, Spec{Header: 1, FooterBlank: true}, "name|b", "2:1| 3:2|"},
		{"rows out of order", `<row r="3"><c r="A3"><v>2</v></c></row>` + nameHeader + `<row r="2"><c r="A2"><v>1</v></c></row>`, nil, Spec{Header: 1}, "name|b", "3:2| 2:1|"},
		{"rows without numbers", `<row><c t="s"><v>0</v></c></row><row/><row><c><v>1</v></c></row>`, nil, Spec{Header: 1}, "name", "3:1"},
		{"formatted rows at the end", two + strings.Repeat(`<row s="1" customFormat="1"><c s="1"/></row>`, 50), nil, Spec{Header: 1}, "name|b", "2:1| 3:2|"},
		{"comments", "<!-- <row r=\"1\"> -->" + two + "<?x <row?>", nil, Spec{Header: 1}, "name|b", "2:1| 3:2|"},
		{"prefixed, strict", "", map[string]string{"xl/worksheets/sheet1.xml": "\ufeff<?xml version='1.0' encoding='utf-8'?><x:worksheet xmlns:x='http://purl.oclc.org/ooxml/spreadsheetml/main'><x:sheetData>\r\n" + prefixed + "\n</x:sheetData></x:worksheet>"}, Spec{Header: 1}, "name|b", "2:1| 3:2|"},
		{"1904", `<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" s="1"><v>0</v></c></row>`, map[string]string{"xl/workbook.xml": `<workbook xmlns:r="x"><workbookPr date1904="1"/><sheets><sheet name="D" r:id="rId1"/></sheets></workbook>`}, Spec{Header: 1}, "name", "2:1904-01-01"},
		{"no rows", "", map[string]string{"xl/worksheets/sheet9.xml": "<worksheet><sheetData/></worksheet>"}, Spec{Header: 1, Sheet: "Data"}, "", ""},
	}
	for _, tt := range tests {
		for _, block := range []int{1, 100, 1 << 16} {
			t.Run(tt.name, func(t *testing.T) {
				tt.spec.Files = []string{write(t, "x.xlsx", workbook(t, tt.rows, tt.parts))}
				table, rows, err := readXLSX(tt.spec, Options{}, block)
				if tt.header == "" {
					if err == nil || !strings.Contains(err.Error(), "is empty") {
						t.Fatal(err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(table.Header(), "|"); got != tt.header {
					t.Errorf("header %q, want %q", got, tt.header)
				}
				if got := texts(rows); got != tt.want {
					t.Errorf("rows %q, want %q", got, tt.want)
				}
			})
		}
	}
}

func TestNotes(t *testing.T) {
	file := write(t, "x.xlsx", workbook(t, nameHeader+`<row r="2"><c r="A2"><f>1</f></c><c r="B2"><f>2</f></c><c r="C2"><f>2</f></c></row>`, nil))
	table, _, err := readXLSX(Spec{Files: []string{file}, Header: 1}, Options{}, 64)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(table.Notes(), "\n")
	for _, want := range []string{"hidden: Secret", "stored value, read as empty: 2, the first Data!A2;"} {
		if !strings.Contains(got, want) {
			t.Errorf("the notes lack %q: %s", want, got)
		}
	}
}

func TestDamagedWorkbooks(t *testing.T) {
	sheet := func(xml string) map[string]string { return map[string]string{"xl/worksheets/sheet1.xml": xml} }
	row := func(cells string) string { return nameHeader + `<row r="2">` + cells + `</row>` }
	tests := []struct {
		name, rows string
		parts      map[string]string
		spec       Spec
		row, col   int
		want       string
	}{
		{"cut sheet", "", sheet(`<worksheet><sheetData>` + nameHeader), Spec{}, 0, 0, "ends"},
		{"cut behind the rows", "", sheet(`<worksheet><sheetData>` + nameHeader + `</sheetData><mergeCells>`), Spec{}, 0, 0, "ends early"},
		{"wrong end tag", "", sheet(`<worksheet><sheetData>` + nameHeader + `</sheetData></worksheets>`), Spec{}, 0, 0, "</worksheet> is due"},
		{"row not closed", `<row r="1"><c r="A1" t="s"><v>0</v></c><row r="2"></row>`, nil, Spec{}, 1, 0, "cell is due"},
		{"cell not closed", row(`<c r="A2"><v>1</v>`), nil, Spec{}, 2, 1, "value is due"},
		{"text between cells", row(`<c r="A2"/>x`), nil, Spec{}, 2, 1, "no text is due"},
		{"two rows of a number", nameHeader + `<row r="2"/><row r="2"><c r="A2"><v>1</v></c></row>`, nil, Spec{}, 2, 0, "two rows"},
		{"two cells of a column", row(`<c r="A2"><v>1</v></c><c r="A2"><v>1</v></c>`), nil, Spec{}, 2, 1, "two cells"},
		{"cell of another row", row(`<c r="A3"><v>1</v></c>`), nil, Spec{}, 2, 1, "A3"},
		{"column too far", row(`<c r="XFE2"><v>1</v></c>`), nil, Spec{}, 2, 1, "XFE2"},
		{"row too far", `<row r="1048577"/>`, nil, Spec{}, 0, 0, "1048577"},
		{"shared text too far", row(`<c r="B2" t="s"><v>4</v></c>`), nil, Spec{}, 2, 2, "text 4"},
		{"shared text below zero", row(`<c r="B2" t="s"><v>-1</v></c>`), nil, Spec{}, 2, 2, "text -1"},
		{"style too far", row(`<c r="B2" s="8"><v>1</v></c>`), nil, Spec{}, 2, 2, "style 8"},
		{"no number", row(`<c r="B2"><v>abc</v></c>`), nil, Spec{}, 2, 2, `"abc" is no number`},
		{"unknown type", row(`<c r="B2" t="q"><v>abc</v></c>`), nil, Spec{}, 2, 2, "not known"},
		{"two values", row(`<c r="B2"><v>1</v><v>2</v></c>`), nil, Spec{}, 2, 2, "two values"},
		{"unknown entity", row(`<c r="B2" t="str"><v>&nbsp;</v></c>`), nil, Spec{}, 2, 2, "&nbsp;"},
		{"control character", row("<c r=\"B2\" t=\"str\"><v>\x01</v></c>"), nil, Spec{}, 2, 2, "0x01"},
		{"no UTF-8", row("<c r=\"B2\" t=\"str\"><v>\xff</v></c>"), nil, Spec{}, 0, 0, "UTF-8"},
		{"document type", "", sheet(`<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData>` + nameHeader + `</sheetData></worksheet>`), Spec{}, 0, 0, "document type"},
		{"UTF-16", "", sheet("\xff\xfe<\x00"), Spec{}, 0, 0, "not in UTF-8"},
		{"missing strings", nameHeader, map[string]string{"xl/sharedStrings.xml": ""}, Spec{}, 0, 0, "missing"},
		{"missing sheet part", nameHeader, sheet(""), Spec{}, 0, 0, "missing"},
		{"missing workbook", nameHeader, map[string]string{"xl/workbook.xml": ""}, Spec{}, 0, 0, "no workbook"},
		{"unknown sheet", nameHeader, nil, Spec{Sheet: "data"}, 0, 0, `did you mean "Data"`},
		{"sheet number", nameHeader, nil, Spec{Sheet: "3"}, 0, 0, "Secret, Data"},
		{"nested deep", "", sheet(`<worksheet>` + strings.Repeat("<a>", 100)), Spec{}, 0, 0, "too deep"},
		{"bomb", "", sheet(`<worksheet>` + strings.Repeat(" ", 12<<20)), Spec{}, 0, 0, "larger than"},
		{"strings bomb", nameHeader, map[string]string{"xl/sharedStrings.xml": `<sst>` + strings.Repeat("<si/>", 6<<20)}, Spec{}, 0, 0, "larger than"},
		{"styles bomb", nameHeader, map[string]string{"xl/styles.xml": `<x>` + strings.Repeat(" ", 12<<20)}, Spec{}, 0, 0, "larger than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.spec.Header = 1
			tt.spec.Files = []string{write(t, "x.xlsx", workbook(t, tt.rows, tt.parts))}
			for _, block := range []int{30, 1 << 16} {
				_, _, err := readXLSX(tt.spec, Options{}, block)
				var e *Error
				if !errors.As(err, &e) {
					t.Fatalf("no *Error: %v", err)
				}
				if !strings.Contains(e.Error(), tt.want) {
					t.Errorf("%q lacks %q", e, tt.want)
				}
				if e.Row != tt.row || e.Column != tt.col {
					t.Errorf("row %d, column %d; want %d, %d: %v", e.Row, e.Column, tt.row, tt.col, e)
				}
			}
		})
	}
	t.Run("large cell", func(t *testing.T) {
		for _, rows := range []string{
			row(`<c r="B2" t="inlineStr"><is><t>` + strings.Repeat("x", 2000) + `</t></is></c>`),
			row(`<c r="B2" t="str"><v>` + strings.Repeat("x", 2000) + `</v></c>`),
		} {
			file := write(t, "x.xlsx", workbook(t, rows, nil))
			_, _, err := readXLSX(Spec{Files: []string{file}, Header: 1}, Options{MaxRecord: 1000}, 100)
			var e *Error
			if !errors.As(err, &e) || e.Row != 2 || e.Column != 2 || !strings.Contains(e.Error(), "--max-record") {
				t.Error(err)
			}
		}
	})
	t.Run("flipped bytes", func(t *testing.T) {
		whole := workbook(t, nameHeader+strings.Repeat("", 1), nil)
		sound := write(t, "x.xlsx", whole)
		if _, _, err := readXLSX(Spec{Files: []string{sound}, Header: 1}, Options{}, 64); err != nil {
			t.Fatal(err)
		}
		table, _, _ := readXLSX(Spec{Files: []string{sound}, Header: 1}, Options{}, 64)
		want := strings.Join(table.Header(), "|")
		f, err := os.OpenFile(filepath.FromSlash(sound), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		defer debug.SetGCPercent(debug.SetGCPercent(1000)) // else most of the time goes into collecting a few buffers
		step := 1
		if testing.Short() {
			step = 7
		}
		for i := 0; i < len(whole); i += step {
			if _, err := f.WriteAt([]byte{whole[i] ^ 4}, int64(i)); err != nil {
				t.Fatal(err)
			}
			table, rows, err := readXLSX(Spec{Files: []string{sound}, Header: 1}, Options{}, 64)
			if _, err := f.WriteAt([]byte{whole[i]}, int64(i)); err != nil {
				t.Fatal(err)
			}
			if err == nil && (strings.Join(table.Header(), "|") != want || len(rows) > 0) {
				t.Fatalf("byte %d: other cells are read without an error: %v %v", i, table.Header(), rows)
			}
		}
	})
}

func TestStyles(t *testing.T) {
	tests := []struct {
		code string
		want cellStyle
	}{
		{"General", cellStyle{}}, {"0", cellStyle{}}, {"0.00", cellStyle{}}, {"#,##0", cellStyle{}}, {"0.00E+00", cellStyle{}}, {"@", cellStyle{}},
		{"00000", cellStyle{styleZeros, 5}}, {`"A"000`, cellStyle{}}, {"000;-000", cellStyle{styleZeros, 3}},
		{strings.Repeat("0", 255), cellStyle{styleZeros, 255}}, {strings.Repeat("0", 256), cellStyle{}}, // longer than Excel's formats
		{"[Red]#,##0;[Blue]-0", cellStyle{}}, {"[$€-407]#,##0", cellStyle{}},
		{"yyyy-mm-dd", cellStyle{kind: styleDate}}, {"dd/mm/yy", cellStyle{kind: styleDate}}, {"mmmm", cellStyle{kind: styleDate}}, {"m", cellStyle{kind: styleDate}},
		{"yyyy\\-mm\\-dd\\ hh:mm:ss", cellStyle{kind: styleDate}}, {`yyyy"年"m"月"d"日"`, cellStyle{kind: styleDate}}, {"[$-409]mmm d, yyyy h:mm AM/PM", cellStyle{kind: styleDate}},
		{"h:mm AM/PM", cellStyle{kind: styleTime}}, {"mm:ss.0", cellStyle{kind: styleTime}}, {"[h]:mm:ss", cellStyle{kind: styleDuration}}, {"[mm]:ss", cellStyle{kind: styleDuration}}, {"[ss]", cellStyle{kind: styleDuration}},
		{`0 "days"`, cellStyle{}}, {`0\d`, cellStyle{}}, {"_-* #,##0.00_-", cellStyle{}}, {"[>=1000]0;0", cellStyle{}}, {"# ?/?", cellStyle{}}, {"0%", cellStyle{}},
	}
	for _, tt := range tests {
		if got := styleOf(tt.code); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.code, got, tt.want)
		}
	}
}
