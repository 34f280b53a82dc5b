// m[k] = v in every form while the map changes under it: right sides that grow, delete, replace or panic.

package main

type big struct {
	words [18]int
	p     *int
}

func grow(m map[int]int, n int) int {
	for i := 1000; i < 1000+n; i++ {
		m[i] = i
	}
	return n
}

func growTo(m map[int]*int) *int {
	for i := 0; i < 500; i++ {
		m[1000+i] = new(int)
	}
	p := new(int)
	*p = 42
	return p
}

func boom() int { panic("boom") }

// try says what a map holds after a statement that panics.
func try(what string, m map[string]int, f func()) {
	defer func() {
		r := recover()
		text, ok := r.(string)
		if !ok {
			text = r.(error).Error()
		}
		v, in := m["k"]
		println(what, text, len(m), v, in)
	}()
	f()
}

func growing() {
	m := map[int]int{}
	m[1] = grow(m, 300)
	println(m[1], len(m))
	m = map[int]int{1: 5}
	m[1] += grow(m, 300)
	println(m[1], len(m))
	m = map[int]int{}
	m[1], m[2] = grow(m, 100), grow(m, 200)
	println(m[1], m[2], len(m))
	p := map[int]*int{}
	p[7] = growTo(p)
	println(*p[7], len(p))
	s := map[int][]int{}
	s[1] = append(s[1], func() int {
		for i := 0; i < 300; i++ {
			s[i+10] = []int{i}
		}
		return 9
	}())
	println(s[1][0], len(s))
	b := map[int]big{}
	b[3] = func() big {
		for i := 0; i < 100; i++ {
			b[i+10] = big{}
		}
		return big{p: new(int)}
	}()
	println(b[3].p != nil, len(b))
	f := map[int]interface{}{}
	f[1] = len(func() map[int]interface{} {
		for i := 0; i < 100; i++ {
			f[i+10] = i
		}
		return f
	}())
	println(f[1].(int), len(f))
	k := map[[20]int]string{}
	k[[20]int{1}] = func() string {
		for i := 0; i < 100; i++ {
			k[[20]int{2, i}] = "x"
		}
		return "kept"
	}()
	println(k[[20]int{1}], len(k))
	str := map[string]string{"a": "1"}
	str["a"] += func() string {
		for i := 0; i < 200; i++ {
			str[string(rune(i+200))] = "x"
		}
		return "2"
	}()
	println(str["a"], len(str))
}

func panicking() {
	m := map[string]int{"other": 1}
	try("plain", m, func() { m["k"] = boom() })
	try("op", m, func() { m["k"] += boom() })
	var zero int
	try("divide", m, func() { m["k"] /= zero })
	try("divide by call", m, func() { m["k"] = 1 / zero })
	var s []int
	try("index", m, func() { m["k"] = s[5] })
	try("nil pointer", m, func() { var p *big; m["k"] = p.words[3] })
	try("tuple", m, func() { m["a"], m["k"] = 1, boom() })
	try("key", m, func() { m[string(rune(boom()))] = 5 })
	try("assertion", m, func() { m["k"] = interface{}("x").(int) })
	try("after", m, func() { m["k"] = 3; boom() })
	e := map[interface{}]int{}
	try("unhashable", m, func() { e[[]int{1}] = 1 })
	try("unhashable op", m, func() { e[map[int]int{}]++ })
	println(len(e))
	var none map[string]int
	try("nil map", none, func() { none["k"] = 1 })
	try("nil map, value first", none, func() { none["k"] = boom() })
	sl := map[string][]int{}
	try("append", m, func() { sl["k"] = append(sl["k"], boom()) })
	println(len(sl))
}

func changing() {
	m := map[int]int{1: 1, 2: 2}
	m[1] = func() int { delete(m, 1); return 10 }()
	println(m[1], len(m))
	m[2] += func() int { delete(m, 2); return 10 }()
	println(m[2], len(m))
	old := m
	m[5] = func() int { m = map[int]int{}; return 50 }()
	println(len(m), m[5], old[5])
	k := 1
	m[k] = func() int { k = 99; return 3 }()
	println(m[1], m[99])
	a, b := map[string]int{}, map[string]int{"x": 3}
	var ok bool
	a["v"], ok = b["x"]
	println(a["v"], ok)
	a["v"], a["v"] = 1, 2
	println(a["v"])
	a["x"], b["x"] = b["x"], a["x"]
	println(a["x"], b["x"])
	keys := []string{"p", "q"}
	i := 0
	i, a[keys[i]] = 1, 8
	println(a["p"], a["q"], i)
	bs := []byte("key")
	a[string(bs)] = func() int { bs[0] = 'K'; return 1 }()
	println(a["key"], a["Key"])
	ptr := map[*int]int{}
	p := new(int)
	ptr[p], p = 4, nil
	println(ptr[p], len(ptr))
	m = map[int]int{}
	for m[0] = 0; m[0] < 5; m[0]++ {
		m[m[0]+10] = m[0]
	}
	println(len(m), m[14])
	for i := 0; i < 100; i++ {
		m[i%10] ^= i
		m[i%7]--
		m[i%3] <<= 1
	}
	sum := 0
	for k, v := range m {
		sum += k * v
	}
	println(sum)
}

func main() {
	growing()
	panicking()
	changing()
}
