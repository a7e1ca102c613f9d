package value

import (
	"testing"
	"unsafe"
)

// TestValueFitsRegisters holds Value to what the compiler keeps in registers:
// four words. Beyond, every step of an expression is several times slower.
func TestValueFitsRegisters(t *testing.T) {
	if n := unsafe.Sizeof(Value{}); n > 4*unsafe.Sizeof(uintptr(0)) {
		t.Errorf("a Value has %d bytes", n)
	}
}
