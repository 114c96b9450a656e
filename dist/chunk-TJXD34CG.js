import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
var e="process start",r="first response";export{e as a,r as b};
