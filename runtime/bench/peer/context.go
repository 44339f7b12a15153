package main

import (
	"context"
	"sync"
)

func init() {
	perOperation["ctx_cancel"] = func(n int) {
		parent, stop := context.WithCancel(context.Background())
		defer stop()
		for i := 0; i < n; i++ {
			_, cancel := context.WithCancel(parent)
			cancel()
		}
	}
	perOperation["ctx_tree"] = func(n int) {
		for done := 0; done < n; done += 1111 {
			root, cancel := context.WithCancel(context.Background())
			grow(root, 3)
			cancel()
			check(root.Err() != nil, "ctx_tree")
		}
	}
	// What golang.org/x/sync/errgroup does, which Debian's Go does not bring.
	perOperation["errgroup16"] = func(n int) {
		for done := 0; done < n; done += 16 {
			ctx, cancel := context.WithCancel(context.Background())
			var wg sync.WaitGroup
			var once sync.Once
			var first error
			for task := 0; task < 16; task++ {
				wg.Add(1)
				go func() {
					defer wg.Done()
					if err := ctx.Err(); err != nil {
						once.Do(func() {
							first = err
							cancel()
						})
					}
				}()
			}
			wg.Wait()
			cancel()
			check(first == nil, "errgroup16")
		}
	}
}

func grow(parent context.Context, depth int) {
	for i := 0; i < 10; i++ {
		child, cancel := context.WithCancel(parent)
		_ = cancel // the root's reaches it
		if depth > 1 {
			grow(child, depth-1)
		}
	}
}
