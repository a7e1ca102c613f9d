package gongtest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"crm2gong/mapping/gong"
)

// schemaField is a custom field as the entity-schema call takes it.
type schemaField struct {
	UniqueName       string   `json:"uniqueName"`
	Label            string   `json:"label"`
	Type             string   `json:"type"`
	LastModified     *string  `json:"lastModified"`
	IsDeleted        bool     `json:"isDeleted,omitempty"`
	ReferenceTo      *string  `json:"referenceTo"`
	OrderedValueList []string `json:"orderedValueList"`
}

func (x *exchange) getSchema() {
	if !x.integration() {
		return
	}
	t, ok := x.typeParameter(true)
	if !ok {
		return
	}
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	fields := x.g.schemas[t]
	if fields == nil {
		fields = []schemaField{}
	}
	x.answer(http.StatusOK, map[string]any{"requestId": x.requestID(), "objectTypeToSelectedFields": map[string]any{t.String(): fields}})
}

// postSchema takes the full list of a type's fields. A list that leaves out an
// earlier field is refused; a field sent as deleted, or with another type, loses
// its values on all records.
func (x *exchange) postSchema() {
	if !x.integration() {
		return
	}
	t, ok := x.typeParameter(true)
	if !ok {
		return
	}
	var fields []schemaField
	body, err := io.ReadAll(io.LimitReader(x.r.Body, 16<<20))
	if err != nil || json.Unmarshal(body, &fields) != nil {
		x.refuse(http.StatusBadRequest, "The body is no array of fields")
		return
	}
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	was := map[string]schemaField{}
	for _, f := range x.g.schemas[t] {
		was[f.UniqueName] = f
	}
	now := map[string]bool{}
	for _, f := range fields {
		if fault := judgeField(t, f); fault != "" {
			x.refuse(http.StatusBadRequest, fault)
			return
		}
		if now[f.UniqueName] {
			x.refuse(http.StatusBadRequest, "Field ["+f.UniqueName+"] occurs twice")
			return
		}
		now[f.UniqueName] = true
	}
	for name := range was {
		if !now[name] {
			x.refuse(http.StatusBadRequest, "The list must include all fields, or mark them as deleted: ["+name+"] is missing")
			return
		}
	}
	kept := []schemaField{}
	for _, f := range fields {
		if old, known := was[f.UniqueName]; known && (f.IsDeleted || old.Type != f.Type) {
			x.g.forget(t, f.UniqueName)
		}
		if !f.IsDeleted {
			kept = append(kept, f)
		}
	}
	x.g.schemas[t] = kept
	x.call.Taken = true
	x.answer(http.StatusOK, map[string]any{"requestId": x.requestID()})
}

func judgeField(t gong.ObjectType, f schemaField) string {
	_, known := gong.SchemaTypes[f.Type]
	switch {
	case f.UniqueName == "":
		return "Mandatory field [uniqueName] is missing or empty"
	case f.Label == "":
		return "Mandatory field [label] is missing or empty"
	case t.FieldIndex(f.UniqueName) >= 0:
		return "Field [" + f.UniqueName + "] is a standard field"
	case !known:
		return "Field [" + f.UniqueName + "] has the unknown type " + shorten(f.Type)
	case f.Type == "PICKLIST" && len(f.OrderedValueList) == 0:
		return "Field [" + f.UniqueName + "] needs orderedValueList"
	case f.Type == "REFERENCE" && (f.ReferenceTo == nil || !contains(strings.Fields("ACCOUNT CONTACT DEAL LEAD USER"), *f.ReferenceTo)):
		return "Field [" + f.UniqueName + "] needs referenceTo"
	}
	return ""
}

// forget deletes a field's values on all records.
func (g *Gong) forget(t gong.ObjectType, field string) {
	for _, o := range g.objects[t] {
		delete(o.fields, field)
	}
}
