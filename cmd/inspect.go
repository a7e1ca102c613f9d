package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping/diag"
	"crm2gong/transform/profile"
	"crm2gong/transform/source"
)

func (p *program) inspectCommand() *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "show what is in export files: layout, and the facts about each column",
		ArgsUsage: "FILE|FOLDER…",
		Description: "Reads every row, never a sample. For each column: the type that all filled cells fit, empty cells,\n" +
			"distinct values, lengths, shapes of ids, samples, and for dates the row that proves the order of day and\n" +
			"month, or that none does. FILE may be a glob, a member of an archive (dump.zip/Account.csv), or - for\n" +
			"standard input. Of a folder all tables in it are shown, after a list of them: of a workbook each sheet that\n" +
			"is not hidden and holds one; texts in it that are not UTF-8 are read as windows-1252.\n\n" +
			"Exit status: 0 fine, 2 wrong usage, 3 a file cannot be read.",
		Flags:  append(append(layoutFlags(), limitFlags()...), &cli.BoolFlag{Name: "json", Usage: "print as JSON"}),
		Action: p.inspect,
	}
}

// layoutFlags say how files are read where they do not say it themselves.
func layoutFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "encoding", Usage: "`NAME` of the encoding of text files, such as windows-1252 (default: by byte order mark, else utf-8)"},
		&cli.StringFlag{Name: "delimiter", Usage: "`CHARACTER` between cells; tab is a word for it (default: found from the header)"},
		&cli.StringFlag{Name: "sheet", Usage: "`NAME` or number of a workbook's sheet (default: the first that is not hidden)"},
		&cli.StringFlag{Name: "header", Usage: "`ROW` of the header from 1, or none (default: the first row that can be one)"},
	}
}

// layout reads the options about the layout of files.
func layout(c *cli.Context) (source.Spec, error) {
	spec := source.Spec{Encoding: c.String("encoding"), Sheet: c.String("sheet"), Header: 1}
	if d := c.String("delimiter"); d != "" {
		if strings.EqualFold(d, "tab") || d == `\t` {
			d = "\t"
		}
		r, n := utf8.DecodeRuneInString(d)
		if n != len(d) {
			return spec, usage("such as --delimiter ';'", "--delimiter %s is not one character", diag.Quote(d))
		}
		spec.Delimiter = r
	}
	switch h := c.String("header"); {
	case h == "":
	case strings.EqualFold(h, "none"):
		spec.Header = 0
	default:
		n, err := strconv.Atoi(h)
		if err != nil || n < 1 {
			return spec, usage("a row from 1, or none", "--header %s is no row", diag.Quote(h))
		}
		spec.Header = n
	}
	return spec, nil
}

// inspected is one file as inspect shows it.
type inspected struct {
	File      string            `json:"file"`
	Format    string            `json:"format"`
	Encoding  string            `json:"encoding"`
	Delimiter string            `json:"delimiter"`
	Sheet     string            `json:"sheet"`
	Sheets    []inspectedSheet  `json:"sheets"`
	Header    int               `json:"header"` // row from 1; 0: none
	Rows      int               `json:"rows"`
	Ragged    int               `json:"ragged"`
	Short     int               `json:"short"`       // rows with fewer cells than the header
	ShortRow  int               `json:"short_row"`   // the first of them; 0: there is none
	Footer    []string          `json:"footer"`      // first cells of the rows at the end that look like totals or notes
	LastRows  int               `json:"footer_rows"` // how many rows those are, with the empty ones between them
	Notes     []string          `json:"notes"`
	Error     string            `json:"error"` // of a folder: why the file can't be read; "" for none
	Columns   []inspectedColumn `json:"columns"`

	beside []inspectedSheet // sheets of the workbook that no table is shown of
}

type inspectedSheet struct {
	Name   string `json:"name"`
	Hidden bool   `json:"hidden"`
}

type inspectedColumn struct {
	Place    string           `json:"place"`
	Name     string           `json:"name"`
	Type     string           `json:"type"`
	Formats  []string         `json:"formats"`
	Order    string           `json:"order"` // day-first, month-first, ambiguous, mixed; "" where none is in doubt
	OrderRow int              `json:"order_row"`
	OtherRow int              `json:"other_row"`
	Either   []string         `json:"either"`
	Decimal  string           `json:"decimal"`
	Group    string           `json:"group"`
	Unclear  bool             `json:"unclear"`
	Money    []string         `json:"money"`
	Filled   int              `json:"filled"`
	Empty    int              `json:"empty"`
	Nulls    []inspectedValue `json:"nulls"`
	Distinct int              `json:"distinct"`
	Exact    bool             `json:"exact"`
	Unique   bool             `json:"unique"`
	Shortest int              `json:"shortest"`
	Longest  int              `json:"longest"`
	Shapes   map[string]int   `json:"shapes"`
	Errors   int              `json:"errors"`
	Damaged  int              `json:"damaged"`
	Nearly   *inspectedNearly `json:"nearly"` // text of which most cells have a type; null for none
	Samples  []string         `json:"samples"`
	Values   []inspectedValue `json:"values"`
}

// inspectedNearly is the type that most cells of a column of texts fit.
type inspectedNearly struct {
	Type     string   `json:"type"`
	Formats  []string `json:"formats"`
	Misses   int      `json:"misses"` // cells that do not fit
	First    string   `json:"first"`  // the first of them
	FirstRow int      `json:"first_row"`
}

type inspectedValue struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

func (p *program) inspect(c *cli.Context) error {
	if c.NArg() == 0 {
		return usage("crm2gong inspect exports/Account.csv", "no FILE given")
	}
	spec, err := layout(c)
	if err != nil {
		return err
	}
	opt, err := limits(c)
	if err != nil {
		return err
	}
	opt.Stdin = p.stdin
	x := &inspection{p: p, spec: spec, opt: opt, find: !c.IsSet("header"), files: []inspected{}}
	folder, others := false, []string{}
	for _, arg := range c.Args().Slice() {
		names, rest, within, err := inspectNames(arg)
		if err != nil {
			return err
		}
		folder = folder || within
		others = append(others, rest...)
		several := within || len(names) > 1 || c.NArg() > 1 // what can be read is shown
		for _, name := range names {
			if err := x.file(name, within, several); err != nil {
				return err
			}
		}
	}
	if c.Bool("json") {
		if err := p.printJSON(struct {
			FormatVersion int         `json:"format_version"`
			Files         []inspected `json:"files"`
			Others        []string    `json:"others"` // files in folders that are no tables by their names
		}{1, x.files, others}); err != nil {
			return err
		}
		return x.failed
	}
	folder = folder || x.failed != nil
	if folder {
		p.printList(x.files, others)
	}
	for i := range x.files {
		if x.files[i].Error != "" {
			continue
		}
		if i > 0 || folder {
			fmt.Fprintln(&p.out)
		}
		p.printInspected(&x.files[i])
	}
	return x.failed
}

// inspectNames gives the tables of a folder, with its other files, and the files
// of a glob, one by one; another name stays.
func inspectNames(arg string) (names, others []string, folder bool, err error) {
	slashed := filepath.ToSlash(arg)
	info, err := os.Stat(arg)
	if err == nil && info.IsDir() {
		entries, err := os.ReadDir(arg)
		if err != nil {
			return nil, nil, false, &exit{StatusFailed, err, ""}
		}
		for _, e := range entries {
			name := filepath.ToSlash(filepath.Join(arg, e.Name()))
			switch {
			case e.IsDir() || strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "~$"):
			case isExport(e.Name()):
				names = append(names, name)
			default:
				others = append(others, name)
			}
		}
		if len(names) == 0 {
			return nil, nil, false, &exit{StatusFailed, fmt.Errorf("the folder %s holds no exports", diag.Quote(arg)), noExports(arg, entries)}
		}
		return names, others, true, nil
	}
	if err == nil || !strings.ContainsAny(arg, "*?[") || strings.Contains(strings.ToLower(arg), ".zip/") {
		return []string{slashed}, nil, false, nil
	}
	list, err := filepath.Glob(arg)
	if err != nil {
		return nil, nil, false, usage("a [ needs its ]", "%s is no pattern", diag.Quote(arg))
	}
	if len(list) == 0 {
		return []string{slashed}, nil, false, nil // the source says that nothing matches
	}
	for i := range list {
		list[i] = filepath.ToSlash(list[i])
	}
	return list, nil, false, nil
}

var orderWords = [...]string{profile.NoOrder: "", profile.DayFirst: "day-first", profile.MonthFirst: "month-first", profile.Ambiguous: "ambiguous", profile.Mixed: "mixed"}

func inspectColumn(i int, c *profile.Column) inspectedColumn {
	one := inspectedColumn{
		Place: placeName(i), Name: c.Name, Type: c.Kind.String(), Formats: append([]string{}, c.Formats...), Order: orderWords[c.Order],
		OrderRow: c.OrderRow, OtherRow: c.OtherRow, Either: append([]string{}, c.Either...), Unclear: c.Unclear, Money: append([]string{}, c.Money...),
		Filled: c.Filled, Empty: c.Empty, Nulls: countsOf(c.Nulls, len(c.Nulls)), Distinct: c.Distinct, Exact: c.Exact, Unique: c.Unique,
		Shortest: c.Shortest, Longest: c.Longest, Shapes: map[string]int{}, Errors: c.Errors, Damaged: c.Damaged,
		Samples: append([]string{}, c.Samples...), Values: []inspectedValue{},
	}
	if c.Kind == profile.Integer || c.Kind == profile.Decimal {
		one.Decimal = string(c.Decimals)
		if c.Group != 0 {
			one.Group = string(c.Group)
		}
	}
	if n := c.Nearly; n != nil {
		one.Nearly = &inspectedNearly{n.Kind.String(), append([]string{}, n.Formats...), n.Misses, n.Miss, n.MissRow}
	}
	for _, s := range shapeCounts(c) {
		one.Shapes[s.name] = s.n
	}
	if len(c.Values) <= 50 && 2*len(c.Values) <= c.Filled {
		one.Values = countsOf(c.Values, len(c.Values))
	}
	return one
}

func countsOf(list []profile.Count, n int) []inspectedValue {
	out := []inspectedValue{}
	for _, v := range list[:min(n, len(list))] {
		out = append(out, inspectedValue{v.Text, v.Count})
	}
	return out
}

type shapeCount struct {
	name string
	n    int
}

// shapeCounts names the shapes that cells of a column have.
func shapeCounts(c *profile.Column) []shapeCount {
	s := &c.Shapes
	var list []shapeCount
	for _, x := range []shapeCount{
		{"salesforce-15", s.Salesforce15}, {"salesforce-18", s.Salesforce18}, {"guid", s.GUID}, {"email", s.Email}, {"url", s.URL}, {"host", s.Host},
		{"phone", s.Phone}, {"digits", s.Digits}, {"leading-zero", s.LeadingZero}, {"three-capitals", s.Code}, {"multiline", s.Multiline}, {"object-id", s.Legal},
	} {
		if x.n > 0 {
			list = append(list, x)
		}
	}
	return list
}

// placeName names a column as spreadsheets do.
func placeName(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
