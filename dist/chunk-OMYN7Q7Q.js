import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
var e="[no symbol]",n="[headers]",r="[overhead]";export{e as a,n as b,r as c};
