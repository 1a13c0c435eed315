import sys,time; sys.path.insert(0,'/tmp/an')
import numpy as np, model2, sim
from collections import defaultdict
def run(fam,seed=1,series=10,warm=56,test=70,alpha=1/168,lengths=(1,2,4,6),ks=(3,4,6),every=41,share_oracle=True):
    rng=np.random.default_rng(seed)
    fa=0; windows=0; oracle_fa=0.0; by=[0,0,0]; secs=0.0; steps=0
    det=defaultdict(lambda:[0,0.0,0,0]) # (k,len): n, ours, , 
    n=(warm+test)*24
    alarms_all=[]; scores=[]
    outs=[]
    for r in range(series):
        mu=fam.means(n,rng,warm*24); y=sim.draw(fam,mu,rng); sd=sim.sd(fam,mu)
        gap=rng.random(n)<fam.gaps/6 if fam.gaps else np.zeros(n,bool)
        if fam.gaps:
            g2=gap.copy()
            for j in range(1,6): g2[j:]|=gap[:-j]
            gap=g2
        thr=sim.thr(fam,mu,alpha); att=sim.sf(fam,mu,thr)
        S=model2.Series()
        yl=[None if g else int(v) for v,g in zip(y,gap)]
        t0=time.perf_counter()
        for t in range(n):
            if t>=warm*24 and yl[t] is not None:
                sc=S.judge(yl[t],alpha)
                scores.append(min(sc))
                windows+=1; oracle_fa+=att[t]
                if min(sc)<=1: fa+=1; by[int(np.argmin(sc))]+=1
                if t%every==0 and t+7<n:
                    for k in ks:
                        for ln in lengths:
                            extra=[sim.poisson.rvs(k*sd[t+j],random_state=rng) if 0 else rng.poisson(k*sd[t+j]) for j in range(ln)]
                            C=S.copy(); hit=None
                            p=1.0
                            scs=[]
                            for j in range(ln):
                                if yl[t+j] is None: C.take(None); scs.append(1e9); continue
                                v=yl[t+j]+extra[j]
                                s=min(C.judge(v,alpha)); scs.append(s)
                                C.take(v)
                            o=any(yl[t+j] is not None and yl[t+j]+extra[j]>=thr[t+j] for j in range(ln))
                            hit=next((j for j,s in enumerate(scs) if s<=1),None)
                            outs.append((k,ln,hit,o))
            S.take(yl[t])
        secs+=time.perf_counter()-t0; steps+=n
    return dict(fam=fam,fa=fa,windows=windows,expected=windows*alpha,oracle=oracle_fa,by=by,outs=outs)
def show(r,ks=(3,4,6)):
    line=f"{r['fam'].name:14s} promise x{r['fa']/r['expected']:.2f} of oracle's {r['fa']/max(r['oracle'],1e-9):6.2f} (oracle {r['oracle']/r['expected']:.2f}) by {r['by']} "
    for k in ks:
        o=[x for x in r['outs'] if x[0]==k]
        ours=sum(x[2] is not None for x in o)/len(o); orc=sum(x[3] for x in o)/len(o)
        o1=[x for x in o if x[1]==1]; ours1=sum(x[2] is not None for x in o1)/len(o1); orc1=sum(x[3] for x in o1)/len(o1)
        line+=f"| {k}sd {ours:.2f}/{orc:.2f}={ours/max(orc,1e-9):.2f} one {ours1:.2f}/{orc1:.2f} "
    return line
if __name__=="__main__":
    names=sys.argv[1:] 
    for fam in sim.families():
        if names and not any(n in fam.name for n in names): continue
        t=time.time(); r=run(fam,series=6); print(show(r),f"{time.time()-t:.0f}s",flush=True)
