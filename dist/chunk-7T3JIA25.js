import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a as t}from"./chunk-SVFHVGC2.js";function s(e,n){return e.binary.sha256===n.binary.sha256&&r(e)===r(n)}t(s,"shipsTheSame");function r(e){return JSON.stringify(e.package.entries.map(n=>[n.name,n.compressed,n.uncompressed].join("\0")).toSorted())}t(r,"filesOf");export{s as a};
