package source

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
)

// Limits of the parts of a workbook: real ones shrink to a fifth or a
// thirtieth.
const (
	partRatio = 200
	partFree  = 10 << 20 // below it any ratio goes
	maxMeta   = 64 << 20 // parts that describe the workbook
)

// sheet is the sheet of a workbook that a part reads.
type sheet struct {
	member   int // place of the sheet's part in the archive
	place    int // place of the sheet in the workbook, from 1
	date1904 bool
	styles   []cellStyle
	noStyles bool
	strings  sharedStrings
	header   int // rows up to and with the header
	last     int // last row that is data; 0: no limit
	unstored cellCount
	seen     [maxRow/64 + 1]atomic.Uint64 // rows that were read
}

// cellCount counts cells and knows the first of them. Workers may add to it at
// once.
type cellCount struct {
	n     atomic.Int64
	first atomic.Int64 // row and column as one number; 0: none
}

func (c *cellCount) add(row, col int) {
	c.n.Add(1)
	at := int64(row)*maxColumn + int64(col)
	for {
		old := c.first.Load()
		if old != 0 && old <= at || c.first.CompareAndSwap(old, at) {
			return
		}
	}
}

func (c *cellCount) reset() {
	c.n.Store(0)
	c.first.Store(0)
}

// cell names the first cell as spreadsheets do.
func (c *cellCount) cell() string {
	at := c.first.Load()
	return columnName(int(at%maxColumn)) + strconv.FormatInt(at/maxColumn, 10)
}

const (
	maxRow    = 1 << 20
	maxColumn = 1 << 14
)

// book is an open workbook.
type book struct {
	p     *part
	z     *zip.Reader
	parts map[string]int // place in the archive by name, in lower case
	size  int64          // of the archive
}

// bad makes an error about a part of the workbook.
func (k *book) bad(name string, err error) error { return k.p.badPart(name, err) }

func (p *part) badPart(name string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("it ends early")
	case errors.Is(err, zip.ErrFormat):
		err = errors.New("it is longer than the archive says")
	case errors.Is(err, zip.ErrChecksum):
		err = errors.New("its checksum is wrong")
	}
	e = p.fail("the workbook is damaged: "+name+": "+err.Error(), "open it in a spreadsheet and save it again")
	var hinted *hintedError
	if errors.As(err, &hinted) {
		e.Message, e.Hint = name+": "+hinted.message, hinted.hint
	}
	e.Cause = err
	return e
}

// openBook reads the archive's list of parts.
func (p *part) openBook(f random) (*book, error) {
	z, err := openZip(f)
	if err != nil {
		return nil, p.fail("the workbook is damaged: "+err.Error(), "make or copy it again")
	}
	k := &book{p: p, z: z, parts: map[string]int{}, size: f.size}
	for i, m := range z.File {
		name := strings.ToLower(memberName(m.Name))
		if name == "" {
			continue
		}
		if _, ok := k.parts[name]; ok {
			return nil, k.bad(name, errors.New("there are two parts of this name"))
		}
		k.parts[name] = i
	}
	return k, nil
}

// open opens a part; its size is bounded and, at its end, its checksum proved.
func (k *book) open(i int) (io.ReadCloser, error) {
	m := k.z.File[i]
	if m.Flags&1 != 0 {
		return nil, k.p.fail("the workbook is protected with a password", "open it and save it without one")
	}
	limit := max(partFree, min(m.CompressedSize64, uint64(k.size))*partRatio)
	if n := k.p.table.opt.MaxUncompressed; n > 0 {
		limit = uint64(n)
	}
	if m.UncompressedSize64 > limit {
		return nil, k.p.partBomb(m.Name, limit)
	}
	r, err := m.Open()
	if err != nil {
		return nil, k.bad(m.Name, err)
	}
	return &bookPart{k: k, name: m.Name, r: r, limit: limit}, nil
}

// bookPart is a part of a workbook within its limit.
type bookPart struct {
	k     *book
	name  string
	r     io.ReadCloser
	n     uint64
	limit uint64
}

// Read gives bytes of the part.
func (b *bookPart) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.n += uint64(n); b.n > b.limit {
		return 0, b.k.p.partBomb(b.name, b.limit)
	}
	if err != nil && err != io.EOF {
		err = b.k.bad(b.name, err)
	}
	return n, err
}

// partBomb refuses a part that grows more than those of real workbooks do.
func (p *part) partBomb(name string, limit uint64) error {
	if p.table.opt.MaxUncompressed > 0 {
		return p.fail(fmt.Sprintf("the part %s of the workbook becomes larger than %s, the limit that --max-uncompressed sets", name, size(int(limit))),
			"raise it if it is right, or open the workbook in a spreadsheet and save it again")
	}
	return p.fail(fmt.Sprintf("the part %s of the workbook becomes larger than %d MiB, which no real workbook of this size does", name, limit>>20),
		"raise --max-uncompressed if it is right, or open it in a spreadsheet and save it again")
}

// Close closes the part.
func (b *bookPart) Close() error { return b.r.Close() }

// each reads a small part and calls fn with its start tags and their depth,
// the root's being 0.
func (k *book) each(name string, fn func(depth int, t *xmlToken) error) (found bool, err error) {
	i, ok := k.parts[strings.ToLower(name)]
	if !ok {
		return false, nil
	}
	r, err := k.open(i)
	if err != nil {
		return true, err
	}
	defer r.Close()
	x := newXMLReader(io.LimitReader(r, maxMeta), max(maxXMLToken, k.p.table.opt.maxRecord()))
	for {
		t, err := x.next()
		if err == nil && t.kind == xmlStart {
			depth := len(x.names)
			if !t.empty {
				depth--
			}
			err = fn(depth, &t)
		}
		if err != nil {
			return true, k.bad(name, err)
		}
		if t.kind == xmlEOF {
			return true, nil
		}
	}
}

type relation struct{ target, kind string }

// relations reads the list of parts that a part refers to.
func (k *book) relations(name string) (map[string]relation, error) {
	dir, base := path.Split(name)
	list := map[string]relation{}
	_, err := k.each(dir+"_rels/"+base+".rels", func(_ int, t *xmlToken) error {
		if string(t.name) != "Relationship" {
			return nil
		}
		id, err1 := t.attr("Id")
		target, err2 := t.attr("Target")
		kind, err3 := t.attr("Type")
		mode, err4 := t.attr("TargetMode")
		if mode == "External" {
			return err4
		}
		target = strings.ReplaceAll(target, `\`, "/")
		if strings.HasPrefix(target, "/") {
			target = strings.TrimPrefix(path.Clean(target), "/")
		} else {
			target = path.Join(dir, target)
		}
		list[id] = relation{target, path.Base(kind)}
		return errors.Join(err1, err2, err3, err4)
	})
	return list, err
}

// find gives the target of the first relation of a kind.
func find(list map[string]relation, kind, usual string) string {
	best := ""
	for _, r := range list {
		if r.kind == kind && (best == "" || r.target < best) {
			best = r.target
		}
	}
	if best == "" {
		return usual
	}
	return best
}

// openWorkbook finds the sheet to read and reads its header.
func (p *part) openWorkbook() error {
	spec := &p.table.spec
	f, err := p.random()
	if err != nil {
		return p.unreadable(err)
	}
	defer f.Close()
	k, err := p.openBook(f)
	if err != nil {
		return err
	}
	rels, err := k.relations("")
	if err != nil {
		return err
	}
	main := find(rels, "officeDocument", "xl/workbook.xml")
	s := &sheet{header: spec.Header}
	var ids []string
	found, err := k.each(main, func(_ int, t *xmlToken) error {
		switch string(t.name) {
		case "workbookPr":
			v, err := t.attr("date1904")
			s.date1904 = v == "1" || v == "true" || v == "on"
			return err
		case "sheet":
			name, err1 := t.attr("name")
			state, err2 := t.attr("state")
			id, err3 := t.attr("id")
			p.file.Sheets = append(p.file.Sheets, Sheet{name, state == "hidden" || state == "veryHidden"})
			ids = append(ids, id)
			return errors.Join(err1, err2, err3)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !found {
		e := p.fail("the file is a ZIP archive, but no workbook", "export the table as .xlsx or CSV")
		if formatOf(p.file.Path) == "" {
			e.Hint = "name the member to read, such as " + p.file.Path + "/*.csv"
		}
		return e
	}
	alone := len(p.file.Sheets) == 1
	at := 0
	if !alone {
		if at, err = p.chooseSheet(spec.Sheet); err != nil {
			return err
		}
	}
	p.file.Sheet, s.place = p.file.Sheets[at].Name, at+1
	if rels, err = k.relations(main); err != nil {
		return err
	}
	rel, ok := rels[ids[at]]
	if !ok {
		return k.bad(main, fmt.Errorf("the sheet %q has no part", p.file.Sheet))
	}
	if rel.kind != "worksheet" {
		return p.void(fmt.Sprintf("the sheet %q holds no table but a %s", p.file.Sheet, rel.kind), "name another with sheet:")
	}
	if s.member, ok = k.parts[strings.ToLower(rel.target)]; !ok {
		return k.bad(rel.target, errors.New("the part is missing"))
	}
	if err := s.readStyles(k, find(rels, "styles", "")); err != nil {
		return err
	}
	if err := s.strings.read(k, find(rels, "sharedStrings", "")); err != nil {
		return err
	}
	if s.noStyles {
		p.table.note(p.file.Path + ": the workbook has no styles, so dates cannot be told from numbers")
	}
	p.sheet = s
	p.keepApostrophe = spec.KeepApostrophe
	if p.sheetRejects() { // whatever the source's own layout
		return nil
	}
	if alone {
		if _, err := p.chooseSheet(spec.Sheet); err != nil {
			return err
		}
	}
	return p.readSheetHeader()
}

// chooseSheet finds a sheet by its name or its number; without either it is the
// first visible one.
func (p *part) chooseSheet(want string) (int, error) {
	var names, hidden []string
	visible := -1
	for i, s := range p.file.Sheets {
		names = append(names, s.Name)
		if s.Hidden {
			hidden = append(hidden, s.Name)
		} else if visible < 0 {
			visible = i
		}
	}
	if want == "" {
		switch {
		case len(names) == 0:
			return 0, p.fail("the workbook has no sheet", "export it again")
		case visible < 0:
			return 0, p.fail("all sheets of the workbook are hidden", "name the one to read with sheet:; there are "+strings.Join(names, ", "))
		}
		if len(hidden) > 0 {
			p.table.note(fmt.Sprintf("%s: the sheet %s is read; hidden: %s", p.file.Path, names[visible], strings.Join(hidden, ", ")))
		}
		return visible, nil
	}
	for i, n := range names {
		if n == want {
			return i, nil
		}
	}
	if n, err := strconv.Atoi(want); err == nil {
		if n >= 1 && n <= len(names) {
			return n - 1, nil
		}
		return 0, p.fail(fmt.Sprintf("there is no sheet number %d", n), "the sheets are "+strings.Join(names, ", "))
	}
	for _, n := range names {
		if strings.EqualFold(trim(n), trim(want)) {
			return 0, p.fail(fmt.Sprintf("there is no sheet %q", want), fmt.Sprintf("did you mean %q?", n))
		}
	}
	return 0, p.fail(fmt.Sprintf("there is no sheet %q", want), "the sheets are "+strings.Join(names, ", "))
}

// note adds a note.
func (t *Table) note(text string) { t.notes = append(t.notes, text) }
