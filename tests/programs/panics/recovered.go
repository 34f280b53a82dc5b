// A panic that is recovered and raised again.

package main

func main() {
	defer func() {
		r := recover()
		println("recovered", r.(string))
		panic(r)
	}()
	panic("once more")
}
