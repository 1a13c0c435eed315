import time,sim,numpy as np,model2
for name in ("week od 10","day 200","flat 0.1","zeros 30"):
    fam=[f for f in sim.families() if f.name==name][0]
    rng=np.random.default_rng(3); n=1344*2
    y=[int(v) for v in sim.draw(fam,fam.means(n,rng,n),rng)]
    S=model2.Series()
    for v in y[:1344]: S.take(v)
    t=time.perf_counter()
    for v in y[1344:]: S.judge(v,1/168); S.take(v)
    t1=time.perf_counter()-t
    t=time.perf_counter(); S.s.learn(); t2=time.perf_counter()-t
    t=time.perf_counter()
    for v in y[:100]: S.judge(v,1/168)
    t3=(time.perf_counter()-t)/100
    print(name,f"whole {t1*1e6/1344:.0f} us/step, refit {t2*1e3:.2f} ms, judge {t3*1e6:.1f} us")
