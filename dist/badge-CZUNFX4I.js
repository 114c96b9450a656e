import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-S2UPVW63.js";import"./chunk-Y7OUXJMP.js";import"./chunk-AIPPKN7M.js";import"./chunk-6IZYZO2L.js";import"./chunk-R4AITQF4.js";import"./chunk-PPV33O3H.js";import"./chunk-4M3RKQZH.js";import"./chunk-VNKYSG4O.js";import"./chunk-SVFHVGC2.js";export{a as badgesOf};
