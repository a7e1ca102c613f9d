package cmd_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// The counts of this file are made with encoding/csv, excelize and maps alone,
// so that they share nothing with the program.

type record map[string]string

// table reads a CSV file with a header.
func table(t *testing.T, dir, name string) []record {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	r := csv.NewReader(bytes.NewReader(text))
	if header, _, _ := bytes.Cut(text, []byte("\n")); bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		r.Comma = ';'
	}
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var list []record
	for _, row := range rows[1:] {
		rec := record{}
		for i, head := range rows[0] {
			if v := strings.TrimSpace(row[i]); v != "000000000000000AAA" {
				rec[head] = v
			}
		}
		list = append(list, rec)
	}
	return list
}

func count(rows []record, is func(record) bool) (n int) {
	for _, r := range rows {
		if is(r) {
			n++
		}
	}
	return n
}

func distinct(rows []record, of func(record) string) int {
	set := map[string]bool{}
	for _, r := range rows {
		set[of(r)] = true
	}
	return len(set)
}

func column(name string) func(record) string { return func(r record) string { return r[name] } }

func set(rows []record, of func(record) string) map[string]bool {
	m := map[string]bool{}
	for _, r := range rows {
		m[of(r)] = true
	}
	return m
}

// links counts a reference.
func (c tally) links(key string, rows []record, ref func(record) string, ids map[string]bool) {
	c[key+".total"] = len(rows)
	for _, k := range []string{".linked", ".empty", ".unknown", ".invalid", ".unjudged"} {
		c[key+k] = 0
	}
	for _, r := range rows {
		switch id := ref(r); {
		case id == "":
			c[key+".empty"]++
		case ids[id]:
			c[key+".linked"]++
		default:
			c[key+".unknown"]++
		}
	}
}

// all counts rows that become records one by one.
func (c tally) all(name string, rows []record) {
	c[name+".read"], c[name+".written"] = len(rows), len(rows)
	for _, k := range []string{".filtered", ".rejected", ".merged", ".extra"} {
		c[name+k] = 0
	}
}

// folded counts rows of which each distinct key is one record.
func (c tally) folded(name string, rows, n int) {
	c[name+".read"], c[name+".written"], c[name+".merged"] = rows, n, rows-n
}

var mailAddress = regexp.MustCompile(`^[^@\s]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)

func isMail(s string) bool { return mailAddress.MatchString(s) }

func (c tally) statuses(rows []record, won, closed func(record) bool) {
	c["DEAL.status=WON"] = count(rows, won)
	c["DEAL.status=LOST"] = count(rows, func(r record) bool { return closed(r) && !won(r) })
	c["DEAL.status=OPEN"] = count(rows, func(r record) bool { return !closed(r) && !won(r) })
}

// versions gives the greatest number of versions of one record.
func versions(rows []record, id string) (most int) {
	n := map[string]int{}
	for _, r := range rows {
		n[r[id]]++
		most = max(most, n[r[id]])
	}
	return most
}

func countWeekly(t *testing.T, dir string) tally {
	users, accounts, contacts := table(t, dir, "User.csv"), table(t, dir, "account.csv"), table(t, dir, "contact.csv")
	deals, leads, history := table(t, dir, "opportunity.csv"), table(t, dir, "lead.csv"), table(t, dir, "OpportunityHistory.csv")
	c := tally{}
	c.all("BUSINESS_USER", users)
	var usable []record
	for _, u := range users {
		if isMail(u["Email"]) {
			usable = append(usable, u)
		}
	}
	c["BUSINESS_USER.written"], c["BUSINESS_USER.rejected"] = len(usable), len(users)-len(usable)
	c.all("ACCOUNT", accounts)
	c.all("CONTACT", contacts)
	c.all("DEAL", deals)
	c.all("LEAD", leads)
	c.all("DEAL history", history)
	c.folded("STAGE", len(deals), distinct(deals, column("StageName")))
	id := column("Id")
	userIDs, accountIDs, contactIDs, dealIDs := set(usable, id), set(accounts, id), set(contacts, id), set(deals, id)
	c.links("ACCOUNT.owner", accounts, column("OwnerId"), userIDs)
	c.links("ACCOUNT.parent", accounts, column("ParentId"), accountIDs)
	c.links("CONTACT.accountId", contacts, column("AccountId"), accountIDs)
	c.links("DEAL.accountId", deals, column("AccountId"), accountIDs)
	c.links("DEAL.ownerId", deals, column("OwnerId"), userIDs)
	c.links("DEAL.contact", deals, column("ContactId"), contactIDs)
	c.links("DEAL.stage", deals, column("StageName"), set(deals, column("StageName")))
	c.links("LEAD.owner", leads, column("OwnerId"), userIDs)
	c.links("LEAD.convertedToAccountId", leads, column("ConvertedAccountId"), accountIDs)
	c.links("LEAD.convertedToContactId", leads, column("ConvertedContactId"), contactIDs)
	c.links("LEAD.convertedToDealId", leads, column("ConvertedOpportunityId"), dealIDs)
	won, closed := func(r record) bool { return r["IsWon"] == "1" }, func(r record) bool { return r["IsClosed"] == "1" }
	c.statuses(deals, won, closed)
	c["DEAL history.files"] = versions(history, "OpportunityId")
	c["CONTACT.emailAddress.filled"] = count(contacts, func(r record) bool { return isMail(r["Email"]) })
	c["finding.value-invalid.CONTACT.emailAddress"] = count(contacts, func(r record) bool { return r["Email"] != "" && !isMail(r["Email"]) })
	c["finding.value-invalid.ACCOUNT.domains"] = count(accounts, func(r record) bool { return strings.Contains(r["Website"], "&") })
	c["finding.contact-unreachable.CONTACT.emailAddress"] = count(contacts, func(r record) bool {
		return !isMail(r["Email"]) && r["Phone"] == "" && r["MobilePhone"] == ""
	})
	c["finding.open-date-past.DEAL.closeDate"] = count(deals, func(r record) bool { return !closed(r) && r["CloseDate"] < asOf })
	return c
}

func countWorkshop(t *testing.T, dir string) tally {
	accounts, contacts, relations := table(t, dir, "Account.csv"), table(t, dir, "Contact.csv"), table(t, dir, "AccountContactRelation.csv")
	deals, leads := table(t, dir, "Opportunity.csv"), table(t, dir, "Lead.csv")
	c := tally{}
	c.all("ACCOUNT", accounts)
	c.all("CONTACT", contacts)
	c.all("DEAL", deals)
	c.all("LEAD", leads)
	c.folded("STAGE", len(deals), distinct(deals, column("StageName")))
	accountIDs := set(accounts, column("Id"))
	c.links("CONTACT.accountId", contacts, column("AccountId"), accountIDs)
	c.links("DEAL.accountId", deals, column("AccountId"), accountIDs)
	c.links("LEAD.company", leads, column("Company"), accountIDs)
	c["DEAL.ownerId.unjudged"] = count(deals, func(r record) bool { return r["OwnerId"] != "" })
	direct, other := map[string]string{}, map[string]string{}
	for _, r := range relations {
		if r["IsDirect"] == "1" {
			direct[r["ContactId"]] = r["AccountId"]
		} else {
			other[r["ContactId"]] = r["AccountId"]
		}
	}
	c.links("CONTACT.directAccount", contacts, func(r record) string { return direct[r["Id"]] }, accountIDs)
	c.links("CONTACT.otherAccount", contacts, func(r record) string { return other[r["Id"]] }, accountIDs)
	c["lookup.directAccount.hits"], c["lookup.directAccount.misses"] = len(direct), len(contacts)-len(direct)
	c["lookup.otherAccount.hits"], c["lookup.otherAccount.misses"] = len(other), len(contacts)-len(other)
	c.statuses(deals, func(r record) bool { return r["IsWon"] == "1" }, func(r record) bool { return r["IsClosed"] == "1" })
	c["finding.contact-account-missing.CONTACT.accountId"] = count(contacts, func(r record) bool { return r["AccountId"] == "" })
	return c
}

func countWarehouse(deletions bool) func(*testing.T, string) tally {
	return func(t *testing.T, dir string) tally {
		accounts, contacts := table(t, dir, "sf_account_data.csv"), table(t, dir, "sf_contact_data.csv")
		deals, leads := table(t, dir, "sf_opportunity_data.csv"), table(t, dir, "sf_lead_data.csv")
		deleted := func(r record) bool { return deletions && strings.EqualFold(r["is_deleted"], "true") }
		live := func(rows []record) (list []record) {
			for _, r := range rows {
				if !deleted(r) {
					list = append(list, r)
				}
			}
			return list
		}
		c := tally{}
		c.all("ACCOUNT", accounts)
		c.all("CONTACT", contacts)
		c.all("DEAL", deals)
		c.all("LEAD", leads)
		c.folded("STAGE", len(deals), distinct(deals, column("stage_name")))
		c["ACCOUNT.deleted"], c["DEAL.deleted"], c["LEAD.deleted"] = count(accounts, deleted), count(deals, deleted), count(leads, deleted)
		accountIDs := set(live(accounts), column("id"))
		c.links("CONTACT.accountId", contacts, column("account_id"), accountIDs)
		c.links("DEAL.accountId", live(deals), column("account_id"), accountIDs)
		c.links("DEAL.stage", live(deals), column("stage_name"), set(deals, column("stage_name")))
		c.links("LEAD.convertedToAccountId", live(leads), column("converted_account_id"), accountIDs)
		c.links("LEAD.convertedToContactId", live(leads), column("converted_contact_id"), set(contacts, column("id")))
		c.links("LEAD.convertedToDealId", live(leads), column("converted_opportunity_id"), set(live(deals), column("id")))
		c["DEAL.ownerId.unjudged"] = count(live(deals), func(r record) bool { return r["owner_id"] != "" })
		if !deletions {
			is := func(name string) func(record) bool { return func(r record) bool { return r[name] == "true" } }
			c.statuses(deals, is("is_won"), is("is_closed"))
		}
		for name, file := range map[string]string{"ACCOUNT": "sf_account_history_data.csv", "CONTACT": "sf_contact_history_data.csv", "DEAL": "sf_opportunity_history_data.csv"} {
			rows := table(t, dir, file)
			c.all(name+" history", rows)
			c[name+" history.files"] = versions(rows, "id")
		}
		return c
	}
}

func countHubSpot(t *testing.T, dir string) tally {
	companies, contacts, deals := table(t, dir, "hubspot_companies.csv"), table(t, dir, "hubspot_contacts.csv"), table(t, dir, "hubspot_deals.csv")
	isLead := map[string]bool{"Lead": true, "Marketing Qualified Lead": true, "Sales Qualified Lead": true}
	var leads, people []record
	for _, r := range contacts {
		if isLead[r["Lifecycle Stage"]] {
			leads = append(leads, r)
		} else {
			people = append(people, r)
		}
	}
	owners := map[string]bool{}
	for _, r := range companies {
		owners[r["Company Owner"]] = true
	}
	for _, r := range contacts {
		owners[r["Contact Owner"]] = true
	}
	for _, r := range deals {
		owners[r["Deal Owner"]] = true
	}
	c := tally{}
	c.folded("BUSINESS_USER", len(companies)+len(contacts)+len(deals), len(owners))
	c.folded("STAGE", len(deals), distinct(deals, func(r record) string { return r["Pipeline"] + "/" + r["Deal Stage"] }))
	c.all("ACCOUNT", companies)
	c.all("DEAL", deals)
	c["CONTACT.read"], c["CONTACT.written"], c["CONTACT.filtered"] = len(contacts), len(people), len(leads)
	c["LEAD.read"], c["LEAD.written"], c["LEAD.filtered"] = len(contacts), len(leads), len(people)
	domains := set(companies, column("Company Domain Name"))
	c.links("CONTACT.accountId", people, column("Associated Company Domain"), domains)
	c.links("LEAD.company", leads, column("Associated Company Domain"), domains)
	c.links("DEAL.accountId", deals, column("Associated Company Domain"), domains)
	c.links("DEAL.ownerId", deals, column("Deal Owner"), owners)
	c.links("ACCOUNT.owner", companies, column("Company Owner"), owners)
	known := func(ids map[string]bool) func(record) string {
		return func(r record) string {
			if ids[r["Associated Contact Email"]] {
				return r["Associated Contact Email"]
			}
			return "" // the lookup finds nobody
		}
	}
	mails, leadMails := set(people, column("Email")), set(leads, column("Email"))
	c.links("DEAL.contact", deals, known(mails), mails)
	c.links("DEAL.lead", deals, known(leadMails), leadMails)
	won := func(r record) bool { return r["Deal Stage"] == "Closed Won" }
	c.statuses(deals, won, func(r record) bool { return strings.HasPrefix(r["Deal Stage"], "Closed") })
	return c
}

func countHubSpotWarehouse(t *testing.T, dir string) tally {
	owners, users, stages := table(t, dir, "owner_data.csv"), table(t, dir, "users_data.csv"), table(t, dir, "deal_pipeline_stage_data.csv")
	pipelines, companies, contacts := table(t, dir, "deal_pipeline_data.csv"), table(t, dir, "company_data.csv"), table(t, dir, "contact_data.csv")
	audit, deals, merged := table(t, dir, "contact_merge_audit_data.csv"), table(t, dir, "deal_data.csv"), table(t, dir, "merged_deal_data.csv")
	c := tally{}
	c.all("BUSINESS_USER", owners)
	c.all("STAGE", stages)
	c.all("ACCOUNT", companies)

	// The contacts, one deletion for each id in a list of merged ones, and the
	// audit; a deletion stands for a contact that is still in the file.
	gone, listed, rows := map[string]bool{}, 0, 0
	for _, r := range contacts {
		if ids := r["property_hs_merged_object_ids"]; ids != "" {
			rows++
			for _, id := range strings.Split(ids, ";") {
				gone[id] = true
				listed++
			}
		}
	}
	for _, r := range audit {
		gone[r["vid_to_merge"]] = true
	}
	still := count(contacts, func(r record) bool { return gone[r["id"]] })
	c["CONTACT.read"], c["CONTACT.extra"] = 2*len(contacts)+len(audit), listed-rows
	c["CONTACT.filtered"], c["CONTACT.merged"] = len(contacts)-rows, still
	c["CONTACT.deleted"], c["CONTACT.written"] = len(gone), len(contacts)-still+len(gone)

	c.all("DEAL", append(append([]record(nil), deals...), merged...))
	c["DEAL.deleted"] = len(merged)
	c.links("DEAL.ownerId", deals, column("owner_id"), set(owners, column("owner_id")))
	linkHits := func(name, file string) {
		deal := set(table(t, dir, file), column("deal_id"))
		hits := count(deals, func(r record) bool { return deal[r["deal_id"]] })
		c["lookup."+name+".hits"], c["lookup."+name+".misses"] = hits, len(deals)-hits
	}
	linkHits("companyOf", "deal_company_data.csv")
	linkHits("contactOf", "deal_contact_data.csv")
	pipeline := set(pipelines, column("pipeline_id"))
	hits := count(stages, func(r record) bool { return pipeline[r["pipeline_id"]] })
	c["lookup.pipeline.hits"], c["lookup.pipeline.misses"] = hits, len(stages)-hits
	user := set(users, column("id"))
	c["lookup.userMail.hits"] = count(owners, func(r record) bool { return user[r["active_user_id"]] })

	past := append(table(t, dir, "deal_stage_data.csv"), table(t, dir, "deal_property_history_data.csv")...)
	c.all("DEAL history", past)
	known := set(deals, column("deal_id"))
	c["finding.history-record-unknown.DEAL.objectId"] = count(past, func(r record) bool { return !known[r["deal_id"]] })
	c["DEAL history.files"] = versions(past, "deal_id")
	return c
}

func countPartners(file, name, company, parent string) func(*testing.T, string) tally {
	return func(t *testing.T, dir string) tally {
		rows := table(t, dir, file)
		var companies, people []record
		for _, r := range rows {
			if r[company] == "true" {
				companies = append(companies, r)
			} else {
				people = append(people, r)
			}
		}
		c := tally{}
		c.all("BUSINESS_USER", table(t, dir, "res.users.csv"))
		c["ACCOUNT.read"], c["ACCOUNT.written"], c["ACCOUNT.filtered"] = len(rows), len(companies), len(people)
		c["CONTACT.read"], c["CONTACT.written"], c["CONTACT.filtered"] = len(rows), len(people), len(companies)
		c.links("CONTACT.accountId", people, column(parent), set(companies, column(name)))
		return c
	}
}

func countOneFile(t *testing.T, dir string) tally {
	rows := table(t, dir, "crm_export.csv")
	var leads, customers []record
	for _, r := range rows {
		if s := r["FunnelStage"]; s == "customer" || s == "churned" {
			customers = append(customers, r)
		} else {
			leads = append(leads, r)
		}
	}
	without := func(r record) bool { return r["Email"] == "" }
	c := tally{}
	c.folded("ACCOUNT", len(rows), distinct(rows, column("Company")))
	c["CONTACT.read"], c["CONTACT.written"], c["CONTACT.filtered"] = len(rows), len(customers), len(leads)
	c["LEAD.read"], c["LEAD.written"], c["LEAD.filtered"] = len(rows), len(leads), len(customers)
	c["finding.contact-unreachable.CONTACT.emailAddress"] = count(customers, without)
	c["finding.lead-unreachable.LEAD.emailAddress"] = count(leads, without)
	companies := set(rows, column("Company"))
	c.links("CONTACT.accountId", customers, column("Company"), companies)
	c.links("LEAD.company", leads, column("Company"), companies)
	c["CONTACT.optIn.filled"] = count(customers, func(r record) bool { return r["Optin"] != "" })
	return c
}

// sheet reads the first sheet of a workbook: its rows below the header, without
// empty ones, each as wide as the header.
func sheet(t *testing.T, path string, header int) (list []record, texts []string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[header:] {
		rec, text := record{}, strings.TrimRight(strings.Join(row, "\t"), "\t")
		for i, v := range row {
			if i < len(rows[header-1]) {
				rec[rows[header-1][i]] = strings.TrimSpace(v)
			}
		}
		if text != "" {
			list, texts = append(list, rec), append(texts, text)
		}
	}
	return list, texts
}

func countWorkbook(t *testing.T, dir string) tally {
	rows, _ := sheet(t, filepath.Join(dir, "Contacts.xlsx"), 1)
	c := tally{}
	c.all("CONTACT", rows)
	c.links("CONTACT.parent", rows, column("msgdpr_gdprparentid"), nil)
	c["CONTACT.lastName.filled"] = count(rows, func(r record) bool { return r["lastname"] != "" })
	c["CONTACT.emailAddress.filled"] = count(rows, func(r record) bool { return isMail(r["emailaddress1"]) })
	return c
}

func countBoards(t *testing.T, dir string) tally {
	rows, texts := sheet(t, filepath.Join(dir, "Deal_funnel_Data.xlsx"), 1)
	orders, _ := sheet(t, filepath.Join(dir, "Work_Order_Tracker_Data.xlsx"), 2)
	c := tally{"source.deals.dropped": 0}
	var all, deals []record
	seen := map[string]bool{}
	for i, r := range rows {
		if r["Deal Status"] == "Deal Status" {
			c["source.deals.dropped"]++
			continue
		}
		all = append(all, r)
		if !seen[texts[i]] {
			seen[texts[i]] = true
			deals = append(deals, r)
		}
	}
	c.folded("DEAL", len(all), len(deals))
	status := map[string]string{"Won": "WON", "Dead": "LOST", "Open": "OPEN", "On Hold": "OPEN"}
	for _, s := range []string{"WON", "LOST", "OPEN"} {
		c["DEAL.status="+s] = count(deals, func(r record) bool { return status[r["Deal Status"]] == s })
	}
	filled := func(of func(record) string) int {
		return count(deals, func(r record) bool { return of(r) != "" })
	}
	c["DEAL.closeDate.filled"] = filled(func(r record) string { return r["Close Date (A)"] + r["Tentative Close Date"] })
	c["DEAL.amount.filled"] = filled(column("Masked Deal value"))
	c["DEAL.owner.filled"] = filled(column("Owner code"))
	c["DEAL.name.filled"] = filled(column("Deal Name"))
	stages, clients := set(all, column("Deal Stage")), set(all, column("Client Code"))
	for _, r := range orders {
		clients[r["Customer Name Code"]] = true
	}
	delete(stages, "")
	delete(clients, "")
	c["STAGE.written"], c["ACCOUNT.written"], c["ACCOUNT.read"] = len(stages), len(clients), len(all)+len(orders)
	c.links("DEAL.accountId", deals, column("Client Code"), clients)
	c.links("DEAL.stage", deals, column("Deal Stage"), stages)
	return c
}
