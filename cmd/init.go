package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/starter"
	"crm2gong/transform/source"
)

func (p *program) initCommand() *cli.Command {
	return &cli.Command{
		Name:      "init",
		Usage:     "write a first mapping for export files",
		ArgsUsage: "EXPORT…",
		Description: "Reads every row of the exports (files, globs or folders), recognises the CRM and what each file holds, and\n" +
			"writes a mapping that checks and runs: types, date formats, statuses and stages from the values found,\n" +
			"references with how many of them match. Comments say what was guessed, what could not be placed and what\n" +
			"only you can fill in. Nothing is overwritten. Without -o the mapping goes to standard output.\n\n" +
			"Exit status: 0 fine, 2 wrong usage, 3 no export can be read, or the output is there already.",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "crm", Usage: "the `CRM` the exports come from: " + strings.Join(starter.CRMs(), ", ") + " (default: found from the headers)"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the mapping to `FILE`"},
			&cli.BoolFlag{Name: "json", Usage: "print what was found as JSON; needs -o"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print no summary"},
		}, limitFlags()...),
		Action: p.init,
	}
}

func (p *program) init(c *cli.Context) error {
	if c.NArg() == 0 {
		return usage("crm2gong init exports/*.csv -o mapping.yaml", "no EXPORT given")
	}
	crm := strings.ToLower(c.String("crm"))
	if crm != "" && !slices.Contains(starter.CRMs(), crm) {
		return usage(diag.Suggest(crm, starter.CRMs()), "--crm %s is no CRM that init knows", diag.Quote(crm))
	}
	out := c.String("output")
	if c.Bool("json") && (out == "" || out == "-") {
		return usage("name the mapping's file with -o", "--json and the mapping can not both go to standard output")
	}
	if out == "-" {
		out = ""
	}
	opt, err := limits(c)
	if err != nil {
		return err
	}
	if out != "" {
		if _, err := os.Lstat(out); err == nil {
			return inTheWay(out)
		}
	}
	files, err := exportFiles(c.Args().Slice())
	if err != nil {
		return err
	}
	s := &survey{p: p, opt: opt, specs: map[*starter.Table]source.Spec{}}
	if s.base, err = filepath.Abs(filepath.Dir(out)); err != nil {
		return err
	}
	for _, name := range files {
		if err := s.read(name); err != nil {
			return err
		}
	}
	if len(s.found) == 0 {
		if len(s.unread) > 0 {
			return sourceError(s.unread[0].err)
		}
		return &exit{StatusFailed, errors.New("there is no export to read"), "name CSV, XLSX or LDJSON files, or a folder of them"}
	}
	result := starter.Make(s.found, starter.Options{CRM: crm, Tuples: s.tuples})
	if s.err != nil {
		return sourceError(s.err)
	}
	if len(result.Placed) == 0 {
		return nothingToMap(result, s)
	}
	return p.finishInit(c, out, result, s)
}

// nothingToMap says of each file why nothing can be made of it.
func nothingToMap(r *starter.Result, s *survey) error {
	var list []string
	for _, u := range r.Tables {
		list = append(list, tableName(u.Table)+": "+u.Why)
	}
	for _, u := range s.unread {
		list = append(list, u.err.Error())
	}
	if n := len(list); n > 5 {
		list = append(list[:5], fmt.Sprintf("and %d more", n-5))
	}
	return &exit{StatusFailed, fmt.Errorf("none of the files holds users, stages, accounts, contacts, deals or leads: %s", strings.Join(list, "; ")),
		"look at the headers with crm2gong inspect; a file without rows, or without names of fields, tells nothing"}
}

// tableName names a table by its files and its sheet.
func tableName(t *starter.Table) string {
	name := strings.Join(t.Files, ", ")
	if t.Sheet != "" {
		name += " ▸ " + t.Sheet
	}
	return name
}

func inTheWay(out string) error {
	return &exit{StatusFailed, fmt.Errorf("%s is there already, and init overwrites nothing", diag.Quote(out)), "take another name with -o, or move the file away"}
}

// finishInit writes the mapping and sums up.
func (p *program) finishInit(c *cli.Context, out string, r *starter.Result, s *survey) error {
	text := r.Text
	for _, u := range s.unread {
		r.Open = append(r.Open, fmt.Sprintf("%s can not be read: %s", u.name, u.err))
	}
	if len(s.unread) > 0 {
		var b strings.Builder
		for _, u := range s.unread {
			fmt.Fprintf(&b, "# Not read: %s\n", oneLine(strings.Replace(u.err.Error(), u.name, s.relative(u.name), 1)))
		}
		head, rest, _ := strings.Cut(text, "\n")
		text = head + "\n#\n" + strings.TrimSuffix(b.String(), "\n") + "\n" + rest
	}
	if out == "" {
		if _, err := p.out.Write([]byte(text)); err != nil {
			return err
		}
	} else if err := writeNew(out, text); err != nil {
		return err
	}
	faults := s.check(text, out)
	if c.Bool("json") {
		if err := p.printJSON(initJSON(out, r)); err != nil {
			return err
		}
	} else if !c.Bool("quiet") {
		p.sayInit(out, r)
	}
	if faults.HasErrors() {
		writeDiagnostics(p.stderr, faults.Sorted(), "text")
		return problems
	}
	return nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// writeNew writes a file that must not be there.
func writeNew(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return inTheWay(name)
	}
	if err != nil {
		return &exit{StatusFailed, err, "look at the folder of -o"}
	}
	_, err = f.WriteString(text)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		os.Remove(name)
		return &exit{StatusFailed, err, ""}
	}
	return nil
}

// check loads the mapping and binds it to the headers, as the command check
// does.
func (s *survey) check(text, out string) diag.List {
	name := out
	if name == "" {
		name = filepath.Join(s.base, "mapping.yaml")
	}
	m, list, err := mapping.Load(name, mapping.LoadOptions{ReadFile: func(path string) ([]byte, error) {
		if path == name {
			return []byte(text), nil
		}
		return os.ReadFile(path)
	}})
	if err != nil || list.HasErrors() {
		return list
	}
	headers := map[string][]string{}
	for _, src := range m.Sources {
		for t := range s.specs {
			if len(src.Files) > 0 && src.Files[0] == t.Files[0] && (src.Sheet == "" || src.Sheet == t.Sheet) {
				for _, c := range t.Columns {
					headers[src.Name] = append(headers[src.Name], c.Name)
				}
				break
			}
		}
	}
	_, more := m.Bind(headers)
	return append(list, more...)
}

// exportFiles gives the files that the arguments name, each once.
func exportFiles(args []string) ([]string, error) {
	var files []string
	add := func(name string) {
		if !slices.Contains(files, name) {
			files = append(files, name)
		}
	}
	for _, arg := range args {
		if arg == "-" {
			return nil, usage("name the files", "init reads files more than once, so it can not read standard input")
		}
		info, err := os.Stat(arg)
		switch {
		case err == nil && info.IsDir():
			entries, err := os.ReadDir(arg)
			if err != nil {
				return nil, &exit{StatusFailed, err, ""}
			}
			n := len(files)
			for _, e := range entries {
				if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(e.Name(), "~$") && isExport(e.Name()) {
					add(filepath.Join(arg, e.Name()))
				}
			}
			if n == len(files) {
				return nil, &exit{StatusFailed, fmt.Errorf("the folder %s holds no exports", diag.Quote(arg)), noExports(arg, entries)}
			}
		case err == nil || strings.Contains(strings.ToLower(arg), ".zip/"):
			add(arg)
		default:
			list, _ := filepath.Glob(arg)
			if len(list) == 0 {
				return nil, &exit{StatusFailed, fmt.Errorf("%s: there is no such file", diag.Quote(arg)), "look at the path; it is relative to the working folder"}
			}
			sort.Strings(list)
			for _, f := range list {
				if info, err := os.Stat(f); err == nil && !info.IsDir() {
					add(f)
				}
			}
		}
	}
	return files, nil
}

// noExports hints at what to do about a folder without exports: to take one
// within that has some, or to look at archives.
func noExports(folder string, entries []fs.DirEntry) string {
	var within []string
	for _, e := range entries {
		name := filepath.Join(folder, e.Name())
		switch {
		case e.IsDir():
			list, _ := os.ReadDir(name)
			if slices.ContainsFunc(list, func(f fs.DirEntry) bool { return !f.IsDir() && isExport(f.Name()) }) {
				within = append(within, filepath.ToSlash(name))
			}
		case strings.EqualFold(filepath.Ext(name), ".zip"):
			within = append(within, filepath.ToSlash(name)+"/*.csv")
		}
	}
	if len(within) == 0 {
		return "exports are CSV, TSV, XLSX or LDJSON files"
	}
	return "there are some in " + strings.Join(within[:min(3, len(within))], ", ")
}

// isExport tells by its name whether a file may be a table.
func isExport(name string) bool {
	name = strings.ToLower(name)
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	switch filepath.Ext(name) {
	case ".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".ldjson", ".ndjson", ".jsonl":
		return true
	}
	return false
}

// sayInit sums up for people.
func (p *program) sayInit(out string, r *starter.Result) {
	w := view.Terminal(p.stderr)
	if r.CRM != "" {
		fmt.Fprintf(w, "CRM: %s, by %s\n", r.CRM, r.Evidence)
	} else {
		fmt.Fprintln(w, "CRM: not recognised; columns were placed by their names and values")
	}
	for _, u := range r.Tables {
		name := tableName(u.Table)
		if u.Source == "" {
			fmt.Fprintf(w, "  %s: not used: %s\n", name, u.Why)
			continue
		}
		fmt.Fprintf(w, "  %s: %s, by %s\n", name, u.Role, u.Why)
	}
	counts, order := map[string][2]int{}, []string{}
	counted := map[[2]string]bool{} // a type may have several mappings
	for _, f := range r.Placed {
		if counted[[2]string{f.Type, f.Field}] {
			continue
		}
		counted[[2]string{f.Type, f.Field}] = !f.History
		n, seen := counts[f.Type]
		if !seen {
			order = append(order, f.Type)
		}
		if f.Custom {
			n[1]++
		} else if !f.History {
			n[0]++
		}
		counts[f.Type] = n
	}
	sort.Slice(order, func(i, k int) bool { return slices.Index(typeNames(), order[i]) < slices.Index(typeNames(), order[k]) })
	for _, t := range order {
		fmt.Fprintf(w, "%s: %d fields, %d custom fields\n", t, counts[t][0], counts[t][1])
	}
	if len(r.Open) > 0 {
		fmt.Fprintln(w, "to do:")
		for _, o := range r.Open {
			fmt.Fprintf(w, "  - %s\n", o)
		}
	}
	if out != "" {
		fmt.Fprintf(w, "written: %s\nnext: crm2gong validate %s shows what Gong would get, crm2gong transform %s -o out writes it\n", out, out, out)
	}
}

// initJSON is the summary as a document.
func initJSON(out string, r *starter.Result) any {
	type file struct {
		Files  []string `json:"files"`
		Sheet  string   `json:"sheet"`
		Source string   `json:"source"`
		Role   string   `json:"role"`
		Why    string   `json:"why"`
		Left   int      `json:"columns_left"`
	}
	type field struct {
		Type       string `json:"type"`
		Field      string `json:"field"`
		Expression string `json:"expression"`
		Custom     bool   `json:"custom"`
		History    bool   `json:"history"`
	}
	doc := struct {
		FormatVersion int      `json:"format_version"`
		Mapping       string   `json:"mapping"`
		CRM           string   `json:"crm"`
		Evidence      string   `json:"evidence"`
		Files         []file   `json:"files"`
		Fields        []field  `json:"fields"`
		ToDo          []string `json:"to_do"`
	}{1, filepath.ToSlash(out), r.CRM, r.Evidence, []file{}, []field{}, append([]string{}, r.Open...)}
	for _, u := range r.Tables {
		doc.Files = append(doc.Files, file{u.Table.Files, u.Table.Sheet, u.Source, u.Role, u.Why, u.Left})
	}
	for _, f := range r.Placed {
		doc.Fields = append(doc.Fields, field{f.Type, f.Field, f.Expression, f.Custom, f.History})
	}
	return doc
}
