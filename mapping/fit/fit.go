// Package fit turns the values of expressions into the values of Gong's
// fields, and says what does not fit and what would. A result of "" or an
// empty list is no value.
package fit

import (
	"time"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// Problem says why a value does not fit a field and what to do.
type Problem = value.Problem

// Fitter fits values to fields. It is for one worker: not safe for concurrent
// use.
type Fitter struct {
	// Zone is the mapping's time zone, for date-times that become dates and
	// texts without an offset; nil is UTC. It must not change after the first
	// call of Fit.
	Zone *time.Location
	// Buf holds the texts that Fit formats. What Fit returned views it: reset
	// it to length 0 only when these values are no longer needed.
	Buf []byte

	zone  *value.Zone
	site  string   // scheme, host and the slash behind it of the last URL
	items []string // room for lists, handed out piece by piece
}

// Fit sets dst to v in the form that f's kind asks for, or returns what is
// wrong and leaves dst absent. Nil, "" and an empty list are absent. Texts are
// views of v or of Buf.
//
// Texts fit wherever they can be read: numbers as plain decimals, date-times
// in ISO form, dates in ISO form, true/false (also yes/no, any case). A number
// fits text as its shortest decimal, a date-time fits a date in the mapping's
// zone, a single text fits a list.
func (x *Fitter) Fit(dst *gong.Value, v value.Value, f *gong.Field) *Problem {
	*dst = gong.Value{}
	switch v.Kind() {
	case value.Nil:
		return nil
	case value.Text:
		if s := v.Text(); s != "" {
			return x.FitText(dst, s, f)
		}
		return nil
	case value.List:
		if len(v.List()) == 0 {
			return nil
		}
		if f.Kind != gong.TextList {
			return misfit(v, f)
		}
	case value.Record, value.Err:
		return misfit(v, f)
	}
	switch f.Kind {
	case gong.DateTime:
		return x.dateTime(dst, v, f)
	case gong.Date:
		return x.date(dst, v, f)
	case gong.Bool:
		return x.boolean(dst, v, f)
	case gong.Number, gong.Currency, gong.Percent, gong.Integer:
		return x.number(dst, v, f)
	case gong.TextList:
		return x.list(dst, v, f)
	case gong.URL, gong.Email, gong.Status:
		return misfit(v, f)
	}
	if v.Kind() != value.Number {
		return misfit(v, f)
	}
	return x.text(dst, x.keep(v.AppendNumber(x.Buf)), f)
}

// From gives the text in Buf from an offset on.
func (x *Fitter) From(offset int) string { return view(x.Buf[offset:]) }

// FitText is Fit for a text that is not empty; dst must be absent before.
func (x *Fitter) FitText(dst *gong.Value, s string, f *gong.Field) *Problem {
	switch f.Kind {
	case gong.DateTime:
		return x.dateTimeText(dst, s)
	case gong.Date:
		return x.dateText(dst, s)
	case gong.Bool:
		return x.word(dst, s)
	case gong.Number, gong.Currency, gong.Percent, gong.Integer:
		return x.numberText(dst, s, f)
	case gong.TextList:
		dst.Kind, dst.List = gong.ListVal, append(x.room(1), s)
		return nil
	}
	return x.text(dst, s, f)
}

// misfit is the problem of a value whose kind the field never takes.
func misfit(v value.Value, f *gong.Field) *Problem {
	hint, _ := Check(value.Type{Kind: v.Kind()}, f)
	return &Problem{Message: found(v) + " does not fit a field of " + f.Kind.String(), Hint: hint}
}

// found names a value in a message: its kind and text.
func found(v value.Value) string {
	switch v.Kind() {
	case value.Record:
		return "a record"
	case value.Err:
		return "a failed evaluation"
	case value.Text:
		return value.Quote(v.Text())
	}
	return "the " + v.Kind().String() + " " + value.Quote(v.String())
}

// wrong is the problem of a text that has not the form of the field's kind.
func wrong(s, what, hint string) *Problem {
	return &Problem{Message: value.Quote(s) + " is " + what, Hint: hint}
}

// set makes dst a text.
func set(dst *gong.Value, s string) {
	dst.Kind, dst.Text = gong.StringVal, s
}
