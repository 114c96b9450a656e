import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a as n}from"./chunk-SVFHVGC2.js";function o(r,l){return Object.entries(l).filter(([,t])=>t.length>=8).toSorted(([,t],[,e])=>e.length-t.length).reduce((t,[e,i])=>t.replaceAll(i,`(${e})`),r)}n(o,"withoutValues");export{o as a};
