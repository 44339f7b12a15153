package main

import "sync"

func init() {
	perOperation["chan_pingpong"] = func(n int) {
		ping, pong := make(chan int64), make(chan int64)
		go func() {
			for v := range ping {
				pong <- v
			}
		}()
		for i := 0; i < n; i++ {
			ping <- int64(i)
			<-pong
		}
		close(ping)
	}
	perOperation["chan_unbuffered"] = func(n int) { stream(0, 1, 1, n) }
	perOperation["chan_buffered128"] = func(n int) { stream(128, 1, 1, n) }
	perOperation["chan_mpmc8x8"] = func(n int) { stream(128, 8, 8, n) }
	perOperation["chan_uncontended"] = func(n int) {
		ch := make(chan int64, 128)
		for i := 0; i < n; i++ {
			ch <- int64(i)
			<-ch
		}
	}
	perOperation["select_ready"] = func(n int) {
		a, b := make(chan int64, 1), make(chan int64, 1)
		for i := 0; i < n; i++ {
			if i%2 == 0 {
				a <- int64(i)
			} else {
				b <- int64(i)
			}
			select {
			case <-a:
			case <-b:
			}
		}
	}
	perOperation["select_default"] = func(n int) {
		ch := make(chan int64)
		for i := 0; i < n; i++ {
			select {
			case <-ch:
			default:
			}
		}
	}
	perOperation["select_blocked4"] = func(n int) {
		var to, from [4]chan int64
		for i := range to {
			to[i], from[i] = make(chan int64), make(chan int64)
		}
		quit := make(chan int64)
		go func() {
			for i := 0; ; i++ {
				select {
				case <-to[0]:
				case <-to[1]:
				case <-to[2]:
				case <-quit:
					return
				}
				from[i%4] <- 1
			}
		}()
		for i := 0; i < n; i++ {
			to[i%3] <- int64(i)
			select {
			case <-from[0]:
			case <-from[1]:
			case <-from[2]:
			case <-from[3]:
			}
		}
		close(quit)
	}
}

func stream(capacity, producers, consumers, n int) {
	ch := make(chan int64, capacity)
	var sending, receiving sync.WaitGroup
	sending.Add(producers)
	receiving.Add(consumers)
	for p := 0; p < producers; p++ {
		go func() {
			defer sending.Done()
			for i := 0; i < n/producers; i++ {
				ch <- int64(i)
			}
		}()
	}
	for c := 0; c < consumers; c++ {
		go func() {
			defer receiving.Done()
			for range ch {
			}
		}()
	}
	sending.Wait()
	close(ch)
	receiving.Wait()
}
