import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-2OOKIRLM.js";import"./chunk-WNR2J7DC.js";import"./chunk-77WOU47F.js";import"./chunk-SZ6PLOY3.js";import"./chunk-7DQOZVIW.js";import"./chunk-R7I5PBI7.js";export{a as renderJson};
