import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-KAIZSM2K.js";import"./chunk-Y7OUXJMP.js";import"./chunk-YHRE5BW4.js";import"./chunk-AHL2YJIF.js";import"./chunk-R4AITQF4.js";import"./chunk-PPV33O3H.js";import"./chunk-4M3RKQZH.js";import"./chunk-V7LZI5YD.js";import"./chunk-SVFHVGC2.js";export{a as badgesOf};
