package main

import "sync"

func init() {
	var mu sync.Mutex
	counter := 0
	perOperation["mutex_uncontended"] = func(n int) {
		for i := 0; i < n; i++ {
			mu.Lock()
			mu.Unlock()
		}
	}
	perOperation["mutex_contended8"] = func(n int) {
		team(8, n, func(share int) {
			for i := 0; i < share; i++ {
				mu.Lock()
				counter++
				mu.Unlock()
			}
		})
	}
	var rw sync.RWMutex
	perOperation["rwmutex_mostly_read"] = func(n int) {
		team(8, n, func(share int) {
			sum := 0
			for i := 0; i < share; i++ {
				if i%100 == 0 {
					rw.Lock()
					counter++
					rw.Unlock()
				} else {
					rw.RLock()
					sum += counter
					rw.RUnlock()
				}
			}
		})
	}
	var once sync.Once
	perOperation["once"] = func(n int) {
		for i := 0; i < n; i++ {
			once.Do(func() {})
		}
	}
	perOperation["cond_pingpong"] = func(n int) {
		var mu sync.Mutex
		ping, pong := sync.NewCond(&mu), sync.NewCond(&mu)
		turn := 0
		side := func(me int, mine, other *sync.Cond) {
			mu.Lock()
			for i := 0; i < n; i++ {
				for turn != me {
					mine.Wait()
				}
				turn = 1 - me
				other.Signal()
			}
			mu.Unlock()
		}
		var wg sync.WaitGroup
		wg.Add(2)
		go func() { defer wg.Done(); side(0, ping, pong) }()
		go func() { defer wg.Done(); side(1, pong, ping) }()
		wg.Wait()
	}
	var wg sync.WaitGroup
	perOperation["waitgroup"] = func(n int) {
		for i := 0; i < n; i++ {
			wg.Add(1)
			wg.Done()
			wg.Wait()
		}
	}
}

func team(goroutines, n int, work func(share int)) {
	var wg sync.WaitGroup
	for g := 0; g < goroutines; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work(n / goroutines)
		}()
	}
	wg.Wait()
}
