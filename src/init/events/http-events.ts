// As API Gateway and an Application Load Balancer send them: https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html and
// https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html. A GET of `/` in every one, so that each asks for the same.

const HOST = 'api.example.com';
const AGENT = 'coldgate';
const ADDRESS = '192.0.2.7';
const ACCOUNT = '123456789012';
/** 2024-01-01T00:00:00Z. */
const TIME = { text: '01/Jan/2024:00:00:00 +0000', millis: 1_704_067_200_000 };

const HEADERS = { accept: '*/*', host: HOST, 'user-agent': AGENT, 'x-forwarded-for': ADDRESS, 'x-forwarded-port': '443' };

const listed = (headers: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

/** A REST API's proxy integration (payload 1.0). */
export const API_GATEWAY_V1 = {
  resource: '/{proxy+}',
  path: '/',
  httpMethod: 'GET',
  headers: HEADERS,
  multiValueHeaders: listed(HEADERS),
  queryStringParameters: { page: '1' },
  multiValueQueryStringParameters: { page: ['1'] },
  pathParameters: null,
  stageVariables: null,
  requestContext: {
    accountId: ACCOUNT,
    apiId: 'abcdefghij',
    authorizer: null,
    domainName: HOST,
    domainPrefix: 'api',
    extendedRequestId: 'AAAAAAAAAAAAAAA=',
    httpMethod: 'GET',
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      sourceIp: ADDRESS,
      user: null,
      userAgent: AGENT,
      userArn: null,
    },
    path: '/prod/',
    protocol: 'HTTP/1.1',
    requestId: '00000000-0000-4000-8000-000000000001',
    requestTime: TIME.text,
    requestTimeEpoch: TIME.millis,
    resourceId: '123abc',
    resourcePath: '/{proxy+}',
    stage: 'prod',
  },
  body: null,
  isBase64Encoded: false,
};

/** An HTTP API's, and a function URL's (payload 2.0). */
export const API_GATEWAY_V2 = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: 'page=1',
  cookies: ['session=none'],
  headers: { ...HEADERS, 'x-forwarded-proto': 'https' },
  queryStringParameters: { page: '1' },
  requestContext: {
    accountId: ACCOUNT,
    apiId: 'abcdefghij',
    domainName: HOST,
    domainPrefix: 'api',
    http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: ADDRESS, userAgent: AGENT },
    requestId: 'AAAAAAAAAAAAAAA=',
    routeKey: '$default',
    stage: '$default',
    time: TIME.text,
    timeEpoch: TIME.millis,
  },
  isBase64Encoded: false,
};

export const ALB = {
  requestContext: { elb: { targetGroupArn: `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:targetgroup/function/0123456789abcdef` } },
  httpMethod: 'GET',
  path: '/',
  queryStringParameters: { page: '1' },
  headers: { ...HEADERS, 'x-forwarded-proto': 'https' },
  body: '',
  isBase64Encoded: false,
};
