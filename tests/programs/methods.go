// Methods: values and expressions, when receivers are evaluated and copied, through pointers, interfaces and embedding.

package main

type counter struct{ n int }

func (c counter) get() int       { return c.n }
func (c *counter) add(k int)     { c.n += k }
func (c *counter) isNil() bool   { return c == nil }
func (c counter) plus(k int) int { return c.n + k }

type fn func(int) int

func (f fn) twice(x int) int { return f(f(x)) }

type slice []int

func (s slice) len() int    { return len(s) }
func (s *slice) push(x int) { *s = append(*s, x) }

type table map[string]int

func (t table) inc(k string) table { t[k]++; return t }

type getter interface{ get() int }

type wrapped struct {
	*counter
	tag string
}

var calls int

func make1() *counter {
	calls++
	return &counter{calls * 10}
}

func variadic(prefix string, f func(...int) int) { println(prefix, f(1, 2, 3), f()) }

type summer int

func (s summer) sum(xs ...int) int {
	t := int(s)
	for _, x := range xs {
		t += x
	}
	return t
}

func main() {
	c := counter{1}
	get, add, plus := c.get, c.add, c.plus
	add(5)
	println(c.n, get(), plus(10), c.get())
	c.n = 50
	println(get(), c.plus(1))
	println(counter.get(c), (*counter).get(&c), (*counter).plus(&c, 2))
	(*counter).add(&c, 1)
	expr := counter.plus
	println(expr(c, 3), c.n)
	m := make1().get
	println(m(), m(), calls)
	var none *counter
	println(none.isNil(), (&c).isNil(), (*counter).isNil(nil))
	println(fn(func(x int) int { return x*x + 1 }).twice(2))
	var s slice
	s.push(1)
	push := s.push
	push(2)
	push(3)
	println(s.len(), s[2], slice.len(s[:1]))
	println(table{}.inc("a").inc("a")["a"])
	var g getter = c
	bound := g.get
	c.n = -1
	g = &c
	println(bound(), g.get(), getter.get(g))
	w := wrapped{&c, "w"}
	w.add(100)
	g = w
	wget := w.get
	w.counter = &counter{7}
	println(c.n, g.get(), w.get(), wget(), wrapped.get(w))
	variadic("sum", summer(1).sum)
	variadic("zero", func(xs ...int) int { return len(xs) })
	println(summer.sum(2, []int{3, 4}...))
	fs := []func() int{c.get, w.get, g.get}
	c.n, w.n = 0, 0
	for _, f := range fs {
		print(f(), " ")
	}
	println()
	cs := []counter{{1}, {2}}
	for i := range cs {
		cs[i].add(10)
	}
	for _, c := range cs {
		c.add(100)
	}
	println(cs[0].n, cs[1].n)
	mc := map[string]*counter{"x": {1}}
	mc["x"].add(4)
	println(mc["x"].get())
	defer c.add(1)
	defer func(f func() int) { println(f()) }(c.get)
	c.n = 33
}
