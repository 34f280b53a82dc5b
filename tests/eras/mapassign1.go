// errorcheck -live

// What is live around an assignment to a map whose key and value are passed by address: both in temporaries, unless
// they have an address of their own. The era before the change.

package main

var cond bool
var byText map[string]*byte
var byPair map[[2]string]*byte
var pair [2]string
var kept *byte

func pairKey() [2]string
func show(*byte)

// The key has an address, the value none.
func valueTemporary() {
	if cond {
		byPair[pair] = nil // ERROR "live at call to mapassign1: autotmp_[0-9]+$"
	}
	byPair[pair] = nil // ERROR "live at call to mapassign1: autotmp_[0-9]+$"
	byPair[pair] = nil // ERROR "live at call to mapassign1: autotmp_[0-9]+$"
}

// The value has an address, the key none.
func keyTemporary() {
	if cond {
		byText["x"] = kept // ERROR "live at call to mapassign1: autotmp_[0-9]+$"
	}
	byText["x"] = kept // ERROR "live at call to mapassign1: autotmp_[0-9]+$"
	byText["x"] = kept // ERROR "live at call to mapassign1: autotmp_[0-9]+$"
}

func bothTemporaries() {
	if cond {
		byText["x"] = nil // ERROR "live at call to mapassign1: autotmp_[0-9]+ autotmp_[0-9]+$"
	}
	byText["x"] = nil // ERROR "live at call to mapassign1: autotmp_[0-9]+ autotmp_[0-9]+$"
	byText["x"] = nil // ERROR "live at call to mapassign1: autotmp_[0-9]+ autotmp_[0-9]+$"
}

// Reading needs the key's address too.
func access() {
	var z *byte
	if cond {
		z = byPair[pairKey()] // ERROR "live at call to mapaccess1: autotmp_[0-9]+$"
	}
	z = byPair[pairKey()] // ERROR "live at call to mapaccess1: autotmp_[0-9]+$"
	z = byPair[pairKey()] // ERROR "live at call to mapaccess1: autotmp_[0-9]+$"
	show(z)
}

// A literal key is made in a temporary.
func literalKey() {
	if cond {
		byPair[[2]string{"x", "y"}] = nil // ERROR "live at call to mapassign1: autotmp_[0-9]+ autotmp_[0-9]+$"
	}
	byPair[[2]string{"x", "y"}] = nil // ERROR "live at call to mapassign1: autotmp_[0-9]+ autotmp_[0-9]+$"
	byPair[[2]string{"x", "y"}] = nil // ERROR "live at call to mapassign1: autotmp_[0-9]+ autotmp_[0-9]+$"
}

func main() {}
