package change

// script says which of two sequences' members have no partner in the other.
type script struct{ dropped, inserted []bool }

// hunkRange is a place where two sequences differ: what a[oldFrom:oldTo] was,
// b[newFrom:newTo] is.
type hunkRange struct{ oldFrom, oldTo, newFrom, newTo int }

// diff compares two sequences of codes and lists where they differ, in order
// (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, in linear
// space). Of sequences that have little in common it settles for a longer list,
// found in time proportional to their length.
func diff(a, b []int32) []hunkRange {
	d := differ{a: a, b: b, s: script{make([]bool, len(a)), make([]bool, len(b))}}
	d.compare(0, len(a), 0, len(b))
	return d.s.hunks()
}

// hunks gathers neighbours without a partner.
func (s script) hunks() []hunkRange {
	var out []hunkRange
	i, j := 0, 0
	for i < len(s.dropped) || j < len(s.inserted) {
		h := hunkRange{oldFrom: i, newFrom: j}
		for i < len(s.dropped) && s.dropped[i] {
			i++
		}
		for j < len(s.inserted) && s.inserted[j] {
			j++
		}
		if h.oldTo, h.newTo = i, j; h.oldTo > h.oldFrom || h.newTo > h.newFrom {
			out = append(out, h)
		}
		i, j = i+1, j+1
	}
	return out
}

// maxCost bounds the search for a shortest list: how many differences it looks
// through from either end before it settles for the furthest point reached.
const maxCost = 256

type differ struct {
	a, b        []int32
	s           script
	forth, back []int // furthest x on each diagonal, from the start and from the end
}

// compare marks what differs between a[aFrom:aTo] and b[bFrom:bTo].
func (d *differ) compare(aFrom, aTo, bFrom, bTo int) {
	for aFrom < aTo && bFrom < bTo && d.a[aFrom] == d.b[bFrom] {
		aFrom, bFrom = aFrom+1, bFrom+1
	}
	for aFrom < aTo && bFrom < bTo && d.a[aTo-1] == d.b[bTo-1] {
		aTo, bTo = aTo-1, bTo-1
	}
	if aFrom == aTo || bFrom == bTo {
		for i := aFrom; i < aTo; i++ {
			d.s.dropped[i] = true
		}
		for j := bFrom; j < bTo; j++ {
			d.s.inserted[j] = true
		}
		return
	}
	x, y := d.middle(aFrom, aTo, bFrom, bTo)
	d.compare(aFrom, x, bFrom, y)
	d.compare(x, aTo, y, bTo)
}

// middle finds a point that a shortest path goes through, or, beyond maxCost,
// one that a good path does. Neither range is empty, and their first members
// differ, as do their last.
func (d *differ) middle(aFrom, aTo, bFrom, bTo int) (int, int) {
	n, m := aTo-aFrom, bTo-bFrom
	limit := min((n+m+1)/2, maxCost)
	size := 2*limit + 3
	if len(d.forth) < size {
		d.forth, d.back = make([]int, size), make([]int, size)
	}
	zero, delta := limit+1, n-m
	d.forth[zero+1], d.back[zero+1] = 0, 0
	for cost := 0; cost <= limit; cost++ {
		for k := -cost; k <= cost; k += 2 {
			x := step(d.forth, zero+k, k == -cost, k == cost)
			y := x - k
			for x < n && y < m && d.a[aFrom+x] == d.b[bFrom+y] {
				x, y = x+1, y+1
			}
			d.forth[zero+k] = x
			if r := delta - k; delta%2 != 0 && -cost < r && r < cost && x >= n-d.back[zero+r] {
				return aFrom + x, bFrom + y
			}
		}
		for k := -cost; k <= cost; k += 2 {
			x := step(d.back, zero+k, k == -cost, k == cost)
			y := x - k
			for x < n && y < m && d.a[aTo-1-x] == d.b[bTo-1-y] {
				x, y = x+1, y+1
			}
			d.back[zero+k] = x
			if r := delta - k; delta%2 == 0 && -cost <= r && r <= cost && d.forth[zero+r] >= n-x {
				return aTo - x, bTo - y
			}
		}
	}
	x, y := d.furthest(zero, limit, n, m)
	return aFrom + x, bFrom + y
}

// step is the furthest x from which a diagonal is reached.
func step(furthest []int, k int, lowest, highest bool) int {
	if lowest || !highest && furthest[k-1] < furthest[k+1] {
		return furthest[k+1]
	}
	return furthest[k-1] + 1
}

// furthest is the point inside the ranges that the search from the start came
// to with the most behind it.
func (d *differ) furthest(zero, limit, n, m int) (int, int) {
	bestX, bestY := 0, 0
	for k := -limit; k <= limit; k += 2 {
		x := min(d.forth[zero+k], n)
		y := x - k
		if y > m {
			x, y = m+k, m
		}
		if x >= 0 && y >= 0 && x <= n && x+y > bestX+bestY && x+y < n+m {
			bestX, bestY = x, y
		}
	}
	if bestX+bestY == 0 {
		return n, 0
	}
	return bestX, bestY
}
