import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{b as a,c as b}from"./chunk-OM4UJUTY.js";import"./chunk-V5A6SCH5.js";import"./chunk-65Z6YJMJ.js";import"./chunk-MYVFSIJA.js";import"./chunk-E3NZXA6M.js";import"./chunk-KTM5FZJU.js";import"./chunk-MOXAMQA7.js";import"./chunk-GZ2O4R6W.js";import"./chunk-R7I5PBI7.js";export{a as check,b as measure};
