package view

import (
	"fmt"
	"io"

	"crm2gong/mapping/diag"
	"crm2gong/validate/associate"
)

// AssociateCoverage writes for people what activities can reach.
func AssociateCoverage(w io.Writer, c *associate.Coverage) {
	w = Terminal(w)
	fmt.Fprintf(w, "%s: what activities can reach, by the %s algorithm, as of %s\n\n", c.Data, c.Algorithm, c.AsOf)
	tw := table(w)
	fmt.Fprintln(tw, "\ttotal\treachable\t\tby e-mail\tby phone\t")
	row := func(name string, s associate.Share, email, phone string) {
		share := "-"
		if s.Total > 0 {
			share = fmt.Sprintf("%.2f %%", 100*s.Share)
		}
		fmt.Fprintf(tw, "%s\t%d\t%d\t%s\t%s\t%s\t\n", name, s.Total, s.Reachable, share, email, phone)
	}
	number := func(n int) string { return fmt.Sprint(n) }
	row("contacts", c.Contacts.Share, number(c.Contacts.ByEmail), number(c.Contacts.ByPhone))
	row("leads", c.Leads.Share, number(c.Leads.ByEmail), number(c.Leads.ByPhone))
	row("accounts", c.Accounts.Share, "-", "-")
	row("deals", c.Deals.Share, "-", "-")
	tw.Flush()
	fmt.Fprintf(w, "\n%d of %d contacts have an account; of %s, %d can be found by a domain of their own, %d by a contact\n",
		c.Contacts.WithAccount, c.Contacts.Total, Count(c.Accounts.Total, "account", "accounts"), c.Accounts.ByDomain, c.Accounts.ByContact)
	fmt.Fprintf(w, "%d of %d open deals can be reached: %s of %s\n",
		c.Deals.OpenReachable, c.Deals.Open, c.Deals.ReachableMoney, c.Deals.OpenAmount)
	if len(c.Weak) > 0 {
		fmt.Fprintln(w, "\nweak spots")
	}
	for i := range c.Weak {
		k := &c.Weak[i]
		fmt.Fprintf(w, "  %s (%d): %s", k.Code, k.Count, k.Summary)
		if k.OpenAmount != "0" {
			fmt.Fprintf(w, " (open amount: %s)", k.OpenAmount)
		}
		fmt.Fprintln(w)
		for _, e := range k.Examples {
			fmt.Fprintf(w, "    %s", printable(e.ObjectID))
			if e.Detail != "" {
				fmt.Fprintf(w, ": %s", e.Detail)
			}
			fmt.Fprintln(w)
		}
		if more := k.Count - len(k.Examples); more > 0 {
			fmt.Fprintf(w, "    … and %d more\n", more)
		}
		fmt.Fprintf(w, "    hint: %s\n", k.Hint)
	}
	sharedValues(w, "domains that several accounts have", "account", "accounts", &c.SharedDomains)
	sharedValues(w, "e-mails that several contacts have", "contact", "contacts", &c.SharedEmails)
	sharedValues(w, "phones that several contacts have, by their digits", "contact", "contacts", &c.SharedPhones)
	if len(c.Changes) > 0 {
		fmt.Fprintln(w, "\nwhat would help most")
	}
	for i := range c.Changes {
		k := &c.Changes[i]
		fmt.Fprintf(w, "%3d. %s (%s", i+1, k.Text, Count(k.Records, "record", "records"))
		if k.OpenAmount != "0" {
			fmt.Fprintf(w, "; open amount: %s", k.OpenAmount)
		}
		fmt.Fprintf(w, "): %s\n", printableList(k.Examples))
	}
}

// sharedValues lists the values that most records share.
func sharedValues(w io.Writer, title, one, many string, s *associate.Shares) {
	if s.Values == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s: %d\n", title, s.Values)
	for i := range s.Largest {
		v := &s.Largest[i]
		fmt.Fprintf(w, "  %s: %s (%s", diag.Quote(v.Value), Count(v.Count, one, many), printableList(v.Records))
		if v.Count > len(v.Records) {
			fmt.Fprint(w, ", …")
		}
		fmt.Fprintln(w, ")")
	}
	if more := s.Values - len(s.Largest); more > 0 {
		fmt.Fprintf(w, "  … and %d more\n", more)
	}
}
