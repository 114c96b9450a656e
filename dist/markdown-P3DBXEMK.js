import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-LVSLONQM.js";import"./chunk-GYPZWKGA.js";import"./chunk-KHVP2AOB.js";import"./chunk-KTM5FZJU.js";import"./chunk-MOXAMQA7.js";import"./chunk-GZ2O4R6W.js";import"./chunk-R7I5PBI7.js";export{a as renderMarkdown};
