import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-WQZLBO4K.js";import"./chunk-KO42LM64.js";import"./chunk-DBKFV7TS.js";import"./chunk-W6MEYDVM.js";import"./chunk-PXO5GJDE.js";import"./chunk-CARNYHOC.js";import"./chunk-SVFHVGC2.js";export{a as renderJson};
