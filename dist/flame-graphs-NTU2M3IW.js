import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a,b}from"./chunk-XUUZRNNS.js";import"./chunk-W2KQTLYG.js";import"./chunk-GEVI3VAE.js";import"./chunk-PUFX3DTP.js";import"./chunk-R4AITQF4.js";import"./chunk-JA7PVQLK.js";import"./chunk-2NTF3LTL.js";import"./chunk-SVFHVGC2.js";export{b as flameViewer,a as writeFlameGraphs};
