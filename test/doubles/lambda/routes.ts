import type { LambdaAction } from './faults.ts';

interface Route {
  readonly action: LambdaAction;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: RegExp;
}

const ROUTES: readonly Route[] = [
  { action: 'CreateFunction', method: 'POST', path: /^\/2015-03-31\/functions\/?$/ },
  { action: 'ListFunctions', method: 'GET', path: /^\/2015-03-31\/functions\/?$/ },
  { action: 'GetFunction', method: 'GET', path: /^\/2015-03-31\/functions\/([^/]+)$/ },
  { action: 'DeleteFunction', method: 'DELETE', path: /^\/2015-03-31\/functions\/([^/]+)$/ },
  { action: 'GetFunctionConfiguration', method: 'GET', path: /^\/2015-03-31\/functions\/([^/]+)\/configuration$/ },
  { action: 'UpdateFunctionConfiguration', method: 'PUT', path: /^\/2015-03-31\/functions\/([^/]+)\/configuration$/ },
  { action: 'UpdateFunctionCode', method: 'PUT', path: /^\/2015-03-31\/functions\/([^/]+)\/code$/ },
  { action: 'Invoke', method: 'POST', path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/ },
  { action: 'GetAccountSettings', method: 'GET', path: /^\/2016-08-19\/account-settings\/?$/ },
  { action: 'ListLayers', method: 'GET', path: /^\/2018-10-31\/layers\/?$/ },
  { action: 'PublishLayerVersion', method: 'POST', path: /^\/2018-10-31\/layers\/([^/]+)\/versions$/ },
  { action: 'ListLayerVersions', method: 'GET', path: /^\/2018-10-31\/layers\/([^/]+)\/versions$/ },
  { action: 'DeleteLayerVersion', method: 'DELETE', path: /^\/2018-10-31\/layers\/([^/]+)\/versions\/\d+$/ },
  { action: 'ListTags', method: 'GET', path: /^\/2017-03-31\/tags\/([^/]+)$/ },
  { action: 'TagResource', method: 'POST', path: /^\/2017-03-31\/tags\/([^/]+)$/ },
];

export interface Routed {
  readonly action: LambdaAction;
  /** Or the layer's; empty where the path names none. */
  readonly functionName: string;
}

/** The call that a request makes, or null. Functions may be named by name, ARN or a part of it. */
export function routeOf(method: string, path: string): Routed | null {
  for (const route of ROUTES) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match !== null) return { action: route.action, functionName: nameOf(decodeURIComponent(match[1] ?? '')) };
  }
  return null;
}

function nameOf(reference: string): string {
  return /^(?:(?:arn:aws:lambda:us-east-1:)?\d{12}:)?(?:function:)?([^:]+)(?::\$LATEST)?$/.exec(reference)?.[1] ?? reference;
}
