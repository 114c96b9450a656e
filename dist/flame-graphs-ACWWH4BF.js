import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-XMQTR6T4.js";import"./chunk-RCFXHVDH.js";import"./chunk-DXNX6KVD.js";import"./chunk-Q3L2CTX3.js";import"./chunk-NBF57VB4.js";import"./chunk-23TKGDIL.js";import"./chunk-SVFHVGC2.js";export{a as writeFlameGraphs};
