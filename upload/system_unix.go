//go:build !windows

package upload

import (
	"errors"
	"syscall"
)

// permissionsUnknown is true where a file's mode says nothing about who may
// read it.
const permissionsUnknown = false

// isInvalid is what a file system says that cannot sync a folder.
func isInvalid(err error) bool { return errors.Is(err, syscall.EINVAL) }
