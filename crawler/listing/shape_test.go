package listing

import "testing"

// TestQueries: a parameter that says a part of the site is of a list, unless
// another names the page.
func TestQueries(t *testing.T) {
	for address, banned := range map[string]bool{
		"https://site.example/story.php?id=912&lang=en":                                 false,
		"https://site.example/index.php?option=com_content&view=article&id=12&catid=31": false,
		"https://site.example/?p=812&cat=3":                                             false,
		"https://site.example/?cat=3":                                                   true,
		"https://site.example/index.php?lang=de":                                        true,
		"https://site.example/story.php?id=912&print=1":                                 true,
		"https://site.example/?q=bridge&id=12":                                          true,
	} {
		if got := shapeOf(address).banned; got != banned {
			t.Errorf("%s: banned %v, want %v", address, got, banned)
		}
	}
}
