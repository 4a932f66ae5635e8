package river

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	queue "github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
	_ "modernc.org/sqlite" // the driver

	"stakeout/internal/testpg"
	"stakeout/scheduler"
	"stakeout/scheduler/enginetest"
)

// onSQLite is River's engine without a Postgres.
func onSQLite(t *testing.T) scheduler.Engine {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "river.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	driver := riversqlite.New(db)
	if err := Migrate(t.Context(), driver); err != nil {
		t.Fatal(err)
	}
	e, err := New(driver, Options{Workers: 8, Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEngineOnSQLite(t *testing.T) { enginetest.Run(t, onSQLite) }

// A round whose worker died holds up none that bears another lease number.
func TestADeadWorkersJobBlocksNobody(t *testing.T) {
	e := onSQLite(t)
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	dead := make(chan struct{})
	var rounds atomic.Int32
	if err := e.Enqueue(ctx, scheduler.Round{Name: "a", Lease: 1}); err != nil {
		t.Fatal(err)
	}
	if err := e.Run(ctx, scheduler.Work{Round: func(ctx context.Context, name string) error {
		if rounds.Add(1) == 1 {
			if err := e.Enqueue(ctx, scheduler.Round{Name: "a", Lease: 1}, scheduler.Round{Name: "a", Lease: 2}); err != nil {
				t.Error(err)
			}
			<-dead // as far as anyone can tell
			return nil
		}
		close(dead)
		time.AfterFunc(300*time.Millisecond, stop)
		return nil
	}}); err != nil {
		t.Fatal(err)
	}
	if rounds.Load() != 2 {
		t.Errorf("%d rounds, expected that of lease 1 once and that of lease 2", rounds.Load())
	}
}

func TestEngineOnPostgres(t *testing.T) {
	server := testpg.Shared(t)
	enginetest.Run(t, func(t *testing.T) scheduler.Engine {
		t.Helper()
		e, err := Open(t.Context(), server.Database(t), Options{Workers: 8, Poll: 100 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(e.Close)
		return e
	})
}

// Two workers that start together on an empty database don't stumble over each other,
// and the queue says what waits.
func TestWorkersStartTogether(t *testing.T) {
	address := testpg.Shared(t).Database(t)
	if q, err := Look(t.Context(), address); err != nil || q != (Queue{}) {
		t.Errorf("before any worker: %+v, %v", q, err)
	}
	var starting sync.WaitGroup
	for range 3 {
		starting.Go(func() {
			e, err := Open(t.Context(), address, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			defer e.Close()
			if err := e.Enqueue(t.Context(), scheduler.Round{Name: "a", Lease: 1}, scheduler.Round{Name: "b", Lease: 1}); err != nil {
				t.Error(err)
			}
		})
	}
	starting.Wait()
	if q, err := Look(t.Context(), address); err != nil || q.Waiting != 2 || q.Running != 0 {
		t.Errorf("found %+v, %v, expected that each round waits once", q, err)
	}
}

// A job whose worker died before it took the lease holds up nobody either, nor does a
// second such.
func TestAJobThatDiedBeforeItsLeaseIsFollowed(t *testing.T) {
	long := time.Now().Add(-deadAfter)
	args := roundArgs{Name: "a", Lease: 1}
	job := func(state rivertype.JobState, at time.Time) []*rivertype.JobInsertResult {
		return []*rivertype.JobInsertResult{{Job: &rivertype.JobRow{ID: 7, State: state, AttemptedAt: &at}, UniqueSkippedAsDuplicate: true}}
	}
	jobs := []queue.InsertManyParams{{Args: args}}
	again := afterDead(jobs, job(rivertype.JobStateRunning, long), time.Now())
	if len(again) != 1 || again[0].Args != (roundArgs{Name: "a", Lease: 1, After: 7}) {
		t.Fatalf("found %+v", again)
	}
	if next := afterDead(again, job(rivertype.JobStateRunning, long), time.Now()); len(next) != 1 {
		t.Errorf("a second: %+v", next)
	}
	for _, alive := range [][]*rivertype.JobInsertResult{job(rivertype.JobStateRunning, time.Now()), job(rivertype.JobStateAvailable, long)} {
		if again := afterDead(jobs, alive, time.Now()); len(again) != 0 {
			t.Errorf("for one that waits or runs: %+v", again)
		}
	}
}
