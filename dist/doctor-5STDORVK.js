import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{c as s}from"./chunk-HOOREJL2.js";import"./chunk-XSIAEDYI.js";import"./chunk-6IGOWH5D.js";import"./chunk-23TKGDIL.js";import{a as t}from"./chunk-SVFHVGC2.js";async function i(e){let o=await s(e);return{statuses:o,ok:o.every(n=>n.state!=="missing")}}t(i,"doctor");export{i as doctor};
