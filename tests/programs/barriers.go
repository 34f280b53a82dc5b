// errorcheck -0 -l -d=wb

// Write barriers: where a store needs one, and where not.

package p

type node struct {
	next *node
	n    int
	s    string
}

type pairs struct {
	a, b *int
	tail [4]*int
}

var global *node

var numbers [10]int

var table map[string]*node

var iface interface{}

func heap(x *node, y *node) {
	x.next = y   // dead: overwritten below
	x.n = 5      // no pointer
	x.next = nil // ERROR "write barrier"
}

func globals(y *node, i int) {
	global = y     // ERROR "write barrier"
	numbers[i] = 1 // no pointer
	iface = y      // ERROR "write barrier"
	table = nil    // ERROR "write barrier"
}

func locals(y *node) int {
	x := node{next: y} // on the stack
	x.next = y.next
	z := x
	p := &z
	p.next = y
	return z.n
}

func strings(x *node, s string, b []byte) {
	x.s = s          // ERROR "write barrier"
	b[0] = 'x'       // no pointer
	x.s = "constant" // ERROR "write barrier"
}

func slices(x *[]*node, y *node) {
	(*x)[0] = y        // ERROR "write barrier"
	*x = (*x)[1:]      // ERROR "write barrier"
	*x = (*x)[:1]      // the pointer stays
	*x = append(*x, y) // ERROR "write barrier"
}

func arrays(x, y *pairs, i int) {
	x.tail[i] = y.a // ERROR "write barrier"
	x.tail = y.tail // ERROR "write barrier"
	*x = *y         // ERROR "write barrier"
}

func zeroed(x *pairs) {
	*x = pairs{} // ERROR "write barrier"
}

func maps(m map[string]*node, n map[int]int, y *node) {
	m["k"] = y // ERROR "write barrier"
	n[1] = 2   // no pointer
	n[2]++
	m["l"].next = y // ERROR "write barrier"
	delete(m, "k")
}

func interfaces(x *interface{}, y *node) {
	*x = y // ERROR "write barrier"
	var local interface{} = y
	_ = local
}

func fresh(y *node) *node {
	a := &node{next: y} // ERROR "write barrier"
	b := new(node)
	b.next = a // ERROR "write barrier"
	c := new(node)
	c.next = nil // nil into zeroed memory
	c.n = 3
	b.next.next = c // ERROR "write barrier"
	return b
}

func results(y *node) (r *node, f func()) {
	f = func() { r = y } // ERROR "write barrier"
	return
}

func functions(x *func(), y *struct{ f func() }) {
	*x = func() {} // ERROR "write barrier"
	y.f = *x       // ERROR "write barrier"
}

func twice(x **node, y, z *node) {
	*x = y // dead
	*x = z // ERROR "write barrier"
}

func swap(x, y **node) {
	*x, *y = *y, *x // ERROR "write barrier"
}
