import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
var o=/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/,t=/^[0-9a-f]{64}$/;export{o as a,t as b};
