import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{c as a,d as b,e as c,f as d,g as e,h as f}from"./chunk-E3NZXA6M.js";import"./chunk-GZ2O4R6W.js";import"./chunk-R7I5PBI7.js";export{f as exportSnapshot,b as findStored,e as keep,c as readSnapshotFile,a as storeKey,d as writeSnapshot};
