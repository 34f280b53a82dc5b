// A panic with a number of a named type.

package main

type code uint8

func main() { panic(code(200)) }
