import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
var o="0.1.0";export{o as a};
