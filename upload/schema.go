package upload

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"crypto/sha256"

	"crm2gong/mapping/gong"
)

// Schema is the list of a type's custom fields.
type Schema struct {
	Type   gong.ObjectType
	Fields []Field
	pushed map[string][]string // the lists last pushed of fields that grow
}

// Field is one custom field as POST entity-schema takes it.
type Field struct {
	UniqueName       string   `json:"uniqueName"`
	Label            string   `json:"label"`
	Type             string   `json:"type"`
	LastModified     string   `json:"lastModified,omitempty"`
	IsDeleted        bool     `json:"isDeleted,omitempty"`
	ReferenceTo      string   `json:"referenceTo,omitempty"`
	OrderedValueList []string `json:"orderedValueList,omitempty"`
	// Grows is true for a picklist whose values come from the data. An export
	// of today lacks values that records of yesterday have, so none is taken
	// off the list: Gong's stay first, in their order.
	Grows bool `json:"-"`
}

// ReadSchemas reads the files TYPE.json of a folder, in the order of types; a
// folder that is not there holds none.
func ReadSchemas(dir string) ([]Schema, error) {
	var list []Schema
	for _, t := range gong.Types {
		path := filepath.Join(dir, t.String()+".json")
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, failed(err, "read the schema")
		}
		s := Schema{Type: t}
		if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &s.Fields); err != nil {
			return nil, problem("write it with crm2gong transform", "%s is no list of fields as Gong's entity-schema call takes it", path)
		}
		for _, f := range s.Fields {
			if f.UniqueName == "" || f.Label == "" || f.Type == "" {
				return nil, problem("each field needs uniqueName, label and type", "%s: field %s is not complete", path, quote(f.UniqueName))
			}
		}
		if !t.HasCustom() {
			return nil, problem("", "%s: Gong takes custom fields for ACCOUNT, CONTACT, DEAL and LEAD only", path)
		}
		if len(s.Fields) > 0 {
			list = append(list, s)
		}
	}
	return list, nil
}

// signature tells schemas apart. Behind it stand the lists of the fields that
// grow, for the next ones to go on from.
func (s *Schema) signature() string {
	text, _ := json.Marshal(s.Fields) // plain texts always have a JSON form
	sum := sha256.Sum256(text)
	mark := hex.EncodeToString(sum[:16])
	lists := map[string][]string{}
	for _, f := range s.Fields {
		if f.Grows {
			lists[f.UniqueName] = f.OrderedValueList
		}
	}
	if len(lists) == 0 {
		return mark
	}
	text, _ = json.Marshal(lists)
	return mark + "\n" + string(text)
}

// pushedLists reads the lists behind a signature; there may be none.
func pushedLists(signature string) (lists map[string][]string) {
	_, text, _ := strings.Cut(signature, "\n")
	_ = json.Unmarshal([]byte(text), &lists) // without them the lists grow from Gong's alone
	return lists
}

// grown is the schema with its lists grown from those last pushed.
func (s *Schema) grown() *Schema {
	g := &Schema{Type: s.Type, Fields: slices.Clone(s.Fields)}
	for i := range g.Fields {
		if f := &g.Fields[i]; f.Grows {
			f.OrderedValueList = grow(s.pushed[f.UniqueName], f.OrderedValueList)
		}
	}
	return g
}

// grow joins the values of a list: those that are there, in their order, then
// new ones.
func grow(there, values []string) []string {
	list := slices.Clone(there)
	known := map[string]bool{}
	for _, v := range there {
		known[v] = true
	}
	for _, v := range values {
		if !known[v] {
			known[v] = true
			list = append(list, v)
		}
	}
	return list
}

// SchemaReport is what schema plan and schema push found or did.
type SchemaReport struct {
	FormatVersion int                       `json:"format_version"`
	Integration   string                    `json:"integration"`
	Types         map[string]*SchemaChanges `json:"types"`
	Sent          bool                      `json:"sent"`
}

// SchemaChanges holds one type's fields against those that Gong has.
type SchemaChanges struct {
	Add     []string      `json:"add"`
	Change  []string      `json:"change"`
	Same    []string      `json:"same"`
	Keep    []string      `json:"keep"`    // that only Gong has; sent again, since Gong refuses a list that lacks one
	Destroy []Destruction `json:"destroy"` // whose data would be lost
}

// Destruction is a field whose data Gong deletes.
type Destruction struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// Destroys tells whether any type would lose data.
func (r *SchemaReport) Destroys() bool {
	for _, c := range r.Types {
		if len(c.Destroy) > 0 {
			return true
		}
	}
	return false
}

// merged is the full list to send for a type, and what it changes.
type merged struct {
	changes SchemaChanges
	want    Schema // the mapping's, with lists grown
	fields  []Field
	lost    []Destruction // not allowed by the caller
	missing []string      // kept picklists of which Gong gave no values
	differs bool
}

// merge joins the fields wanted with those that Gong has. Fields that Gong alone
// has are kept, for Gong refuses a list without them; those named in allow are
// deleted. A field of another type than before is a new field to Gong, and its
// old data are gone.
func merge(want Schema, have []schemaField, allow []string) merged {
	m := merged{want: Schema{Type: want.Type}, changes: SchemaChanges{Add: []string{}, Change: []string{}, Same: []string{}, Keep: []string{}, Destroy: []Destruction{}}}
	allowed := func(field string) bool {
		return slices.Contains(allow, field) || slices.Contains(allow, want.Type.String()+"."+field)
	}
	there := map[string]Field{}
	var order []Field
	for _, h := range have {
		f := h.field()
		if f.UniqueName == "" || f.IsDeleted || standardName(want.Type, f.UniqueName) {
			continue
		}
		if _, twice := there[f.UniqueName]; !twice {
			order = append(order, f)
		}
		there[f.UniqueName] = f
	}
	lose := func(field, reason string) {
		m.changes.Destroy = append(m.changes.Destroy, Destruction{field, reason})
		if !allowed(field) {
			m.lost = append(m.lost, Destruction{field, reason})
		}
	}
	wanted := map[string]bool{}
	for _, f := range want.Fields {
		wanted[f.UniqueName] = true
		was, known := there[f.UniqueName]
		if f.Grows {
			list := want.pushed[f.UniqueName]
			if strings.EqualFold(was.Type, f.Type) && len(was.OrderedValueList) > 0 {
				list = was.OrderedValueList
			}
			f.OrderedValueList = grow(list, f.OrderedValueList)
		}
		m.want.Fields = append(m.want.Fields, f)
		m.fields = append(m.fields, f)
		switch {
		case f.IsDeleted && !known:
			m.fields = m.fields[:len(m.fields)-1]
			continue
		case f.IsDeleted:
			lose(f.UniqueName, "it is deleted with its values on all records")
		case !known:
			m.changes.Add = append(m.changes.Add, f.UniqueName)
		case !strings.EqualFold(was.Type, f.Type):
			lose(f.UniqueName, fmt.Sprintf("its type changes from %s to %s, and Gong deletes the old values", clip(was.Type, 100), f.Type))
		case was.Label == f.Label && was.ReferenceTo == f.ReferenceTo && slices.Equal(was.OrderedValueList, f.OrderedValueList):
			m.changes.Same = append(m.changes.Same, f.UniqueName)
			continue
		default:
			m.changes.Change = append(m.changes.Change, f.UniqueName)
		}
		m.differs = true
	}
	for _, f := range order {
		switch {
		case wanted[f.UniqueName]:
			continue
		case allowed(f.UniqueName):
			lose(f.UniqueName, "it is deleted with its values on all records")
			f.IsDeleted = true
			m.differs = true
		default:
			m.changes.Keep = append(m.changes.Keep, f.UniqueName)
			if strings.EqualFold(f.Type, "PICKLIST") && len(f.OrderedValueList) == 0 {
				m.missing = append(m.missing, f.UniqueName)
			}
		}
		m.fields = append(m.fields, f)
	}
	return m
}

// standardName tells whether a name is Gong's own for the type: such fields may
// be listed but are never sent.
func standardName(t gong.ObjectType, name string) bool {
	return t.FieldIndex(name) >= 0 || name == "lastModified"
}

func (h *schemaField) field() Field {
	f := Field{UniqueName: string(h.UniqueName), Label: string(h.Label), Type: string(h.Type), ReferenceTo: string(h.ReferenceTo)}
	if f.UniqueName == "" {
		f.UniqueName = string(h.Name)
	}
	if h.LastModified != nil {
		f.LastModified = *h.LastModified
	}
	f.IsDeleted = h.IsDeleted != nil && *h.IsDeleted
	if h.OrderedValueList != nil {
		for _, v := range *h.OrderedValueList {
			f.OrderedValueList = append(f.OrderedValueList, string(v))
		}
	}
	return f
}

// refusal says why a merged list is not sent; nil where it may be.
func (m *merged) refusal(t gong.ObjectType, hint string) *Error {
	var lines []string
	for _, d := range m.lost {
		lines = append(lines, fmt.Sprintf("field %s of %s would lose its data: %s", quote(d.Field), t, d.Reason))
	}
	if len(lines) > 0 {
		return problem(hint, "%s", strings.Join(lines, "; "))
	}
	if m.differs && len(m.missing) > 0 {
		var names []string
		for _, n := range m.missing[:min(len(m.missing), maxNamed)] {
			names = append(names, quote(n))
		}
		return problem("add it to the mapping", "%s has the picklist %s, whose values Gong does not tell, so that it cannot be sent again", t, strings.Join(names, ", "))
	}
	return nil
}
