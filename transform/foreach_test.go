package transform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Items that the row's own expression made, such as joined texts, stay what
// they are while the entities are made from them.
func TestForEachOverMadeTexts(t *testing.T) {
	_, out := convert(t, `version: 1
sources: {s: {file: s.csv}}
entities:
  ACCOUNT:
    from: s
    forEach: '[A + "-one", A + "-two"]'
    fields: {objectId: item, modifiedDate: '"2024-01-01T00:00:00Z"', name: 'B + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" + item'}
`, map[string]string{"s.csv": "A,B\nacme,zzzz\n"}, 1, nil)
	want := []string{
		`{"objectId":"acme-one","modifiedDate":"2024-01-01T00:00:00Z","name":"zzzzxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxacme-one"}`,
		`{"objectId":"acme-two","modifiedDate":"2024-01-01T00:00:00Z","name":"zzzzxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxacme-two"}`,
	}
	if d := cmp.Diff(want, out.lines(t, "ACCOUNT.ldjson")); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}
