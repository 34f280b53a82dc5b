// errorcheck -0 -l -live -wb=0 -d=ssa/insert_resched_checks/off

// Liveness: what is live at each call, above all around those that maps are made of.

package p

func get() *int

func use(*int)

func key() string

func value() int

func cond() bool

func straight(p *int) { // ERROR "live at entry to straight: p"
	use(nil) // ERROR "live at call to use: p"
	use(p)
	get()
}

func branches(b bool) {
	p := get()
	if b {
		use(nil) // ERROR "live at call to use: p"
		use(p)
	} else {
		use(nil)
	}
	get()
}

func loop(n int) {
	p := get()
	for i := 0; i < n; i++ {
		use(p) // ERROR "live at call to use: p"
	}
	get()
}

func assign(m map[string]*int) { // ERROR "live at entry to assign: m"
	p := get() // ERROR "live at call to get: m"
	m["k"] = p // ERROR "live at call to mapassign_faststr: p"
	get()
}

func assignCalls(m map[string]*int) { // ERROR "live at entry to assignCalls: m"
	m[key()] = get() // ERROR "live at call to key: m" "live at call to get: m .autotmp_[0-9]+" "live at call to mapassign_faststr: .autotmp_[0-9]+"
}

func reads(m map[[2]string]int) int { // ERROR "live at entry to reads: m"
	a := m[[2]string{key(), "x"}] // ERROR "live at call to key: m" "stack object .autotmp_[0-9]+ \[2\]string"
	return a + value()
}
