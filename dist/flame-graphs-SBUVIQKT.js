import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a}from"./chunk-GGBGLJYE.js";import"./chunk-BD3VQN4S.js";import"./chunk-DXNX6KVD.js";import"./chunk-GQKUONWY.js";import"./chunk-Q3L2CTX3.js";import"./chunk-VLNRZUV4.js";import"./chunk-SVFHVGC2.js";export{a as writeFlameGraphs};
