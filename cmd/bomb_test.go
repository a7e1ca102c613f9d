package cmd_test

import (
	"archive/zip"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// bomb writes a small file that inflates to so many MiB and is a sound table
// all the same, with the columns Id, Modified and Name: gzip with a row for each
// MiB, or a workbook of one row and blanks.
//
//	bomb deals.csv.gz 300
//	bomb deals.xlsx 20
func bomb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bomb FILE MIB")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	if strings.HasSuffix(args[0], ".xlsx") {
		err = bombBook(f, n)
	} else {
		err = bombText(f, n)
	}
	ts.Check(err)
	ts.Check(f.Close())
}

func bombText(w io.Writer, n int) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	fmt.Fprint(z, "Id,Modified,Name,Text\n")
	long := strings.Repeat("x", 1<<20)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(z, "d%d,2024-03-15T10:00:00Z,deal %d,%s\n", i, i, long)
	}
	return z.Close()
}

func bombBook(w io.Writer, n int) error {
	const main, relations = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`, `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	row := func(r int, texts ...string) (s string) {
		for i, text := range texts {
			s += fmt.Sprintf(`<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+i, r, text)
		}
		return fmt.Sprintf(`<row r="%d">%s</row>`, r, s)
	}
	z := zip.NewWriter(w)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`},
		{"_rels/.rels", `<Relationships ` + relations + `><Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook ` + main + ` xmlns:r="` + office + `"><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships ` + relations + `><Relationship Id="r1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", `<worksheet ` + main + `><sheetData>` + row(1, "Id", "Modified", "Name") +
			row(2, "d1", "2024-03-15T10:00:00Z", "deal 1") + strings.Repeat(" ", n<<20) + `</sheetData></worksheet>`},
	} {
		p, err := z.Create(part[0])
		if err != nil {
			return err
		}
		if _, err := io.WriteString(p, part[1]); err != nil {
			return err
		}
	}
	return z.Close()
}
