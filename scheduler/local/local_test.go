package local

import (
	"testing"

	"stakeout/scheduler"
	"stakeout/scheduler/enginetest"
)

func TestEngine(t *testing.T) {
	enginetest.Run(t, func(*testing.T) scheduler.Engine { return New(8) })
}
