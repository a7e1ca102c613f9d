package validate

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

var asOf = time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC)

func BenchmarkEntity(b *testing.B) {
	r := New(Options{AsOf: asOf, Mapped: mapped(gong.BusinessUser, gong.Stage, gong.Account, gong.Deal)})
	for i := range 100_000 {
		r.Set(gong.Account).Put(ids.Of(fmt.Sprintf("001A0000006V%06d", i)), ids.Written)
	}
	for i := range 200 {
		r.Set(gong.BusinessUser).Put(ids.Of(fmt.Sprintf("005A0000006V%06d", i)), ids.Written)
	}
	r.Set(gong.Stage).Put(ids.Of("prospecting"), ids.Written)
	d := NewDecoder(gong.Deal, nil, false)
	var deals []*gong.Entity
	for i := range 1000 {
		e := d.NewEntity()
		line := fmt.Sprintf(`{"objectId":"006A0000006V%06d","modifiedDate":"2024-01-01T00:00:00Z","accountId":"001A0000006V%06d","ownerId":"005A0000006V%06d","name":"Big","createdDate":"2023-12-01T00:00:00Z","closeDate":"2024-04-01","status":"OPEN","stage":"prospecting","amount":10.5}`, i, i*97%100_000, i%200)
		if f := d.Decode([]byte(line), e); len(f) > 0 {
			b.Fatal(f)
		}
		deals = append(deals, e)
	}
	w := r.Worker(gong.Deal, false, d.Fields())
	var log finding.Log
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		if w.Entity(deals[i%len(deals)], &log) != nil {
			b.Fatal("rejected")
		}
	}
	if !log.Empty() {
		b.Fatal("findings")
	}
}

// dealLines is a file of n deals in the shape that transform writes.
func dealLines(n int) (string, *Input) {
	var deals, accounts strings.Builder
	for i := range n {
		fmt.Fprintf(&deals, `{"objectId":"006A0000006V%06d","modifiedDate":"2024-01-01T00:00:00Z","isDeleted":false,"url":"https://acme.my.salesforce.com/006A0000006V%06d","accountId":"001A0000006V%06d","ownerId":"005A00000000001","name":"Deal %d for the account","createdDate":"2023-12-01T00:00:00Z","closeDate":"2024-04-01","status":"OPEN","stage":"prospecting","amount":%d.5}`+"\n", i, i, i*97%n, i, i)
		fmt.Fprintf(&accounts, `{"objectId":"001A0000006V%06d","modifiedDate":"2024-01-01T00:00:00Z","name":"Acme %d"}`+"\n", i, i)
	}
	in := &Input{}
	in.Files[gong.BusinessUser] = []File{text("BUSINESS_USER.ldjson", but(user, `"u1"`, `"005A00000000001"`))}
	in.Files[gong.Stage] = []File{text("STAGE.ldjson", but(stage, `"s1"`, `"prospecting"`))}
	in.Files[gong.Account] = []File{text("ACCOUNT.ldjson", accounts.String())}
	in.Files[gong.Deal] = []File{text("DEAL.ldjson", deals.String())}
	return deals.String(), in
}

func BenchmarkDecode(b *testing.B) {
	s, _ := dealLines(1000)
	rows := bytes.Split([]byte(strings.TrimSuffix(s, "\n")), []byte("\n"))
	d := NewDecoder(gong.Deal, nil, false)
	e := d.NewEntity()
	b.SetBytes(int64(len(s) / len(rows)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if f := d.Decode(rows[i%len(rows)], e); len(f) > 0 {
			b.Fatal(f)
		}
	}
}

func BenchmarkFiles(b *testing.B) {
	const n = 200_000
	s, in := dealLines(n)
	in.Files[gong.Account], in.Files[gong.BusinessUser], in.Files[gong.Stage] = nil, nil, nil
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(Options{AsOf: asOf}).Files(context.Background(), in, FilesOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
