// The rows of ../*_rows.cc in Go, as its programmers write them: what `./plait bench runtime` measures itself against.
//
//	peer ROW    prints "ROW nanoseconds", the time of one operation (or what else the row measures)
package main

import (
	"fmt"
	"os"
	"testing"
	"time"
)

var perOperation = map[string]func(n int){}
var figure = map[string]func() float64{}
var once = map[string]func() (timed func()){}

func main() {
	testing.Init()
	row := os.Args[1]
	if body, ok := perOperation[row]; ok {
		result := testing.Benchmark(func(b *testing.B) { body(b.N) })
		fmt.Println(row, float64(result.T.Nanoseconds())/float64(result.N))
	} else if measure, ok := figure[row]; ok {
		fmt.Println(row, measure())
	} else if setUp, ok := once[row]; ok {
		body := setUp()
		start := time.Now()
		body()
		fmt.Println(row, time.Since(start).Nanoseconds())
	} else {
		fmt.Fprintln(os.Stderr, "no row", row)
		os.Exit(2)
	}
}
