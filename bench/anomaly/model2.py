import sys; sys.path.insert(0,'/work/w-usual')
import copy
from streams.core.baseline import series as S
class Series:
    def __init__(self): self.s=S.Series(0,24)
    def copy(self):
        o=object.__new__(Series); a=self.s
        o.s=S.Series(a.at,24,a.counts.copy(),a.habits,list(a.breaks),a.seen,a.weight,a.past.copy(),a.learned); return o
    def judge(self,y,alpha):
        out=[]
        for k,share in S.SHARES.items():
            e=self.s.expected(k)
            if y is None or e is None: out.append(1e9); continue
            c=self.s.summed(y,k)
            out.append(e.chance(c)/(alpha*share) if c>e.mean else 1e9)
        return out
    def take(self,y): self.s.take(y)
    def level(self,A,B): return S._level(A,B)
    @property
    def cuts(self): return self.s.breaks
