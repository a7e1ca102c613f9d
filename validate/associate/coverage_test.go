package associate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// weakOf gives the weak groups as "code count: examples".
func weakOf(c *Coverage) (out []string) {
	for i := range c.Weak {
		w := &c.Weak[i]
		var ids []string
		for _, e := range w.Examples {
			id := e.ObjectID
			if e.Detail != "" {
				id += "=" + e.Detail
			}
			ids = append(ids, id)
		}
		out = append(out, fmt.Sprintf("%s %d: %s", w.Code, w.Count, strings.Join(ids, ",")))
	}
	return out
}

func TestWeakSpots(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		o           Options
		a           Algorithm
		want        []string
	}{
		{name: "nothing"},
		{name: "contacts without a usable address", lines: `
			ACCOUNT {"objectId":"a","domains":["a.com"]}
			CONTACT {"objectId":"none","accountId":"a"}
			CONTACT {"objectId":"bad","accountId":"a","phoneNumber":"12"}
			CONTACT {"objectId":"half","accountId":"a","phoneNumber":"12","emailAddress":"h@a.com"}`,
			want: []string{"contact-no-address 1: none", "contact-bad-address 1: bad"}},
		{name: "people of the company", o: Options{Internal: []string{"we.com"}}, lines: `
			BUSINESS_USER {"objectId":"u","emailAddress":"rep@us.com"}
			ACCOUNT {"objectId":"a","domains":["a.com"]}
			CONTACT {"objectId":"c1","accountId":"a","emailAddress":"Rep@us.com"}
			CONTACT {"objectId":"c2","accountId":"a","emailAddress":"x@we.com"}
			LEAD {"objectId":"l","emailAddress":"rep@us.com"}`,
			want: []string{"contact-internal 2: c1=rep@us.com,c2=x@we.com", "lead-internal 1: l=rep@us.com"}},
		{name: "colleagues of one account and of several", lines: `
			ACCOUNT {"objectId":"a","domains":["z.com"]}
			ACCOUNT {"objectId":"b","domains":["y.com"]}
			CONTACT {"objectId":"c1","accountId":"a","emailAddress":"1@one.com"}
			CONTACT {"objectId":"c2","emailAddress":"2@one.com"}
			CONTACT {"objectId":"c3","accountId":"a","emailAddress":"3@two.com"}
			CONTACT {"objectId":"c4","accountId":"b","emailAddress":"4@two.com"}
			CONTACT {"objectId":"c5","emailAddress":"5@two.com"}
			CONTACT {"objectId":"c6","accountId":"a","emailAddress":"6@gmail.com"}
			CONTACT {"objectId":"c7","emailAddress":"7@gmail.com"}`,
			want: []string{"contact-no-account 3: c2,c5,c7", "contact-colleague-account 2: c2=one.com → a,c5=two.com → several accounts"}},
		{name: "leads that stand behind", lines: `
			ACCOUNT {"objectId":"a","domains":["a.com"]}
			CONTACT {"objectId":"c","accountId":"a","emailAddress":"c@col.com","phoneNumber":"+41446681800"}
			LEAD {"objectId":"l1","emailAddress":"C@col.com"}
			LEAD {"objectId":"l2","emailAddress":"x@a.com"}
			LEAD {"objectId":"l3","emailAddress":"x@col.com"}
			LEAD {"objectId":"l4","phoneNumber":"0041446681800"}
			LEAD {"objectId":"l5","emailAddress":"x@a.com","phoneNumber":"+4312345678"}
			LEAD {"objectId":"l6"}
			LEAD {"objectId":"l7","phoneNumber":"1"}`,
			want: []string{"lead-no-address 1: l6", "lead-bad-address 1: l7", "lead-shadowed 2: l1=CONTACT c,l4=CONTACT c",
				"lead-shadowed-by-domain 1: l2=a.com", "lead-shadowed-by-colleague 1: l3=col.com"}},
		{name: "leads in the newer way", a: Default, lines: `
			ACCOUNT {"objectId":"a","domains":["a.com"]}
			CONTACT {"objectId":"c","accountId":"a","emailAddress":"c@col.com"}
			LEAD {"objectId":"l3","emailAddress":"x@col.com"}`},
		{name: "accounts", lines: `
			ACCOUNT {"objectId":"a1"}
			ACCOUNT {"objectId":"a2","domains":["gmail.com"]}
			ACCOUNT {"objectId":"a3","domains":["www.x.com","gmail.com"]}
			ACCOUNT {"objectId":"a4","domains":["a4.com","gmail.com","http://x"]}
			CONTACT {"objectId":"c","accountId":"a1","phoneNumber":"+41446681800"}`,
			want: []string{"account-no-domain 1: a1", "account-free-mail 1: a2", "account-bad-domain 1: a3", "account-unreachable 2: a2,a3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := indexOf(t, c.o, c.lines)
			if d := cmp.Diff(c.want, weakOf(x.Coverage(c.a, 20000))); d != "" {
				t.Error("(-want +got)\n" + d)
			}
		})
	}
}

// The changes that help most come first: by records, and by the amount of open
// deals, each as a part of the greatest.
func TestChanges(t *testing.T) {
	var b strings.Builder
	for i := range 12 {
		fmt.Fprintf(&b, `CONTACT {"objectId":"n%d","emailAddress":"n%d@single%d.com"}`+"\n", i, i, i)
	}
	for i := range 6 {
		fmt.Fprintf(&b, `CONTACT {"objectId":"m%d","emailAddress":"m%d@many.com"}`+"\n", i, i)
	}
	b.WriteString(`
		ACCOUNT {"objectId":"rich"}
		DEAL {"objectId":"d1","accountId":"rich","amount":1000}
		ACCOUNT {"objectId":"poor"}
		DEAL {"objectId":"d2","accountId":"poor","amount":0.1}
		DEAL {"objectId":"d3","accountId":"poor","amount":0.2}
		ACCOUNT {"objectId":"s1","domains":["s.com"]}
		ACCOUNT {"objectId":"s2","domains":["s.com"]}
		DEAL {"objectId":"d4","accountId":"s1","amount":100}
		DEAL {"objectId":"d5","accountId":"s1","amount":-5}
		CONTACT {"objectId":"k","accountId":"s1","emailAddress":"k@col.com"}
		CONTACT {"objectId":"l","emailAddress":"l@col.com"}`)
	x := indexOf(t, Options{}, b.String())
	c := x.Coverage(Classic, 20000)
	var got []string
	for _, k := range c.Changes {
		got = append(got, fmt.Sprintf("%s %s %d %s", k.Code, k.Subject, k.Records, k.OpenAmount))
	}
	want := []string{
		"reach-account rich 2 1000",
		"name-account many.com 6 0",
		"reach-account poor 3 0.3",
		"shared-domain s.com 2 95",
		"set-account col.com 1 95",
		"name-account single0.com 1 0", "name-account single1.com 1 0", "name-account single2.com 1 0",
		"name-account single3.com 1 0", "name-account single4.com 1 0",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error("(-want +got)\n" + d)
	}
	if len(c.Changes) != MaxChanges {
		t.Error(len(c.Changes))
	}
}

func TestShares(t *testing.T) {
	var b strings.Builder
	for i := range 30 {
		for k := range 2 + i%3 {
			fmt.Fprintf(&b, `CONTACT {"objectId":"c%d-%d","emailAddress":"shared%02d@x.com"}`+"\n", i, k, i)
		}
	}
	for i := range 8 {
		fmt.Fprintf(&b, `CONTACT {"objectId":"p%d","phoneNumber":"+41 44 668 18 00"}`+"\n", i)
	}
	x := indexOf(t, Options{}, b.String())
	c := x.Coverage(Classic, 20000)
	if s := c.SharedEmails; s.Values != 30 || s.Records != 90 || len(s.Largest) != MaxShared || s.Largest[0].Value != "shared02@x.com" || s.Largest[0].Count != 4 {
		t.Errorf("%+v", s)
	}
	s := c.SharedPhones
	if d := cmp.Diff(Shares{1, 8, []SharedValue{{"41446681800", 8, []string{"p0", "p1", "p2", "p3", "p4"}}}}, s); d != "" {
		t.Error(d)
	}
}

// No array of the document is null.
func TestCoverageHasNoNull(t *testing.T) {
	for _, lines := range []string{"", `ACCOUNT {"objectId":"a"}`, `DEAL {"objectId":"d","amount":5}`} {
		x := indexOf(t, Options{}, lines)
		b, err := json.Marshal(x.Coverage(Classic, 20000))
		if err != nil || strings.Contains(string(b), "null") {
			t.Errorf("%s %v", b, err)
		}
	}
}
