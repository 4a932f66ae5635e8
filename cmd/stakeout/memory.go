package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// mostMemory is how much memory a query may take, in bytes: SQLite keeps what it
// sorts and gathers, and knows no limit in the form that it is built in.
const mostMemory = 1 << 30

// withinMemory ends a context when the program holds more memory than it may, with
// the cause. Only Linux tells how much that is; elsewhere it never does. stop ends
// the watch.
func withinMemory(ctx context.Context, most int64) (watched context.Context, stop context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if held := residentBytes(); held > most {
				cancel(withHint(fmt.Errorf("it takes more than %d MB of memory", most>>20), "ask for less: name columns, add conditions, sort fewer rows"))
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}

// residentBytes is how much memory the program holds; 0 where nobody tells.
func residentBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
