// errorcheck -live

// What is live around an assignment to a map whose key alone is passed by address: the value is stored by the caller, who keeps
// it across the call, in a variable or in a temporary that has no address. The change itself.

package main

var cond bool
var byText map[string]*byte
var byPair map[[2]string]*byte
var pair [2]string

func fetch() *byte
func pairKey() [2]string
func show(*byte)

func noTemporary(p *byte) { // ERROR "live at entry to noTemporary: p$"
	if cond {
		byPair[pair] = p // ERROR "live at call to mapassign: p$"
	}
	byPair[pair] = p // ERROR "live at call to mapassign: p$"
	byPair[pair] = p // ERROR "live at call to mapassign: p$"
}

func keyTemporary(p *byte) { // ERROR "live at entry to keyTemporary: p$"
	if cond {
		byText["x"] = p // ERROR "live at call to mapassign: p autotmp_[0-9]+$"
	}
	byText["x"] = p // ERROR "live at call to mapassign: p autotmp_[0-9]+$"
	byText["x"] = p // ERROR "live at call to mapassign: p autotmp_[0-9]+$"
}

// The key is evaluated before the value, so its temporary lives across both calls.
func keyAndValue() {
	if cond {
		byText["x"] = fetch() // ERROR "live at call to fetch: autotmp_[0-9]+$" "live at call to mapassign: autotmp_[0-9]+ autotmp_[0-9]+$"
	}
	byText["x"] = fetch() // ERROR "live at call to fetch: autotmp_[0-9]+$" "live at call to mapassign: autotmp_[0-9]+ autotmp_[0-9]+$"
	byText["x"] = fetch() // ERROR "live at call to fetch: autotmp_[0-9]+$" "live at call to mapassign: autotmp_[0-9]+ autotmp_[0-9]+$"
}

// Reading is as it was.
func access() {
	var z *byte
	if cond {
		z = byPair[pairKey()] // ERROR "live at call to mapaccess1: autotmp_[0-9]+$"
	}
	z = byPair[pairKey()] // ERROR "live at call to mapaccess1: autotmp_[0-9]+$"
	z = byPair[pairKey()] // ERROR "live at call to mapaccess1: autotmp_[0-9]+$"
	show(z)
}

// The literal is made in a temporary; nil needs none.
func literalKey() {
	if cond {
		byPair[[2]string{"x", "y"}] = nil // ERROR "live at call to mapassign: autotmp_[0-9]+$"
	}
	byPair[[2]string{"x", "y"}] = nil // ERROR "live at call to mapassign: autotmp_[0-9]+$"
	byPair[[2]string{"x", "y"}] = nil // ERROR "live at call to mapassign: autotmp_[0-9]+$"
}

func main() {}
