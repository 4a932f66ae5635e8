package store

import (
	"slices"
	"testing"
)

// A history of an earlier program has no sketches, and its words of scripts
// without spaces as they stand.
func TestCatchUpWithAnEarlierProgram(t *testing.T) {
	sqliteOnly(t, "no program left one of an earlier schema there")
	s, ctx := MustOpen(t), t.Context()
	one := firstVersion("a", "1", "東京都知事選", "知事は十二人が死亡したと発表した。")
	mustRecord(t, s, one)
	mustRecord(t, s, nextVersion(one, 1, "東京都知事選", "知事は十四人が死亡したと発表した。"))
	for n := range atOnce + 5 {
		mustRecord(t, s, firstVersion("b", string(rune('A'+n)), "Ferry", "The ferry went down off the coast on Monday."))
	}
	before := rowsOf(t, s)
	if err := s.commit(ctx, noKey, func(tx *tx) error {
		for _, query := range []string{"INSERT INTO sketches (sketches) VALUES ('delete-all')", "DELETE FROM sketched", "DELETE FROM search WHERE rowid = 1",
			"INSERT INTO pending (work) VALUES ('sketches'), ('pairs')", "INSERT INTO search (rowid, headline, body) VALUES (1, '東京都知事選', '知事は十二人が死亡したと発表した。')"} {
			if _, err := tx.exec(query); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, s, "十二人"); len(got) != 0 {
		t.Fatalf("the index as an earlier program wrote it finds %v: the test is none", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpenFile(t, s.path, Options{})
	if got := ids(t, s, "十二人"); !slices.Equal(got, []string{"1"}) {
		t.Errorf("a search found %v", got)
	}
	if after := rowsOf(t, s); !slices.Equal(after, before) {
		t.Errorf("%d rows in the index of copies, were %d", len(after), len(before))
	}
	if n := rowCount(t, s, "pending"); n != 0 {
		t.Errorf("%d works are left", n)
	}
	mustVerify(t, s)
}

// rowsOf are the words of the index of copies, each with its story.
func rowsOf(t *testing.T, s *Store) []string {
	t.Helper()
	if onServer {
		rows, err := column[string](t.Context(), s, "SELECT rowid || ' ' || unnest(hashes) FROM sketches ORDER BY 1")
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if err := s.commit(t.Context(), noKey, func(tx *tx) error {
		_, err := tx.exec("CREATE VIRTUAL TABLE IF NOT EXISTS sketch_words USING fts5vocab (sketches, instance)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	rows, err := column[string](t.Context(), s, "SELECT doc || ' ' || term FROM sketch_words ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestPairs(t *testing.T) {
	for text, want := range map[string][2]string{
		"plain text":  {"plain text", "plain text"},
		"東京都":         {" 東京 京都 都 ", " 東京 京都 "},
		"東":           {" 東 ", " 東 "},
		"NHK東京, 2時です": {"NHK 東京 京 , 2 時で です す ", "NHK 東京 京 , 2 時で です "},
		"ที่นี่":      {" ทน น ", " ทน "},
	} {
		if got := [2]string{indexed(text), sought(text)}; got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestSearchOfScriptsWithoutSpaces(t *testing.T) {
	s := MustOpen(t)
	mustRecord(t, s, firstVersion("a", "1", "東京都知事選、NHK速報", "知事は十二人が死亡したと発表した。"))
	mustRecord(t, s, firstVersion("a", "2", "京都の知事", "雨が降った。"))
	mustRecord(t, s, firstVersion("a", "3", "น้ำท่วมกรุงเทพ", "ประชาชนอพยพ"))
	for query, want := range map[string][]string{
		"知事": {"2", "1"}, "京都": {"2", "1"}, "東京都": {"1"}, "都知事": {"1"}, "雨": {"2"}, "選": {"1"}, "事": {"2", "1"}, "NHK速報": {"1"}, "選、NHK": {"1"},
		"十四人": {}, "事知": {}, "知事 -NHK": {"2"}, "กรุงเทพ": {"3"}, "ท่วม": {"3"}, "東京*": {"1"}, "知*": {"2", "1"},
	} {
		got := ids(t, s, query)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
	hits, err := s.Search(t.Context(), "死亡", 1)
	if err != nil || len(hits) != 1 || hits[0].Snippet != "知事は十二人が死亡したと発表した。" {
		t.Errorf("got %+v, %v", hits, err)
	}
}
