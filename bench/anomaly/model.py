"""Prototype of the usual."""
import sys; sys.path.insert(0,'/work/w-usual')
from math import exp, log, sqrt
from collections import deque
from streams.core.baseline.negative_binomial import upper_tail, log_probability, threshold

DAY=24; WEEK=168
MEMORIES=(1344.0, 240.0, 72.0)
SHARES=((1,.95),(3,.1),(6,.1))
CLIP=3.0
SHIFT=6.0

class Fit:
    __slots__=("season","c0","c1","growth","memory","origin","rel","pi","phi3","phi6","mean","fitted")

def fit_blank(mean):
    f=Fit(); f.season=[1.0]*WEEK; f.c0=1.0; f.c1=0.0; f.growth=0.0; f.memory=1344.0; f.origin=0; f.rel=[0.3]*WEEK; f.pi=0.0; f.mean=mean; f.fitted=[]
    return f

def clip_at(m, v):
    """Beyond what comes once in a thousand windows: Wilson and Hilferty's quantile of a gamma variable."""
    k=m*m/v
    if k<1.0: return m+5.0*v/m+1.0
    r=1-1/(9*k)+3.1/(3*sqrt(k))
    return m*r*r*r+1.0

def fit(ys, first, cuts=()):
    f=fit_one(ys,first,cuts)
    n0=sum(y==0 for y in ys); known=sum(y is not None for y in ys)
    if n0>10 and f.mean>1.0:
        e0=sum(exp(log_probability(0,max(m,1e-4),(f.c0+f.c1*m)*m)) for m in f.fitted[::7])*7*known/max(known,1)
        e0=min(e0,known)
        if n0-e0>4*sqrt(e0)+3 and n0-e0>.01*known:
            g=fit_one([None if y==0 else y for y in ys],first,cuts)
            e0=sum(exp(log_probability(0,max(m,1e-4),(g.c0+g.c1*m)*m)) for m in g.fitted[::7])/max(len(g.fitted[::7]),1)
            if e0<.1:
                g.pi=max(0.0,(n0/known-e0)/(1-e0)); return g
    return f
def fit_one(ys, first, cuts=()):
    """ys: counts or None; first: the number of the first window (hour since a Monday 0:00)."""
    n=len(ys)
    slots=[(first+i)%WEEK for i in range(n)]
    bs=[0]*n; b=0; left=DAY; ends=[]
    cutset={c-first for c in cuts}
    for i in range(n-1,-1,-1):
        if left==0: b+=1; left=DAY
        bs[i]=b; left-=1
        if i in cutset and i>0: ends.append(b); left=0
    nb=b+1
    known=[(i,y,slots[i],bs[i]) for i,y in enumerate(ys) if y is not None]
    f=Fit()
    total=sum(k[1] for k in known); cnt=len(known)
    mean=max(total/max(cnt,1),1e-3)
    H=[1.0]*DAY; D=[1.0]*7; S=[1.0]*WEEK
    L=[mean]*nb
    c0,c1=1.0,0.0
    phi=max(1.0,sum((k[1]-mean)**2 for k in known)/max(cnt,1)/mean)
    w=[float(k[1]) for k in known]
    season=[1.0]*WEEK
    for turn in range(3):
        # hour and day factors
        YH=[0.0]*DAY; EH=[0.0]*DAY; YD=[0.0]*7; ED=[0.0]*7
        for (i,y,s,b),yc in zip(known,w):
            h=s%DAY; d=s//DAY; e=L[b]
            YH[h]+=yc; EH[h]+=e*D[d]
            YD[d]+=yc; ED[d]+=e*H[h]
        used=[]; H=shrunk(YH,EH,phi,used); D=shrunk(YD,ED,phi,used) if n>=10*DAY else D
        # level by block
        TB=[0.0]*nb; XB=[0.0]*nb
        for (i,y,s,b),yc in zip(known,w):
            TB[b]+=yc; XB[b]+=H[s%DAY]*D[s//DAY]
        memory,growth,L,q=levels(TB,XB,phi,mean,frozenset(ends))
        # clipping, dispersion
        num=0.0; sz=sm=szm=smm=0.0; k=0
        for j,(i,y,s,b) in enumerate(known):
            m=L[b]*H[s%DAY]*D[s//DAY]*(1 if not growth else exp(growth*((n-1-i)%DAY-11.5)*-1)) if False else L[b]*H[s%DAY]*D[s//DAY]
            if m<1e-4: m=1e-4
            p=c0+c1*m
            top=clip_at(m,p*m)
            yc=y if y<top else top
            w[j]=yc
            z=(yc-m)*(yc-m)/m
            sz+=z; sm+=m; szm+=z*m; smm+=m*m; k+=1
        k=max(k,1); mz=sz/k; mm=sm/k; vm=smm/k-mm*mm
        dof=k/max(k-sum(used)-1-(0 if memory>1000 else n/memory*.5),k*.5)
        mz*=1.02*dof
        phi=max(1.0,mz)
        c0,c1=phi,0.0
        if vm>0.05*mm*mm and phi>1.05:
            slope=(szm/k-sz/k*mm)/vm
            # shrink to what its error allows
            se=sqrt((2+1/mean)*mz*mz/(k*vm))
            t=slope/se if se else 0
            slope=slope*max(0.0,1-2.0/(t*t)) if t else 0.0
            c1=max(0.0,slope); c0=mz-c1*mm
            if c0<1.0: c0=1.0; c1=max(0.0,(mz-1.0)/mm)
    # residual slots
    Y=[0.0]*WEEK; E=[0.0]*WEEK
    for (i,y,s,b),yc in zip(known,w):
        Y[s]+=yc; E[s]+=L[b]*H[s%DAY]*D[s//DAY]
    S=shrunk(Y,E,phi) if n>=3*WEEK else [1.0]*WEEK
    f.season=[S[s]*H[s%DAY]*D[s//DAY] for s in range(WEEK)]
    ey=[phi/(EH[h]+1e-9) for h in range(DAY)]
    f.rel=[min(0.3,ey[s%DAY]*RELH) for s in range(WEEK)]
    f.c0,f.c1=c0,c1; f.memory=memory; f.growth=growth; f.pi=0.0; f.mean=mean; f.fitted=[L[b]*f.season[s] for (i,y,s,b) in known]
    return f
RELH=1.0

NULL=1.5
def shrunk(Y,E,phi,used=None):
    """Factors drawn to one by as much as their differences are chance (moments' estimate of the variance between)."""
    n=len(Y); tot=sum(E) or 1e-9; ty=sum(Y); r=ty/tot
    if r<=0: return [1.0]*n
    num=0.0; den=0.0; noise=0.0
    for y,e in zip(Y,E):
        if e<=0: continue
        e*=r
        num+=(y-e)**2-phi*e; den+=e*e; noise+=phi*phi*e*(2*e+phi)
    tau=max(0.0,(num-NULL*sqrt(noise))/den) if den else 0.0
    if tau<=1e-6: return [1.0]*n
    k=phi/tau
    if used is not None: used.append(sum(e*r/(k+e*r) for e in E))
    out=[(k+y)/(k+e*r) for y,e in zip(Y,E)]
    m=sum(o*e for o,e in zip(out,E))/tot
    return [o/m for o in out]

def levels(T,X,phi,mean,ends=frozenset()):
    """Blocks, newest first. Returns memory (windows), growth per window, smoothed levels, q."""
    nb=len(T)
    last=min(ends)+1 if ends else nb
    # growth by regression on blocks
    tot=sum(T[:last]); ex=sum(X[:last])
    lev=tot/ex if ex>0 else mean
    g=0.0
    if last>=10 and tot>20*phi:
        # weights
        sw=sx=0.0
        for b in range(last): sw+=X[b]; sx+=X[b]*b
        xb=sx/sw
        sxx=sxy=0.0
        for b in range(last):
            e=lev*X[b]; sxx+=e*(b-xb)**2; sxy+=(T[b]-e)*(b-xb)
        slope=-sxy/sxx   # per block forward in time (b counts backwards)
        chi=0.0
        for b in range(last):
            e=lev*X[b]*(1-slope*(b-xb))
            if e>0: chi+=(T[b]-e)**2/(phi*e)
        chi=max(1.0,chi/(last-2))
        se=sqrt(phi*chi/sxx); t=slope/se
        if abs(t)>1: g=slope*(1-1/(t*t))
        g=max(-0.05,min(0.05,g))
    ends_={e-0 for e in ends}
    ends_={e-1 for e in ends_ if e>0} if False else ends_
    best=None
    for M in MEMORIES:
        gam=exp(-DAY/M); A=B=0.0; ll=0.0; got=0
        for b in range(nb-1,-1,-1):
            x=X[b]
            if b in ends_: A=B=0.0
            if x<=0: A*=gam;B*=gam; continue
            if B>0 and nb-b>3:
                m=max(A/B*exp(g)*x,1e-6); v=phi*m+phi*m*m/max(A,0.5)
                y=T[b]
                top=m+4*sqrt(v)+1
                if y>top: y=top
                if y<m-4*sqrt(v): y=m-4*sqrt(v)
                # normal approximation is poor for small: use NB on rounded
                ll+=log_probability(int(y+.5),m,v) if m<200 else -0.5*log(v)-(y-m)**2/(2*v)
                got+=1
            # level in units of now: growth moves the old counts
            A=(A*gam)*exp(g)+T[b]; B=B*gam+x
        if best is None or ll>best[0]+1.0*(1 if best else 0): best=(ll,M)
    M=best[1]
    gam=exp(-DAY/M)
    # two-sided
    fA=[0.0]*nb; fB=[0.0]*nb; A=B=0.0
    eg=exp(g)
    for b in range(nb-1,-1,-1):
        if b in ends: A=B=0.0
        A=A*gam*eg+T[b]; B=B*gam+X[b]; fA[b]=A; fB[b]=B
    A=B=0.0; L=[0.0]*nb
    for b in range(nb):
        A=A*gam/eg; B=B*gam
        L[b]=max((fA[b]+A)/max(fB[b]+B,1e-9),1e-4)
        A+=T[b]; B+=X[b]
        if b in ends: A=B=0.0
    return M,g/DAY,L,0.0

class Series:
    """Streaming."""
    def __init__(self, first=0, keep=1344):
        self.ys=deque(maxlen=keep); self.t=first; self.fit=fit_blank(1.0); self.A=0.0; self.B=0.0
        self.recent=deque(maxlen=6)  # (y, s, A, B, growth) before each
        self.since=0; self.cuts=[]; self.day=deque(maxlen=24)
    def copy(self):
        o=object.__new__(Series); o.ys=self.ys.copy(); o.t=self.t; o.fit=self.fit; o.A=self.A; o.B=self.B; o.recent=self.recent.copy(); o.since=self.since; o.cuts=list(self.cuts); o.day=self.day.copy()
        return o
    def level(self,A,B):
        return (A+0.05)/(B+1.0)
    def forecast1(self):
        f=self.fit; s=f.season[self.t%WEEK]; L=self.level(self.A,self.B); m=max(L*s,1e-4)
        phi=f.c0+f.c1*m
        v=phi*m+m*m*(f.c0/(self.A+.5)+f.rel[self.t%WEEK])
        return m,v,s
    def judge(self,y,alpha):
        """p of each scale relative to its share: score<=1 is an alarm."""
        f=self.fit; m,v,s=self.forecast1()
        found=[]
        if y is None: return [1e9]*3
        best=[]
        sy=y; 
        # scale 1
        best.append(tail(y,m,v,alpha*SHARES[0][1]/(1-f.pi)))
        rec=list(self.recent)
        for k,share in SHARES[1:]:
            if len(rec)<k-1: best.append(1e9); continue
            part=rec[-(k-1):]
            A,B=part[0][2],part[0][3]
            g=f.growth
            L=self.level(A,B)*exp(g*k*.5)
            ms=L*s; Y=y; pv=(f.c0+f.c1*ms)*ms; r=f.rel[self.t%WEEK]*ms*ms
            for (yy,ss,_,_,tt) in part:
                if yy is None: continue
                mi=L*ss; ms+=mi; Y+=yy; pv+=(f.c0+f.c1*mi)*mi; r+=f.rel[tt%WEEK]*mi*mi
            if f.pi:
                q=f.pi; m2=ms*ms/k; pv=(1-q)*(pv+m2)-(1-q)**2*m2; ms*=1-q; r*=(1-q)**2
            if ms<1e-4: ms=1e-4
            vs=max(pv,ms)+ms*ms*f.c0/(A+.5)+r
            best.append(tail(Y,ms,vs,alpha*share))
        return best
    def take(self,y):
        f=self.fit; m,v,s=self.forecast1()
        self.recent.append((y,s,self.A,self.B,self.t)); self.day.append((y,s,self.A,self.B))
        gam=1-1/f.memory
        if y is not None:
            top=clip_at(m,v)
            yc=min(y,top); use=1.0
            if f.pi and y==0:
                p0=exp(log_probability(0,m,(f.c0+f.c1*m)*m)); use=(1-f.pi)*p0/(f.pi+(1-f.pi)*p0)
            self.A=self.A*gam*exp(f.growth)+yc; self.B=self.B*gam+s*use
        self.ys.append(y); self.t+=1; self.since+=1
        self.shift()
        n=len(self.ys)
        if n>=48 and self.since>=24:
            self.refit()
    def shift(self):
        if len(self.day)<24 or len(self.ys)<72: return
        y0,s0,A,B=self.day[0]
        if B<24: return
        f=self.fit; L=self.level(A,B)
        last=self.day[-1]
        M=0.0;Y=0.0;V=0.0;n=0
        for y,s,_,_ in self.day:
            if y is None: continue
            m=L*s; M+=m; Y+=y; V+=(f.c0+f.c1*m)*m; n+=1
        if f.pi: M*=1-f.pi; V=V*(1-f.pi)+f.pi*M*M/max(n,1)
        if n<20: return
        V=max(V,M)+M*M*f.c0/(A+.5)
        z=(Y-M)/sqrt(V)
        if abs(z)<SHIFT: return
        up=z>0; d=list(self.day)
        for q in range(4):
            part=[(y,s) for y,s,_,_ in d[q*6:q*6+6] if y is not None]
            Yq=sum(y for y,_ in part); Mq=sum(L*s for _,s in part)*(1-f.pi)
            dev=(Yq-Mq) if up else (Mq-Yq)
            if dev<.25*abs(Y-M)/4: return
        self.cuts=[c for c in self.cuts if c>self.t-1344][-6:]+[self.t-24]
        self.A=float(Y); self.B=sum(s for y,s,_,_ in d if y is not None)*(1-f.pi)
        self.day.clear()
    def refit(self):
        self.since=0
        ys=list(self.ys); n=len(ys); first=self.t-n
        self.fit=f=fit(ys,first,self.cuts)
        gam=1-1/f.memory; eg=exp(f.growth)
        A=B=0.0
        for i,y in enumerate(ys):
            if first+i in self.cuts: A=B=0.0
            if y is None: continue
            s=f.season[(first+i)%WEEK]
            m=max(self.level(A,B)*s,1e-4)
            top=clip_at(m,(f.c0+f.c1*m)*m+m*m*f.c0/(A+.5))
            use=1.0
            if f.pi and y==0:
                p0=exp(log_probability(0,m,(f.c0+f.c1*m)*m)); use=(1-f.pi)*p0/(f.pi+(1-f.pi)*p0)
            A=A*gam*eg+(y if y<top or B<24 else top); B=B*gam+s*use
        self.A,self.B=A,B

def tail(y,m,v,a):
    """p relative to the allowed; without looking at what can't matter."""
    if y<=m: return 1e9
    return upper_tail(y,m,v)/a
