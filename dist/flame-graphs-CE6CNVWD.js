import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-EJ3TVYL7.js";import"./chunk-W6MEYDVM.js";import"./chunk-PXO5GJDE.js";import"./chunk-CARNYHOC.js";import"./chunk-23TKGDIL.js";import"./chunk-SVFHVGC2.js";export{a as writeFlameGraphs};
