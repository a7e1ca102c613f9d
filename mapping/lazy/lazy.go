// Package lazy makes what few runs need when it is first needed, since each
// regular expression compiled at the start delays every run.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp gives what compiles a regular expression the first time it is called.
// It panics then if the pattern is none, as regexp.MustCompile does.
func Regexp(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
