// Structs and embedding: promotion, shadowing, embedded pointers and interfaces, comparison, anonymous types, tags.

package main

type base struct {
	id   int
	name string
}

func (b base) hello() string      { return "base " + b.name }
func (b *base) rename(to string)  { b.name = to }
func (b base) overridden() string { return "base's" }

type middle struct {
	base
	name string
}

func (m middle) overridden() string { return "middle's, not " + m.base.overridden() }

type speaker interface{ speak() string }

type dog struct{ sound string }

func (d *dog) speak() string { return d.sound }

type outer struct {
	*middle
	speaker
	count int `tag:"ignored"`
	_     [3]byte
}

type number int

func (n number) twice() number { return n * 2 }

type holder struct {
	number
	*int8
}

type list struct {
	next  *list
	value int
}

func main() {
	m := middle{base{1, "inner"}, "outer"}
	println(m.id, m.name, m.base.name, m.hello(), m.overridden())
	m.rename("changed")
	println(m.name, m.base.name)
	o := outer{middle: &m, speaker: &dog{"woof"}}
	o.id++
	o.rename("through two")
	println(o.id, m.id, o.middle.base.id, o.hello(), o.overridden(), o.speak(), o.name)
	p := &o
	q := p
	q.count = 5
	copied := *p
	copied.count++
	copied.id = 100
	println(p.count, copied.count, p.id, m.id)
	h := holder{3, new(int8)}
	*h.int8 = 4
	println(h.twice(), h.number, *h.int8)
	a, b := base{1, "x"}, base{name: "x", id: 1}
	println(a == b, a != base{}, m == middle{base{m.id, m.base.name}, m.name})
	anon := struct {
		x, y int
		in   struct{ z string }
	}{x: 1}
	anon.in.z = "deep"
	other := anon
	other.in.z += "er"
	println(anon.x, anon.in.z, other.in.z, anon == other)
	type same struct {
		id   int
		name string
	}
	converted := same(a)
	converted.id = 9
	println(converted.id, a.id, base(converted) == a)
	var l *list
	for i := 0; i < 5; i++ {
		l = &list{l, i * i}
	}
	l.next.next.value = -1
	for e := l; e != nil; e = e.next {
		print(e.value, " ")
	}
	println()
	points := []struct{ x, y int }{{1, 2}, {y: 3}, {}}
	for i := range points {
		points[i].x += i
	}
	ptrs := []*base{{1, "a"}, {2, "b"}}
	ptrs[1].rename("c")
	println(points[1].x, points[1].y, points[2].x, ptrs[0].name, ptrs[1].name)
	mp := map[string]struct{ n int }{"k": {7}}
	println(mp["k"].n, mp["none"].n)
	var e1, e2 struct{}
	println(e1 == e2)
	func() struct{ base } { return struct{ base }{a} }().rename2()
}

func (b base) rename2() { println("promoted through an anonymous struct", b.name) }
