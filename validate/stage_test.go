package validate

import (
	"fmt"
	"testing"

	"crm2gong/mapping/gong"
)

// The first thousand stages are kept and compared; the report tells of the
// others. Which stages are inactive is known of all.
func TestManyStages(t *testing.T) {
	l := clean()
	l[gong.Stage] = nil
	const n = maxStages + 500
	for i := range n {
		order := i + 1
		if i == 1 || i > maxStages {
			order = 1
		}
		l[gong.Stage] = append(l[gong.Stage], but(stage, "s1", fmt.Sprint("s", i), `"sortOrder":1`, fmt.Sprintf(`"sortOrder":%d,"isActive":%t`, order, i < n-1)))
	}
	l[gong.Deal] = []string{but(deal, "s1", fmt.Sprint("s", n-1))}
	p := judgeLines(t, l, Options{})
	got := find(p, "stage-order")
	if len(got) != 2 || got[0].Severity != "warning" || got[0].Count != 2 || got[0].Cause != "" ||
		got[1].Severity != "info" || got[1].Count != n-maxStages || got[1].Cause != notCompared {
		t.Errorf("stage-order %+v", got)
	}
	if got := find(p, "stage-inactive-open-deal"); len(got) != 1 || got[0].Count != 1 {
		t.Errorf("stage-inactive-open-deal %+v", got)
	}
}
