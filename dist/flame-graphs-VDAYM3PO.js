import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-MXKA2AA4.js";import"./chunk-NSFQCN4D.js";import"./chunk-DXNX6KVD.js";import"./chunk-2OGAHGLZ.js";import"./chunk-NBF57VB4.js";import"./chunk-23TKGDIL.js";import"./chunk-SVFHVGC2.js";export{a as writeFlameGraphs};
