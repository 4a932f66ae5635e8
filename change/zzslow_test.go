package change_test
import ("testing";"strings";"time";"math/rand";"stakeout/change";"stakeout/story")
func TestZZSlow(t *testing.T){
 lot:=rand.New(rand.NewSource(1))
 for _,al:=range []string{"0","0 ","0:","a.","0.","a0 .","\"'a ","$0 ","一二","0,","a-","́a","1 "} {
  for _,n:=range []int{5000,50000}{
  mk:=func()string{ var b strings.Builder; r:=[]rune(al); for range n {b.WriteRune(r[lot.Intn(len(r))])}; return b.String()}
  a,b:=mk(),mk()
  s:=time.Now()
  change.Fields(story.Fields{Body:[]string{a}},story.Fields{Body:[]string{b}})
  d:=time.Since(s)
  if d>100*time.Millisecond {t.Logf("%q %d %v",al,n,d)}
 }}
}
