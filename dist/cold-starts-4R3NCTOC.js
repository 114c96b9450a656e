import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a,b}from"./chunk-HUYONYMM.js";import"./chunk-SLPGN4I5.js";import"./chunk-AUHWGL2N.js";import"./chunk-DNCRHKWE.js";import"./chunk-GXMKKAES.js";import"./chunk-CARNYHOC.js";import"./chunk-23TKGDIL.js";import"./chunk-SVFHVGC2.js";export{a as measureColdStarts,b as sweep};
