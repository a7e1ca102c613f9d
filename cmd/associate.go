package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform/source"
	"crm2gong/validate"
	"crm2gong/validate/associate"
)

func (p *program) associateCommand() *cli.Command {
	return &cli.Command{
		Name:      "associate",
		Usage:     "tell what Gong would attach to activities with given people, and which records none can reach",
		ArgsUsage: "MAPPING | DIR",
		Description: "Follows Gong's own description, step by step: the contact with the e-mail or phone and its account, else the\n" +
			"account with the domain, else the account of colleagues, else a lead; then the deals of that account. The\n" +
			"records are those that a mapping makes, or LDJSON in a folder. The people stand in a file (--people: columns\n" +
			"such as Email, Phone, Date, and Contact Id, Account Id for records that the activity names, Participants\n" +
			"for the e-mails of your own people) or in --email, --phone and --date. Without people the coverage of the data is told:\n" +
			"what activities can reach, what not and why, and the ten changes that would help most.\n\n" +
			"Where several records fit equally well the result is ambiguous: Gong does not say which it takes. E-mails\n" +
			"and domains are compared without regard to case, sub-addresses (a+tag@) and subdomains as they are, phones by\n" +
			"their digits: --region gives numbers in national form their country code. The newer algorithm, default, does\n" +
			"without colleagues and prefers deals whose owner took part.\n\n" +
			"Exit status: 0 done, 1 a date of the people can not be read, 2 wrong usage or mapping, 3 could not do it.",
		Flags: runFlags(
			&cli.StringFlag{Name: "people", Usage: "read people from `FILE`: CSV, TSV, XLSX or LDJSON; - is standard input"},
			&cli.StringFlag{Name: "email", Usage: "one person's e-mail `ADDRESS`"},
			&cli.StringFlag{Name: "phone", Usage: "the person's phone `NUMBER`"},
			&cli.StringFlag{Name: "date", Usage: "the `DAY` of the activity, such as 2024-03-15 (default: that of --as-of, else today)"},
			&cli.StringSliceFlag{Name: "participant", Usage: "the e-mail `ADDRESS` of one of your own people in the activity (repeatable)"},
			&cli.StringSliceFlag{Name: "column", Usage: "the header of a column of --people: `NAME=HEADER`, NAME being one of " + strings.Join(peopleColumns(), ", ") + " (repeatable)"},
			&cli.StringFlag{Name: "encoding", Usage: "`NAME` of the encoding of --people (default: by its byte order mark, else UTF-8)"},
			&cli.StringFlag{Name: "sheet", Usage: "`NAME` or number of the sheet of --people (default: the first that is not hidden)"},
			&cli.StringFlag{Name: "date-format", Usage: "strftime `FORMAT` of the dates in --people, such as %d/%m/%Y (default: ISO 8601)"},
			&cli.StringFlag{Name: "algorithm", Usage: "`NAME` of the way: " + strings.Join(associate.AlgorithmNames(), " or "), Value: associate.Classic.String()},
			&cli.StringFlag{Name: "region", Usage: "country `CODE` of phone numbers in national form, such as US"},
			&cli.StringSliceFlag{Name: "internal", Usage: "a `DOMAIN` of your own company (repeatable); the e-mails of users are known"},
			&cli.StringFlag{Name: "format", Usage: "`FORMAT` of the output: text, json or csv", Value: "text"},
			&cli.BoolFlag{Name: "json", Usage: "the same as --format json"},
			&cli.BoolFlag{Name: "brief", Usage: "leave out the steps of each person"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print no warnings and no summary"},
		),
		Action: p.associate,
	}
}

// search is what associate is asked for.
type search struct {
	p         *program
	algorithm associate.Algorithm
	index     associate.Options
	file      string // of people
	person    *view.Person
	format    string
	brief     bool
	quiet     bool
	read      peopleOptions
}

func (p *program) associate(c *cli.Context) error {
	path, err := oneArgument(c, "MAPPING or DIR")
	if err != nil {
		return err
	}
	j, err := p.newJob(c, path)
	if err != nil {
		return err
	}
	s, err := p.newSearch(c, j)
	if err != nil {
		return err
	}
	x := associate.NewIndex(s.index)
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		err = s.folder(c, j, path, x)
		if err != nil {
			return err
		}
	} else if err := s.mapping(c, j, x); err != nil {
		return err
	}
	x.Close()
	switch {
	case s.person != nil:
		return s.one(x)
	case s.file != "":
		return s.people(c.Context, x)
	}
	cov := x.Coverage(s.algorithm, s.read.day)
	cov.Data = filepath.Base(path)
	if s.format == "json" {
		return p.printJSON(cov)
	}
	view.AssociateCoverage(&p.out, cov)
	return nil
}

// newSearch reads the options.
func (p *program) newSearch(c *cli.Context, j *job) (*search, error) {
	s := &search{p: p, file: c.String("people"), format: c.String("format"), brief: c.Bool("brief"), quiet: c.Bool("quiet")}
	if c.Bool("json") {
		s.format = "json"
	}
	if s.format != "text" && s.format != "json" && s.format != "csv" {
		return nil, usage("text, json or csv", "--format %s is no format", diag.Quote(s.format))
	}
	var ok bool
	if s.algorithm, ok = associate.ParseAlgorithm(c.String("algorithm")); !ok {
		return nil, usage(diag.Suggest(c.String("algorithm"), associate.AlgorithmNames()), "--algorithm %s is none", diag.Quote(c.String("algorithm")))
	}
	s.index = associate.Options{Region: c.String("region"), Internal: c.StringSlice("internal")}
	if !associate.IsRegion(s.index.Region) {
		return nil, usage("write an ISO 3166 code such as US, DE, GB", "--region %s is no country code", diag.Quote(s.index.Region))
	}
	for _, d := range s.index.Internal {
		if _, ok := associate.Domain(d); !ok {
			return nil, usage("write it as acme.com", "--internal %s is no domain", diag.Quote(d))
		}
	}
	r := &s.read
	r.encoding, r.sheet = c.String("encoding"), c.String("sheet")
	r.open = source.Options{Stdin: p.stdin, MaxRecord: j.input.MaxRecord, MaxUncompressed: j.input.MaxUncompressed}
	r.workers = j.workers
	r.day = value.DayOf(j.now.Unix())
	var err error
	if r.columns, err = columnNames(c); err != nil {
		return nil, err
	}
	if r.dates, err = newDateReader(c.String("date-format")); err != nil {
		return nil, usage("write it as %d/%m/%Y", "--date-format: %s", err)
	}
	single := c.IsSet("email") || c.IsSet("phone")
	switch {
	case single && s.file != "":
		return nil, usage("leave one out", "--people and --email or --phone can not be given at once")
	case s.file == "" && (c.IsSet("column") || c.IsSet("date-format") || c.IsSet("encoding") || c.IsSet("sheet")):
		return nil, usage("", "--column, --date-format, --encoding and --sheet go with --people")
	case !single && (c.IsSet("date") || c.IsSet("participant")):
		return nil, usage("", "--date and --participant go with --email or --phone")
	case !single && s.file == "" && s.format == "csv":
		return nil, usage("--format text or json", "the coverage is not written as csv")
	case s.file == "-":
		for name, from := range j.input.Replace {
			if from == "-" {
				return nil, usage("name one of the two by its file", "standard input can not be both --people and source %s", diag.Quote(name))
			}
		}
		if j.path == "-" {
			return nil, usage("name one of the two by its file", "standard input can not be both --people and the mapping")
		}
	}
	if single {
		s.person = &view.Person{Person: associate.Person{
			Email: strings.ToValidUTF8(c.String("email"), "\uFFFD"), Phone: strings.ToValidUTF8(c.String("phone"), "\uFFFD"),
			Day: r.day, Participants: c.StringSlice("participant"),
		}}
		if date := c.String("date"); date != "" {
			day, problem := r.dates.text(date)
			if problem != "" {
				return nil, usage("write it as 2024-03-15", "--date %s", problem)
			}
			s.person.Day, s.person.Date = day, date
		}
	}
	return s, nil
}

// folder fills the index from LDJSON.
func (s *search) folder(c *cli.Context, j *job, dir string, x *associate.Index) error {
	for _, flag := range []string{"data", "source", "set"} {
		if c.IsSet(flag) {
			return usage("", "--%s goes with a mapping", flag)
		}
	}
	var in validate.Input
	if err := folderInput(&in, dir); err != nil {
		return err
	}
	left, err := validate.Each(c.Context, &in, validate.FilesOptions{MaxLine: j.input.MaxRecord}, x.Add)
	if err == nil && left > 0 && !s.quiet {
		fmt.Fprintf(s.p.stderr, "crm2gong: %s left out, which Gong would not take\n  hint: crm2gong validate %s tells why\n",
			view.Count(left, "line", "lines"), dir)
	}
	return err
}

// mapping fills the index from what a mapping makes.
func (s *search) mapping(c *cli.Context, j *job, x *associate.Index) error {
	if err := j.bind(); err != nil {
		return err
	}
	j.warn(s.quiet)
	out := entities{x}
	if err := j.run(c.Context, out, nil); err != nil {
		return err
	}
	if n := j.report.Totals.Rejected; n > 0 && !s.quiet {
		fmt.Fprintf(s.p.stderr, "crm2gong: %s rejected and so not matched\n  hint: crm2gong validate %s tells why\n",
			view.Count(n, "record", "records"), j.path)
	}
	return nil
}

// entities is an output that feeds the present records to an index.
type entities struct{ x *associate.Index }

func (o entities) Create(name string) (io.WriteCloser, error) {
	t := gong.ParseType(strings.TrimSuffix(name, ".ldjson"))
	if t == gong.NoType || !strings.HasSuffix(name, ".ldjson") {
		return nil, nil
	}
	d := validate.NewDecoder(t, nil, false)
	return &entityLines{x: o.x, d: d, e: d.NewEntity()}, nil
}

// entityLines reads the LDJSON that is written to it.
type entityLines struct {
	x    *associate.Index
	d    *validate.Decoder
	e    *gong.Entity
	rest []byte // the beginning of a line
}

func (l *entityLines) Write(b []byte) (int, error) {
	n := len(b)
	if len(l.rest) > 0 {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			l.rest = append(l.rest, b...)
			return n, nil
		}
		l.rest = append(l.rest, b[:i]...)
		l.line(l.rest)
		l.rest, b = l.rest[:0], b[i+1:]
	}
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			l.rest = append(l.rest, b...)
			return n, nil
		}
		l.line(b[:i])
		b = b[i+1:]
	}
}

func (l *entityLines) line(b []byte) {
	l.d.Decode(b, l.e)
	l.x.Add(l.e)
}

func (l *entityLines) Close() error { return nil }

// one prints the result for the person of the options.
func (s *search) one(x *associate.Index) error {
	w := view.NewPeople(x, s.algorithm, s.format, s.brief)
	m := x.Matcher(s.algorithm)
	m.Explain = w.Steps()
	var r associate.Result
	m.Associate(&s.person.Person, &r)
	out := append(w.Begin(nil), w.First(w.Append(nil, s.person, &r))...)
	var n view.PeopleCount
	n.Add(s.person, &r)
	out = w.End(out, &n, true)
	_, err := s.p.out.Write(out)
	return err
}
