package associate

import "crm2gong/mapping/gong"

// Algorithm is a way of matching.
type Algorithm uint8

// The two ways that Gong describes.
const (
	Classic Algorithm = iota // with the accounts of colleagues
	Default                  // the newer one: without, and deals by their owner
)

var algorithmNames = [...]string{"classic", "default"}

// String gives the name by which the way is chosen.
func (a Algorithm) String() string { return algorithmNames[a] }

// ParseAlgorithm finds a way by its name.
func ParseAlgorithm(name string) (Algorithm, bool) {
	for i, n := range algorithmNames {
		if n == name {
			return Algorithm(i), true
		}
	}
	return 0, false
}

// AlgorithmNames lists the names of the ways.
func AlgorithmNames() []string { return algorithmNames[:] }

// Person is one person of an activity.
type Person struct {
	Email, Phone string // as written; "": not known
	Day          int64  // day of the activity, in days since 1970-01-01 UTC
	// Contact and Account are the ids of records that the activity itself
	// names; "": none.
	Contact, Account string
	// Participants are the e-mails of the company's own people in the activity.
	Participants []string
}

// Outcome is how the search for a person ended.
type Outcome uint8

// The outcomes.
const (
	Matched   Outcome = iota // one record of each kind
	Ambiguous                // several records fit equally well
	None                     // nothing fits
	Internal                 // one of the company's own people
	Unusable                 // neither an e-mail nor a phone that can be compared
)

var outcomeNames = [...]string{"matched", "ambiguous", "none", "internal", "unusable"}

// String gives the outcome as documents name it.
func (o Outcome) String() string { return outcomeNames[o] }

// Outcomes is the number of outcomes, which count from 0.
const Outcomes = len(outcomeNames)

// Rule is a step of the search.
type Rule uint8

// The steps in their order. NoRule is the zero value: no step decided.
const (
	NoRule      Rule = iota
	ByPerson         // is the person outside the company, with a usable address?
	ByName           // records that the activity names
	ByContact        // a contact with the e-mail or phone
	ByDomain         // an account with the domain
	ByColleague      // the account of a contact with the domain
	ByLead           // a lead with the e-mail or phone
	ByDeal           // deals of the account
)

var ruleNames = [...]string{"", "person", "named", "contact", "account-domain", "colleague", "lead", "deals"}

// String gives the step as documents name it, "" for NoRule.
func (r Rule) String() string { return ruleNames[r] }

// Rules is the number of steps and NoRule.
const Rules = len(ruleNames)

// Finding is what a step came to.
type Finding uint8

// What steps come to. The zero value says that the step was not taken.
const (
	NotTaken       Finding = iota
	Found                  // one record, or for deals some
	Several                // several that fit equally well
	Nothing                // none
	NoAccount              // a contact, but none that leads to an account
	FreeMail               // the domain is a consumer mail provider's
	NoEmail                // a person known by phone alone has no domain
	IsExternal             // the person counts
	IsInternal             // the person is one of the company's own
	NoAddress              // nothing that can be compared
	BadAddress             // the person counts, but the e-mail or the phone can not be compared
	UnknownRecord          // the activity names a record that is not there
	NoClearAccount         // deals: several accounts fit, so theirs are not named
	TooMany                // deals: more than Gong attaches
	OutOfReach             // deals: there are some, but none was open near the day
)

var findingNames = [...]string{"", "found", "several", "none", "no-account", "free-mail", "no-email", "external", "internal",
	"no-address", "bad-address", "unknown-record", "no-clear-account", "too-many", "out-of-reach"}

// String gives the finding as documents name it.
func (f Finding) String() string { return findingNames[f] }

// Ref names a record of the index.
type Ref struct {
	Type gong.ObjectType
	N    int32
}

// Step is one step of a search: what was looked for, what came of it and the
// records it is about, at most MaxCandidates of a kind.
type Step struct {
	Rule    Rule
	Finding Finding
	Records []Ref
}

// MaxCandidates bounds the lists of a result.
const MaxCandidates = 20

// MaxDeals is how many deals Gong attaches to an activity at most ("How Gong
// activities are associated to deals in your CRM").
const MaxDeals = 5

// Result is what would be attached for one person. A list with one record is
// certain; with several, they fit equally well. Numbers are those of the index.
type Result struct {
	Outcome Outcome
	Rule    Rule    // the step that found the account or lead; NoRule: none did
	Reason  Finding // of None and Unusable: what stood in the way
	// BadEmail and BadPhone say that the person's address is none that can be
	// compared.
	BadEmail, BadPhone bool
	Named              []Ref // records that the activity names, attached beside the others
	Contacts           []int32
	Accounts           []int32
	Leads              []int32
	More               bool    // there are more candidates than MaxCandidates
	Deals              []int32 // at most MaxDeals
	DealsTotal         int     // deals that fit
	Steps              []Step  // with Matcher.Explain

	refs []Ref
}

func (r *Result) reset() {
	*r = Result{
		Named: r.Named[:0], Contacts: r.Contacts[:0], Accounts: r.Accounts[:0], Leads: r.Leads[:0],
		Deals: r.Deals[:0], Steps: r.Steps[:0], refs: r.refs[:0],
	}
}

// step notes a step about records of one type.
func (r *Result) step(rule Rule, f Finding, t gong.ObjectType, records []int32) {
	from := len(r.refs)
	for _, n := range records {
		r.refs = append(r.refs, Ref{t, n})
	}
	r.Steps = append(r.Steps, Step{rule, f, r.refs[from:len(r.refs):len(r.refs)]})
}

// also adds records of another type to the last step.
func (r *Result) also(t gong.ObjectType, records []int32) {
	s := &r.Steps[len(r.Steps)-1]
	from := len(r.refs) - len(s.Records)
	for _, n := range records {
		r.refs = append(r.refs, Ref{t, n})
	}
	s.Records = r.refs[from:len(r.refs):len(r.refs)]
}
