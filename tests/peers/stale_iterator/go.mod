module staleiterator

go 1.19
