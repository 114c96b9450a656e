import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-FCN36HE4.js";import"./chunk-UCAJXPWX.js";import"./chunk-DXNX6KVD.js";import"./chunk-QJEE2WF4.js";import"./chunk-CARNYHOC.js";import"./chunk-23TKGDIL.js";import"./chunk-SVFHVGC2.js";export{a as writeFlameGraphs};
