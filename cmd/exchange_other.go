//go:build !linux

package cmd

import "errors"

// exchange swaps two folders in one step, which only Linux does.
func exchange(_, _ string) error { return errors.ErrUnsupported }
