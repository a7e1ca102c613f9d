package cmd

import (
	"fmt"
	"strconv"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/upload"
	"crm2gong/validate"
)

// known gives what Gong has of earlier uploads to the integration, of the only
// one in the state folder where none is named (0). Nothing is known where there
// is no such; which is then 0.
func known(store *upload.Store, integration int64) (sent validate.Known, which int64, err error) {
	list, err := store.Integrations()
	if err != nil {
		return nil, 0, err
	}
	for _, id := range list {
		if id == integration || integration == 0 && len(list) == 1 {
			which = id
		}
	}
	if which == 0 {
		return nil, 0, nil
	}
	st, err := store.State(which)
	if err != nil {
		return nil, 0, err
	}
	sets := &validate.KnownSets{}
	for _, t := range gong.Types {
		sets[t] = &ids.Set{}
		st.Known(t, sets[t])
	}
	return sets, which, nil
}

// tellState says which state a report was made with.
func (p *program) tellState(store *upload.Store, which int64, quiet bool) {
	if which != 0 && !quiet {
		fmt.Fprintf(p.stderr, "crm2gong: records sent before to integration %d are known (state in %s)\n", which, store.Dir())
	}
}

// know reads what was sent before, for the rules of a dry run.
func (j *job) know(c *cli.Context, path string, quiet bool) error {
	store, integration, err := j.p.stateOf(c, path, j.mapping)
	if err != nil {
		return err
	}
	sent, which, err := known(store, integration)
	if err != nil || which == 0 {
		return err
	}
	j.known, j.state = sent, strconv.FormatInt(which, 10)
	j.p.tellState(store, which, quiet)
	return nil
}
