import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{i as a,j as b,k as c,l as d,m as e,n as f}from"./chunk-RCUHICYT.js";import"./chunk-GZ2O4R6W.js";import"./chunk-R7I5PBI7.js";export{f as exportSnapshot,b as findStored,e as keep,c as readSnapshotFile,a as storeKey,d as writeSnapshot};
