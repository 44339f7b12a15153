package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

const many = 1_000_000

type figures struct{ create, each, release float64 } // ns, bytes, ns

func park() (f figures) {
	gate := make(chan int)
	var ready, done sync.WaitGroup
	ready.Add(many)
	done.Add(many)
	before := residentSet()
	start := time.Now()
	for i := 0; i < many; i++ {
		go func() {
			ready.Done()
			<-gate
			done.Done()
		}()
	}
	ready.Wait()
	f.create = float64(time.Since(start).Nanoseconds())
	f.each = float64(residentSet()-before) / many
	start = time.Now()
	close(gate)
	done.Wait()
	f.release = float64(time.Since(start).Nanoseconds())
	return f
}

func residentSet() int64 {
	var size, resident int64
	file, err := os.Open("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if _, err := fmt.Fscan(file, &size, &resident); err != nil {
		panic(err)
	}
	return resident * int64(os.Getpagesize())
}

func init() {
	figure["parked_1m_create"] = func() float64 { return park().create }
	figure["parked_1m_again"] = func() float64 { park(); return park().create }
	figure["parked_1m_release"] = func() float64 { return park().release }
	figure["parked_1m_bytes"] = func() float64 { return park().each }
}
