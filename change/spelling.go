package change

// misspelt reports whether two words are likely one: one letter missing, added,
// wrong or swapped in a word of three and more, two in one of eight and more.
func misspelt(a, b string) bool {
	ra, rb := []rune(a), []rune(b)
	shorter := min(len(ra), len(rb))
	allowed := 0
	switch {
	case shorter >= 8:
		allowed = 2
	case shorter >= 3:
		allowed = 1
	}
	return allowed > 0 && editDistance(ra, rb, allowed) <= allowed
}

// editDistance is the Damerau-Levenshtein distance (optimal string alignment);
// it gives up beyond limit.
func editDistance(a, b []rune, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
