package validate

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"

	"crm2gong/mapping/gong"
)

// CustomSchema is the custom fields of one type, as its schema declares them.
type CustomSchema struct {
	Fields []gong.Field
}

// schemaField is a field as Gong's entity-schema call takes and gives it.
type schemaField struct {
	UniqueName       string   `json:"uniqueName"`
	Name             string   `json:"name"` // as Gong's answers have it
	Label            string   `json:"label"`
	Type             string   `json:"type"`
	ReferenceTo      string   `json:"referenceTo"`
	OrderedValueList []string `json:"orderedValueList"`
	IsDeleted        bool     `json:"isDeleted"`
}

// ParseSchema reads the custom fields of a type from the JSON that Gong's
// entity-schema call takes: a list of fields. Standard fields among them and
// deleted ones are left out.
func ParseSchema(t gong.ObjectType, data []byte) (*CustomSchema, error) {
	var list []schemaField
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("the schema of %s is no list of fields: %w", t, err)
	}
	s := &CustomSchema{}
	for i, f := range list {
		if f.UniqueName == "" {
			f.UniqueName = f.Name
		}
		if f.UniqueName == "" {
			return nil, fmt.Errorf("the schema of %s: field %d has no uniqueName", t, i+1)
		}
		if f.IsDeleted || t.FieldIndex(f.UniqueName) >= 0 {
			continue
		}
		if slices.ContainsFunc(s.Fields, func(g gong.Field) bool { return g.Name == f.UniqueName }) {
			return nil, fmt.Errorf("the schema of %s: the field %q stands twice", t, f.UniqueName)
		}
		kind, ok := gong.SchemaTypes[f.Type]
		if !ok {
			return nil, fmt.Errorf("the schema of %s: the field %q has the type %q, which Gong does not have", t, f.UniqueName, f.Type)
		}
		field := gong.Field{Name: f.UniqueName, Kind: kind, Custom: true, Label: f.Label, Type: f.Type}
		if kind == gong.Picklist {
			field.Values = f.OrderedValueList
		}
		if kind == gong.Reference {
			if field.Target = gong.ReferenceTargets[f.ReferenceTo]; field.Target == gong.NoType {
				return nil, fmt.Errorf("the schema of %s: the field %q refers to %q; known: ACCOUNT, CONTACT, DEAL, LEAD, USER", t, f.UniqueName, f.ReferenceTo)
			}
		}
		s.Fields = append(s.Fields, field)
	}
	return s, nil
}

//go:embed schemas/*.json
var schemas embed.FS

// Schema gives the JSON Schema (draft 2020-12) of a type's lines: the
// rules for one line, other than its references. What JSON Schema can not say:
// a key must not stand twice, and numbers have at most 40 digits and an
// exponent of at most 308.
func Schema(t gong.ObjectType) []byte {
	b, err := schemas.ReadFile("schemas/" + t.String() + ".json")
	if err != nil {
		return nil
	}
	return b
}
