import time,model,sim,numpy as np
for name in ("week od 10","day 200","flat 0.1","zeros 30"):
    fam=[f for f in sim.families() if f.name==name][0]
    rng=np.random.default_rng(3); n=1344
    y=[int(v) for v in sim.draw(fam,fam.means(n,rng,n),rng)]
    S=model.Series()
    t=time.perf_counter()
    for v in y: S.take(v)
    t1=time.perf_counter()-t
    t=time.perf_counter(); S.refit(); t2=time.perf_counter()-t
    t=time.perf_counter()
    for v in y[:500]: S.judge(v,1/168)
    t3=(time.perf_counter()-t)/500
    S.since=-10**6
    t=time.perf_counter()
    for v in y[:500]: S.take(v)
    t4=(time.perf_counter()-t)/500
    print(name,f"whole {t1*1e6/n:.0f} us/step, refit {t2*1e3:.2f} ms, judge {t3*1e6:.1f} us, take {t4*1e6:.1f} us")
