import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
var e="[headers]",n="[overhead]";export{e as a,n as b};
