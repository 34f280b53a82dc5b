// fmt: Error, String and GoString methods, when they are called, and what becomes of panics in them.

package main

import (
	"errors"
	"fmt"
)

type stringer interface{ String() string }

type level int

func (l level) String() string { return [...]string{"low", "mid", "high"}[l] }

type ptr struct{ n int }

func (p *ptr) String() string { return fmt.Sprintf("ptr(%d)", p.n) }

type fault struct{ code int }

func (f fault) Error() string { return fmt.Sprint("fault ", f.code) }

func (f fault) String() string { return "never: an error first" }

type gos string

func (g gos) GoString() string { return "GO" + string(g) }

type outer struct {
	L level
	P *ptr
	f fault
	E error
}

type panics struct{}

func (panics) String() string { panic("in String") }

type list []level

type embedded struct {
	level
	n int
}

func main() {
	fmt.Println(level(0), level(2), []level{0, 1}, map[level]level{1: 2, 0: 1}, [1]level{2})
	fmt.Printf("%v %s %d %x %q %+v %#v %5s|%-6v|%T\n", level(1), level(1), level(1), level(1), level(1), level(1), level(1), level(0), level(0), level(0))
	fmt.Println(&ptr{1}, []*ptr{}, ptr{2})
	fmt.Printf("%s %v %d\n", &ptr{3}, &ptr{4}, &ptr{5})
	fmt.Println(fault{7}, &fault{8}, []error{fault{9}, errors.New("plain")})
	fmt.Printf("%v %s %q %d %#v\n", fault{1}, fault{2}, fault{3}, fault{4}, fault{5})
	fmt.Printf("%v %#v %s\n", gos("x"), gos("x"), gos("x"))
	fmt.Println(outer{1, nil, fault{2}, fault{3}})
	fmt.Printf("%+v\n", outer{L: 2, E: errors.New("e")})
	fmt.Println(panics{})
	fmt.Printf("%v %d %s\n", panics{}, 1, "after")
	fmt.Println(level(9))
	var nilPtr *ptr
	fmt.Printf("%v\n", nilPtr)
	var nilErr error
	fmt.Printf("%v\n", nilErr)
	fmt.Println(list{0, 2}, embedded{1, 2}, struct{ stringer }{level(2)})
	err := fmt.Errorf("wrap %d: %v", 1, fault{4})
	fmt.Println(err, err.Error() == "wrap 1: fault 4")
	fmt.Printf("%s|%10s|%-10s|%.3s\n", err, fault{1}, fault{2}, errors.New("long"))
	fmt.Print(level(1), level(2), "s", 1, 2, "t", nil, fault{1}, "\n")
	s := fmt.Sprint("a", 1, 2, "b", "c", 3.0, level(0), level(1))
	fmt.Println(s, len(fmt.Sprintln("x", 1)), fmt.Sprintln() == "\n")
	if n, err := fmt.Println("count"); n != 6 || err != nil {
		fmt.Println("wrong", n, err)
	}
	n, _ := fmt.Printf("%s\n", "héé")
	fmt.Println(n)
}
