package gong

import (
	"slices"
	"testing"
)

func TestParsePath(t *testing.T) {
	for _, c := range []struct {
		path    string
		typ     ObjectType
		content Content
	}{
		{"DEAL.ldjson", Deal, Records},
		{"BUSINESS_USER.ldjson", BusinessUser, Records},
		{"STAGE.ldjson", Stage, Records},
		{"deal.ldjson", NoType, NoContent},
		{"DEAL.json", NoType, NoContent},
		{"DEAL.0001.ldjson", NoType, NoContent},
		{"out/DEAL.ldjson", NoType, NoContent},
		{".ldjson", NoType, NoContent},
		{"history/DEAL.0001.ldjson", Deal, Versions},
		{"history/LEAD.12345.ldjson", Lead, Versions},
		{"history/DEAL.ldjson", NoType, NoContent},
		{"history/DEAL..ldjson", NoType, NoContent},
		{"history/DEAL.1a.ldjson", NoType, NoContent},
		{"history/DEAL.1.2.ldjson", NoType, NoContent},
		{"history/more/DEAL.0001.ldjson", NoType, NoContent},
		{"history/STAGE.0001.ldjson", NoType, NoContent},
		{"history/BUSINESS_USER.0001.ldjson", NoType, NoContent},
		{"schema/ACCOUNT.json", Account, Schema},
		{"schema/STAGE.json", NoType, NoContent},
		{"schema/ACCOUNT.ldjson", NoType, NoContent},
		{"report.json", NoType, NoContent},
	} {
		if typ, content := ParsePath(c.path); typ != c.typ || content != c.content {
			t.Errorf("%s: %v %d, want %v %d", c.path, typ, content, c.typ, c.content)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	got := []string{"DEAL.10000.ldjson", "DEAL.0002.ldjson", "DEAL.9999.ldjson", "DEAL.0001.ldjson"}
	slices.SortFunc(got, CompareVersions)
	if want := []string{"DEAL.0001.ldjson", "DEAL.0002.ldjson", "DEAL.9999.ldjson", "DEAL.10000.ldjson"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
