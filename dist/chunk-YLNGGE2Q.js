import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a as t}from"./chunk-SVFHVGC2.js";function o(r,e){try{return r.safeParse(JSON.parse(e)).data??null}catch{return null}}t(o,"readShape");function s(r,e="the document"){let[n]=r.issues;return`${n?.path.join(".")||e}: ${n?.message??"unknown mistake"}`}t(s,"problemOf");export{o as a,s as b};
