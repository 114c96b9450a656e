import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-GALJLNDL.js";import"./chunk-4X64F7CA.js";import"./chunk-APF7EX7G.js";import"./chunk-R4AITQF4.js";import"./chunk-Q3L2CTX3.js";import"./chunk-KVTI26P3.js";import"./chunk-SVFHVGC2.js";export{a as writeFlameGraphs};
