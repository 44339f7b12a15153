package main

import (
	"runtime"
	"sync"
)

func init() {
	perOperation["yield1000"] = func(n int) {
		var wg sync.WaitGroup
		for g := 0; g < 1000; g++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := 0; i < n/1000; i++ {
					runtime.Gosched()
				}
			}()
		}
		wg.Wait()
	}
	perOperation["spawn_join"] = func(n int) {
		var wg sync.WaitGroup
		for i := 0; i < n; i++ {
			wg.Add(1)
			go wg.Done()
			wg.Wait()
		}
	}
	spawn := func() {
		var wg sync.WaitGroup
		wg.Add(100_000)
		for i := 0; i < 100_000; i++ {
			go wg.Done()
		}
		wg.Wait()
	}
	perOperation["spawn_100k_warm"] = func(n int) {
		for i := 0; i < n; i++ {
			spawn()
		}
	}
	once["sieve2000"] = func() func() {
		return sieve
	}
	once["skynet_1m"] = func() func() {
		return func() {
			out := make(chan int64)
			go skynet(out, 0, 1_000_000)
			check(<-out == 499_999_500_000, "skynet")
		}
	}
	once["ring_10k_x100"] = ring
}

func sieve() {
	ch := make(chan int32)
	go func(out chan<- int32) {
		for i := int32(2); ; i++ {
			out <- i
		}
	}(ch)
	prime := int32(0)
	for i := 0; i < 2000; i++ {
		prime = <-ch
		next := make(chan int32)
		go func(in <-chan int32, out chan<- int32, prime int32) {
			for {
				if v := <-in; v%prime != 0 {
					out <- v
				}
			}
		}(ch, next, prime)
		ch = next
	}
	check(prime == 17389, "sieve")
}

func ring() (timed func()) {
	const size, laps = 10_000, 100
	first := make(chan int32)
	last := first
	for i := 1; i < size; i++ {
		next := make(chan int32)
		go func(in <-chan int32, out chan<- int32) {
			for v := range in {
				out <- v + 1
			}
			close(out)
		}(last, next)
		last = next
	}
	done := make(chan int32)
	go func() {
		v := int32(0)
		for lap := 0; lap < laps; lap++ {
			if lap > 0 {
				first <- v
			}
			v = <-last
		}
		done <- v
	}()
	return func() {
		first <- 0
		check(<-done == (size-1)*laps, "ring")
	}
}

func skynet(out chan<- int64, first, size int64) {
	if size == 1 {
		out <- first
		return
	}
	in := make(chan int64)
	for i := int64(0); i < 10; i++ {
		go skynet(in, first+i*(size/10), size/10)
	}
	sum := int64(0)
	for i := 0; i < 10; i++ {
		sum += <-in
	}
	out <- sum
}

func check(ok bool, what string) {
	if !ok {
		panic("wrong result: " + what)
	}
}
