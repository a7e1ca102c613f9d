package gongtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"crm2gong/mapping/gong"
)

// Upload is one file that was taken, or the deletion of an integration.
type Upload struct {
	Request   string // clientRequestId
	Type      string // "" for the deletion of an integration
	At        time.Time
	Lines     int
	Bytes     int64
	Errors    []LineError // all of them, in the order of lines
	Looks     int         // at its status
	Processed int         // times; more than once by a fault
	final     time.Time   // not before
	looks     int         // until final
	seen      bool        // its final status was read
}

// LineError is a line refused; line 0 means the whole file.
type LineError struct {
	Line        int    `json:"line"`
	Description string `json:"description"`
}

// object is all that was sent of one record.
type object struct {
	id       string
	at       time.Time // modifiedDate of the current version
	fields   map[string]json.RawMessage
	deleted  bool
	versions map[string]json.RawMessage // by modifiedDate
}

func (x *exchange) postEntities() {
	if !x.integration() || !x.requestParameter() {
		return
	}
	t, ok := x.typeParameter(false)
	if !ok {
		return
	}
	if x.r.ContentLength < 0 {
		x.violation("a body without Content-Length")
	}
	if x.r.ContentLength > x.g.options.MaxBody {
		x.refuse(http.StatusRequestEntityTooLarge, "Payload Too Large")
		return
	}
	kind, params, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		x.refuse(http.StatusUnsupportedMediaType, "Unsupported Media Type")
		return
	}
	parts := multipart.NewReader(http.MaxBytesReader(nil, x.r.Body, x.g.options.MaxBody), params["boundary"])
	p, err := parts.NextPart()
	if err != nil || p.FormName() != "dataFile" {
		x.refuse(http.StatusBadRequest, "dataFile part is missing")
		return
	}
	if p.FileName() == "" {
		x.violation("dataFile has no file name")
	}
	f := x.g.readFile(t, p)
	if f.broken != nil {
		x.refuse(http.StatusBadRequest, "The request body could not be read")
		return
	}
	if _, err := parts.NextPart(); err != io.EOF {
		x.refuse(http.StatusBadRequest, "dataFile must be the only part")
		return
	}
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	if x.g.byRequest[x.call.Request] != nil {
		x.refuse(http.StatusConflict, "A request with clientRequestId "+x.call.Request+" was already made")
		return
	}
	x.g.order(x.call, t, f)
	u := &Upload{Request: x.call.Request, Type: t.String(), Lines: f.lines, Bytes: f.bytes, Errors: f.errors}
	x.g.take(u)
	x.g.process(u, t, f)
	x.call.Taken = true
	x.answer(http.StatusCreated, map[string]any{"requestId": x.requestID(), "clientRequestId": x.call.Request})
}

// take stores an upload as accepted.
func (g *Gong) take(u *Upload) {
	u.At = g.options.Now()
	u.final = u.At.Add(g.options.Working)
	u.looks = g.options.Pending + g.options.InProgress
	g.uploads = append(g.uploads, u)
	g.byRequest[u.Request] = u
}

// process applies the lines that keep the rules.
func (g *Gong) process(u *Upload, t gong.ObjectType, f *file) {
	u.Processed++
	for _, l := range f.good {
		g.apply(t, l)
	}
}

// order notes a file that came before the one that it builds on was done:
// types follow each other, and a user's new details its deletion.
func (g *Gong) order(c *Call, t gong.ObjectType, f *file) {
	for _, u := range g.uploads {
		if u.seen || u.Type == "" {
			continue
		}
		if u.Type != t.String() {
			g.violate(c, "%s came before the final status of %s (%s) was read", t, u.Request, u.Type)
		}
	}
	if t != gong.BusinessUser {
		return
	}
	for _, l := range f.good {
		o := g.objects[t][l.id]
		if o != nil && !o.deleted && !l.deleted && !sameFields(o.fields, l.fields) {
			g.violate(c, "user %s is changed without being deleted first", l.id)
		}
	}
}

func sameFields(a, b map[string]json.RawMessage) bool {
	for _, m := range []map[string]json.RawMessage{a, b} {
		for k := range m {
			if k != "modifiedDate" && !bytes.Equal(a[k], b[k]) {
				return false
			}
		}
	}
	return true
}

// apply makes a line the current version of its record unless a later one is
// there.
func (g *Gong) apply(t gong.ObjectType, l line) {
	if g.objects[t] == nil {
		g.objects[t] = map[string]*object{}
	}
	o := g.objects[t][l.id]
	if o == nil {
		o = &object{id: l.id, versions: map[string]json.RawMessage{}}
		g.objects[t][l.id] = o
	}
	o.versions[l.at.UTC().Format(time.RFC3339)] = l.text
	if o.fields == nil || !l.at.Before(o.at) {
		o.at, o.fields, o.deleted = l.at, l.fields, l.deleted
	}
}

// file is an LDJSON file judged.
type file struct {
	lines  int
	bytes  int64
	good   []line
	errors []LineError
	broken error
}

type line struct {
	id      string
	at      time.Time
	deleted bool
	fields  map[string]json.RawMessage
	text    json.RawMessage
}

// readFile judges a file line by line.
func (g *Gong) readFile(t gong.ObjectType, r io.Reader) *file {
	f := &file{}
	lines := bufio.NewReaderSize(r, 64<<10)
	seen := map[string]bool{}
	g.mu.Lock()
	schema := append([]schemaField{}, g.schemas[t]...)
	g.mu.Unlock()
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			f.broken = err
			return f
		}
		f.bytes += int64(len(text))
		if len(text) > 0 {
			f.lines++
			l, fault := g.judge(t, schema, bytes.TrimRight(text, "\r\n"))
			if fault == "" && seen[l.id] {
				fault = "Object [" + l.id + "] occurs more than once in the file"
			}
			if fault == "" && g.options.Refuse != nil {
				fault = g.options.Refuse(t, l.id)
			}
			if fault != "" {
				f.errors = append(f.errors, LineError{f.lines, fault})
			} else {
				seen[l.id] = true
				f.good = append(f.good, l)
			}
		}
		if err == io.EOF {
			return f
		}
	}
}

func (x *exchange) getStatus() {
	if !x.integrationOfStatus() || !x.requestParameter() {
		return
	}
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	u := x.g.byRequest[x.call.Request]
	if u == nil {
		x.refuse(http.StatusNotFound, "No request with clientRequestId "+x.call.Request)
		return
	}
	u.Looks++
	answer := map[string]any{"requestId": x.requestID(), "status": "PENDING", "errors": nil, "totalErrorCount": nil, "totalSuccessCount": nil}
	switch {
	case u.Looks <= x.g.options.Pending:
	case u.Looks <= u.looks || x.g.options.Now().Before(u.final):
		answer["status"] = "IN_PROGRESS"
	default:
		u.seen = true
		for k, v := range u.result() {
			answer[k] = v
		}
	}
	x.answer(http.StatusOK, answer)
}

// integrationOfStatus lets the status of a deleted integration be asked.
func (x *exchange) integrationOfStatus() bool {
	x.g.mu.Lock()
	u := x.g.byRequest[x.call.Request]
	x.g.mu.Unlock()
	if u != nil && u.Type == "" {
		return true
	}
	return x.integration()
}

// maxNamed is how many errors Gong lists.
const maxNamed = 20

func (u *Upload) result() map[string]any {
	errors := u.Errors[:min(len(u.Errors), maxNamed)]
	if errors == nil {
		errors = []LineError{}
	}
	status, failed := "DONE", len(u.Errors)
	if failed > 0 {
		status = "FAILED"
	}
	if failed > 0 && u.Errors[0].Line == 0 {
		failed = u.Lines
	}
	return map[string]any{"status": status, "errors": errors, "totalErrorCount": failed, "totalSuccessCount": u.Lines - failed}
}

func (x *exchange) getEntities() {
	if !x.integration() {
		return
	}
	t, ok := x.typeParameter(true)
	if !ok {
		return
	}
	var ids []string
	body, err := io.ReadAll(io.LimitReader(x.r.Body, 1<<20))
	if err != nil || len(body) == 0 || !strings.HasPrefix(x.r.Header.Get("Content-Type"), "application/json") {
		x.refuse(http.StatusUnsupportedMediaType, "Unsupported Media Type")
		return
	}
	if json.Unmarshal(body, &ids) != nil {
		x.refuse(http.StatusBadRequest, "The body is no array of strings")
		return
	}
	if len(ids) > maxObjects {
		x.violation("%d ids in one call; only the first %d are answered", len(ids), maxObjects)
		ids = ids[:maxObjects]
	}
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	found := map[string]map[string]json.RawMessage{}
	for _, id := range ids {
		found[id] = nil
		if o := x.g.objects[t][id]; o != nil && !o.deleted {
			found[id] = o.fields
		}
	}
	x.answer(http.StatusOK, map[string]any{"requestId": x.requestID(), "crmObjectsMap": found})
}

const maxObjects = 100
