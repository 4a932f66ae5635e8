package render

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// memoryOf is what a process and all that descend from it have for themselves
// (Linux: RssAnon and RssShmem of /proc); 0 on a system that doesn't tell.
func memoryOf(pid int) int64 {
	entries, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	children := map[int][]int{}
	for _, path := range entries {
		content, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		// "PID (NAME) STATE PARENT …", and a name may hold anything
		text := string(content)
		fields := strings.Fields(text[strings.LastIndex(text, ")")+1:])
		own, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil || len(fields) < 2 {
			continue
		}
		parent, err := strconv.Atoi(fields[1])
		if err == nil {
			children[parent] = append(children[parent], own)
		}
	}
	total, seen := int64(0), map[int]bool{}
	for queue := []int{pid}; len(queue) > 0; queue = queue[1:] {
		if one := queue[0]; !seen[one] {
			seen[one] = true
			total += ownMemory(one)
			queue = append(queue, children[one]...)
		}
	}
	return total
}

// ownMemory is what one process has for itself.
func ownMemory(pid int) (bytes int64) {
	content, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(content)) {
		name, value, _ := strings.Cut(line, ":")
		if name != "RssAnon" && name != "RssShmem" {
			continue
		}
		if kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64); err == nil {
			bytes += kilobytes << 10
		}
	}
	return bytes
}
