import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-GTNWXT2R.js";import"./chunk-Y7OUXJMP.js";import"./chunk-WUNO33C3.js";import"./chunk-H4BFX7DL.js";import"./chunk-R4AITQF4.js";import"./chunk-PUFX3DTP.js";import"./chunk-4M3RKQZH.js";import"./chunk-PUWAMWGH.js";import"./chunk-SVFHVGC2.js";export{a as badgesOf};
