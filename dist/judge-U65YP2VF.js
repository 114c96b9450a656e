import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a,b}from"./chunk-MYVFSIJA.js";import"./chunk-MOXAMQA7.js";import"./chunk-GZ2O4R6W.js";import"./chunk-R7I5PBI7.js";export{b as exitCode,a as judge};
