// Command gen writes a made-up CRM export to time crm2gong with:
//
//	gen -deals 200000 -out DIR
//
// users.csv, stages.csv, rates.csv, accounts.csv (a quarter as many as deals),
// contacts.csv (half as many) and deals.csv. The same arguments give the same
// bytes on every machine.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	deals := flag.Int("deals", 200_000, "number of deals")
	out := flag.String("out", "data", "folder to write to")
	flag.Parse()
	if err := os.MkdirAll(*out, 0o755); err != nil {
		log.Fatal(err)
	}
	g := &export{dir: *out, deals: *deals, accounts: max(1, *deals/4)}
	for name, write := range map[string]func(*table){
		"users.csv": g.users, "stages.csv": g.stages, "rates.csv": g.rates,
		"accounts.csv": g.accountRows, "contacts.csv": g.contacts, "deals.csv": g.dealRows,
	} {
		if err := g.file(name, write); err != nil {
			log.Fatal(err)
		}
	}
}

// export is what is written: how many rows, and where.
type export struct {
	dir             string
	deals, accounts int
}

// table is one file. Each has numbers of its own, drawn in the order of its
// rows, so that the order of the files does not matter.
type table struct {
	w   *bufio.Writer
	rng *rand.Rand
}

func (g *export) file(name string, write func(*table)) error {
	f, err := os.Create(filepath.Join(g.dir, name))
	if err != nil {
		return err
	}
	t := &table{bufio.NewWriterSize(f, 1<<20), rand.New(rand.NewPCG(uint64(len(name)), uint64(name[0])))}
	write(t)
	if err := t.w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// row writes one record, with quotes where CSV wants them.
func (t *table) row(cells ...string) {
	for i, c := range cells {
		if i > 0 {
			t.w.WriteByte(',')
		}
		if strings.ContainsAny(c, ",\"\n") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		t.w.WriteString(c)
	}
	t.w.WriteByte('\n')
}

func pick[T any](t *table, list []T) T { return list[t.rng.IntN(len(list))] }

// id is an id of the form that Salesforce gives: a prefix of three characters,
// 12 that count, and three that say which letters are capitals.
func id(prefix string, n int) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	text := []byte(prefix + "7d0000000000")
	for i, v := len(text)-1, n*37+11; v > 0; i, v = i-1, v/62 {
		text[i] = digits[v%62]
	}
	for part := range 3 {
		capitals := 0
		for i, c := range text[part*5 : part*5+5] {
			if c >= 'A' && c <= 'Z' {
				capitals |= 1 << i
			}
		}
		text = append(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals])
	}
	return string(text)
}

var (
	epoch      = time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	first      = strings.Fields("Ada Bo Chen Dana Eser Fatou Gil Hana Ivo Jun Kaya Łucja Mo Nils Øyvind Paz Quim Rosa Sami Tess")
	last       = strings.Fields("Abel Brandt Castro Diallo Eriksson Fofana Gruber Haddad Ito Jansen Kovač López Müller Nair O'Neill Park Reyes Sørensen Tan Weber")
	nouns      = strings.Fields("Harbour Meadow Copper Willow Falcon Summit Cedar Lantern Orchard Granite Raven Tide Amber Maple Comet")
	kinds      = strings.Fields("Works Labs Foods Freight Energy Systems Textiles Clinics Press Games")
	goods      = []string{"renewal", "pilot", "expansion", "licences, 3 years", `"starter" pack`, "support", "Größeres Paket"}
	currencies = []string{"USD", "USD", "EUR", "EUR", "GBP"}
	stageNames = []string{"Discovery", "Evaluation", "Proposal", "Negotiation", "Closed Won", "Closed Lost"}
)

const users = 200

func (t *table) moment() string {
	return epoch.Add(time.Duration(t.rng.IntN(3*365*24*3600)) * time.Second).Format("2006-01-02T15:04:05.000Z")
}

func company(n int) string {
	return nouns[n%len(nouns)] + " " + kinds[n/len(nouns)%len(kinds)] + " " + strconv.Itoa(n)
}

func domain(n int) string { return "c" + strconv.Itoa(n) + ".example" }

func (g *export) users(t *table) {
	t.row("Id", "Email", "IsActive", "LastModifiedDate")
	for i := range users {
		t.row(id("005", i), fmt.Sprintf("user%d@bench.example", i), "true", t.moment())
	}
}

func (g *export) stages(t *table) {
	t.row("Id", "Label", "SortOrder")
	for i, name := range stageNames {
		t.row(id("01J", i), name, strconv.Itoa(i+1))
	}
}

func (g *export) rates(t *table) {
	t.row("Currency", "Month", "Rate")
	for month := range 36 {
		day := epoch.AddDate(0, month, 0).Format(time.DateOnly)
		t.row("EUR", day, fmt.Sprintf("1.%04d", 500+t.rng.IntN(800)))
		t.row("GBP", day, fmt.Sprintf("1.%04d", 2000+t.rng.IntN(900)))
	}
}

func (g *export) accountRows(t *table) {
	t.row("Id", "Name", "Website", "Industry", "BillingStreet", "BillingCity", "OwnerId", "IsDeleted", "LastModifiedDate")
	for i := range g.accounts {
		t.row(id("001", i), company(i), "https://www."+domain(i)+"/", pick(t, kinds),
			fmt.Sprintf("%d %s Street\nFloor %d", 1+t.rng.IntN(900), pick(t, nouns), 1+t.rng.IntN(9)), pick(t, nouns)+"ville",
			id("005", t.rng.IntN(users)), "false", t.moment())
	}
}

func (g *export) contacts(t *table) {
	t.row("Id", "AccountId", "FirstName", "LastName", "Title", "Email", "Phone", "IsDeleted", "LastModifiedDate")
	for i := range g.deals / 2 {
		account := t.rng.IntN(g.accounts)
		a, b := pick(t, first), pick(t, last)
		t.row(id("003", i), id("001", account), a, b, "Head of "+pick(t, kinds), fmt.Sprintf("p%d@%s", i, domain(account)),
			fmt.Sprintf("+1 555 %07d", t.rng.IntN(10_000_000)), "false", t.moment())
	}
}

func (g *export) dealRows(t *table) {
	t.row("Id", "AccountId", "OwnerId", "Name", "StageName", "Amount", "CurrencyIsoCode", "Probability", "CloseDate",
		"NextStep", "Description", "IsDeleted", "CreatedDate", "LastModifiedDate")
	for i := range g.deals {
		account := t.rng.IntN(g.accounts)
		created, modified := t.moment(), t.moment()
		amount := ""
		if t.rng.IntN(20) > 0 {
			amount = fmt.Sprintf("%d.%02d", 100+t.rng.IntN(250_000), t.rng.IntN(100))
		}
		t.row(id("006", i), id("001", account), id("005", t.rng.IntN(users)), company(account)+": "+pick(t, goods), pick(t, stageNames),
			amount, pick(t, currencies), strconv.Itoa(t.rng.IntN(101)), epoch.AddDate(0, 0, t.rng.IntN(3*365)).Format(time.DateOnly),
			"Call "+pick(t, first), strings.Repeat(pick(t, nouns)+" ", t.rng.IntN(20)), "false", min(created, modified), max(created, modified))
	}
}
