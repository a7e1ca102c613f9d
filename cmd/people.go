package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/value"
	"crm2gong/transform/source"
	"crm2gong/validate/associate"
)

// Columns of a file of people.
const (
	emailColumn = iota
	phoneColumn
	dateColumn
	contactColumn
	accountColumn
	participantsColumn
	numColumns
)

// peopleHeaders are the columns' names, and the headers by which they are
// known, in lower case without blanks and signs, the likelier ones first.
var peopleHeaders = [numColumns]struct {
	name    string
	headers []string
}{
	emailColumn: {"email", []string{"email", "emailaddress", "mail", "email1", "primaryemail", "workemail", "businessemail", "attendeeemail",
		"participantemail", "recipientemail", "invitee", "inviteeemail", "contactemail", "personemail", "attendee", "recipient"}},
	phoneColumn: {"phone", []string{"phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cell", "cellphone", "workphone",
		"businessphone", "directphone", "contactphone", "callernumber", "number"}},
	dateColumn: {"date", []string{"date", "activitydate", "datetime", "activitydatetime", "calldate", "meetingdate", "eventdate", "when", "time", "timestamp", "start",
		"startdate", "starttime", "started", "startedat", "sentat", "createdat", "scheduled"}},
	contactColumn:      {"contact", []string{"contactid", "contact", "crmcontactid", "whoid"}},
	accountColumn:      {"account", []string{"accountid", "account", "crmaccountid", "companyid"}},
	participantsColumn: {"participants", []string{"participants", "internalparticipants", "internal", "hosts", "host", "hostemail", "owner", "owneremail", "reps", "rep", "repemail", "users", "user", "useremail"}},
}

func peopleColumns() (names []string) {
	for i := range peopleHeaders {
		names = append(names, peopleHeaders[i].name)
	}
	return names
}

// peopleOptions say how a file of people is read.
type peopleOptions struct {
	columns  [numColumns]string // headers that were named, "" for none
	dates    *dateReader
	day      int64 // of people without a date
	encoding string
	sheet    string
	open     source.Options // standard input and limits
	workers  int
}

// columnNames reads --column.
func columnNames(c *cli.Context) (names [numColumns]string, err error) {
	given, err := pairs(c, "column")
	if err != nil {
		return names, err
	}
	for name, header := range given {
		i := slices.Index(peopleColumns(), name)
		if i < 0 {
			return names, usage(diag.Suggest(name, peopleColumns()), "--column %s is no column of people", diag.Quote(name))
		}
		names[i] = header
	}
	return names, nil
}

// find finds the columns in a header; -1 where there is none. Of two columns
// whose headers differ in case, blanks and signs alone neither is the likelier.
func (o *peopleOptions) find(file string, header []string) (at [numColumns]int, err error) {
	keys := make([]string, len(header))
	for i, h := range header {
		keys[i] = strings.Map(letterOrDigit, strings.ToLower(h))
	}
	for k := range at {
		if at[k] = -1; o.columns[k] != "" {
			if at[k] = slices.Index(header, o.columns[k]); at[k] < 0 {
				return at, usage(diag.Suggest(o.columns[k], header), "%s has no column %s", file, diag.Quote(o.columns[k]))
			}
			if slices.Contains(header[at[k]+1:], o.columns[k]) {
				return at, twoColumns(file, k, o.columns[k], o.columns[k])
			}
			continue
		}
		for _, name := range peopleHeaders[k].headers {
			i := slices.Index(keys, name)
			if i < 0 {
				continue
			}
			if j := slices.Index(keys[i+1:], name); j >= 0 {
				return at, twoColumns(file, k, header[i], header[i+1+j])
			}
			at[k] = i
			break
		}
	}
	if at[emailColumn] < 0 && at[phoneColumn] < 0 {
		return at, usage("name it: --column email=HEADER; "+diag.Suggest("", header), "%s has no column that is known to hold e-mails or phones", file)
	}
	return at, nil
}

// twoColumns is the error of headers that are as good as each other.
func twoColumns(file string, column int, a, b string) error {
	name := peopleHeaders[column].name
	hint := "say which one counts: --column " + name + "=" + a
	if a == b {
		hint = "rename one of them in the file"
	}
	return usage(hint, "%s has two columns for %s: %s and %s", file, name, diag.Quote(a), diag.Quote(b))
}

func letterOrDigit(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x7F {
		return r
	}
	return -1
}

// dateReader reads the day of an activity, in UTC.
type dateReader struct {
	iso bool // no format was given
	r   *value.Reader
}

func newDateReader(format string) (*dateReader, error) {
	t := value.ColumnType{Kind: value.DateTime}
	if format != "" {
		t.Formats = []string{format}
	}
	r, err := t.Compile(nil)
	return &dateReader{format == "", r}, err
}

// text reads a date of the command line.
func (d *dateReader) text(s string) (day int64, problem string) {
	return d.cell(value.Cell{Text: s})
}

// cell reads a cell that is not empty.
func (d *dateReader) cell(c value.Cell) (day int64, problem string) {
	if d.iso || c.Kind == value.DateCell {
		if v, ok := value.ParseISODate(value.Trim(c.Text)); ok {
			return v.Days(), ""
		}
	}
	v, p := d.r.Read(c)
	if p != nil {
		return 0, p.Message
	}
	if v.Kind() == value.Date {
		return v.Days(), ""
	}
	sec, _ := v.Unix()
	return value.DayOf(sec), ""
}

// people prints the result for each person of a file, in its order.
func (s *search) people(ctx context.Context, x *associate.Index) error {
	o := &s.read
	opt := o.open
	opt.Replace = s.file
	t, err := source.Open(source.Spec{Name: "people", Header: 1, Numbered: true, Encoding: o.encoding, Sheet: o.sheet}, opt)
	if err != nil {
		return peopleError(err)
	}
	defer t.Close()
	at, err := o.find(s.file, t.Header())
	if err != nil {
		return err
	}
	to := &peoplePrinter{out: &s.p.out, w: view.NewPeople(x, s.algorithm, s.format, s.brief)}
	if _, err := to.out.Write(to.w.Begin(nil)); err != nil {
		return err
	}
	err = source.Each(ctx, t, o.workers, func() source.Stage {
		r := &peopleStage{s: s, t: t, at: at, to: to, m: x.Matcher(s.algorithm)}
		r.m.Explain = to.w.Steps()
		return r
	})
	switch {
	case to.err != nil:
		return to.err
	case err != nil:
		return peopleError(err)
	}
	all := &to.count
	if _, err := to.out.Write(to.w.End(nil, all, !s.quiet)); err != nil {
		return err
	}
	if all.BadDates > 0 {
		if !s.quiet {
			fmt.Fprintf(s.p.stderr, "crm2gong: %s: %s can not be read; the deals are those of %s\n  hint: --date-format says how dates are written\n",
				s.file, view.Count(all.BadDates, "date", "dates"), value.OfDate(s.read.day))
		}
		return problems
	}
	return nil
}

// peoplePrinter prints what stages found, in the order of the file.
type peoplePrinter struct {
	out   io.Writer
	w     *view.People
	begun bool // the first people are printed
	count view.PeopleCount
	err   error // of writing
}

func (p *peoplePrinter) add(out []byte, count *view.PeopleCount) error {
	p.count.Merge(count)
	if !p.begun && len(out) > 0 {
		out, p.begun = p.w.First(out), true
	}
	_, p.err = p.out.Write(out)
	return p.err
}

// peopleHints turns hints on mappings into hints on options.
var peopleHints = strings.NewReplacer("--source", "--people", "say encoding: ", "say --encoding ", "with encoding:", "with --encoding", "say sheet: ", "say --sheet ")

func peopleError(err error) error {
	var e *source.Error
	if errors.As(err, &e) {
		e.Hint = peopleHints.Replace(e.Hint)
	}
	return sourceError(err)
}

// peopleStage finds what belongs to the people of a block.
type peopleStage struct {
	s      *search
	t      *source.Table
	at     [numColumns]int
	to     *peoplePrinter
	m      *associate.Matcher
	block  *source.Block
	rows   source.Rows
	result associate.Result

	out   []byte
	count view.PeopleCount
}

func (r *peopleStage) Block(b *source.Block) error {
	r.block, r.out, r.count = b, r.out[:0], view.PeopleCount{}
	r.t.Rows(b, &r.rows)
	for r.rows.Next() {
		r.row()
	}
	return r.rows.Err()
}

func (r *peopleStage) InOrder(*source.Block) error { return r.to.add(r.out, &r.count) }

func (r *peopleStage) row() {
	p := view.Person{Row: r.rows.Row}
	if r.rows.Rows() > 0 && r.block.Rows > 0 {
		p.Row += r.block.Rows
	}
	p.Email, p.Phone, p.Date = r.cell(emailColumn), r.cell(phoneColumn), r.cell(dateColumn)
	p.Contact, p.Account = r.cell(contactColumn), r.cell(accountColumn)
	if s := r.cell(participantsColumn); s != "" {
		p.Participants = associate.Addresses(s)
	}
	p.Day = r.s.read.day
	if p.Date != "" {
		if day, problem := r.s.read.dates.cell(r.rows.Cells[r.at[dateColumn]]); problem == "" {
			p.Day = day
		} else {
			p.DateProblem = problem
		}
	}
	r.m.Associate(&p.Person, &r.result)
	r.out = r.to.w.Append(r.out, &p, &r.result)
	r.count.Add(&p, &r.result)
}

// cell gives the trimmed text of a column's cell, "" where there is none.
func (r *peopleStage) cell(column int) string {
	if i := r.at[column]; i >= 0 {
		return value.Trim(r.rows.Cells[i].Text)
	}
	return ""
}
