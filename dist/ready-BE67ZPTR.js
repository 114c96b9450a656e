import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-V6O5PEQY.js";import"./chunk-NXTWJQDP.js";import"./chunk-NVCHVXTB.js";import"./chunk-A2BRALJR.js";import"./chunk-CVYD2T2Y.js";import"./chunk-VCCG2P4F.js";import"./chunk-SVFHVGC2.js";export{a as checkAws};
