import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-BCP35Q5N.js";import"./chunk-N2SEIKTP.js";import"./chunk-ADMXCI7U.js";import"./chunk-YCUAPUF4.js";import"./chunk-SZ6PLOY3.js";import"./chunk-KORQK3CL.js";import"./chunk-7DQOZVIW.js";import"./chunk-GZ2O4R6W.js";import"./chunk-R7I5PBI7.js";export{a as renderMarkdown};
