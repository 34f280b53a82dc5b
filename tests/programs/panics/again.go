// A panic in a deferred call while another is on its way.

package main

func main() {
	defer func() {
		defer func() { panic("third") }()
		panic("second")
	}()
	panic("first")
}
