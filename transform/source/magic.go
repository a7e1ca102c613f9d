package source

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
)

// formatOf tells by its name how a part is written, once its compression is
// taken off; "" when the name does not tell.
func formatOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		return "csv"
	case ".tsv", ".tab":
		return "tsv"
	case ".xlsx", ".xlsm":
		return "xlsx"
	case ".ldjson", ".ndjson", ".jsonl", ".json":
		return "ldjson"
	}
	return ""
}

// what a file's first bytes say that it is.
type content uint8

const (
	isText content = iota
	isZip
	isOLE
	isHTML
	isXML
	isGzip
	isZstd
	isPDF
)

func contentOf(head []byte) content {
	for _, m := range [...]struct {
		magic string
		what  content
	}{
		{"PK\x03\x04", isZip}, {"PK\x05\x06", isZip}, {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", isOLE},
		{"\x1f\x8b", isGzip}, {"\x28\xb5\x2f\xfd", isZstd}, {"%PDF-", isPDF},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.what
		}
	}
	_, n := byteOrderMark(head)
	text := bytes.TrimLeft(head[n:], " \t\r\n")
	text = bytes.ToLower(text[:min(len(text), 64)])
	switch {
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")),
		bytes.HasPrefix(text, []byte("<table")), bytes.HasPrefix(text, []byte("<head")), bytes.HasPrefix(text, []byte("<meta")):
		return isHTML
	case bytes.HasPrefix(text, []byte("<?xml")):
		return isXML
	}
	return isText
}

// begin decides the format of the part and reads its header.
func (p *part) begin() error {
	name := p.file.Path
	p.packed = compression(name)
	p.open = p.stream
	head, err := p.head(64 << 10)
	if err != nil {
		return err
	}
	what := contentOf(head)
	if name == "-" && (what == isGzip || what == isZstd) {
		p.packed = map[content]string{isGzip: ".gz", isZstd: ".zst"}[what]
		if head, err = p.head(64 << 10); err != nil {
			return err
		}
		what = contentOf(head)
	}
	named := formatOf(strings.TrimSuffix(strings.ToLower(name), p.packed))
	p.file.Format = p.table.spec.Format
	if p.file.Format == "" {
		p.file.Format = named
	}
	_, mark := byteOrderMark(head)
	if p.rejects(head) { // whatever the source's own format
		return nil
	}
	if p.file.Format == "" {
		switch first := bytes.TrimLeft(head[mark:], " \t\r\n"); {
		case what == isZip:
			p.file.Format = "xlsx"
		case len(first) > 0 && first[0] == '{':
			p.file.Format = "ldjson"
		default:
			p.file.Format = "csv"
		}
	}
	if err := p.contradicts(what, head); err != nil {
		return err
	}
	if p.file.Format == "xlsx" {
		return p.openWorkbook()
	}
	return p.openText(head)
}

// contradicts refuses a file whose content is not what its format says.
func (p *part) contradicts(what content, head []byte) error {
	book := p.file.Format == "xlsx"
	switch what {
	case isZip:
		if !book && bytes.Contains(head, []byte("[Content_Types].xml")) {
			return p.fail("the file is a workbook (XLSX), not "+p.file.Format, "name it .xlsx, or say format: xlsx")
		}
		if !book {
			return p.fail("the file is a ZIP archive", "name the member to read, such as "+p.file.Path+"/*.csv")
		}
	case isOLE:
		if encrypted(p) {
			return p.fail("the workbook is protected with a password", "open it and save it without one")
		}
		return p.fail("the file is an old Excel workbook (.xls)", "open it and save it as .xlsx")
	case isHTML:
		return p.fail("the file is HTML, a web page or an export that only calls itself a spreadsheet", "open it in a spreadsheet and save it as .xlsx or CSV")
	case isXML:
		return p.fail("the file is XML", "open it in a spreadsheet and save it as .xlsx or CSV")
	case isGzip:
		return p.fail("the file is compressed with gzip", "name it "+p.file.Path+".gz")
	case isZstd:
		return p.fail("the file is compressed with zstd", "name it "+p.file.Path+".zst")
	case isPDF:
		return p.fail("the file is a PDF document", "export the table as CSV or .xlsx")
	case isText:
		if book && len(head) == 0 {
			return p.fail("the file is empty", "export it again")
		}
		if book {
			return p.fail("the file is no workbook; it looks like text", "say format: csv, or name it .csv")
		}
	}
	return nil
}

// encrypted tells whether a compound file holds an encrypted workbook, by its
// directory.
func encrypted(p *part) bool {
	f, err := p.random()
	if err != nil {
		return false
	}
	defer f.Close()
	var header [512]byte
	if _, err := f.ReadAt(header[:], 0); err != nil {
		return false
	}
	shift := binary.LittleEndian.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return false
	}
	at := (int64(binary.LittleEndian.Uint32(header[48:])) + 1) << shift
	dir := make([]byte, 4096)
	n, _ := f.ReadAt(dir, at)
	var name []byte
	for _, c := range []byte("EncryptedPackage") {
		name = append(name, c, 0)
	}
	return bytes.Contains(dir[:n], name)
}
