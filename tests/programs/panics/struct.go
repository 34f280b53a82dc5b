// A panic with a struct: its type and where it is.

package main

type T struct{ a, b int }

func main() { panic(T{1, 2}) }
