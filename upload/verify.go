package upload

import (
	"bytes"
	"context"
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"crm2gong/mapping/gong"
)

// VerifyOptions say what is read back.
type VerifyOptions struct {
	// Sample is how many records of each type are asked for; 0 means 100.
	Sample int
	// Fields lists the fields that the mapping makes of a type; nil means those
	// that any line of the type has.
	Fields func(t gong.ObjectType) []string
}

// Verification tells how the records at Gong compare with those sent. Its JSON
// is that of verify --json.
type Verification struct {
	FormatVersion int                      `json:"format_version"`
	Integration   string                   `json:"integration"`
	Types         map[string]*VerifyCounts `json:"types"`
	Differences   []Difference             `json:"differences"`
	// Recent is true within 30 minutes of an upload: Gong may not show yet what
	// it took.
	Recent bool `json:"recent"`
}

// VerifyCounts counts the records of one type.
type VerifyCounts struct {
	Asked     int `json:"asked"`
	Same      int `json:"same"`
	Different int `json:"different"`
	Missing   int `json:"missing"`
}

// Difference is one field that Gong has otherwise than it was sent; a record
// that Gong does not have has no field.
type Difference struct {
	Type     string          `json:"type"`
	ObjectID string          `json:"objectId"`
	Field    string          `json:"field"`
	Sent     json.RawMessage `json:"sent"`
	Gong     json.RawMessage `json:"gong"`
}

// visibleAfter is how long Gong may take until it shows what it took.
const visibleAfter = 30 * time.Minute

// Verify reads a sample of records back and compares the fields that were sent,
// modifiedDate left out. It asks only for records whose present line is the one
// that Gong was last sent. An error of StatusProblems says that there are
// differences.
func (s *Session) Verify(ctx context.Context, in Input, o VerifyOptions) (*Verification, error) {
	v := &Verification{FormatVersion: 1, Types: map[string]*VerifyCounts{}, Differences: []Difference{}}
	if err := s.resolve(ctx); err != nil {
		return v, err
	}
	v.Integration = formatID(s.Integration)
	st, err := s.state()
	if err != nil {
		return v, err
	}
	if o.Sample <= 0 {
		o.Sample = 100
	}
	last := st.LastUpload()
	v.Recent = !last.IsZero() && s.Clock.now().Sub(last) < visibleAfter
	for _, t := range gong.Types {
		// Gong reads no users and no stages back.
		file := in.file(t)
		if file == "" || !t.HasCustom() {
			continue
		}
		if err := s.verifyType(ctx, v, st, t, filepath.Join(in.Dir, file), o); err != nil {
			return v, err
		}
	}
	if len(v.Differences) > 0 {
		return v, problem("", "Gong's records differ from those sent")
	}
	return v, nil
}

func (s *Session) verifyType(ctx context.Context, v *Verification, st *State, t gong.ObjectType, path string, o VerifyOptions) error {
	n := &VerifyCounts{}
	v.Types[t.String()] = n
	sample, made, err := sampleRecords(ctx, st, t, path, o.Sample)
	if err != nil {
		return err
	}
	if o.Fields != nil {
		made = o.Fields(t)
	}
	for len(sample) > 0 {
		some := sample[:min(len(sample), maxObjects)]
		sample = sample[len(some):]
		var ids []string
		for _, r := range some {
			ids = append(ids, r.id)
		}
		objects, err := s.Client.objects(ctx, s.Integration, t, ids)
		if err != nil {
			return err
		}
		for _, r := range some {
			n.Asked++
			there := objects[r.id]
			if there == nil {
				n.Missing++
				v.Differences = append(v.Differences, Difference{t.String(), r.id, "", json.RawMessage("null"), json.RawMessage("null")})
				continue
			}
			differences, err := compare(t, r, there, made)
			if err != nil {
				return err
			}
			if len(differences) == 0 {
				n.Same++
				continue
			}
			n.Different++
			v.Differences = append(v.Differences, differences...)
		}
	}
	return nil
}

type sampled struct {
	id   string
	line []byte
}

// sampleRecords picks records that Gong should have as they stand, spread over
// the file, and the same ones for the same file. It also gives the fields that
// any line has, in the order met.
func sampleRecords(ctx context.Context, st *State, t gong.ObjectType, path string, size int) (sample []sampled, fields []string, err error) {
	random := rand.New(rand.NewPCG(1, 2))
	known := map[string]bool{}
	met := 0
	err = eachLine(path, MaxPartSize, func(number int, line []byte) error {
		if number%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r, err := parseRecord(line)
		if err != nil {
			return problem("", "%s line %d: %v", path, number, err)
		}
		scan := scanner{text: line}
		if err := scan.object(func(key []byte, _, _ int) error {
			if !known[string(key)] {
				known[string(key)] = true
				fields = append(fields, string(key))
			}
			return nil
		}); err != nil {
			return err
		}
		at, sent := st.find(t, r.objectID)
		if !sent || st.entries[at].standing != isKnown || r.deleted || st.entries[at].print != r.print {
			return nil
		}
		met++
		if len(sample) < size {
			sample = append(sample, sampled{r.objectID, bytes.Clone(line)})
		} else if i := random.IntN(met); i < size {
			sample[i] = sampled{r.objectID, bytes.Clone(line)}
		}
		return nil
	})
	return sample, fields, err
}

// compare gives the fields that Gong has otherwise than they were sent. Fields
// that only Gong has are none, unless the mapping makes them and sent nothing.
func compare(t gong.ObjectType, r sampled, there map[string]json.RawMessage, made []string) ([]Difference, error) {
	var sent map[string]json.RawMessage
	if err := json.Unmarshal(r.line, &sent); err != nil {
		return nil, problem("", "record %s is not readable", quote(r.id))
	}
	names := slices.Clone(made)
	for name := range sent {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var list []Difference
	for _, name := range names {
		if name == "modifiedDate" {
			continue
		}
		ours, theirs := orNull(sent[name]), orNull(there[name])
		if isNull(ours) && isDefault(t, r.id, name, theirs) || sameValue(ours, theirs) {
			continue
		}
		list = append(list, Difference{t.String(), r.id, name, ours, theirs})
	}
	return list, nil
}

func orNull(v json.RawMessage) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}

func isNull(v json.RawMessage) bool { return string(bytes.TrimSpace(v)) == "null" }

// isDefault tells whether Gong's value is what it documents to write where
// nothing is sent.
func isDefault(t gong.ObjectType, id, field string, value json.RawMessage) bool {
	want := ""
	switch {
	case field == "isDeleted":
		want = "false"
	case t == gong.Account && field == "name":
		want = `"Account_#` + id + `"`
	case t == gong.Deal && field == "name":
		want = `"Deal_#` + id + `"`
	case t == gong.Deal && field == "status":
		want = `"OPEN"`
	case t == gong.Deal && field == "amount":
		want = "0"
	default:
		return false
	}
	return sameValue(json.RawMessage(want), value)
}

// sameValue compares JSON values by meaning: numbers by value, whether or not
// they come as text; date-times as instants; lists in any order; an empty text
// or list is nothing.
func sameValue(a, b json.RawMessage) bool {
	var x, y any
	if decodeNumbers(a, &x) != nil || decodeNumbers(b, &y) != nil {
		return false
	}
	return sameAny(x, y)
}

func decodeNumbers(text json.RawMessage, into *any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d.Decode(into)
}

func sameAny(a, b any) bool {
	if isEmpty(a) || isEmpty(b) {
		return isEmpty(a) && isEmpty(b)
	}
	if x, ok := a.([]any); ok {
		y, ok := b.([]any)
		return ok && sameSet(x, y)
	}
	if x, ok := a.(bool); ok {
		return b == x
	}
	x, ok := textOf(a)
	y, ok2 := textOf(b)
	if !ok || !ok2 {
		return false
	}
	if x == y {
		return true
	}
	_, xNumber := a.(json.Number)
	_, yNumber := b.(json.Number)
	if xNumber || yNumber {
		p, q := numberOf(x), numberOf(y)
		return p != nil && q != nil && p.Cmp(q) == 0
	}
	at, err := time.Parse(time.RFC3339, x)
	other, err2 := time.Parse(time.RFC3339, y)
	return err == nil && err2 == nil && at.Equal(other)
}

func isEmpty(v any) bool {
	list, isList := v.([]any)
	return v == nil || v == "" || isList && len(list) == 0
}

func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

// numberOf reads a number exactly; nil where it is none, or one whose exponent
// would take all memory to write out.
func numberOf(text string) *big.Rat {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	if n, err := strconv.Atoi(exponent); len(mantissa) > 400 || exponent != "" && (err != nil || n > 400 || n < -400) || strings.Contains(text, "/") {
		return nil
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return r
}

func sameSet(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	left := slices.Clone(b)
	for _, x := range a {
		i := slices.IndexFunc(left, func(y any) bool { return sameAny(x, y) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}
