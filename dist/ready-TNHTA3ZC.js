import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-WGWWJ7LN.js";import"./chunk-2CJQSKF5.js";import"./chunk-NVCHVXTB.js";import"./chunk-A2BRALJR.js";import"./chunk-VCCG2P4F.js";import"./chunk-SVFHVGC2.js";export{a as checkAws};
