import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a,b,c}from"./chunk-AERHJP4G.js";import"./chunk-SLPGN4I5.js";import"./chunk-DNCRHKWE.js";import"./chunk-GXMKKAES.js";import"./chunk-CARNYHOC.js";import"./chunk-23TKGDIL.js";import"./chunk-SVFHVGC2.js";export{b as accept,c as exitCode,a as judge};
