/** The parts of an OpenAPI document that are looked at. */
export interface Description {
  readonly openapi: string;
  readonly info: object;
  readonly servers: readonly object[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly 'x-webhooks': Readonly<Record<string, { readonly post: { readonly requestBody: { readonly content: Content } } }>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Content {
  readonly 'application/json': { readonly schema: object };
}

const REPOSITORY = '/repos/{owner}/{repo}';

/** Any operation may answer with these; GitHub's description names them for some operations only. */
const ANYWHERE = ['400', '401', '403', '404', '409', '410', '422', '429', '500', '502', '503'];

const ERROR = {
  description: 'an error that any operation may answer with',
  content: { 'application/json': { schema: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } } } },
};

/** Cuts GitHub's description to some operations and what they refer to: Prism starts in 1.5 s in place of 14. */
export function cutDescription(whole: Description, routes: readonly { readonly method: string; readonly path: string }[]): object {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const { method, path } of routes) {
    const full = `${REPOSITORY}${path}`;
    const operation = whole.paths[full]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`GitHub's description has no ${method} ${full}`);
    const errors = Object.fromEntries(ANYWHERE.map((status) => [status, ERROR]));
    paths[full] = { ...paths[full], [method.toLowerCase()]: { ...operation, responses: { ...errors, ...operation.responses } } };
  }
  const { openapi, info, servers } = whole;
  return { openapi, info, servers, tags: [], paths, components: componentsOf(whole, paths) };
}

/** The schema of a webhook's payload, as JSON Schema with the definitions it needs. */
export function webhookSchema(whole: Description, name: string): object {
  const webhook = whole['x-webhooks'][name];
  if (webhook === undefined) throw new Error(`GitHub's description has no webhook ${name}`);
  const { schema } = webhook.post.requestBody.content['application/json'];
  return Object(jsonSchema({ ...schema, components: componentsOf(whole, schema) }));
}

/** What is referred to, directly or through others. */
function componentsOf(whole: Description, root: object): Record<string, Record<string, unknown>> {
  const components: Record<string, Record<string, unknown>> = {};
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    open.push(...Object.values(value));
    const reference: unknown = Reflect.get(value, '$ref');
    if (typeof reference !== 'string') continue;
    const [, , kind = '', name = ''] = reference.split('/');
    if (name in (components[kind] ?? {})) continue;
    const component = patched(name, whole.components[kind]?.[name]);
    components[kind] = { ...components[kind], [name]: component };
    open.push(component);
  }
  return components;
}

/**
 * Where the description says less than GitHub does. The head repository of a pull request or a run is `null` once the fork is deleted. `created` of
 * a list of runs is called a date-time, and in the same breath a range in the syntax of searches (`>=2026-01-01T00:00:00Z`):
 * https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-repository
 */
function patched(name: string, schema: unknown): unknown {
  if (name === 'created') {
    const { schema: date, ...parameter } = Object(schema);
    const { format: _, ...text } = Object(date);
    return { ...parameter, schema: text };
  }
  if (name === 'workflow-run') return withNullable(schema, ['properties', 'head_repository']);
  if (name === 'webhook-workflow-run-completed')
    return withNullable(schema, ['properties', 'workflow_run', 'properties', 'head_repository']);
  if (!/^pull-request(-simple|-webhook)?$/.test(name)) return schema;
  return withNullable(schema, ['properties', 'head', 'properties', 'repo']);
}

function withNullable(schema: unknown, [first = '', ...rest]: readonly string[]): unknown {
  const part: unknown = Reflect.get(Object(schema), first);
  if (part === undefined) return schema;
  return { ...Object(schema), [first]: rest.length === 0 ? { nullable: true, allOf: [part] } : withNullable(part, rest) };
}

/** OpenAPI 3.0 says `nullable` where JSON Schema says `null`. */
function jsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, key === 'enum' ? part : jsonSchema(part)]),
  );
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : nullable === undefined ? rest : { nullable, ...rest };
}
