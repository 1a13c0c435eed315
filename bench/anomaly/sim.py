"""Families of simulated counts."""
import numpy as np
from math import exp, pi, sqrt, log
from scipy.stats import nbinom, poisson
WEEK=168
class Family:
    def __init__(s,name,mean,day=0.0,week=0.0,trend=0.0,phi=1.0,nb2=0.0,zeros=0.0,gaps=0.0,shift=0.0,spiky=False):
        s.__dict__.update(locals()); del s.__dict__['s']
    def means(self,n,rng,now):
        t=np.arange(n); h=t%24; d=(t//24)%7
        ph=rng.uniform(0,24)
        x=self.day*np.cos(2*pi*(h-ph)/24)+0.3*self.day*np.cos(4*pi*(h-ph)/24)
        if self.spiky:
            prof=rng.gamma(1.0,1.0,24)+.1; x=np.log(prof/prof.mean())[h]
        x=x+np.where(d>=5,-self.week,0)
        x=x-log(np.exp(x[:WEEK]).mean())
        x=x+self.trend*(t-now)/24
        mu=self.mean*np.exp(x)
        return mu
def dist(fam,mu):
    """(pi, mean of the positive part, var)"""
    m=mu/(1-fam.zeros) if fam.zeros else mu
    v=fam.phi*m+fam.nb2*m*m
    return m,v
def draw(fam,mu,rng):
    m,v=dist(fam,mu)
    y=np.where(v>m*1.000001, rng.negative_binomial(np.where(v>m*1.000001,m*m/np.maximum(v-m,1e-12),1), np.where(v>m*1.000001,m/v,.5)), rng.poisson(m))
    if fam.zeros: y=np.where(rng.random(len(mu))<fam.zeros,0,y)
    return y
def sd(fam,mu):
    m,v=dist(fam,mu); z=fam.zeros
    return np.sqrt((1-z)*(v+m*m)-mu*mu)
def sf(fam,mu,k):
    """P(Y>=k) truth, arrays"""
    m,v=dist(fam,mu)
    s=np.where(v>m*1.000001, nbinom.sf(k-1,np.where(v>m*1.000001,m*m/np.maximum(v-m,1e-12),1),np.where(v>m*1.000001,m/v,.5)), poisson.sf(k-1,m))
    return np.where(k<=0,1.0,s*(1-fam.zeros))
def thr(fam,mu,alpha):
    m,v=dist(fam,mu); q=1-alpha/(1-fam.zeros)
    t=np.where(v>m*1.000001, nbinom.ppf(q,np.where(v>m*1.000001,m*m/np.maximum(v-m,1e-12),1),np.where(v>m*1.000001,m/v,.5)), poisson.ppf(q,m))+1
    return t
def families():
    F=[]
    for mean in (0.02,0.1,0.5,2,10,50,200):
        F.append(Family(f"flat {mean}",mean))
        F.append(Family(f"day {mean}",mean,day=0.7))
        F.append(Family(f"week od {mean}",mean,day=0.5,week=0.7,phi=2.0))
        F.append(Family(f"trend od {mean}",mean,day=0.4,trend=0.01,phi=1.5))
    for mean in (2,10,50,200):
        F.append(Family(f"strong od {mean}",mean,day=0.5,phi=5.0))
    F.append(Family("nb2 20",20,day=.6,nb2=.2)); F.append(Family("nb2 100",100,day=.6,week=.5,nb2=.1))
    F.append(Family("zeros 5",5,day=.4,zeros=.3)); F.append(Family("zeros 30",30,zeros=.5))
    F.append(Family("gaps 10",10,day=.5,phi=1.5,gaps=.1))
    F.append(Family("spiky 5",5,spiky=True,phi=1.5)); F.append(Family("spiky 50",50,spiky=True,week=.7,phi=1.5))
    F.append(Family("down 20",20,day=.5,trend=-.015,phi=2))
    return F
