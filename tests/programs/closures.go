// Closures: capture by reference, counters, recursion, loops, closures in structures, escape through many levels.

package main

func counter() (inc func() int, get func() int) {
	n := 0
	inc = func() int { n++; return n }
	get = func() int { return n }
	return
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func add(k int) func(int) int { return func(x int) int { return x + k } }

func levels(a int) func() func() int {
	b := a + 1
	return func() func() int {
		c := a + b
		a++
		return func() int {
			b += c
			return a*10000 + b*100 + c
		}
	}
}

func named() (n int, f func()) {
	f = func() { n *= 2 }
	n = 21
	f()
	return n, f
}

type machine struct {
	state int
	next  func() *machine
}

var global = func() int { return 7 }()

func apply(xs []int, f func(i, x int) int) {
	for i, x := range xs {
		xs[i] = f(i, x)
	}
}

func params(a, b *int, s string) func() string {
	return func() string {
		*a, *b = *b, *a
		s += "!"
		return s
	}
}

func main() {
	inc, get := counter()
	inc2, _ := counter()
	inc()
	inc()
	inc2()
	println(inc(), get(), inc2())
	println(compose(add(1), add(10), func(x int) int { return x * x })(1), compose()(5))
	f := levels(1)
	g, h := f(), f()
	println(g(), h(), g(), h())
	n, double := named()
	double()
	println(n, global)
	var fib func(int) int
	memo := map[int]int{}
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		if v, ok := memo[n]; ok {
			return v
		}
		memo[n] = fib(n-1) + fib(n-2)
		return memo[n]
	}
	println(fib(80), len(memo))
	// One variable for the whole loop, or one for each turn.
	var shared, own []func() int
	for i := 0; i < 3; i++ {
		j := i
		shared = append(shared, func() int { return i })
		own = append(own, func() int { j += 10; return j })
	}
	for i := range shared {
		print(shared[i](), own[i](), own[i](), " ")
	}
	println()
	var ranged []func() string
	for _, s := range []string{"a", "b"} {
		ranged = append(ranged, func() string { s += "+"; return s })
	}
	println(ranged[0](), ranged[1]())
	m := &machine{}
	m.next = func() *machine { m.state++; return m }
	println(m.next().next().next().state)
	xs := []int{1, 2, 3}
	total := 0
	apply(xs, func(i, x int) int { total += x; return total * i })
	println(xs[0], xs[1], xs[2], total)
	a, b := 1, 2
	swap := params(&a, &b, "s")
	swap()
	println(swap(), a, b)
	swap()
	println(a, b)
	x := 1
	func() {
		x := x + 1
		func() { x *= 5 }()
		println(x)
	}()
	println(x)
	var nilFunc func()
	println(nilFunc == nil, fib != nil)
	arr := [3]func() int{1: func() int { return x }}
	x = 99
	println(arr[1](), arr[0] == nil)
	big := [50]int{49: 7}
	func() { big[49]++ }()
	println(big[49], func(b [50]int) int { b[49] = 0; return b[49] }(big), big[49])
}
