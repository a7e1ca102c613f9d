package recent

import (
	"testing"

	"pgregory.net/rapid"
)

// TestTexts holds what is remembered to a map: it may be forgotten, but is never
// another text's or an older one.
func TestTexts(t *testing.T) {
	texts := rapid.StringMatching(`[a-cA-C]{0,3}`) // several share a place
	rapid.Check(t, func(t *rapid.T) {
		var c Texts[int]
		put := map[string]int{}
		for i := range rapid.IntRange(1, 200).Draw(t, "steps") {
			text := texts.Draw(t, "text")
			got := c.Get(text)
			if want, ok := put[text]; got != nil && (!ok || *got != want) {
				t.Fatalf("%q gives %d; put was %d, %t", text, *got, want, ok)
			}
			if got == nil || rapid.Bool().Draw(t, "again") {
				c.Put(text, i)
				put[text] = i
				if got := c.Get(text); got == nil || *got != i {
					t.Fatalf("%q was put and is not there", text)
				}
			}
		}
	})
}
