import { createRequire as __cR } from 'node:module'; const require = __cR(import.meta.url);
import{a as e}from"./chunk-SVFHVGC2.js";var d="# cold starts are not in it: add --cold-start and --cold-start-role with a role of your own AWS account (docs/cold-starts.md); without them limits on cold starts end with 3";function n({command:o,comparison:{functions:r}}){let c=r.some(({coldStart:{state:t}})=>t.kind!=="none"||t.code!=="not-asked"&&t.code!=="removed");return o===""||!c?o:`${o}
${d}`}e(n,"repeatText");export{n as a};
