import model2 as model,sim,numpy as np,sys
for name in ("flat 2","day 10","week od 50","strong od 50","week od 0.5"):
  for factor in (1.5,2,5,.3):
    fam=[f for f in sim.families() if f.name==name][0]
    rng=np.random.default_rng(5); after=[];quiet=[];late=[]
    for r in range(6):
        n=80*24; mu=fam.means(n,rng,56*24); mu=np.where(np.arange(n)>=56*24,mu*factor,mu); y=sim.draw(fam,mu,rng)
        S=model.Series(); al=[]
        for t in range(n):
            v=int(y[t])
            if t>=56*24 and min(S.judge(v,1/168))<=1: al.append(t-56*24)
            S.take(v)
        after.append(sum(a<72 for a in al)); late.append(sum(a>=72 for a in al)); quiet.append(max([a for a in al if a<72],default=0))
    print(name,factor,"alarms in 3 days",np.mean(after),"last one in them, h",np.mean(quiet),"later (21 days, promise 3)",np.mean(late), "level cut", [c-56*24 for c in S.cuts])
