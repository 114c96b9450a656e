import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-3SNMXR2G.js";import"./chunk-SPD667CK.js";import"./chunk-DXNX6KVD.js";import"./chunk-CARNYHOC.js";import"./chunk-23TKGDIL.js";import"./chunk-SVFHVGC2.js";export{a as writeFlameGraphs};
