package source

import "io"

// Spec describes a source as a mapping declares it.
type Spec struct {
	Name           string
	Files          []string   // paths, globs and members of archives ("dump.zip/Account*.csv"), with slashes
	Inline         bool       // the table stands in the mapping: InlineHeader and InlineRows instead of Files
	InlineHeader   []string   // keys in order of first use
	InlineRows     [][]string // cells as written
	Format         string     // csv, tsv, xlsx, ldjson; "": by extension
	Encoding       string     // a name of the WHATWG Encoding Standard, utf-32le or utf-32be; "": by byte order mark, else UTF-8
	Delimiter      rune       // 0: found from the header
	Sheet          string     // name or number from 1 of a workbook's sheet; "": the first visible one
	Header         int        // row of the header from 1; 0: none, the columns are A, B, C …
	Footer         int        // rows to drop at the end, after which only blank rows may stand
	FooterBlank    bool       // the data end at the first blank row
	Width          int        // columns of a workbook's sheet at least, for those read by place beyond the header
	Surplus        bool       // cells of a sheet beyond its header are surplus, as in text files, and no notes beside the table
	KeepApostrophe bool       // keep an apostrophe before = + - @ that guards against formulas
	NoTrim         bool       // blanks around headers count, and a row of blanks is no empty row
	Numbered       bool       // Block.Rows is needed
}

// Options say where files are found and what is too large.
type Options struct {
	Dir       string    // folder that relative paths start from; "": the working folder
	Replace   string    // path relative to the working folder that takes the place of Spec.Files, or "-" for Stdin
	Stdin     io.Reader // what "-" reads; a *Stdin can be read by several tables
	MaxRecord int       // greatest size of a record, or of a workbook's cell, in bytes, at most 1 GiB; 0: DefaultMaxRecord
	// MaxUncompressed is how many bytes a compressed part may hold; 0 refuses
	// parts that grow more than real tables do.
	MaxUncompressed int64
	// Tap gives who wants to see a file of text that is read by its rows, by its
	// path on this machine; nil for nobody. Compressed files and workbooks are
	// not shown.
	Tap func(path string) Tap
}

// DefaultMaxRecord bounds a record: 16 MiB.
const DefaultMaxRecord = 16 << 20

func (o *Options) maxRecord() int {
	if o.MaxRecord <= 0 {
		return DefaultMaxRecord
	}
	return min(o.MaxRecord, 1<<30)
}

// File is one file, or one member of an archive, of a source.
type File struct {
	Path      string // as the mapping names it, with slashes; as given under Options.Replace
	Format    string // csv, tsv, xlsx, ldjson
	Encoding  string // text files: as found or given
	Delimiter rune   // csv, tsv
	Sheet     string // xlsx: the sheet that is read
	Sheets    []Sheet
	Header    []string // the file's own header
	Rejects   bool     // rows that an earlier run refused, with its five columns at the end
	Real      string   // where the file, or the archive that holds it, is on this machine
}

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name   string
	Hidden bool
}
