package validate

import (
	"context"
	"strings"
	"testing"

	"crm2gong/mapping/gong"
)

func TestEach(t *testing.T) {
	in := &Input{}
	in.Files[gong.Account] = []File{text("ACCOUNT.ldjson", strings.Join([]string{
		`{"objectId":"a1","modifiedDate":"2024-01-01T00:00:00Z","domains":["a.com"],"extra":1}`,
		`{"objectId":"a2","modifiedDate":"2024-01-01"}`, // no date-time
		`{"modifiedDate":"2024-01-01T00:00:00Z"}`,
		`{"objectId":"a3"}`,
		`no JSON`,
		`{"objectId":"a4","modifiedDate":"2024-01-01T00:00:00Z","isDeleted":true}`,
	}, "\n"))}
	in.Files[gong.BusinessUser] = []File{text("BUSINESS_USER.ldjson", strings.Join([]string{
		`{"objectId":"u1","modifiedDate":"2024-01-01T00:00:00Z","emailAddress":""}`,
		`{"objectId":"u2","modifiedDate":"2024-01-01T00:00:00Z","isDeleted":true}`,
		`{"objectId":"u3","modifiedDate":"2024-01-01T00:00:00Z","emailAddress":"u3@us.com"}`,
	}, "\n"))}
	in.Files[gong.Stage] = []File{text("STAGE.ldjson", `{"objectId":"s1","name":"New"}`)}
	in.History[gong.Account] = in.Files[gong.Account]
	var got []string
	left, err := Each(context.Background(), in, FilesOptions{}, func(e *gong.Entity) {
		got = append(got, e.Type.String()+" "+e.ObjectID())
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "BUSINESS_USER u2,BUSINESS_USER u3,STAGE s1,ACCOUNT a1,ACCOUNT a4"
	if strings.Join(got, ",") != want || left != 5 {
		t.Errorf("got %v, %d left out; want %s, 5", got, left, want)
	}
}
