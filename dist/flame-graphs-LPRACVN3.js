import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-SAQK5C3Z.js";import"./chunk-GEVI3VAE.js";import"./chunk-44SUWZEM.js";import"./chunk-R4AITQF4.js";import"./chunk-JA7PVQLK.js";import"./chunk-2NTF3LTL.js";import"./chunk-SVFHVGC2.js";export{a as writeFlameGraphs};
