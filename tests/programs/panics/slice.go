// A slice out of range.

package main

func cut(s string, i int) string { return s[i:] }

func main() { println(cut("abc", 4)) }
