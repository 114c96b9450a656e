import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a as e}from"./chunk-SVFHVGC2.js";var u={upload:52428800,unpacked:262144e3};function c(n){return n.reduce((r,{uncompressed:o})=>r+o,0)}e(c,"unpackedSize");export{u as a,c as b};
