package compare

import (
	"cmp"
	"slices"

	"crm2gong/validate"
)

// FindingDifference is a finding whose count is not as before.
type FindingDifference struct {
	Code, Severity, Entity, Field, Cause, Detail string
	History                                      bool
	Old, New                                     int
	Summary                                      string
}

// Change says in a word what became of the finding: new, cured, more, fewer.
func (f *FindingDifference) Change() string {
	switch {
	case f.Old == 0:
		return "new"
	case f.New == 0:
		return "cured"
	case f.New > f.Old:
		return "more"
	}
	return "fewer"
}

// Findings lists the findings of two reports whose counts differ: what is new
// or more first, and the gravest.
func Findings(old, new *validate.Report) []FindingDifference {
	type key struct {
		code, entity, field, cause, detail string
		history                            bool
	}
	at := map[key]*FindingDifference{}
	var order []*FindingDifference
	take := func(list []validate.Finding, set func(d *FindingDifference, n int)) {
		for i := range list {
			f := &list[i]
			k := key{f.Code, f.Entity, f.Field, f.Cause, f.Detail, f.History}
			d := at[k]
			if d == nil {
				d = &FindingDifference{Code: f.Code, Entity: f.Entity, Field: f.Field, Cause: f.Cause, Detail: f.Detail, History: f.History}
				at[k] = d
				order = append(order, d)
			}
			d.Severity, d.Summary = f.Severity, f.Summary
			set(d, f.Count)
		}
	}
	take(old.Findings, func(d *FindingDifference, n int) { d.Old += n })
	take(new.Findings, func(d *FindingDifference, n int) { d.New += n })
	var list []FindingDifference
	for _, d := range order {
		if d.Old != d.New {
			list = append(list, *d)
		}
	}
	rank := map[string]int{"error": 0, "warning": 1, "info": 2}
	slices.SortStableFunc(list, func(a, b FindingDifference) int {
		return cmp.Or(worse(&a)-worse(&b), rank[a.Severity]-rank[b.Severity], cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Detail, b.Detail))
	})
	return list
}

func worse(f *FindingDifference) int {
	if f.New > f.Old {
		return 0
	}
	return 1
}
