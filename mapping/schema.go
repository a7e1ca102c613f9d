package mapping

import _ "embed"

// schemaText is made from the tables of keys; a test holds the two together.
//
//go:embed schema.json
var schemaText []byte

// Schema returns the JSON Schema (draft 2020-12) of mapping files, for
// editors. The slice is the caller's.
func Schema() []byte { return append([]byte(nil), schemaText...) }
