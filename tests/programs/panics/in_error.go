// A panic in the Error method of the value of a panic.

package main

type bad struct{}

func (bad) Error() string { panic("no text") }

func main() { panic(bad{}) }
