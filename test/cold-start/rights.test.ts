import { describe, expect, it } from 'vitest';
import { tryRights } from '../../src/cold-start/rights.ts';
import type { Tried } from '../../src/cold-start/tried.ts';
import { renderRights } from '../../src/report/terminal/rights.ts';
import type { LambdaAction, LambdaFault } from '../doubles/lambda.ts';
import { TestAccount } from './account.ts';

const always = Number.POSITIVE_INFINITY;

async function tried(account: TestAccount): Promise<readonly Tried[]> {
  return tryRights(account.options({ tags: { owner: 'me' } }), { ...account.host, env: {} }, account.aws);
}

const statesOf = (rights: readonly Tried[]): Readonly<Record<string, string>> =>
  Object.fromEntries(rights.map(({ action, state }) => [action, state]));
const ALLOWED = {
  'iam:PassRole': 'allowed',
  'lambda:CreateFunction': 'allowed',
  'lambda:DeleteFunction': 'allowed',
  'lambda:DeleteLayerVersion': 'allowed',
  'lambda:GetAccountSettings': 'allowed',
  'lambda:GetFunction': 'allowed',
  'lambda:GetLayerVersion': 'allowed',
  'lambda:InvokeFunction': 'allowed',
  'lambda:ListFunctions': 'allowed',
  'lambda:ListLayers': 'allowed',
  'lambda:ListLayerVersions': 'allowed',
  'lambda:ListTags': 'allowed',
  'lambda:PublishLayerVersion': 'allowed',
  'lambda:TagResource': 'allowed',
  'lambda:UpdateFunctionCode': 'allowed',
  'lambda:UpdateFunctionConfiguration': 'allowed',
};

describe('the rights that cold starts need (on the double)', () => {
  it('are tried with a function of their own, of which nothing is left', async () => {
    await using account = await TestAccount.open();
    const rights = await tried(account);
    expect(statesOf(rights)).toEqual(ALLOWED);
    expect([account.names, account.double.layers()]).toEqual([[], []]);
    const [created] = account.double.log.filter(({ action }) => action === 'CreateFunction');
    expect(created?.body).toMatchObject({
      FunctionName: expect.stringMatching(/^coldgate-doctor-/),
      Tags: { owner: 'me', coldgate: 'scratch', 'coldgate:expires': expect.any(String) },
    });
    expect(renderRights(rights, { colour: false })).toMatchInlineSnapshot(`
      "lambda:ListFunctions                ok
      lambda:GetAccountSettings           ok
      lambda:CreateFunction               ok
      lambda:TagResource                  ok
      iam:PassRole                        ok
      lambda:GetFunction                  ok
      lambda:ListTags                     ok
      lambda:UpdateFunctionConfiguration  ok
      lambda:UpdateFunctionCode           ok
      lambda:InvokeFunction               ok
      lambda:PublishLayerVersion          ok
      lambda:GetLayerVersion              ok
      lambda:ListLayers                   ok
      lambda:ListLayerVersions            ok
      lambda:DeleteLayerVersion           ok
      lambda:DeleteFunction               ok

      Everything that cold starts need is allowed. Nothing was left behind.
      "
    `);
  });

  it.each<readonly [LambdaAction, string]>([
    ['ListFunctions', 'lambda:ListFunctions'],
    ['ListTags', 'lambda:ListTags'],
    ['UpdateFunctionConfiguration', 'lambda:UpdateFunctionConfiguration'],
    ['UpdateFunctionCode', 'lambda:UpdateFunctionCode'],
    ['Invoke', 'lambda:InvokeFunction'],
    ['DeleteFunction', 'lambda:DeleteFunction'],
    ['GetFunction', 'lambda:GetFunction'],
  ])('%s: the one that is missing is named, and the others are there', async (action, right) => {
    await using account = await TestAccount.open();
    account.double.faults.add({ kind: 'access-denied', action, times: always });
    // A layer is given to a function by changing its configuration.
    const untried = action === 'UpdateFunctionConfiguration' ? { 'lambda:GetLayerVersion': 'optional' } : {};
    expect(statesOf(await tried(account))).toEqual({ ...ALLOWED, ...untried, [right]: 'missing' });
    if (action !== 'DeleteFunction') expect(account.names).toEqual([]);
    else expect(account.said.join()).toMatch(/coldgate-doctor-.* may still be there/);
  });

  it('to ask for the account’s settings is optional', async () => {
    await using account = await TestAccount.open();
    account.double.faults.add({ kind: 'access-denied', action: 'GetAccountSettings', times: always });
    const rights = await tried(account);
    expect(statesOf(rights)).toEqual({ ...ALLOWED, 'lambda:GetAccountSettings': 'optional' });
    expect(renderRights(rights, { colour: false })).toContain('Optional: lambda:GetAccountSettings: without it few');
  });

  it.each<readonly [LambdaFault, string]>([
    [{ kind: 'access-denied', action: 'PublishLayerVersion' }, 'lambda:PublishLayerVersion'],
    [{ kind: 'layer-denied', action: 'UpdateFunctionConfiguration', after: 1 }, 'lambda:GetLayerVersion'],
    [{ kind: 'access-denied', action: 'ListLayers' }, 'lambda:ListLayers'],
    [{ kind: 'access-denied', action: 'ListLayerVersions' }, 'lambda:ListLayerVersions'],
    [{ kind: 'access-denied', action: 'DeleteLayerVersion' }, 'lambda:DeleteLayerVersion'],
  ])('on layers are optional, since extensions alone need them: %j', async (fault, right) => {
    await using account = await TestAccount.open();
    account.double.faults.add({ ...fault, times: always });
    const rights = await tried(account);
    expect(statesOf(rights)[right]).toBe('optional');
    expect(Object.values(statesOf(rights)).filter((state) => state !== 'allowed' && state !== 'optional')).toEqual([]);
    expect(renderRights(rights, { colour: false })).toContain(`Optional: ${right}: only extensions that are sampled need it`);
    if (right !== 'lambda:DeleteLayerVersion') expect(account.double.layers()).toEqual([]);
    else expect(account.said.join()).toMatch(/layer coldgate-doctor-.* may still be there/);
  });

  it('on layers leave none, also one more of which the answer was lost, or whose deletion was not carried out', async () => {
    await using account = await TestAccount.open();
    account.double.faults.add({ kind: 'lost', action: 'PublishLayerVersion' });
    account.double.faults.add({ kind: 'lost-delete', action: 'DeleteLayerVersion' });
    expect(statesOf(await tried(account))).toEqual(ALLOWED);
    expect([account.names, account.double.layers()]).toEqual([[], []]);
    expect(account.said.join()).not.toMatch(/may still be there/);
  });

  it('on layers leave none where it is cancelled in the middle', async () => {
    await using account = await TestAccount.open();
    account.double.faults.add({ kind: 'hang', action: 'ListLayers' });
    setTimeout(() => account.stop.abort(), 1_500);
    await expect(tried(account)).rejects.toThrow(/cancelled during lambda:ListLayers/);
    expect([account.names, account.double.layers()]).toEqual([[], []]);
  });

  it('to create is missing: the others are tried on its name, and nothing has to be deleted', async () => {
    await using account = await TestAccount.open();
    account.double.faults.add({ kind: 'access-denied', action: 'CreateFunction', times: always });
    account.double.faults.add({ kind: 'access-denied', action: 'Invoke', times: always });
    const { 'iam:PassRole': _, 'lambda:TagResource': __, ...others } = { ...ALLOWED, 'lambda:GetLayerVersion': 'optional' };
    const rights = await tried(account);
    expect(statesOf(rights)).toEqual({ ...others, 'lambda:CreateFunction': 'missing', 'lambda:InvokeFunction': 'missing' });
    expect(renderRights(rights, { colour: false })).toMatch(
      /Missing, in the policy of whoever runs this:\n {2}lambda:CreateFunction on arn:aws:lambda:us-east-1:123456789012:function:/,
    );
  });

  it('to pass the role is missing: it is named, and what needs it is not known', async () => {
    await using account = await TestAccount.open();
    account.double.faults.add({ kind: 'pass-role-denied', action: 'CreateFunction', times: always });
    const rights = await tried(account);
    expect(statesOf(rights)).toMatchObject({ 'iam:PassRole': 'missing', 'lambda:CreateFunction': 'unknown' });
    expect(renderRights(rights, { colour: false })).toContain('lambda:CreateFunction: iam:PassRole is missing, which it needs');
  });
});
