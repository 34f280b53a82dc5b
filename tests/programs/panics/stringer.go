// A panic with a value that has a String method.

package main

type level int

func (l level) String() string { return "a level" }

func main() { panic(level(3)) }
