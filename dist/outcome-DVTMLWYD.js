import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-QZOZA25W.js";import"./chunk-SZ6PLOY3.js";import"./chunk-ORBXYVSV.js";import"./chunk-KORQK3CL.js";import"./chunk-7DQOZVIW.js";import"./chunk-GZ2O4R6W.js";import"./chunk-R7I5PBI7.js";export{a as outcomeOf};
