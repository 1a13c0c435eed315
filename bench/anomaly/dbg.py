import run,sim,model,numpy as np
fam=[f for f in sim.families() if f.name=="week od 0.02"][0]
rng=np.random.default_rng(3)
for r in range(8):
    n=126*24; mu=fam.means(n,rng,56*24); y=sim.draw(fam,mu,rng)
    S=model.Series()
    for t in range(56*24): S.take(int(y[t]))
    f=S.fit
    print(f"true mu {mu.min():.3f}-{mu.max():.3f} est season {min(f.season):.2f}-{max(f.season):.2f} level {S.level(S.A,S.B):.4f} c0 {f.c0:.2f} c1 {f.c1:.2f} mem {f.memory} growth {f.growth:.5f} total {sum(y[:56*24])}")
