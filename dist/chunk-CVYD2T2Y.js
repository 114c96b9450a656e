import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a as i}from"./chunk-SVFHVGC2.js";function r(t,n){let e=new AbortController,o=setTimeout(()=>e.abort(),Math.min(n,2147483647)).unref();return{signal:AbortSignal.any([t,e.signal]),isOver:i(()=>e.signal.aborted,"isOver"),[Symbol.dispose]:()=>clearTimeout(o)}}i(r,"limited");export{r as a};
