package source

import (
	"context"

	"crm2gong/mapping/inorder"
)

// Stage is what one worker does with the blocks of a table.
type Stage = inorder.Stage[Block]

// Each runs the blocks of t through workers stages, as inorder.Run does.
func Each(ctx context.Context, t *Table, workers int, stage func() Stage) error {
	return inorder.Run(ctx, workers, func(b *Block) (int, bool, error) {
		ok, err := t.Next(b)
		return b.Seq, ok, err
	}, stage)
}
