package main

import "sync"

var sink int

func init() {
	perOperation["pool_get_put"] = func(n int) {
		pool := sync.Pool{New: func() any { return new(int) }}
		for i := 0; i < n; i++ {
			pool.Put(pool.Get())
		}
	}
	var loaded, stored sync.Map
	plain := map[int]int{}
	for k := 0; k < 1000; k++ {
		loaded.Store(k, k)
		plain[k] = k
	}
	perOperation["sync_map_load"] = func(n int) {
		for i := 0; i < n; i++ {
			v, _ := loaded.Load(i % 1000)
			sink = v.(int)
		}
	}
	perOperation["sync_map_store"] = func(n int) {
		for i := 0; i < n; i++ {
			stored.Store(i%1000, 1)
		}
	}
	perOperation["map_get"] = func(n int) {
		for i := 0; i < n; i++ {
			sink = plain[i%1000]
		}
	}
}
