import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-WZMJ2RTK.js";import"./chunk-ERRNYBCW.js";import"./chunk-DXNX6KVD.js";import"./chunk-GQKUONWY.js";import"./chunk-Q3L2CTX3.js";import"./chunk-4J7CQHQ6.js";import"./chunk-23TKGDIL.js";import"./chunk-SVFHVGC2.js";export{a as writeFlameGraphs};
