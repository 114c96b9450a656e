import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a,b}from"./chunk-OXYDPI5K.js";import"./chunk-UWR3YVKN.js";import"./chunk-AUHWGL2N.js";import"./chunk-GXMKKAES.js";import"./chunk-KG5WP5E6.js";import"./chunk-OMYN7Q7Q.js";import"./chunk-CARNYHOC.js";import"./chunk-23TKGDIL.js";import"./chunk-SVFHVGC2.js";export{a as measureColdStarts,b as sweep};
