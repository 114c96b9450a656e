import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{g as s}from"./chunk-FL7AWNR5.js";import"./chunk-HGZHFILK.js";import"./chunk-GZ2O4R6W.js";import{a as t}from"./chunk-R7I5PBI7.js";async function i(e){let o=await s(e);return{statuses:o,ok:o.every(n=>n.state!=="missing")}}t(i,"doctor");export{i as doctor};
