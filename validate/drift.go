package validate

// Drift is one way in which the data of a run are not like those of an earlier
// one. It is no finding: nothing is wrong with a record.
type Drift struct {
	// Kind is column-new, column-gone, enum-value-new, lookup-miss-new, fill,
	// count or id-shape.
	Kind    string `json:"kind"`
	Subject string `json:"subject"` // the source, enum, lookup, type or field concerned
	Value   string `json:"value"`   // the column, value or shape concerned; "" if none
	Old     string `json:"old"`     // count, share or shape before; "" if none
	New     string `json:"new"`
	Message string `json:"message"`
}
