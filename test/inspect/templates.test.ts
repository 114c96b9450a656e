import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTemplates, type TemplateProject, templateFindings } from '../../src/inspect/templates.ts';

const PROJECT: TemplateProject = {
  arch: 'x86_64',
  binaries: ['orders-api', 'bootstrap'],
  has: (path) => path === 'functions/pay/Cargo.toml',
};

const found = (file: string, text: string, project: Partial<TemplateProject> = {}): readonly string[] =>
  templateFindings([{ file, text }], { ...PROJECT, ...project }).map((one) => {
    if (one.kind !== 'old-image' && one.kind !== 'template-architecture') throw new Error(one.kind);
    return `${one.kind} ${one.found} ${one.line}`;
  });

const SAM = `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
# Runtime: provided.al2
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: rust-cargolambda
    Properties:
      CodeUri: .
      Handler: bootstrap
      Runtime: provided.al2 # was al1
      Architectures: [arm64]
      Environment:
        Variables:
          TABLE: !Ref Table
  Other:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: go/
      Handler: bootstrap
      Runtime: provided.al2
      Architectures:
        - x86_64
  Table:
    Type: AWS::DynamoDB::Table
`;

describe('a SAM template', () => {
  it('is told of a function in Rust alone', () => {
    expect(found('template.yaml', SAM)).toEqual(['old-image provided.al2 12', 'template-architecture arm64 13']);
    expect(found('template.yaml', SAM, { arch: 'arm64' })).toEqual(['old-image provided.al2 12']);
    expect(found('template.yaml', SAM.replace('rust-cargolambda', 'makefile'))).toEqual([]);
    expect(found('template.yaml', SAM.replace('Runtime: provided.al2 #', 'Runtime: provided.al2023 #'), { arch: 'arm64' })).toEqual([]);
  });

  it('knows a function by a binary, and by a folder with a manifest', () => {
    const other = SAM.replace('rust-cargolambda', 'makefile');
    expect(found('template.yaml', other.replace('CodeUri: go/', 'CodeUri: ./functions/pay/'))).toEqual(['old-image provided.al2 22']);
    expect(found('deploy/template.yaml', other.replace('CodeUri: go/', 'CodeUri: ../functions/pay'))).toEqual([
      'old-image provided.al2 22',
    ]);
    expect(found('template.yaml', other.replace('CodeUri: go/', 'FunctionName: orders-api'))).toEqual(['old-image provided.al2 22']);
  });

  it('may set the image for all', () => {
    const global = `Globals:\n  Function:\n    Runtime: "provided.al2"\n    Architectures:\n      - arm64\nResources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: target/lambda/a\n`;
    expect(found('template.yml', global)).toEqual(['old-image provided.al2 3', 'template-architecture arm64 5']);
    expect(found('template.yml', `${global}      Runtime: provided.al2023\n      Architectures: [x86_64]\n`)).toEqual([]);
    expect(found('template.yml', global.replace('target/lambda/a', 'src'))).toEqual([]);
  });

  it('that deploys to both architectures is not held against what was built', () => {
    const both = SAM.replace('BuildMethod: rust-cargolambda', 'BuildMethod: rust-cargolambda').replace(
      'CodeUri: go/',
      'CodeUri: target/lambda/go',
    );
    expect(found('template.yaml', both)).toEqual(['old-image provided.al2 12']);
  });
});

it('a Serverless service', () => {
  const service = `service: orders\nprovider:\n  name: aws\n  runtime: provided.al2\n  architecture: arm64\nfunctions:\n  orders:\n    handler: bootstrap\n    package:\n      artifact: target/lambda/orders/bootstrap.zip\n  web:\n    handler: index.handler\n    runtime: nodejs22.x\n`;
  expect(found('serverless.yml', service)).toEqual(['old-image provided.al2 4', 'template-architecture arm64 5']);
  expect(found('serverless.yml', service.replace('target/lambda/orders/bootstrap.zip', 'orders.zip'))).toEqual([]);
});

describe('a stack of the CDK', () => {
  const stack = `import * as lambda from 'aws-cdk-lib/aws-lambda';
// new lambda.Function(this, 'Old', { runtime: lambda.Runtime.PROVIDED_AL2, code: rust })
new lambda.Function(this, 'Orders', {
  code: lambda.Code.fromAsset('target/lambda/orders'),
  /* runtime: lambda.Runtime.PROVIDED_AL2023, */
  runtime: lambda.Runtime.PROVIDED_AL2,
  architecture: lambda.Architecture.ARM_64,
});
new lambda.Function(this, 'Go', { code: lambda.Code.fromAsset('go'), runtime: lambda.Runtime.PROVIDED_AL2 });
`;
  it('is told of a function in Rust alone', () => {
    expect(found('lib/stack.ts', stack)).toEqual(['old-image provided.al2 6', 'template-architecture arm64 7']);
    expect(
      found('lib/stack.ts', stack.replace('runtime: lambda.Runtime.PROVIDED_AL2,\n', 'runtime: lambda.Runtime.PROVIDED_AL2023,\n'), {
        arch: 'arm64',
      }),
    ).toEqual([]);
    expect(found('lib/stack.ts', stack.replace('target/lambda/orders', 'elsewhere'))).toEqual([]);
  });
});

describe('any text', () => {
  const part = fc.constantFrom(
    'new Function(',
    ')',
    '/*',
    '`',
    "'",
    '"',
    '//',
    '\n',
    '  ',
    'Resources:\n',
    '  A:\n',
    '    Runtime: provided.al2\n',
    'rust',
    '#',
    '\\',
    '- x86_64',
  );
  it('is read without a word', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 400 }), fc.constantFrom('template.yaml', 'lib/a.ts'), (parts, file) => {
        for (const text of found(file, parts.join(''))) expect(text).toMatch(/^(old-image|template-architecture) \S+ \d+$/);
      }),
    );
  });

  it.each(['new Function(', '/* ', '`', '"', 'new A.Function((', 'rust '])('and however often it says %j', (text) => {
    // A text that is read in the square of its length takes an hour.
    const long = text.repeat(1_000_000 / text.length);
    found('template.yaml', `Resources:\n  A:\n    ${long}`);
    expect(found('lib/a.ts', long)).toEqual([]);
  });
});

it('of the files of a commit templates and stacks are read', async () => {
  const top = await mkdtemp(join(tmpdir(), 'coldgate-templates-'));
  const paths = [
    'template.yaml',
    'api/serverless.yml',
    'lib/stack.ts',
    'cdk/lib/a/b.ts',
    'src/lib/x.rs',
    'node_modules/a/lib/b.ts',
    'lib/a.d.ts',
    'web/app.ts',
    'gone.template.yaml',
  ];
  for (const path of paths.slice(0, -1)) {
    await mkdir(dirname(join(top, path)), { recursive: true });
    await writeFile(join(top, path), path);
  }
  expect((await readTemplates(top, paths)).map(({ file }) => file)).toEqual([
    'template.yaml',
    'api/serverless.yml',
    'lib/stack.ts',
    'cdk/lib/a/b.ts',
  ]);
  await rm(top, { recursive: true });
});
