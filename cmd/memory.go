package cmd

import (
	"context"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping/ids"
	"crm2gong/validate"
)

// garbage is how much memory may wait to be collected, in percent of what is in
// use. The default of 100 would double what large tables of ids take; little is
// allocated in a run, so that a quarter costs no time.
const garbage = 25

// weight is memory that is never touched and so takes none: the collector
// counts it as in use, which keeps it from running hundreds of times over a
// heap of a few megabytes.
const weight = 32 << 20

// steady keeps memory near to what is in use, unless GOGC says otherwise.
func (p *program) steady() {
	if p.getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
		p.ballast = make([]byte, weight)
	}
}

// memoryLimit reads --memory; 0 sets no limit.
func memoryLimit(c *cli.Context) (int64, error) {
	n, err := byteSize(c, "memory")
	if err == nil && n > 0 && n < ids.MinLimit {
		return 0, usage("1M is the least; each million ids takes about 20M, and what is above the limit waits on disk",
			"--memory %s is less than tables of ids can work with", c.String("memory"))
	}
	return int64(n), err
}

// tables gives the tables of ids of one run, under --memory, and a context that
// ends when they cannot be kept. done lets go of them and gives the error to
// report: theirs before that of the run, which may only follow from it.
func (j *job) tables(ctx context.Context) (tables *ids.Store, _ context.Context, done func(error) error) {
	if j.memory == 0 {
		return nil, ctx, func(err error) error { return err }
	}
	ctx, cancel := context.WithCancel(ctx)
	tables = ids.NewStore(j.memory, j.temp)
	tables.OnError = cancel
	return tables, ctx, func(err error) error {
		cancel()
		if failed := tables.Close(); failed != nil {
			return &exit{StatusFailed, failed, "free space on the disk, name another folder for temporary files with TMPDIR, or give --memory more"}
		}
		return err
	}
}

// judgeFiles judges ready-made LDJSON.
func (j *job) judgeFiles(ctx context.Context, in *validate.Input, o validate.Options, f validate.FilesOptions) (r *validate.Report, err error) {
	var done func(error) error
	o.IDs, ctx, done = j.tables(ctx)
	defer func() { err = done(err) }()
	o.AsOf, f.Workers, f.MaxLine = j.now, j.workers, j.input.MaxRecord
	return validate.New(o).Files(ctx, in, f)
}
