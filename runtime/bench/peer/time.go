package main

import "time"

func init() {
	perOperation["timer_new_stop"] = func(n int) {
		for i := 0; i < n; i++ {
			time.NewTimer(time.Hour).Stop()
		}
	}
	perOperation["timer_reset"] = func(n int) {
		timer := time.NewTimer(time.Hour)
		for i := 0; i < n; i++ {
			timer.Reset(time.Hour)
		}
		timer.Stop()
	}
	perOperation["after_func_reset"] = func(n int) {
		timer := time.AfterFunc(time.Hour, func() {})
		for i := 0; i < n; i++ {
			timer.Reset(time.Hour)
		}
		timer.Stop()
	}
	perOperation["select_timeout"] = func(n int) {
		ready := make(chan int64, 1)
		for i := 0; i < n; i++ {
			ready <- int64(i)
			select {
			case <-ready:
			case <-time.After(time.Minute):
			}
		}
	}
}
