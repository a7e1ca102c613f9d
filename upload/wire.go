package upload

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// Gong may add fields to its answers at any time, and clients have met null
// where a list or a number was due: so all shapes here are read loosely.

// looseText takes a JSON string, and anything else as the text it is.
type looseText string

func (t *looseText) UnmarshalJSON(b []byte) error {
	var s string
	switch {
	case bytes.Equal(b, []byte("null")):
		*t = ""
	case json.Unmarshal(b, &s) == nil:
		*t = looseText(s)
	default:
		*t = looseText(b)
	}
	return nil
}

// looseInt takes a JSON whole number of 64 bits or a string that holds one;
// null is not set. A number never goes through a floating one.
type looseInt struct {
	n   int64
	set bool
}

func (i *looseInt) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	n, err := strconv.ParseInt(string(bytes.Trim(b, `"`)), 10, 64)
	if err != nil {
		return errors.New("a whole number was expected")
	}
	*i = looseInt{n, true}
	return nil
}

// accepted is the answer to POST entities, POST entity-schema and DELETE
// integrations.
type accepted struct {
	ClientRequestID looseText `json:"clientRequestId"`
}

// requestStatus is the answer to GET request-status.
type requestStatus struct {
	RequestID looseText   `json:"requestId"`
	Status    looseText   `json:"status"`
	Errors    []lineError `json:"errors"`
	Failed    looseInt    `json:"totalErrorCount"`
	Succeeded looseInt    `json:"totalSuccessCount"`
}

// lineError is one fault that Gong found; line 0 means the whole file.
type lineError struct {
	Line        looseInt  `json:"line"`
	Description looseText `json:"description"`
}

type integrationList struct {
	Integrations *[]struct {
		ID         looseInt  `json:"integrationId"`
		Name       looseText `json:"name"`
		OwnerEmail looseText `json:"ownerEmail"`
	} `json:"integrations"`
}

type schemaAnswer struct {
	Fields *map[string][]schemaField `json:"objectTypeToSelectedFields"`
}

// schemaField is a field as GET entity-schema gives it; its name stands under
// uniqueName or, in Gong's example, under name.
type schemaField struct {
	UniqueName       looseText    `json:"uniqueName"`
	Name             looseText    `json:"name"`
	Label            looseText    `json:"label"`
	Type             looseText    `json:"type"`
	LastModified     *string      `json:"lastModified"`
	IsDeleted        *bool        `json:"isDeleted"`
	ReferenceTo      looseText    `json:"referenceTo"`
	OrderedValueList *[]looseText `json:"orderedValueList"`
}

type objectsAnswer struct {
	Objects *map[string]map[string]json.RawMessage `json:"crmObjectsMap"`
}

// decode reads a JSON object and nothing else, null neither.
func decode(body []byte, into any) error {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return errors.New("it is empty")
	}
	if err := json.Unmarshal(body, into); err != nil || body[0] != '{' {
		return errors.New("it is not the JSON that was expected")
	}
	return nil
}
