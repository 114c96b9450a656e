import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{f as a,g as b,h as c}from"./chunk-ORBXYVSV.js";import"./chunk-KORQK3CL.js";import"./chunk-7DQOZVIW.js";import"./chunk-GZ2O4R6W.js";import"./chunk-R7I5PBI7.js";export{b as accept,c as exitCode,a as judge};
